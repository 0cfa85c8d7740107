"""Partners' people are let into the practice group as far as their kind of partner allows, and there PSEs alone merge.

Staff augmentation works in the whole group, project-based partners in single projects, direct ones not at all. What is
otherwise is listed in one issue in the Channels project; nobody is let in or put out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from bot.domain.actions import Check, Say
from bot.domain.facts import PracticeFacts
from bot.domain.gitlab import MAINTAINER
from bot.domain.places import MergeRules
from bot.domain.practice import Kind, Place, Reach, Visitor, visitors
from bot.domain.registry import Partner
from bot.domain.speech import code, handle, quoted

HANDBOOK = ("PS-01", "PS-03", "PS-04", "PS-07")
Said: TypeAlias = Iterator[Check | Say]


@dataclass(frozen=True, slots=True)
class Settings:
    """What each of the `kinds` may use, by `ps_kind` of the registry; merges need `approvals` of somebody else."""

    enabled: bool = True
    approvals: int = 1
    kinds: Mapping[str, Kind] = field(default_factory=dict)


def decide_practice(facts: PracticeFacts, settings: Settings) -> Said:
    group = facts.site.practice
    found = visitors(facts.places, facts.above, facts.staff, facts.site.registry)
    said = [one for visitor in found for one in _visit(visitor, settings, group)]
    said += _merging([place for place in facts.places if place.is_project], settings)
    yield Check("nobody but staff and partners' people is let in", not found, _names(found), "members")
    yield from said
    if any(isinstance(one, Say) for one in said):
        yield Say("PS-07", "matrix", {"rows": _matrix(settings.kinds)}, internal=True, block=True)


def _visit(visitor: Visitor, settings: Settings, group: str) -> Said:
    who, partner = handle(visitor.person.username), visitor.partner
    if partner is None:
        yield Say("PS-01", "stranger", {"who": who, "paths": _paths(visitor)}, internal=True)
        return
    if visitor.is_above:
        yield Say("PS-03", "from_above", {"who": who, "group": code(group)}, internal=True)
    kind, values = settings.kinds.get(partner.ps_kind), {"who": who, "partner": quoted(partner.name)}
    yield Check("the partner has a kind", kind is not None, partner.ps_kind or "none", "registry")
    if kind is None:
        yield Say("PS-01", "no_kind", {**values, "paths": _paths(visitor)}, internal=True)
    elif visitor.seats:
        yield from _reach(visitor, partner, kind, group)
    strong = [place.path for place, level in visitor.seats if level >= MAINTAINER]
    yield Check("partners' people merge nothing themselves", not strong, ", ".join(strong) or "none", "members")
    if strong:
        yield Say("PS-04", "too_strong", {**values, "paths": _listed(strong)}, internal=True)


def _reach(visitor: Visitor, partner: Partner, kind: Kind, group: str) -> Said:
    groups = [place.path for place, _ in visitor.seats if not place.is_project]
    allowed = {Reach.GROUP: group in groups, Reach.PROJECTS: not groups, Reach.NONE: False}[kind.reach]
    yield Check(f"that is as far as {kind.name} is let in", allowed, _paths(visitor), "members")
    values = {"who": handle(visitor.person.username), "partner": quoted(partner.name), "kind": kind.name}
    if allowed:
        return
    if kind.reach is Reach.GROUP:
        yield Say("PS-03", "too_low", {**values, "group": code(group), "paths": _paths(visitor)}, internal=True)
    elif kind.reach is Reach.PROJECTS:
        yield Say("PS-03", "too_high", {**values, "paths": _listed(groups)}, internal=True)
    else:
        uses = ", ".join(kind.uses)
        yield Say("PS-01", "not_allowed", {**values, "paths": _paths(visitor), "uses": uses}, internal=True)


def _merging(projects: Iterable[Place], settings: Settings) -> Said:
    every = list(projects)
    unseen = [place.path for place in every if place.merging is None]
    rules = {place.path: place.merging for place in every if place.merging}
    open_ones = _those(rules, lambda one: not one.protected)
    loose = _those(rules, lambda one: one.protected and min(_levels(one), default=MAINTAINER) < MAINTAINER)
    hasty = _those(
        rules, lambda one: one.approvals_required is not None and one.approvals_required < settings.approvals
    )
    yield Check("the default branches are protected", not open_ones, _listed(open_ones) or "all", "protected branches")
    yield Check("Maintainers alone merge and push", not loose, _listed(loose) or "all", "protected branches")
    yield Check("every merge is reviewed", not hasty, _listed(hasty) or "all", "approval rules")
    if open_ones:
        yield Say("PS-04", "unprotected", {"paths": _listed(open_ones)}, internal=True)
    if loose:
        yield Say("PS-04", "loose", {"paths": _listed(loose)}, internal=True)
    if hasty:
        least = str(settings.approvals)
        yield Say("PS-04", "unreviewed", {"paths": _listed(hasty), "least": least}, internal=True)
    if unseen:
        yield Say("PS-04", "unseen", {"paths": _listed(unseen)}, internal=True)


def _those(rules: Mapping[str, MergeRules], holds: Callable[[MergeRules], bool]) -> list[str]:
    return [path for path, one in rules.items() if holds(one)]


def _levels(rules: MergeRules) -> list[int]:
    """The least roles that get a change in, by a merge or past it."""
    return [level for level in (rules.merge_level, rules.push_level) if level]


def _paths(visitor: Visitor) -> str:
    return _listed(place.path for place, _ in visitor.seats)


def _names(found: Iterable[Visitor]) -> str:
    return ", ".join(visitor.person.username for visitor in found) or "staff"


def _listed(paths: Iterable[str]) -> str:
    return ", ".join(map(code, paths))


def _matrix(kinds: Mapping[str, Kind]) -> str:
    """The rows of the table of what each kind may use."""
    columns = (
        (one.name, one.reach, ", ".join(one.uses), _yes(holds=one.knows_customers), one.journal)
        for one in kinds.values()
    )
    return "\n".join(f"| {' | '.join(row)} |" for row in columns)


def _yes(*, holds: bool) -> str:
    return "yes" if holds else "no"
