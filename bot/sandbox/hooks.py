"""What happened becomes webhook deliveries, sent from background threads as Sidekiq does: once, in no order."""

import dataclasses
import queue
import threading
import time
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from flask import g, has_request_context, request

from bot.sandbox import hook_rules
from bot.sandbox.faults import FaultDesk, Kind, sent_path
from bot.sandbox.happenings import Assigned, Happened, Mentioned
from bot.sandbox.hook_http import Answer, Delivery, build_headers, send
from bot.sandbox.hook_targets import news, top_level, wanting
from bot.sandbox.payloads import TimeForm, to_bytes
from bot.sandbox.records import Hook, HookLog
from bot.sandbox.world import World

LARGEST_BODY = 25 * 1024 * 1024
HISTORY = timedelta(days=2)
HISTORY_ROWS = 2000  # what keeps a sandbox that runs for weeks small; GitLab keeps two days whole
THREADS = 4
BY_HAND_PER_MINUTE = 5  # tests, and resends, of one user in one project or group


@dataclass
class HookSettings:
    """`timeout` in seconds; `time_form` is how bodies write times: classic, seconds or millis."""

    timeout: float = 10.0
    auto_disable: bool = True
    time_form: TimeForm = "millis"


@dataclass
class Counters:
    """Deliveries since the start: sent and answered, failed, and lost before they were sent."""

    delivered: int = 0
    failed: int = 0
    lost: int = 0


@dataclass
class Cause:
    """The API request behind an event; `uuids` are the event UUIDs of each hook within it."""

    method: str = ""
    path: str = ""
    incoming: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    uuids: dict[int, str] = field(default_factory=dict)

    def event_uuid(self, hook_id: int) -> str:
        return self.incoming or self.uuids.setdefault(hook_id, str(uuid.uuid4()))


def current_cause() -> Cause:
    """The request that is being served; outside of one every event has a cause of its own."""
    if not has_request_context():
        return Cause()
    if "hook_cause" not in g:
        g.hook_cause = Cause(request.method, sent_path(request), request.headers.get("X-Gitlab-Event-UUID"))
    cause: Cause = g.hook_cause
    return cause


