"""Colleagues have an award issue opened by an order, and hear row by row what is missing where something is.

Without a certification the one is meant that the partner is ready for, or on its way to.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Answer, Ask
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.needs import Need, PartnerState
from bot.domain.orders import STOPS, Command, Order
from bot.domain.partners.changes import certification
from bot.domain.partners.eligibility import failing
from bot.domain.partners.naming import beginning, choices, is_home, request_of
from bot.domain.partners.programme import Programme
from bot.domain.partners.readiness import awards_for, failing_lines, requirements
from bot.domain.partners.showing import reference
from bot.domain.speech import code, quoted

HANDBOOK = ("AW-05", "AW-06")
COMMANDS = (Command("award open", "award open <partner> [certification]", "open the award issue, if all is there"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the order."""

    enabled: bool = True


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    partner = beginning(facts.site.registry, order.rest).partner
    if partner and is_home(facts):
        yield PartnerState(partner.id)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer | Ask]:
    meant = beginning(facts.site.registry, order.rest)
    state, said = facts.partners.get(meant.partner.id if meant.partner else ""), meant.rest.strip(f"`{STOPS} ")
    active, usage = (
        facts.site.programmes.active,
        code(f"@{facts.site.bot.username} award open <partner> <certification>"),
    )
    titles = ", ".join(code(one.title) for one in active)
    if not is_home(facts):
        yield Answer("elsewhere", {"home": code(facts.site.home)}, done=False)
    elif state is None:
        partners = choices(facts.site.registry, order.rest)
        yield Answer("unknown", {"usage": usage, "partners": partners}, done=False)
    elif said and facts.site.programmes.called(said) is None:
        yield Answer("no_programme", {"said": quoted(said), "certifications": titles}, done=False)
    elif (programme := _meant(facts, state, said)) is None:
        yield Answer("which", {"usage": usage, "certifications": titles}, done=False)
    else:
        yield from _asked(facts, order, state, programme)


def _meant(facts: IssueFacts, state: PartnerFacts, said: str) -> Programme | None:
    """Without a name the one that the partner is ready for, else the one that it is on its way to, if it is one."""
    if said:
        return facts.site.programmes.called(said)
    active, is_enrolled = facts.site.programmes.active, state.record is not None and state.record.is_running
    ready = [one for one in active if not failing(requirements(state, one))]
    likely = ready or [one for one in active if one.is_tracked is is_enrolled]
    return likely[0] if len(likely) == 1 else None


def _asked(facts: IssueFacts, order: Order, state: PartnerFacts, programme: Programme) -> Iterator[Answer | Ask]:
    values = {"partner": quoted(state.partner.name), "certification": quoted(programme.name)}
    held, there = certification(state.partner, programme.key), awards_for(state, programme)
    rows = failing(requirements(state, programme))
    if held:
        yield Answer("held", {**values, "on": held.awarded_on.isoformat()}, done=False)
    elif there:
        yield Answer("there", {**values, "issue": reference(there[0].issue)})
    elif rows:
        yield Answer("not_ready", {**values, "rows": failing_lines(rows)}, done=False)
    else:
        yield Ask(request_of(facts, order, "award", state.partner.id, {"certification": programme.key}))
        yield Answer("asked", values)
