"""A partner's folder: its groups with whoever is in them, and the projects, as they are."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.gitlab import Member
from bot.domain.partners.slug import slug
from bot.domain.places import Folder, Guest, Room, Seat
from bot.domain.registry import Partner, Registry

COLLABORATION, INTERNAL = "collaboration", "internal"
"""The two groups in a partner's folder, by path: the partner works in one, and never sees the other."""


def homes(partners: str, registry: Registry, partner: Partner) -> tuple[str, ...]:
    """The full paths at which the partner's group may be, the best first; `partners` is that of the group of all."""
    region = registry.region(partner.region)
    home = f"{partners}/{region.path if region else partner.region}"
    try:
        return (f"{home}/{partner.id}", f"{home}/{slug(partner.name)}")
    except ValueError:
        return (f"{home}/{partner.id}",)  # a name that no path can be made of


def concerned(path: str, partners: str, registry: Registry) -> Iterator[str]:
    """The ids of the partners whom it concerns what happens in the group or project at `path`, inside or above."""
    at = path.casefold()
    for partner in registry.partners:
        places = [home.casefold() for home in homes(partners, registry, partner)]
        if any(at == home or at.startswith(f"{home}/") or home.startswith(f"{at}/") for home in places):
            yield partner.id


@dataclass(frozen=True, slots=True)
class Group:
    """One group: `members` counts in everybody who is a member above, `own` only who is a member of this very group.

    What no rule asks about is empty: the partner's own group has no `members` where there is one to work in, only the
    group to work in has `invited`, and only the others have `guests`.
    """

    folder: Folder
    members: tuple[Member, ...] = ()
    own: tuple[Member, ...] = ()
    guests: tuple[Guest, ...] = ()
    invited: tuple[Seat, ...] = ()

    def level_of(self, user_id: int) -> int:
        """The highest level at which somebody is a member, from above or not; 0 for none."""
        return max((one.level for one in self.members if one.person.id == user_id), default=0)

    def has_invited(self, email: str) -> bool:
        return any(seat.email.casefold() == email.casefold() for seat in self.invited)


@dataclass(frozen=True, slots=True)
class Tree:
    """What there is of a partner below the group of all partners; None: it is not there.

    `path` is the full path that the partner's group has or should have, `others` are further groups at any depth in it,
    `similar` are groups of partners in any region that are called much the same. `strays` are projects that are named
    like the partner's CTP project and lie elsewhere.
    """

    path: str
    region: Folder | None = None
    company: Group | None = None
    collaboration: Group | None = None
    internal: Group | None = None
    others: tuple[Folder, ...] = ()
    rooms: tuple[Room, ...] = ()
    similar: tuple[Folder, ...] = ()
    strays: tuple[Room, ...] = ()

    @property
    def groups(self) -> tuple[Group, ...]:
        """Those of the three that are there."""
        return tuple(one for one in (self.company, self.collaboration, self.internal) if one)