class Deliverer:
    """Listens to a World. `settings`, `budget` and `counters` may be changed and read while it runs."""

    def __init__(self, world: World, faults: FaultDesk | None = None, settings: HookSettings | None = None) -> None:
        self.world = world
        self.faults = faults or FaultDesk()
        self.settings = settings or HookSettings()
        self.budget = hook_rules.NamespaceBudget(hook_rules.PER_MINUTE[world.tier])
        self.recursion = hook_rules.Recursion()
        self.by_hand = hook_rules.NamespaceBudget(BY_HAND_PER_MINUTE)
        self.counters = Counters()
        self._queue: queue.SimpleQueue[Delivery | None] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._held: list[Delivery] = []
        self._waiting = 0
        self._changed = threading.Condition()
        world.listeners.append(self.hear)

    # From events to deliveries, under the world's lock

    def hear(self, event: Happened) -> None:
        if isinstance(event, Mentioned | Assigned) or not self.world.hooks:
            return
        told = news(self.world, event)
        if told is None:
            return
        hooks = wanting(self.world, told)
        if not hooks:
            return
        body = to_bytes(told.body, self.settings.time_form)
        namespace, user = top_level(self.world, told.group).full_path, event.actor.username if event.actor else None
        for hook in hooks:
            self._dispatch(hook, told.trigger, body, namespace, user)

    def _dispatch(self, hook: Hook, trigger: str, body: bytes, namespace: str, user: str | None) -> None:
        cause = current_cause()
        if not self._may_fire(hook, cause, namespace):
            self.counters.lost += 1
            return
        delivery = Delivery(hook.id, trigger, body, cause.event_uuid(hook.id))
        fault = self.faults.for_delivery(cause.method, cause.path, user)
        match fault.kind if fault else None:
            case Kind.SILENCE_HOOKS:
                self.counters.lost += 1
            case Kind.DUPLICATE_HOOKS:
                self._enqueue(delivery)
                self._enqueue(delivery)
            case Kind.REORDER_HOOKS:
                self._hold(delivery, fault.seconds if fault else 0.0)
            case _:
                self._enqueue(delivery)

    def _may_fire(self, hook: Hook, cause: Cause, namespace: str) -> bool:
        if not self._executable(hook):
            return False
        if cause.incoming and not self.recursion.allows(cause.incoming, hook.id, cause.id):
            return False
        return self.budget.take(namespace)

    def _executable(self, hook: Hook) -> bool:
        return hook_rules.alert_status(hook, self.world.clock.now()) == "executable"

    def _enqueue(self, delivery: Delivery) -> None:
        self._wait_for(1)
        if not self._threads:
            self._threads = [
                threading.Thread(target=self._work, name=f"hooks-{n}", daemon=True) for n in range(THREADS)
            ]
            for thread in self._threads:
                thread.start()
        self._queue.put(delivery)

    def _hold(self, delivery: Delivery, seconds: float) -> None:
        self._wait_for(1)
        with self._changed:
            self._held.append(delivery)
            first = len(self._held) == 1
        if first:
            timer = threading.Timer(seconds, self._release)
            timer.daemon = True
            timer.start()

    def _release(self) -> None:
        """The last that was held goes first, one by one, so that the order is certainly another."""
        with self._changed:
            held, self._held = self._held[::-1], []
        for delivery in held:
            self._deliver(delivery)
            self._wait_for(-1)

    # Sending, in threads of our own

    def _work(self) -> None:
        while (delivery := self._queue.get()) is not None:
            try:
                self._deliver(delivery)
            finally:
                self._wait_for(-1)

    def _deliver(self, delivery: Delivery) -> None:
        with self.world.lock:
            hook = self.world.hooks.get(delivery.hook_id)
            if hook is None or not self._executable(hook):
                self.counters.lost += 1
                return
            hook = dataclasses.replace(hook)
        self.send(hook, delivery)

    def send(self, hook: Hook, delivery: Delivery) -> tuple[Answer, HookLog]:
        """One attempt, logged and counted for the hook's health; also for tests and resends, disabled or not."""
        now = self.world.clock.now()
        headers = build_headers(
            delivery, hook, instance=self.world.url, version=self.world.version, now=int(now.timestamp())
        )
        answer = self._attempt(hook, delivery, headers)
        log = HookLog(
            0, hook.id, hook.url, delivery.trigger, now, delivery.key, headers, delivery.body.decode(),
            answer.status_text, answer.headers, answer.body, round(answer.seconds, 6), answer.error,
        )  # fmt: skip
        with self.world.lock:
            self._settle(hook.id, answer, log)
        return answer, log

    def _attempt(self, hook: Hook, delivery: Delivery, headers: dict[str, str]) -> Answer:
        if len(delivery.body) > LARGEST_BODY:
            return Answer(None, {}, "", 0.0, f"Gitlab::Webhooks: body of {len(delivery.body)} bytes exceeds 25 MB")
        return send(
            hook.url, delivery.body, headers, timeout=self.settings.timeout, verify=hook.enable_ssl_verification
        )

    def _settle(self, hook_id: int, answer: Answer, log: HookLog) -> None:
        self.counters.delivered += answer.good
        self.counters.failed += not answer.good
        hook = self.world.hooks.get(hook_id)
        if hook is None:
            return
        now = self.world.clock.now()
        hook_rules.note_answer(hook, good=answer.good, now=now, auto_disable=self.settings.auto_disable)
        log.id = self.world.next_id("hook_logs")
        self.world.add(log)
        self._forget_old_logs()

    def _forget_old_logs(self) -> None:
        logs, oldest = self.world.hook_logs, self.world.clock.now() - HISTORY
        while logs:
            first = next(iter(logs.values()))
            if len(logs) <= HISTORY_ROWS and first.created_at >= oldest:
                return
            self.world.remove(first)

    # For tests and the end

    def _wait_for(self, more: int) -> None:
        with self._changed:
            self._waiting += more
            self._changed.notify_all()

    def wait_idle(self, timeout: float = 5.0) -> bool:
        """True once no delivery is on its way; False when `timeout` seconds were not enough."""
        until = time.monotonic() + timeout
        with self._changed:
            while self._waiting:
                if not self._changed.wait(max(0.0, until - time.monotonic())):
                    return self._waiting == 0
        return True

    def waiting(self) -> int:
        return self._waiting

    def stop(self) -> None:
        """Ends the threads after what is queued; a Deliverer can be used again afterwards."""
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=self.settings.timeout + 1)
        self._threads = []
