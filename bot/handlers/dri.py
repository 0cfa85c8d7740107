"""An issue names its DRI in its first lines, as `DRI: @handle`, and that person is among the assignees.

Nobody is ever unassigned. An issue that names no DRI carries a label until it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import AddLabel, Assign, Check, RemoveLabel, Say
from bot.domain.facts import Account, IssueFacts, Person, Tier
from bot.domain.intro import dri_handles, unreadable_dri
from bot.domain.needs import AccountOf, Need
from bot.domain.speech import code, quoted

HANDBOOK = ("GL-11",)
EVERYONE = "all"


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the rule."""

    enabled: bool = True


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    handles = dri_handles(facts.issue.description)
    if len(handles) == 1 and handles[0].lower() != EVERYONE and not _assigned(facts, handles[0]):
        yield AccountOf(handles[0])


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | Assign | Say]:
    handles = dri_handles(facts.issue.description)
    yield Check("one DRI is named", len(handles) == 1, ", ".join(handles) or "nobody", "first lines of the description")
    yield from _flag(facts, missing=not handles)
    match handles:
        case ():
            yield _nobody(facts)
        case (handle,):
            yield from _one(facts, handle)
        case _:
            yield Say("GL-11", "several", {"handles": ", ".join(code(f"@{handle}") for handle in handles)})


def _flag(facts: IssueFacts, *, missing: bool) -> Iterator[AddLabel | RemoveLabel]:
    label = facts.site.labels.dri_missing.name
    flagged = label in facts.issue.labels
    if missing and not flagged:
        yield AddLabel(label)
    if flagged and not missing:
        yield RemoveLabel(label)


def _nobody(facts: IssueFacts) -> Say:
    written = unreadable_dri(facts.issue.description)
    return Say("GL-11", "unreadable", {"written": quoted(written)}) if written else Say("GL-11", "missing")


def _one(facts: IssueFacts, handle: str) -> Iterator[Check | Assign | Say]:
    assigned = _assigned(facts, handle)
    yield Check("the DRI is assigned", assigned, _names(facts.issue.assignees), "assignees")
    if assigned:
        return
    values = {"handle": code(f"@{handle}")}
    match facts.accounts.get(handle.lower(), Account(handle)):
        case _ if handle.lower() == EVERYONE:
            yield Say("GL-11", "everyone", values)
        case Account(person=None, is_group=True):
            yield Say("GL-11", "group", values)
        case Account(person=Person(state=state)) if state != "active":
            yield Say("GL-11", "inactive", values)
        case Account(person=Person(id=number)) if number == facts.site.bot.id:
            yield Say("GL-11", "bot", values)
        case Account(person=Person(), member=False):
            yield Say("GL-11", "outsider", values)
        case Account(person=Person()) if facts.site.tier is Tier.FREE and facts.issue.assignees:
            yield Say("GL-11", "one_assignee", {**values, "assignees": _names(facts.issue.assignees)})
        case Account(person=Person() as person):
            yield Assign(person)
        case _:
            yield Say("GL-11", "unknown", values)


def _assigned(facts: IssueFacts, handle: str) -> bool:
    return any(person.username.lower() == handle.lower() for person in facts.issue.assignees)


def _names(people: tuple[Person, ...]) -> str:
    return ", ".join(code(f"@{person.username}") for person in people) or "nobody"
