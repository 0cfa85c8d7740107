"""An issue names its DRI in its first lines, as `DRI: @handle`, and that person is among the assignees.

Nobody is ever unassigned. An issue that names no DRI carries a label until it does.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.domain.actions import AddLabel, Answer, Assign, Check, Nudge, RemoveLabel, Say, WriteLine
from bot.domain.candidate import EVERYBODY, Unfit, accounts_named, candidate, named, put_in_charge
from bot.domain.facts import IssueFacts
from bot.domain.flags import flag
from bot.domain.gitlab import Person
from bot.domain.intro import dri_handles, unreadable_dri
from bot.domain.needs import AccountOf, Need
from bot.domain.orders import Command, Order
from bot.domain.speech import code, quoted

HANDBOOK = ("GL-11",)
COMMANDS = (Command("dri", "dri @handle", "name the DRI in the description and assign them", sets="DRI"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of a missing DRI `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    handles = dri_handles(facts.issue.description)
    if len(handles) == 1 and handles[0].lower() != EVERYBODY and not _assigned(facts, handles[0]):
        yield AccountOf(handles[0])


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield from accounts_named(order)


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | Assign | Say]:
    handles = dri_handles(facts.issue.description)
    yield Check("a DRI is named", bool(handles), ", ".join(handles) or "nobody", "first lines of the description")
    yield from flag(facts.issue, facts.site.labels.dri_missing.name, wanted=not handles)
    match handles:
        case ():
            yield _nobody(facts, Nudge(settings.remind_after))
        case (handle,):
            assigned = _assigned(facts, handle)
            yield Check("the DRI is assigned", assigned, _names(facts.issue.assignees), "assignees")
            if not assigned:
                found = _judged(facts, handle, Nudge(settings.remind_after))
                yield Assign(found) if isinstance(found, Person) else found[0]
        case _:
            return  # which of them it is, one_dri asks


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Check | Assign | WriteLine | Answer]:
    """`dri @handle`: the person becomes the DRI in the description and one of the assignees."""
    handles = named(order)
    yield Check("one handle is given", len(handles) == 1, ", ".join(handles) or "none", "the comment")
    if len(handles) != 1:
        yield Answer("usage", {"usage": code(f"@{facts.site.bot.username} dri @handle")}, done=False)
        return
    found = _judged(facts, handles[0], Nudge(settings.remind_after))
    if not isinstance(found, Person):
        yield found[1]
        return
    deeds = put_in_charge(facts, order, found)
    yield from deeds or ()
    yield Answer("overtaken", done=False) if deeds is None else Answer("named", {"handle": code(f"@{found.username}")})


def _nobody(facts: IssueFacts, nudge: Nudge) -> Say:
    written = unreadable_dri(facts.issue.description)
    if written:
        return Say("GL-11", "unreadable", {"written": quoted(written)}, nudge)
    return Say("GL-11", "missing", nudge=nudge)


def _judged(facts: IssueFacts, handle: str, nudge: Nudge) -> Person | tuple[Say, Answer]:
    """Who can be the DRI under this handle; otherwise what is wrong, as a point of the issue and as an answer."""
    values = {"handle": code(f"@{handle}")}
    taken = {**values, "assignees": _names(facts.issue.assignees)}
    match candidate(facts, handle):
        case Person() as person:
            return person
        case Unfit.EVERYONE:
            return Say("GL-11", "everyone", values, nudge), Answer("everyone", values, done=False)
        case Unfit.GROUP:
            return Say("GL-11", "group", values, nudge), Answer("group", values, done=False)
        case Unfit.INACTIVE:
            return Say("GL-11", "inactive", values, nudge), Answer("inactive", values, done=False)
        case Unfit.BOT:
            return Say("GL-11", "bot", values, nudge), Answer("bot", values, done=False)
        case Unfit.OUTSIDER:
            return Say("GL-11", "outsider", values, nudge), Answer("outsider", values, done=False)
        case Unfit.ONE_ASSIGNEE:
            return Say("GL-11", "one_assignee", taken, nudge), Answer("one_assignee", taken, done=False)
        case Unfit.UNKNOWN:
            return Say("GL-11", "unknown", values, nudge), Answer("unknown", values, done=False)
        case unheard:
            assert_never(unheard)


def _assigned(facts: IssueFacts, handle: str) -> bool:
    return any(person.username.lower() == handle.lower() for person in facts.issue.assignees)


def _names(people: tuple[Person, ...]) -> str:
    return ", ".join(code(f"@{person.username}") for person in people) or "nobody"
