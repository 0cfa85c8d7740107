"""Market development funds (MDF) are for Select partners, who go through their plans with their account manager first.

The team hears whether the partner of a request may have them. Open partners get funds only through distribution.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.asking import charged, is_ticked, templated
from bot.domain.facts import IssueFacts
from bot.domain.funds import REQUEST, REVIEWED, SUBMITTED
from bot.domain.registry import Partner, Status, Track
from bot.domain.speech import quoted
from bot.domain.templated import Templated

HANDBOOK = ("MK-01", "MK-02")


@dataclass(frozen=True, slots=True)
class Settings:
    """Whoever has the request in hand hears again `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case = templated(facts, REQUEST)
    if case is None or not facts.issue.is_open:
        return
    yield from _verdict(facts, case, settings)
    yield from _reviewed(facts, case, settings)


def _verdict(facts: IssueFacts, case: Templated, settings: Settings) -> Iterator[Check | Say]:
    name, partner = case.form.values.get("partner", ""), case.partner
    if not name:
        return  # the form asks for it
    may = partner is not None and partner.track is Track.SELECT and partner.status is Status.AUTHORIZED
    yield Check("the partner is an authorized Select partner", may, _standing(partner), "registry", internal=True)
    nudge = Nudge(settings.remind_after, who=charged(facts, case))
    if partner is None:
        yield Say("MK-01", "unknown", {"partner": quoted(name)}, nudge)
    elif may:
        yield Say("MK-01", "select", {"partner": quoted(partner.name)}, internal=True)
    else:
        values = {"partner": quoted(partner.name), "standing": _standing(partner)}
        yield Say("MK-01", "not_select", values, nudge, internal=True)


def _reviewed(facts: IssueFacts, case: Templated, settings: Settings) -> Iterator[Check | Say]:
    is_reviewed, is_submitted = is_ticked(facts, REVIEWED), is_ticked(facts, SUBMITTED)
    yield Check("the account manager went through the plans", is_reviewed, REVIEWED, "task list")
    if is_reviewed:
        return
    who = charged(facts, case)
    if is_submitted:
        yield Say("MK-02", "too_early", {}, Nudge(0, who=who))
    else:
        yield Say("MK-02", "review", {}, Nudge(settings.remind_after, who=who))


def _standing(partner: Partner | None) -> str:
    """`open, authorized`."""
    return f"{partner.track.value}, {partner.status.value}" if partner else "not in the registry"
