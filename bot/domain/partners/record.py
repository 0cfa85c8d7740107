"""What was asked for a partner, and what came of it: the state that the bot keeps out of the partner's reach."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Literal, Self, TypeAlias

Place: TypeAlias = tuple[int, int]
"""Project id and iid of an issue."""
What = Literal["create", "enrol", "extend", "withdraw", "award"]


@dataclass(frozen=True, slots=True)
class Request:
    """What a colleague asked of the bot for one partner, by an order or by confirming a plan.

    `key` is the order's, so that nothing is carried out twice; `by` is a handle; `at` is the issue it was asked on.
    """

    key: str
    partner: str
    what: What
    by: str
    on: date
    at: Place
    values: Mapping[str, str] = field(default_factory=dict)

    def to_json(self) -> str:
        return _written(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError, KeyError or TypeError for what another version of the bot may have written."""
        read = json.loads(text)
        return cls(**{**read, "on": date.fromisoformat(read["on"]), "at": _place(read["at"])})


@dataclass(frozen=True, slots=True)
class Extension:
    """More time for the programme: the new last day, who gave it, when and why."""

    until: date
    by: str
    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Record:
    """What is wanted for a partner: its folder, and with `ctp` the training programme too.

    `started_on` is the day the tracking issue was opened, from which the deadline counts. `heard` are the keys of the
    requests that were carried out.
    """

    partner: str
    by: str
    on: date
    request: Place
    ctp: bool = False
    tracking: Place | None = None
    started_on: date | None = None
    extensions: tuple[Extension, ...] = ()
    withdrawn_on: date | None = None
    withdrawn_by: str = ""
    heard: tuple[str, ...] = ()

    @property
    def is_running(self) -> bool:
        """Whether the partner is on its way through the programme."""
        return self.ctp and self.tracking is not None and self.withdrawn_on is None

    @property
    def extended_to(self) -> date | None:
        """The last day that Channel Services set, if they set any."""
        return self.extensions[-1].until if self.extensions else None

    def to_json(self) -> str:
        return _written(self)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Raises ValueError, KeyError or TypeError for what another version of the bot may have written."""
        read = json.loads(text)
        given = {
            "on": date.fromisoformat(read["on"]),
            "request": _place(read["request"]),
            "tracking": _place(read["tracking"]) if read["tracking"] else None,
            "started_on": _day(read["started_on"]),
            "withdrawn_on": _day(read["withdrawn_on"]),
            "extensions": tuple(_extension(one) for one in read["extensions"]),
            "heard": tuple(read["heard"]),
        }
        return cls(**{**read, **given})


def _written(one: Request | Record) -> str:
    return json.dumps(asdict(one), default=str, sort_keys=True, separators=(",", ":"))


def _place(read: list[int]) -> Place:
    project_id, iid = read
    return project_id, iid


def _day(read: str | None) -> date | None:
    return date.fromisoformat(read) if read else None


def _extension(read: Mapping[str, Any]) -> Extension:
    until, on = date.fromisoformat(read["until"]), date.fromisoformat(read["on"])
    return Extension(until, read["by"], on, read["reason"])
