"""A verdict on an announcement becomes the occasions to tell partners that are offered instead."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot.domain.communications.keys import NEWSLETTER, WEBCAST
from bot.domain.communications.newsletter import occasions
from bot.domain.communications.notice import Fault, Verdict, earliest_effective
from bot.domain.facts import IssueFacts


def next_occasions(facts: IssueFacts, verdict: Verdict) -> Mapping[str, date]:
    """By template key, the first newsletter and webcast from the notice date on, that there are."""
    since = max(facts.today, verdict.notice or facts.today)
    every = {key: occasions(facts.site, key, facts.others.get(key, ()), since) for key in (NEWSLETTER, WEBCAST)}
    return {key: days[0] for key, days in every.items() if days}


def last_in_time(facts: IssueFacts, verdict: Verdict) -> date | None:
    """Where partners hear of it too late by the newsletter alone: the last one that leaves them their notice."""
    if verdict.effective is None or Fault.LATE not in verdict.faults:
        return None
    coming = occasions(facts.site, NEWSLETTER, facts.others.get(NEWSLETTER, ()), facts.today)
    days = facts.site.notice.days
    return max((day for day in coming if earliest_effective(day, days) <= verdict.effective), default=None)
