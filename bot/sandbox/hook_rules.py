"""Answers, minutes and UUIDs decide whether a hook may fire: auto-disabling, the namespace's budget, recursion."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.sandbox.records import Hook

FAILURES_BEFORE_PAUSE = 3
FAILURES_BEFORE_END = 39
FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=24)

# Deliveries per minute of a top-level namespace as large as the company's; an instance of one's own has no limit.
PER_MINUTE: dict[str, int | None] = {"premium": 4000, "free": 500, "ce": None}

RECURSION_MEMORY = 30 * 60.0
RECURSION_HOOKS = 100


def alert_status(hook: Hook, now: datetime) -> str:
    """What the hook API shows: executable, temporarily_disabled or disabled."""
    if hook.disabled_forever:
        return "disabled"
    if hook.disabled_until is not None and hook.disabled_until > now:
        return "temporarily_disabled"
    return "executable"


def note_answer(hook: Hook, *, good: bool, now: datetime, auto_disable: bool = True) -> None:
    """The 4th failure in a row pauses the hook for a minute, each further one twice as long; the 40th ends it."""
    if good:
        hook.recent_failures, hook.disabled_until, hook.disabled_forever = 0, None, False
        return
    hook.recent_failures += 1
    if not auto_disable or hook.recent_failures <= FAILURES_BEFORE_PAUSE:
        return
    if hook.recent_failures > FAILURES_BEFORE_END:
        hook.disabled_until, hook.disabled_forever = None, True
        return
    doublings = hook.recent_failures - FAILURES_BEFORE_PAUSE - 1
    hook.disabled_until = now + min(FIRST_PAUSE * 2**doublings, LONGEST_PAUSE)


@dataclass
class NamespaceBudget:
    """Over `per_minute` every hook of the top-level namespace is silent until the next minute; None never is."""

    per_minute: int | None
    now: Callable[[], float] = time.time
    _minute: int = 0
    _used: dict[str, int] = field(default_factory=dict)

    def take(self, namespace: str) -> bool:
        minute = int(self.now() // 60)
        if minute != self._minute:
            self._minute, self._used = minute, {}
        self._used[namespace] = self._used.get(namespace, 0) + 1
        return self.per_minute is None or self._used[namespace] <= self.per_minute


@dataclass
class _Chain:
    touched: float
    fired: dict[int, str] = field(default_factory=dict)  # hook id -> the request in which it first fired


@dataclass
class Recursion:
    """Hooks that fired for an X-Gitlab-Event-UUID that came in with an earlier API request do not fire for it again."""

    now: Callable[[], float] = time.monotonic
    _chains: dict[str, _Chain] = field(default_factory=dict)

    def allows(self, event_uuid: str, hook_id: int, request: str) -> bool:
        """`request` tells apart API requests: all events of one request may reach a hook."""
        now = self.now()
        for old in [key for key, chain in self._chains.items() if now - chain.touched > RECURSION_MEMORY]:
            del self._chains[old]
        chain = self._chains.setdefault(event_uuid, _Chain(now))
        chain.touched = now
        if chain.fired.get(hook_id, request) != request:
            return False
        if hook_id not in chain.fired and len(chain.fired) >= RECURSION_HOOKS:
            return False
        chain.fired[hook_id] = request
        return True
