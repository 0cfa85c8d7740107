"""A partner's tracking issue stays where it was opened, known by the record, for all of the partner's people to see.

A copy of it counts for nothing. When it was moved, hidden or cannot be told any more, the account manager hears of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Say
from bot.domain.facts import PartnerFacts
from bot.domain.partners.steps import Tell
from bot.domain.partners.tracking import Closing, manager_handle, partner_standing
from bot.domain.speech import code

HANDBOOK = ("CT-10",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing but whether the rule is on."""

    enabled: bool = True


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | Tell]:
    record, tracking, found = facts.record, facts.tracking, partner_standing(facts)
    if record is None or not record.is_running or tracking is None:
        return
    yield Check("its tracking issue is known as such", found is not None, tracking.issue.reference, "record")
    who = (manager_handle(facts.site.registry, facts.partner, facts.accounts),)
    issue, place = code(tracking.issue.reference), f"{tracking.issue.project_id}/{tracking.issue.iid}"
    again = code(f"@{facts.site.bot.username} ctp enrol {facts.partner.id}")
    if found is None:
        yield Say("CT-10", "unknown", {"issue": issue})
        yield Tell("CT-10", "unknown", f"unknown {place}", who, {"issue": issue})
    elif found[1].closing is Closing.MOVED:
        yield Say("CT-10", "moved", {"issue": issue, "again": again})
        yield Tell("CT-10", "moved", f"moved {place}", who, {"issue": issue, "again": again})
    elif tracking.issue.confidential:
        yield Say("CT-10", "hidden", {"issue": issue})
        yield Tell("CT-10", "hidden", f"hidden {place}", who, {"issue": issue})
