"""Proposals become the value of a mark in their merge request, and are read from it again."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any, Final, assert_never

from bot.domain.marks import Mark, Marker
from bot.domain.partners.changes import (
    Advanced,
    Certified,
    Change,
    Enrolled,
    Licensed,
    Practised,
    Proposal,
    Reviewed,
    Withdrawn,
)
from bot.domain.registry import Practitioners

KIND: Final = "partners"
PLACE: Final = "registry:partners"


@dataclass(frozen=True, slots=True)
class Remembered:
    """What a merge request proposes; `digest` is of the file that the bot last wrote there."""

    digest: str = ""
    proposals: tuple[Proposal, ...] = ()


def mark_of(what: Remembered) -> Mark:
    rows = [[one.partner_id, kind_of(one.change), _values(one.change)] for one in what.proposals]
    return Mark(KIND, f"{what.digest} {json.dumps(rows, separators=(',', ':'), default=str)}", PLACE)


def remembered(marker: Marker, text: str) -> Remembered:
    """What our own mark in the text says; nothing where there is none."""
    marks = (found.mark for found in marker.find(text) if found.valid)
    value = next((mark.value for mark in marks if (mark.kind, mark.place) == (KIND, PLACE)), None)
    if value is None:
        return Remembered()
    digest, _, rows = value.partition(" ")
    return Remembered(digest, tuple(_proposals(json.loads(rows))))


def kind_of(change: Change) -> str:
    """One word."""
    match change:
        case Enrolled():
            return "enrolled"
        case Withdrawn():
            return "withdrawn"
        case Certified():
            return "certified"
        case Licensed():
            return "licensed"
        case Practised():
            return "practitioners"
        case Reviewed():
            return "reviewed"
        case Advanced():
            return "advanced"
        case _:
            assert_never(change)


def _values(change: Change) -> dict[str, Any]:
    return asdict(change)


def _proposals(rows: Iterable[Any]) -> Iterable[Proposal]:
    for partner_id, kind, values in rows:
        yield Proposal(str(partner_id), _change(kind, values))


def _change(kind: str, values: dict[str, Any]) -> Change:
    match kind:
        case "enrolled":
            return Enrolled(_day(values["on"]))
        case "withdrawn":
            return Withdrawn(_day(values["on"]))
        case "certified":
            return Certified(**{**values, "awarded_on": _day(values["awarded_on"])})
        case "reviewed":
            return Reviewed(_day(values["on"]))
        case "advanced":
            return Advanced(str(values["stage"]))
        case "licensed":
            replaces = _day(values["replaces"]) if values["replaces"] else None
            return Licensed(**{**values, "expires": _day(values["expires"]), "replaces": replaces})
        case _:
            return Practised(Practitioners(**values["practitioners"]), _day(values["as_of"]))


def _day(text: str) -> date:
    return date.fromisoformat(text)
