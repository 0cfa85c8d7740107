"""What a partner's licences that end together come to is settled in time, in an issue of their own.

A Select partner in good standing is renewed unless somebody objects; for an Open one its account manager asks.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.domain.actions import Check, Close, Nudge, OpenIssue, Say, Turn
from bot.domain.asking import charged, handles_for, is_ticked, templated
from bot.domain.closing import is_wanted_open
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.licensing.ending import is_renewed_elsewhere
from bot.domain.licensing.kinds import LicenceKind
from bot.domain.licensing.request import RENEW, RENEWAL, task
from bot.domain.licensing.standing import standing
from bot.domain.needs import Need, StateHistory
from bot.domain.partners.steps import Tell
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


@dataclass(frozen=True, slots=True)
class Ending:
    """All of a partner's licences of one kind that end together, with all their seats."""

    kind: LicenceKind
    on: date
    seats: int


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | OpenIssue]:
    if facts.site.templates.get(RENEWAL) is None or facts.partner.status is not Status.AUTHORIZED:
        return
    for ending in _endings(facts):
        left = (ending.on - facts.today).days
        is_near = -settings.forget_after <= left <= settings.days_before
        yield Check("its license does not end soon", not is_near, f"{left} days", "registry", internal=True)
        key = key_of(facts.partner, ending)
        if is_near and key not in facts.opened and not _is_in_hand(facts, ending):
            yield _opened(facts, ending, key)


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    """Whether somebody opened it again, once it is to be closed."""
    case = templated(facts, RENEWAL)
    if case and facts.issue.is_open and is_renewed_elsewhere(facts, case):
        yield StateHistory()


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say | Tell | Close]:
    case = templated(facts, RENEWAL)
    if case is None or case.partner is None or not facts.issue.is_open:
        return
    end, is_settled = case.form.values.get("ends", ""), is_ticked(facts, task(case, RENEW))
    yield Check("it is settled whether it is renewed", is_settled, "ticked" if is_settled else "open", "description")
    if not end or is_settled:
        return
    if is_renewed_elsewhere(facts, case):
        who = charged(facts, case)
        yield Tell("NF-14", "gone", f"license of {end} renewed elsewhere", who, {"end": end})
        yield from () if is_wanted_open(facts) else (Close(),)
        return
    turn = Turn(date.fromisoformat(end) - timedelta(days=settings.remind_before))
    if case.partner.track is Track.SELECT:
        yield Say(
            "NF-14", "propose", {"end": end}, Nudge(turns=(turn,), who=_desk(facts, case), planned=True), internal=True
        )
    else:
        who = (case.partner.account_manager,)
        yield Say("NF-14", "ask", {"end": end}, Nudge(turns=(turn,), who=who, planned=True), internal=True)


def key_of(partner: Partner, ending: Ending) -> str:
    """One renewal for each kind and end."""
    return f"nfr_renewal {partner.id} {ending.kind.key} {ending.on}"


def _endings(facts: PartnerFacts) -> Iterator[Ending]:
    """Kind by kind and day by day, in the order of the registry."""
    found: dict[tuple[str, date], int] = {}
    for one in facts.partner.nfr:
        if one.expires:
            found[one.kind, one.expires] = found.get((one.kind, one.expires), 0) + one.seats
    for (key, on), seats in found.items():
        kind = facts.site.licences.get(key)
        if kind is not None and kind.is_for_partners:
            yield Ending(kind, on, seats)


def _is_in_hand(facts: PartnerFacts, ending: Ending) -> bool:
    """Whether another request was sent in their place, or asks for that and is open."""
    for one in facts.licences:
        now = standing(one)
        request = now.request if now else None
        if now is None or request is None or request.kind != ending.kind or not request.renewal:
            continue
        old = now.grant.replaces if now.grant else _end_of(request.replaced(facts.today))
        if old == ending.on and (now.is_sent or one.issue.is_open):
            return True
    return False


def _end_of(licences: tuple[Licence, ...]) -> date | None:
    return licences[0].expires if licences else None


def _desk(facts: IssueFacts, case: Templated) -> tuple[str, ...]:
    region = case.partner.region if case.partner else ""
    return handles_for(facts.site.registry, HELP_DESK, region)[:1]


def _opened(facts: PartnerFacts, ending: Ending, key: str) -> OpenIssue:
    partner, registry = facts.partner, facts.site.registry
    is_select = partner.track is Track.SELECT
    asked = handles_for(registry, HELP_DESK, partner.region)[:1]
    contact = partner.contacts.license or partner.contacts.primary or Contact("")
    values = {
        "partner": dictated(partner.name),
        "kind": ending.kind.name,
        "seats": str(ending.seats),
        "contact": dictated(contact.name),
        "email": clean(contact.email),
        "ends": str(ending.on),
        "requested_by": f"@{partner.account_manager}",
        "is_select": is_select,
        "is_open": not is_select,
    }
    who = asked if is_select else (partner.account_manager, *asked)
    return OpenIssue(key, RENEWAL, values, assign=who, due=ending.on)
