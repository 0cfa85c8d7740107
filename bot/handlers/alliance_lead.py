"""An alliance request gets a lead: the Alliances team is reminded until one is named, and the lead is assigned."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Assign, Check, Nudge, Say
from bot.domain.alliances import LEAD, REQUEST, ROLE
from bot.domain.asking import templated
from bot.domain.candidate import candidate, is_assigned
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf, Need
from bot.domain.plan import distinct
from bot.domain.speech import handle

HANDBOOK = ("AL-02",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The team hears of a request without a lead `remind_after` business days after it came."""

    enabled: bool = True
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if name := _lead(facts):
        yield AccountOf(name)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Assign | Say]:
    if templated(facts, REQUEST) is None or not facts.issue.is_open:
        return
    name, nudge = _lead(facts), Nudge(settings.remind_after, who=_team(facts))
    yield Check("somebody takes the lead", bool(name), handle(name) if name else "nobody", "description")
    if not name:
        yield Say("AL-02", "nobody", {}, nudge)
        return
    match candidate(facts, name):
        case Person() as person if not is_assigned(facts, person):
            yield Assign(person)
        case Person():
            pass
        case reason:
            yield Say("AL-02", "unfit", {"lead": handle(name), "reason": reason.value}, nudge)


def _lead(facts: IssueFacts) -> str:
    """The handle in the line; empty where it names nobody, or several."""
    case = templated(facts, REQUEST)
    return case.form.values.get(LEAD.key, "") if case and facts.issue.is_open else ""


def _team(facts: IssueFacts) -> tuple[str, ...]:
    """The lead of the role first."""
    registry = facts.site.registry
    members = (one.handle for one in registry.people if ROLE in one.roles)
    return distinct(filter(None, (registry.holder(ROLE), *members)))
