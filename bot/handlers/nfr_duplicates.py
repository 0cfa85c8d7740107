"""Who asks for the same licence twice within some days is shown the first request, so that one licence is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Check, Nudge, Say
from bot.domain.answers import spelt
from bot.domain.asking import templated
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.licensing.request import INTEGRATION, REQUEST
from bot.domain.licensing.standing import Standing, standing
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
    case = templated(facts, REQUEST, INTEGRATION)
    if case and facts.issue.is_open and case.form.values.get("partner"):
        yield IssuesOf(case.template.key)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    now = standing(facts)
    if now is None or now.request is None or not facts.issue.is_open:
        return
    first = next(_earlier(facts, settings, now), None)
    yield Check("nobody asked for the same before", first is None, first.reference if first else "nobody", "issues")
    if first is not None:
        issue = first.reference
        yield Say("NF-01", "duplicate", {"issue": issue}, Nudge(settings.remind_after), internal=True)


def _earlier(facts: IssueFacts, settings: Settings, now: Standing) -> Iterator[Issue]:
    """Oldest first; without a day of its own an issue is as old as it can be."""
    mine, span = facts.issue, timedelta(days=settings.within_days)
    for other in facts.others.get(now.case.template.key, ()):
        theirs, issue = standing(other), other.issue
        if issue.iid >= mine.iid or theirs is None or _what(theirs) != _what(now):
            continue
        if mine.created_at and issue.created_at and mine.created_at - issue.created_at <= span:
            yield issue


def _what(one: Standing) -> tuple[str, str] | None:
    """For whom it is, and of which kind."""
    if one.request is None:
        return None
    partner = one.request.partner
    return (partner.id if partner else spelt(one.request.company), one.request.kind.key)
