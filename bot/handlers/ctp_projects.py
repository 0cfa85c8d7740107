"""The partner's project of the training program lies in its collaboration group, under the name of the handbook.

A project that people made elsewhere, as GitLab's own templates do by mistake, is moved there, where nothing of its name
is in the way. What would take a guess is said instead, with the exact paths and names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Say
from bot.domain.facts import PartnerFacts
from bot.domain.partners.asked import wanted
from bot.domain.partners.folder import COLLABORATION
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import project_name, project_of, stray_of, strays_of
from bot.domain.partners.showing import bulleted, link
from bot.domain.partners.steps import MoveProject
from bot.domain.speech import code

HANDBOOK = ("CT-08", "CT-09")


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing but whether the rule is on: names and places are the handbook's."""

    enabled: bool = True


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | MoveProject]:
    programme = facts.site.programmes.tracked
    if programme:
        yield from _strays(facts, programme)
        yield from _named(facts, programme)


def _strays(facts: PartnerFacts, programme: Programme) -> Iterator[Check | Say | MoveProject]:
    every, target = facts.tree.strays, f"{facts.tree.path}/{COLLABORATION}"
    seen = ", ".join(room.path for room in every) or "none"
    yield Check("no project of the partner's lies in a wrong place", not every, seen, "projects of the group")
    strays = strays_of(facts)
    if others := [one for one in every if one not in strays]:
        yield Say("CT-09", "elsewhere", {"others": bulleted(link(one.path, one.web_url) for one in others)})
    room, stray = project_of(facts, programme), stray_of(facts)
    if stray and room is None:
        if _is_being_enrolled(facts):
            return  # There it is a step of the enrolment, which goes on from it.
        if facts.site.can_provision and facts.tree.collaboration:
            yield MoveProject(stray, target)
            return
    if strays:
        values = {
            "strays": bulleted(link(one.path, one.web_url) for one in strays),
            "target": code(target),
            "there": link(room.path, room.web_url) if room else "",
            "many": "yes" if stray is None else "",
        }
        yield Say("CT-09", "stray", values)


def _is_being_enrolled(facts: PartnerFacts) -> bool:
    record, tracking = wanted(facts), facts.tracking
    is_closed = tracking is not None and not tracking.issue.is_open
    return record is not None and record.ctp and record.withdrawn_on is None and not is_closed


def _named(facts: PartnerFacts, programme: Programme) -> Iterator[Check | Say]:
    room, name = project_of(facts, programme), project_name(facts.partner, programme)
    if room is None:
        return
    yield Check("the project has the handbook's name", room.name == name, room.name, "project")
    if room.name != name:
        where = link(room.path, room.web_url)
        yield Say("CT-08", "named_otherwise", {"path": where, "name": code(room.name), "wanted": code(name)})
