"""One time of a recurrence becomes the issue that is opened for it."""

from __future__ import annotations

from collections.abc import Mapping

from bot.domain.actions import OpenIssue
from bot.domain.asking import handles_for
from bot.domain.facts import RecurringFacts
from bot.domain.fiscal import LAST_DAY, Quarter
from bot.domain.recurrence.items import items_of
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.rule import due_on, event_on, flags_of
from bot.domain.windows import Window


def issue_for(facts: RecurringFacts, occurrence: Occurrence) -> OpenIssue:
    """Opened late it keeps the day on which it was due."""
    recurrence, registry = facts.recurrence, facts.site.registry
    template = facts.site.templates.get(recurrence.template)
    due = due_on(recurrence, occurrence.period, facts.site.workdays)
    window = max(due, facts.today)
    return OpenIssue(
        key=occurrence.key,
        template=recurrence.template,
        values=_values(facts, occurrence),
        assign=handles_for(registry, template.assign, occurrence.region)[:1] if template else (),
        due=due,
        milestone=Window.of(window).title if recurrence.milestone and window <= LAST_DAY else "",
    )


def said(period: Period) -> str:
    """`week 3 of 2026`, `January 2026` or `FY26Q4`."""
    match period.unit:
        case Unit.WEEK:
            year, week, _ = period.first.isocalendar()
            return f"week {week} of {year}"
        case Unit.MONTH:
            return f"{period.first:%B %Y}"
        case _:
            return period.key


def _values(facts: RecurringFacts, occurrence: Occurrence) -> Mapping[str, object]:
    recurrence, period, registry = facts.recurrence, occurrence.period, facts.site.registry
    template, region = facts.site.templates.get(recurrence.template), registry.region(occurrence.region)
    assigned = handles_for(registry, template.assign, occurrence.region) if template else ()
    return {
        "period": period.key,
        "period_name": said(period),
        "quarter": Quarter.of(period.first).name,
        "first_day": period.first.isoformat(),
        "last_day": period.last.isoformat(),
        "event": event_on(recurrence, period, facts.site.workdays).isoformat(),
        "due": due_on(recurrence, period, facts.site.workdays).isoformat(),
        "region": region.name if region else "",
        "dri": f"@{assigned[0]}" if assigned else "",
        "as_of": registry.as_of.isoformat() if registry.as_of else "",
        "items": items_of(facts, occurrence, recurrence.template),
        "flags": flags_of(recurrence, period),
        "bot": facts.site.bot.username,
    }
