"""Who has an issue from a template in hand is reminded before it is due, and their chiefs hear of it once it is late.

They hear the day after, and then again at intervals, so often and no more, but first of all whoever has it: an issue
that was opened late is late in the eyes of others only some days after that. One that waits for answers of its author
is not late. What stays open after that is listed in each window's digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import Check, Nudge, Say, Turn
from bot.domain.asking import above, charged, opened_on, templated
from bot.domain.facts import IssueFacts
from bot.domain.speech import handle
from bot.domain.templated import Templated
from bot.domain.workdays import Shift

HANDBOOK = ("RA-03", "PH-02")


@dataclass(frozen=True, slots=True)
class Settings:
    """People are reminded on the due date, and `remind_before` business days before it where there is time for that.

    There is where it lies at least `early_from` business days after the opening. From the business day after it,
    `escalations` times and every `escalate_every` business days, the others hear too, but not before the issue was open
    for `late_grace` business days. Issues from the templates `timed_elsewhere` have rules of their own. ValueError for
    numbers below these.
    """

    enabled: bool = True
    remind_before: tuple[int, ...] = (1,)
    early_from: int = 5
    late_grace: int = 2
    escalate_every: int = 3
    escalations: int = 3
    timed_elsewhere: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name, least in (("early_from", 0), ("late_grace", 0), ("escalate_every", 1), ("escalations", 1)):
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
    if is_late:
        yield from _late(facts, case, due, settings)
    elif facts.today >= (before := _before(facts, due, settings))[0]:
        who = charged(facts, case)
        values = {"who": _named(who), "due": due.isoformat()}
        yield Say(case.template.rule, "due", values, _nudge(who, before))


def _late(facts: IssueFacts, case: Templated, due: date, settings: Settings) -> Iterator[Say]:
    """Where nobody is above, who has it in hand hears in their place."""
    who, opened = charged(facts, case), opened_on(facts)
    chiefs = above(facts.site.registry, who, case.template.lead)
    ends = max(due, facts.site.workdays.after(opened, settings.late_grace))
    days = _escalating(facts, ends, settings)
    values = {"who": _named(who), "due": due.isoformat(), "opened": opened.isoformat() if opened > due else ""}
    first = facts.site.workdays.after(max(due, opened), 1)
    yield Say(case.template.rule, "late", values, _nudge(who, (first,) if chiefs else (first, *days)))
    if chiefs and facts.today > ends:
        yield Say(case.template.rule, "overdue", values, _nudge(chiefs, days), internal=True)


def _before(facts: IssueFacts, due: date, settings: Settings) -> list[date]:
    """The days on which people are reminded, the first one first."""
    workdays, opened = facts.site.workdays, opened_on(facts)
    days = {workdays.shifted(due, Shift.PREVIOUS)}
    if workdays.after(opened, settings.early_from) <= due:
        days |= {workdays.before(due, count) for count in settings.remind_before}
    return sorted(days)


def _escalating(facts: IssueFacts, ends: date, settings: Settings) -> tuple[date, ...]:
    first = facts.site.workdays.after(ends, 1)
    steps = (settings.escalate_every * time for time in range(settings.escalations))
    return tuple(facts.site.workdays.after(first, step) for step in steps)


def _nudge(who: tuple[str, ...], days: Iterable[date]) -> Nudge:
    return Nudge(who=who, turns=tuple(Turn(day, who) for day in sorted({*days})), planned=True)


def _named(who: tuple[str, ...]) -> str:
    return ", ".join(map(handle, who)) or "nobody"
