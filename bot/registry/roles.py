"""Membership of the team's groups becomes the answer to one question: may this account give that order?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

import structlog

from bot.domain.gitlab import GUEST, Member
from bot.domain.registry import Registry
from bot.errors import Forbidden, NotThere

log = structlog.get_logger(__name__)

TEAM: Final = "team"
"""Not a role of the registry: the direct members of the team's group, and of the roles' groups below it."""
BELIEVED: Final = 15.0
"""Seconds for which a list of members is believed."""
NOBODY: Final[frozenset[int]] = frozenset()


def role_groups(registry: Registry) -> tuple[str, ...]:
    """The full paths of the groups of all roles."""
    return tuple(dict.fromkeys(role.group for role in registry.roles if role.group))


class Membership(Protocol):
    """The part of the gateway that knows who is in a group."""

    def group_members(self, group: int | str, *, inherited: bool = True) -> tuple[Member, ...]: ...


@dataclass(slots=True)
class Roles:
    """Answers from GitLab's groups, never from a role in a project; `team` is a full path. Threads may share it.

    Direct members of a role's group hold it: a subgroup's inherited members are the whole team, and the team's own
    inherited members are whoever is in the company's group. A group that cannot be seen has no members; other trouble
    is raised as the gateway raises it.
    """

    gateway: Membership
    registry: Callable[[], Registry]
    team: str
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[frozenset[int], float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def may(self, person_id: int, roles: Iterable[str], max_age: float = BELIEVED) -> bool:
        """Whether an active account holds one of the roles (keys, or `team`); lists are at most `max_age` seconds old.

        A no is always fresh: who was let in a moment ago is not turned away.
        """
        began, groups = self.clock(), self._groups(roles)
        oldest = began - min(max_age, BELIEVED)
        return any(person_id in self._ids(group, since) for since in (oldest, began) for group in groups)

    def holders(self, role: str) -> frozenset[int]:
        """The ids of the active accounts that hold a role, by its key, as they were some seconds ago."""
        since = self.clock() - BELIEVED
        return NOBODY.union(*(self._ids(group, since) for group in self._groups([role])))

    def in_team(self, person_id: int, max_age: float = BELIEVED) -> bool:
        """Whether an active account is of the team, as it was at most `max_age` seconds ago."""
        since = self.clock() - min(max_age, BELIEVED)
        return any(person_id in self._ids(group, since) for group in self._groups([TEAM]))

    def _groups(self, roles: Iterable[str]) -> list[str]:
        """Full paths; first the one that most people are in."""
        registry, wanted = self.registry(), list(roles)
        groups = [role.group for key in wanted if (role := registry.role(key)) and role.group]
        if TEAM in wanted:
            below = (group for group in role_groups(registry) if group.startswith(f"{self.team}/"))
            groups = [self.team, *groups, *below]
        return [*dict.fromkeys(groups)]

    def _ids(self, group: str, since: float) -> frozenset[int]:
        """Who is in it, from a list not read before `since`."""
        with self._lock:
            kept = self._kept.get(group)
        if kept is not None and kept[1] >= since:
            return kept[0]
        asked, ids = self.clock(), self._asked(group)
        with self._lock:
            self._kept[group] = (ids, asked)
        return ids

    def _asked(self, group: str) -> frozenset[int]:
        try:
            members = self.gateway.group_members(group, inherited=False)
        except (NotThere, Forbidden) as hidden:
            log.warning("the members of a group are hidden", group=group, reason=str(hidden))
            return NOBODY
        return frozenset(member.person.id for member in members if member.level >= GUEST and member.person.is_active)
