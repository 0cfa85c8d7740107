"""Each certification is looked at again every year, and the account manager hears of it some days before its month."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.actions import Say
from bot.domain.facts import PartnerFacts
from bot.domain.partners.programme import Programme, months_later
from bot.domain.partners.steps import Tell
from bot.domain.registry import Certification
from bot.domain.speech import quoted

HANDBOOK = ("AW-13",)


@dataclass(frozen=True, slots=True)
class Settings:
    """How many days before, each programme says itself: `review` in certifications.yml."""

    enabled: bool = True


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Say | Tell]:
    for held in facts.partner.certifications:
        programme = facts.site.programmes.called(held.cert)
        month = _month(held, programme, facts.today) if programme else None
        if programme is None or month is None:
            continue
        quarters = str(programme.review.grace_quarters)
        values = {"certification": quoted(programme.name), "month": f"{month:%B %Y}", "quarters": quarters}
        yield Say("AW-13", "review", values)
        who = (facts.partner.account_manager,)
        yield Tell("AW-13", "review", f"review {programme.key} {month.year}", who, values)


def _month(held: Certification, programme: Programme, today: date) -> date | None:
    """The first day of the month of the review that is near or running; never the month of the award itself."""
    number = held.review_month or held.awarded_on.month
    for month in (date(today.year, number, 1), date(today.year + 1, number, 1)):
        begin, end = month - timedelta(days=programme.review.evidence_days), months_later(month, 1)
        if month > held.awarded_on and begin <= today < end:
            return month
    return None
