"""Who asks for the same licence twice within some days is shown the first request, so that one licence is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Check, Nudge, Say
from bot.domain.asking import templated
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.licensing.request import INTEGRATION, REQUEST
from bot.domain.licensing.standing import subject_of, twins
from bot.domain.needs import IssuesOf, Need

HANDBOOK = ("NF-01",)


@dataclass(frozen=True, slots=True)
class Settings:
    """A request `within_days` of an earlier one for the same partner and kind is the same.

    People hear again of it `remind_after` business days later.
    """

    enabled: bool = True
    within_days: int = 7
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    """Also once it is closed: whoever followed the advice is not asked to go on."""
    case = templated(facts, REQUEST, INTEGRATION)
    if case and case.form.values.get("partner"):
        yield IssuesOf(case.template.key)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    if subject_of(facts) is None or not facts.issue.is_open:
        return
    first = next(_earlier(facts, settings), None)
    yield Check("nobody asked for the same before", first is None, first.reference if first else "nobody", "issues")
    if first is not None:
        issue = first.reference
        yield Say("NF-01", "duplicate", {"issue": issue}, Nudge(settings.remind_after), internal=True)


def _earlier(facts: IssueFacts, settings: Settings) -> Iterator[Issue]:
    """Oldest first; without a day of its own an issue is as old as it can be."""
    mine, span = facts.issue, timedelta(days=settings.within_days)
    for other in twins(facts):
        issue = other.issue
        if mine.created_at and issue.created_at and mine.created_at - issue.created_at <= span:
            yield issue
