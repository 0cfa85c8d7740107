"""The members of a project become whose word counts there, and whether nobody but staff reads along."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from threading import Lock

from bot.domain.facts import Guard
from bot.domain.gitlab import GUEST, MAINTAINER, Member, Openness
from bot.errors import BotError, Forbidden, NotThere, TryLater
from bot.gateway import Gateway

BELIEVED = 60.0
"""Seconds for which it is believed who is in the team, and, unless the caller says so, whose word counts."""
LONGEST = 3600.0
"""Seconds after which a project is forgotten, so that memory does not grow for ever."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is one of us: full paths of groups, user names of accounts that are no people, the bot's own ids.

    Direct members of a group, and of those of the `roles`' groups that lie below it, are in it. Who inherits it from a
    group above, or is in a group invited to it, is not: that is decided elsewhere, and about other things.
    """

    team: str
    staff: tuple[str, ...]
    bots: frozenset[str]
    own: frozenset[int]
    roles: Callable[[], Iterable[str]]
    """The full paths of the groups of all roles, as they are now."""

    def below(self, group: str) -> Iterator[str]:
        """The groups of roles below that one."""
        return (path for path in dict.fromkeys(self.roles()) if path.startswith(f"{group}/"))

    def is_machine(self, member: Member) -> bool:
        """Whether this is the bot itself or one of the accounts that configuration lists beside it."""
        return member.person.id in self.own or member.person.username.casefold() in self.bots


class Trust:
    """Answers for projects by id; threads may share it.

    `bots` are user names, `own_ids` the accounts of the bot, present and former, `roles` gives the full paths of the
    roles' groups; `clock` gives seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        team: str,
        staff_groups: Sequence[str],
        bots: Collection[str],
        own_ids: Collection[int],
        *,
        roles: Callable[[], Iterable[str]] = tuple,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway, self._clock = gateway, clock
        names = frozenset(name.casefold() for name in bots)
        self._circle = Circle(team, tuple(staff_groups) or (team,), names, frozenset(own_ids), roles)
        self._guards: dict[int, tuple[Guard, float]] = {}
        self._groups: dict[str, tuple[frozenset[int], float]] = {}
        self._lock = Lock()

    def guard(self, project_id: int, max_age: float = BELIEVED) -> Guard:
        """Whose word counts on the project's issues, as it was at most `max_age` seconds ago.

        Raises TryLater when a list cannot be read: that nobody outside the team is Maintainer is never guessed.
        """
        now = self._clock()
        with self._lock:
            known = self._guards.get(project_id)
        if known and now - known[1] < max_age:
            return known[0]
        guard = self._guard(project_id)
        with self._lock:
            self._guards = {at: one for at, one in self._guards.items() if now - one[1] < LONGEST}
            self._guards[project_id] = guard, now
        return guard

    def outside(self) -> Guard:
        """Whose word counts where outsiders are at home: the team's, whoever is a member there today.

        Who tampered with something may have left since. Raises TryLater when the team's list cannot be read.
        """
        try:
            return Guard(self._circle.own, True, self._team())
        except (NotThere, Forbidden) as hidden:
            raise TryLater(f"let the bot see who is in {self._circle.team}, it cannot: {hidden}") from hidden

    def staff_only(self, project_id: int) -> bool:
        """Whether only staff can read the project's issues, asked anew each time; False when it cannot be told.

        Everybody who is listed counts as a reader, in whatever state and at whatever level.
        """
        try:
            project = self._gateway.openness_of_project(project_id)
            return project.visibility == "private" and self._are_staff(self._readers(project_id, project))
        except BotError:
            return False

    def _guard(self, project_id: int) -> Guard:
        try:
            members = self._gateway.project_members(project_id)
            strong = {one.person.id for one in members if one.level >= MAINTAINER and not self._circle.is_machine(one)}
            # Whoever leads is in the team's own group as a rule, so its subgroups are asked only in doubt.
            is_up = not (strong <= self._members(self._circle.team) or strong <= self._team())
        except (NotThere, Forbidden) as hidden:
            raise TryLater(f"let the bot see who is in project {project_id}, it cannot: {hidden}") from hidden
        return self.outside() if is_up else Guard(self._circle.own)

    def _team(self) -> frozenset[int]:
        path = self._circle.team
        return self._members(path).union(*(self._of_role(below) for below in self._circle.below(path)))

    def _of_role(self, path: str) -> frozenset[int]:
        """A group that the registry names and nobody has made, or lets the bot see, has no members."""
        try:
            return self._members(path)
        except (NotThere, Forbidden):
            return frozenset()

    def _members(self, path: str) -> frozenset[int]:
        """The group's direct members, active and at least Guest, as they were at most a minute ago."""
        now = self._clock()
        with self._lock:
            known = self._groups.get(path)
        if known and now - known[1] < BELIEVED:
            return known[0]
        members = self._gateway.group_members(path, inherited=False)
        active = frozenset(one.person.id for one in members if one.level >= GUEST and one.person.is_active)
        with self._lock:
            self._groups[path] = active, now
        return active

    def _are_staff(self, readers: frozenset[int]) -> bool:
        """Asked of GitLab now, group by group until nobody is left."""
        paths = [*self._circle.staff, *(below for path in self._circle.staff for below in self._circle.below(path))]
        for path in paths:
            if not readers:
                return True
            with suppress(NotThere, Forbidden):
                readers -= {one.person.id for one in self._gateway.group_members(path, inherited=False)}
        return not readers

    def _readers(self, project_id: int, project: Openness) -> frozenset[int]:
        """Ids of everybody who may read it, the bot and its like apart."""
        guests = {guest for place in self._up_from(project) for guest in place.shared_with}
        lists = [self._gateway.project_members(project_id), *map(self._gateway.group_members, sorted(guests))]
        return frozenset(one.person.id for members in lists for one in members if not self._circle.is_machine(one))

    def _up_from(self, project: Openness) -> Iterator[Openness]:
        """The project, then the groups it lies in, up to the top; each may have been shared with others."""
        place = project
        yield place
        while place.parent is not None:
            place = self._gateway.openness_of_group(place.parent)
            yield place
