"""Each licence of a partner's that is about to end gets an issue in time, so that it is renewed or let go on purpose.

A Select partner in good standing is renewed unless somebody objects; for an Open one its account manager asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.actions import Check, Nudge, OpenIssue, Say, Turn
from bot.domain.asking import handles_for, is_ticked, templated
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.licensing.request import RENEW, RENEWAL, task
from bot.domain.registry import Contact, Licence, Partner, Status, Track
from bot.domain.speech import clean, dictated
from bot.domain.templated import HELP_DESK, Templated

HANDBOOK = ("NF-14",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The issue opens `days_before` a licence ends, and people are reminded `remind_before` it does.

    Of a licence that ended more than `forget_after` days ago nobody hears.
    """

    enabled: bool = True
    days_before: int = 60
    remind_before: int = 30
    forget_after: int = 30


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | OpenIssue]:
    if facts.site.templates.get(RENEWAL) is None or facts.partner.status is not Status.AUTHORIZED:
        return
    for licence in facts.partner.nfr:
        kind = facts.site.licences.get(licence.kind)
        if licence.expires is None or kind is None or not kind.is_for_partners:
            continue
        left = (licence.expires - facts.today).days
        is_near = -settings.forget_after <= left <= settings.days_before
        yield Check("its license does not end soon", not is_near, f"{left} days", "registry", internal=True)
        key = key_of(facts.partner, licence)
        if is_near and key not in facts.opened:
            yield _opened(facts, licence, key)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case = templated(facts, RENEWAL)
    if case is None or case.partner is None or not facts.issue.is_open:
        return
    end, is_settled = case.form.values.get("ends", ""), is_ticked(facts, task(case, RENEW))
    yield Check("it is settled whether it is renewed", is_settled, "ticked" if is_settled else "open", "description")
    if not end or is_settled:
        return
    turn = Turn(date.fromisoformat(end) - timedelta(days=settings.remind_before))
    if case.partner.track is Track.SELECT:
        yield Say("NF-14", "propose", {"end": end}, Nudge(turns=(turn,), who=_desk(facts, case)), internal=True)
    else:
        who = (case.partner.account_manager,)
        yield Say("NF-14", "ask", {"end": end}, Nudge(turns=(turn,), who=who), internal=True)


def key_of(partner: Partner, licence: Licence) -> str:
    """One renewal for each licence and end."""
    return f"nfr_renewal {partner.id} {licence.kind} {licence.expires}"


def _desk(facts: IssueFacts, case: Templated) -> tuple[str, ...]:
    region = case.partner.region if case.partner else ""
    return handles_for(facts.site.registry, HELP_DESK, region)[:1]


def _opened(facts: PartnerFacts, licence: Licence, key: str) -> OpenIssue:
    partner, registry = facts.partner, facts.site.registry
    is_select = partner.track is Track.SELECT
    asked = handles_for(registry, HELP_DESK, partner.region)[:1]
    contact = partner.contacts.license or partner.contacts.primary or Contact("")
    kind = facts.site.licences.get(licence.kind)
    values = {
        "partner": dictated(partner.name),
        "kind": kind.name if kind else licence.kind,
        "seats": str(licence.seats),
        "contact": dictated(contact.name),
        "email": clean(contact.email),
        "ends": str(licence.expires),
        "requested_by": f"@{partner.account_manager}",
        "is_select": is_select,
        "is_open": not is_select,
    }
    who = asked if is_select else (partner.account_manager, *asked)
    return OpenIssue(key, RENEWAL, values, assign=who, due=licence.expires)
