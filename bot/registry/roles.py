"""Membership of the team's groups becomes the answer to one question: may this account give that order?"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol, TypeAlias

import structlog

from bot.domain.facts import Member
from bot.domain.registry import Registry
from bot.errors import Forbidden, NotThere

log = structlog.get_logger(__name__)

TEAM: Final = "team"
"""Not a role of the registry: everybody who is a member of the team's group in whatever way."""
BELIEVED: Final = 15.0
"""Seconds for which a list of members is believed."""
GUEST: Final = 10
"""Minimal access and mere invitations make nobody a member."""
NOBODY: Final[frozenset[int]] = frozenset()
Group: TypeAlias = tuple[str, bool]
"""A full path, and whether inherited members count."""


class Membership(Protocol):
    """The part of the gateway that knows who is in a group."""

    def group_members(self, group: int | str, *, inherited: bool = True) -> tuple[Member, ...]: ...


@dataclass(slots=True)
class Roles:
    """Answers from GitLab's groups, never from a role in a project; `team` is a full path. Threads may share it.

    Direct members of a role's group hold it: a subgroup's inherited members are the whole team. A group that cannot be
    seen has no members; other trouble is raised as the gateway raises it.
    """

    gateway: Membership
    registry: Callable[[], Registry]
    team: str
    clock: Callable[[], float] = time.monotonic
    _kept: dict[Group, tuple[frozenset[int], float]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def may(self, person_id: int, roles: Iterable[str], max_age: float = BELIEVED) -> bool:
        """Whether an active account holds one of the roles (keys, or `team`); lists are at most `max_age` seconds old.

        A no is always fresh: who was let in a moment ago is not turned away.
        """
        began, groups = self.clock(), self._groups(roles)
        oldest = began - min(max_age, BELIEVED)
        return any(person_id in self._ids(group, since) for since in (oldest, began) for group in groups)

    def team_ids(self, max_age: float = BELIEVED) -> frozenset[int]:
        """Everybody of the team."""
        return self._ids((self.team, True), self.clock() - min(max_age, BELIEVED))

    def _groups(self, roles: Iterable[str]) -> list[Group]:
        registry, wanted = self.registry(), list(roles)
        groups: list[Group] = [(role.group, False) for key in wanted if (role := registry.role(key)) and role.group]
        return [*groups, *([(self.team, True)] if TEAM in wanted else ())]

    def _ids(self, group: Group, since: float) -> frozenset[int]:
        """Who is in it, from a list not read before `since`."""
        with self._lock:
            kept = self._kept.get(group)
        if kept is not None and kept[1] >= since:
            return kept[0]
        asked, ids = self.clock(), self._asked(group)
        with self._lock:
            self._kept[group] = (ids, asked)
        return ids

    def _asked(self, group: Group) -> frozenset[int]:
        path, inherited = group
        try:
            members = self.gateway.group_members(path, inherited=inherited)
        except (NotThere, Forbidden) as hidden:
            log.warning("the members of a group are hidden", group=path, reason=str(hidden))
            return NOBODY
        return frozenset(
            member.person.id for member in members if member.level >= GUEST and member.person.state == "active"
        )
