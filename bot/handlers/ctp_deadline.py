"""A partner that is not done within its six months may not go on, unless Channel Services gives it more time.

From the day after the last one the tracking issue carries a label and says so, and Channel Services and the account
manager hear of it. More time takes both away. Whoever was done in time is not late, and whoever withdrew neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import AddLabel, Check, RemoveLabel, Say
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.flags import flag
from bot.domain.needs import Need
from bot.domain.partners.steps import Tell
from bot.domain.partners.tracking import (
    SERVICES,
    Standing,
    manager_handle,
    needs_of,
    partner_standing,
    standing,
)
from bot.domain.plan import distinct
from bot.domain.speech import code
from bot.domain.subject import Subject

HANDBOOK = ("CT-14",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing but whether the rule is on: the months are the programme's."""

    enabled: bool = True


def tracking_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_tracking(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | Say]:
    now, labels = standing(facts, facts.holders), facts.site.labels.certification
    withdrawn_on = now.case.record.withdrawn_on
    yield Check("the months did not end before all was done", not now.is_expired, now.deadline.isoformat(), "record")
    yield Check("the partner did not withdraw", withdrawn_on is None, str(withdrawn_on or "no"), "record")
    if not facts.issue.is_open and not now.is_live:
        return
    # Both labels are of one scope, so GitLab keeps one.
    yield from flag(facts.issue, labels.expired.name, wanted=now.is_expired and withdrawn_on is None)
    yield from flag(facts.issue, labels.withdrawn.name, wanted=withdrawn_on is not None)
    if withdrawn_on is not None:
        yield Say("CT-14", "withdrawn", {"date": withdrawn_on.isoformat()})
    elif now.is_expired:
        yield Say("CT-14", "ended", {"deadline": now.deadline.isoformat()})


def tracking_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """When the label changes, whoever has to decide is told, on the partner's record."""
    now = standing(facts, facts.holders)
    wanted = now.is_expired and now.case.record.withdrawn_on is None
    if wanted is not (facts.site.labels.certification.expired.name in facts.issue.labels):
        yield Subject.partner(now.case.partner.id)


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | Tell]:
    found = partner_standing(facts)
    now = found[1] if found else None
    if now is None or not now.is_expired or not now.is_live:
        return
    partner, me, deadline = facts.partner, facts.site.bot.username, now.deadline.isoformat()
    extend = code(f"@{me} ctp extend {partner.id} YYYY-MM-DD reason")
    withdraw = code(f"@{me} ctp withdraw {partner.id} reason")
    values = {"deadline": deadline, "open": _left(now), "extend": extend, "withdraw": withdraw}
    who = distinct((manager_handle(facts.site.registry, partner, facts.accounts), facts.site.registry.holder(SERVICES)))
    yield Say("CT-14", "expired", values)
    yield Tell("CT-14", "expired", f"expired {deadline}", tuple(one for one in who if one), values)


def _left(now: Standing) -> str:
    return str(len(now.done.open) + len(now.done.doubtful))
