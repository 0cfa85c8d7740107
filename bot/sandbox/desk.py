"""Requests under /sandbox become faults, another time, and answers about what was asked and what was sent."""

import dataclasses
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import cast, get_args

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue

from bot.sandbox import hooks_api, mail_pages, pages, people_desk, todos_api
from bot.sandbox.faults import BadOrder, Fault, FaultDesk, Kind, without_token
from bot.sandbox.hooks import Deliverer
from bot.sandbox.lag import Lag
from bot.sandbox.limits import Limits, refusal_headers
from bot.sandbox.mailbox import Mailbox
from bot.sandbox.payloads import TimeForm, write_time
from bot.sandbox.world import TABLES, World

Entry = tuple[str, str, int, str | None, datetime]
Keys = dict[str, object]


class Desk:
    """All that an operator of the sandbox can turn, for one World; the wire registers its `blueprints()`."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.faults = FaultDesk()
        # The memory of the past comes first, so that what the others write is after the fact.
        self.lag = Lag(world)
        self.mailbox = Mailbox(world)
        self.deliverer = Deliverer(world, self.faults)
        self.limits = Limits(users=world.limited_users, stamp=lambda: world.clock.now().timestamp())
        self._entries: list[Entry] = []
        self.blueprint = self._blueprint()

    # What the wire asks

    def before(self, method: str, path: str, user: str | None) -> Fault | None:
        """The fault that befalls this API request, if any. `path` with its query, `user` a username."""
        fault = self.faults.for_request(method, path, user)
        if fault is None or fault.kind is not Kind.RATE_LIMIT or not fault.seconds:
            return fault
        headers = {**refusal_headers(fault.seconds, self.limits.stamp()), **fault.headers}
        return dataclasses.replace(fault, headers=headers)

    def record(self, method: str, path: str, status: int, user: str | None, at: datetime) -> None:
        """Logs an API request that was answered or cut off."""
        self._entries.append((method, without_token(path), status, user, at))

    def as_of(self, seconds: float) -> World:
        """The world a lagging replica shows, `seconds` behind; to be used under the world's lock."""
        return self.lag.view(seconds)

    def close(self) -> None:
        """Ends the delivery threads."""
        self.deliverer.stop()

    def blueprints(self) -> tuple[Blueprint, ...]:
        """What the wire registers: the desk itself, people, mails, the history of hooks, the todos, the pages."""
        desks = (self.blueprint, people_desk.blueprint, mail_pages.blueprint)
        return *desks, hooks_api.blueprint_for(self.deliverer), todos_api.blueprint, pages.blueprint

    # The blueprint

    def _blueprint(self) -> Blueprint:
        blueprint = Blueprint("sandbox", __name__, url_prefix="/sandbox")
        routes: tuple[tuple[str, str, Callable[[], ResponseReturnValue]], ...] = (
            ("GET", "/faults", self._list_faults),
            ("POST", "/faults", self._place_fault),
            ("DELETE", "/faults", self._clear_faults),
            ("GET", "/clock", self._show_clock),
            ("PUT", "/clock", self._set_clock),
            ("GET", "/requests", self._list_requests),
            ("DELETE", "/requests", self._clear_requests),
            ("GET", "/hooks", self._show_hooks),
            ("PUT", "/hooks", self._set_hooks),
            ("GET", "/limits", self._show_limits),
            ("PUT", "/limits", self._set_limits),
            ("GET", "/world", self._show_world),
        )
        for method, path, view in routes:
            blueprint.add_url_rule(path, f"{method} {path}".replace("/", ""), view, methods=[method])
        blueprint.record(lambda setup: setup.app.register_error_handler(BadOrder, _refuse))
        return blueprint

    def _list_faults(self) -> ResponseReturnValue:
        return jsonify(self.faults.described())

    def _place_fault(self) -> ResponseReturnValue:
        return jsonify(self.faults.place(request.get_json(silent=True)).described()), 201

    def _clear_faults(self) -> ResponseReturnValue:
        self.faults.clear()
        return "", 204

    def _show_clock(self) -> ResponseReturnValue:
        clock = self.world.clock
        return jsonify(now=_stamp(clock.now()), frozen=clock.frozen)

    def _set_clock(self) -> ResponseReturnValue:
        keys = _keys({"now", "advance_seconds", "frozen"})
        moment = _moment(keys["now"]) if "now" in keys else None
        seconds = _number(keys, "advance_seconds", 0.0)
        frozen = _flag(keys, "frozen", self.world.clock.frozen)
        with self.world.lock:
            if frozen != self.world.clock.frozen:
                self.world.clock.frozen = frozen
            if moment is not None:
                self.world.clock.set(moment)
            if seconds:
                self.world.clock.advance(timedelta(seconds=seconds))
        return self._show_clock()

    def _list_requests(self) -> ResponseReturnValue:
        names = ("method", "path", "status", "user", "at")
        entries = list(self._entries)
        return jsonify([dict(zip(names, (*entry[:4], _stamp(entry[4])), strict=True)) for entry in entries])

    def _clear_requests(self) -> ResponseReturnValue:
        self._entries = []
        return "", 204

    def _show_hooks(self) -> ResponseReturnValue:
        settings, counters = self.deliverer.settings, self.deliverer.counters
        return jsonify(
            waiting=self.deliverer.waiting(), delivered=counters.delivered, failed=counters.failed, lost=counters.lost,
            timeout=settings.timeout, auto_disable=settings.auto_disable, time_form=settings.time_form,
            per_minute=self.deliverer.budget.per_minute,
        )  # fmt: skip

    def _set_hooks(self) -> ResponseReturnValue:
        keys = _keys({"timeout", "auto_disable", "time_form", "per_minute"})
        settings = self.deliverer.settings
        form = keys.get("time_form", settings.time_form)
        if form not in get_args(TimeForm):
            raise BadOrder(f"time_form {form!r} is not one of {', '.join(get_args(TimeForm))}")
        settings.timeout = _number(keys, "timeout", settings.timeout)
        settings.auto_disable = _flag(keys, "auto_disable", settings.auto_disable)
        settings.time_form = cast("TimeForm", form)
        if "per_minute" in keys:
            none = keys["per_minute"] is None
            self.deliverer.budget.per_minute = None if none else int(_number(keys, "per_minute", 0))
        return self._show_hooks()

    def _show_limits(self) -> ResponseReturnValue:
        return jsonify(self.limits.described())

    def _set_limits(self) -> ResponseReturnValue:
        keys = _keys({"on", "scale", "users"})
        users = keys.get("users", [])
        if users is not None and not (isinstance(users, list) and all(isinstance(user, str) for user in users)):
            raise BadOrder("users is a list of usernames, or null for everybody")
        self.limits.on = _flag(keys, "on", self.limits.on)
        self.limits.scale = _number(keys, "scale", self.limits.scale)
        if "users" in keys:
            self.limits.users = None if users is None else set(users)
        self.limits.forget()
        return self._show_limits()

    def _show_world(self) -> ResponseReturnValue:
        world = self.world
        with world.lock:
            rows = {name: len(getattr(world, name)) for name in TABLES.values()} | {"members": len(world.members)}
            return jsonify(
                url=world.url, tier=world.tier, version=world.version, now=_stamp(world.clock.now()), rows=rows,
                groups=sorted(group.full_path for group in world.groups.values()),
                projects=sorted(project.full_path for project in world.projects.values()),
                users=sorted(user.username for user in world.users.values()),
            )  # fmt: skip


def _refuse(error: BadOrder) -> ResponseReturnValue:
    response: Response = jsonify(error=str(error))
    return response, 400


def _stamp(moment: datetime) -> str:
    return write_time(moment, "millis")


def _keys(known: set[str]) -> Keys:
    raw = request.get_json(silent=True)
    if not isinstance(raw, dict):
        raise BadOrder(f"send a JSON object with some of {', '.join(sorted(known))}")
    if unknown := sorted(set(raw) - known):
        raise BadOrder(f"unknown key {unknown[0]!r}; known are {', '.join(sorted(known))}")
    return raw


def _number(keys: Keys, name: str, default: float) -> float:
    value = keys.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise BadOrder(f"{name} is a number, not {value!r}")
    return float(value)


def _flag(keys: Keys, name: str, default: bool) -> bool:
    value = keys.get(name, default)
    if not isinstance(value, bool):
        raise BadOrder(f"{name} is true or false, not {value!r}")
    return value


def _moment(raw: object) -> datetime:
    try:
        moment = datetime.fromisoformat(str(raw))
    except ValueError:
        raise BadOrder(f"now {raw!r} is not a time such as 2026-11-21T10:00:00Z") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
