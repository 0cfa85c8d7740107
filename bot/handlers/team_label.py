"""A team label says whom an issue affects, and while it names no DRI, that team's lead is proposed.

Several team labels are fine: an issue may affect several teams. Nobody is asked for one; the director's digest lists
the issues that have none, for the triage.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.facts import IssueFacts
from bot.domain.intro import dri_handles
from bot.domain.speech import code

HANDBOOK = ("GL-03",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The lead hears of it `remind_after` business days after the issue began to lack a DRI."""

    enabled: bool = True
    remind_after: int = 2


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    labels = facts.site.labels
    teams = [label.name for label in labels.team if label.name in facts.issue.labels]
    yield Check("a team label says whom it affects", bool(teams), ", ".join(teams) or "none", "labels")
    if teams:
        yield from _proposed(facts, settings, teams)


def _proposed(facts: IssueFacts, settings: Settings, teams: list[str]) -> Iterator[Check | Say]:
    named = dri_handles(facts.issue.description)
    yield Check("a DRI is named", bool(named), ", ".join(named) or "nobody", "first lines of the description")
    if named:
        return
    found = (facts.site.registry.lead_of(team) for team in teams)
    leads = tuple(dict.fromkeys(lead for lead in found if lead))
    yield Check("the team has a lead to propose", bool(leads), ", ".join(leads) or "nobody", "registry, roles.yml")
    if leads:
        orders = " or ".join(code(f"@{facts.site.bot.username} dri @{lead}") for lead in leads)
        values = {"leads": " or ".join(code(f"@{lead}") for lead in leads), "orders": orders}
        yield Say("GL-03", "lead", values, nudge=Nudge(settings.remind_after, leads))
