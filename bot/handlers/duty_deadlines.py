"""Who has an issue from a template in hand is reminded before it is due, and their chiefs hear of it once it is late.

They hear the day after, and then again at intervals, so often and no more. An issue that waits for answers of its
author is not late.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import Check, Nudge, Say, Turn
from bot.domain.asking import charged, chiefs, templated
from bot.domain.facts import IssueFacts
from bot.domain.speech import handle

HANDBOOK = ("RA-03", "PH-02")


@dataclass(frozen=True, slots=True)
class Settings:
    """People are reminded on the due date and `remind_before` business days before it.

    From the day after, `escalations` times and every `escalate_every` business days, the others hear too. Issues from
    the templates `timed_elsewhere` have rules of their own. ValueError for numbers below these.
    """

    enabled: bool = True
    remind_before: tuple[int, ...] = (2,)
    escalate_every: int = 3
    escalations: int = 3
    timed_elsewhere: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, least in (("escalate_every", 1), ("escalations", 1)):
            if (given := getattr(self, name)) < least:
                raise ValueError(f"{name} is {given}; give at least {least}")
        if any(days < 0 for days in self.remind_before):
            raise ValueError("remind_before counts business days before the due date; give none below 0")


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case, due = templated(facts), facts.issue.due_date
    if case is None or not facts.issue.is_open or due is None or case.template.key in settings.timed_elsewhere:
        return
    is_late = facts.today > due
    yield Check("its due date has not passed", not is_late, due.isoformat(), "due date")
    is_waiting = case.template.stale_after is not None and case.template.needs_info in facts.issue.labels
    yield Check("it waits for nobody's answers", not is_waiting, case.template.needs_info or "no label", "labels")
    if is_waiting:
        return
    who = charged(facts, case)
    values = {"who": ", ".join(map(handle, who)) or "nobody", "due": due.isoformat()}
    before = _before(facts, due, settings, who)
    if is_late:
        yield Say("", "late", values, Nudge(who=who, turns=_late(facts, due, settings, who)[:1]))
        above = chiefs(facts.site.registry, who, case.template.lead) or tuple(
            filter(None, [facts.site.registry.director])
        )
        turns = _late(facts, due, settings, above)
        yield Say("", "overdue", values, Nudge(who=above, turns=turns), internal=True)
    elif facts.today >= before[0].on:
        yield Say("", "due", values, Nudge(who=who, turns=before))


def _before(facts: IssueFacts, due: date, settings: Settings, who: tuple[str, ...]) -> tuple[Turn, ...]:
    """The days on which people are reminded, the first one first."""
    days = {due, *(facts.site.workdays.before(due, count) for count in settings.remind_before)}
    return tuple(Turn(day, who) for day in sorted(days))


def _late(facts: IssueFacts, due: date, settings: Settings, who: tuple[str, ...]) -> tuple[Turn, ...]:
    first = facts.site.workdays.after(due, 1)
    steps = (settings.escalate_every * time for time in range(settings.escalations))
    return tuple(Turn(facts.site.workdays.after(first, step), who) for step in steps)
