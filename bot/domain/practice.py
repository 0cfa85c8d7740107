"""The members of the practice group and its projects become visitors: partners' people, what lets them in, and where.

The practice group is where Professional Services develops what it reuses, together with the partners it subcontracts.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.gitlab import Member, Person
from bot.domain.places import MergeRules
from bot.domain.registry import Partner, Registry


class Reach(StrEnum):
    """How far into the practice group a kind of partner is let in."""

    GROUP = "group"
    """The group itself, and with it everything below."""
    PROJECTS = "projects"
    """Single projects."""
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of partner (`ps_kind` of the registry), by what its contract with Professional Services allows.

    `uses` are the places that it may use, `journal` what it sees of the delivery journal.
    """

    name: str
    reach: Reach
    uses: tuple[str, ...] = ()
    knows_customers: bool = False
    """Whether it may know of other customers than its own."""
    journal: str = "nothing"


@dataclass(frozen=True, slots=True)
class Place:
    """The practice group, a group below it or a project; `own` are the members that the place above does not have.

    One who has more rights here than above is among them, at that level.
    """

    path: str
    own: tuple[Member, ...] = ()
    is_project: bool = False
    merging: MergeRules | None = None
    """None for a group, and for a project of which the bot may not read them."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody of a partner's, or nobody knows who (`partner` None), and where they were let in, group first."""

    person: Person
    partner: Partner | None
    seats: tuple[tuple[Place, int], ...] = ()
    """Places, each with GitLab's number for the level there."""
    is_above: bool = False
    """Whether they are in the practice group through a group above it."""


def visitors(
    places: Sequence[Place], above: Iterable[Member], staff: frozenset[int], registry: Registry
) -> tuple[Visitor, ...]:
    """Everybody who is not staff, by user name; of those `above` the partners' people alone, the rest being ours.

    Whom the registry knows as a partner's is a visitor even where staff is at home.
    """
    people = {one.person.id: one.person for place in places for one in place.own}
    known = {one.person.id: one.person for one in above if registry.partner_of(one.person.username)}
    guests = {**known, **people}
    return tuple(
        Visitor(
            person=person,
            partner=registry.partner_of(person.username),
            seats=tuple((place, one.level) for place in places for one in place.own if one.person.id == number),
            is_above=number in known,
        )
        for number, person in sorted(guests.items(), key=lambda one: one[1].username)
        if number not in staff or number in known or registry.partner_of(person.username)
    )
