"""The members of a project become whose word counts there, and whether nobody but staff reads along."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

from bot.domain.facts import Guard, Member, Openness
from bot.errors import BotError, Forbidden, NotThere, TryLater
from bot.gateway import Gateway

BELIEVED = 60.0
"""Seconds for which it is believed who is in the team, and, unless the caller says so, whose word counts."""
FORGOTTEN = 3600.0
"""Seconds after which a project that nobody asks about takes no more memory."""
LONGEST = 3600.0
"""Seconds after which it is forgotten, whoever asks."""
GUEST, MAINTAINER = 10, 40
"""Levels of membership: from Guest on somebody can see a project, from Maintainer on edit what others wrote."""


@dataclass(frozen=True, slots=True)
class Circle:
    """Who is one of us: full paths of groups, user names of accounts that are no people, the bot's own ids."""

    team: str
    staff: tuple[str, ...]
    bots: frozenset[str]
    own: frozenset[int]

    def is_machine(self, member: Member) -> bool:
        """Whether this is the bot itself or one of the accounts that configuration lists beside it."""
        return member.person.id in self.own or member.person.username.casefold() in self.bots


class Trust:
    """Answers for projects by id; threads may share it.

    `bots` are user names, `own_ids` the accounts of the bot, present and former; `clock` gives seconds.
    """

    def __init__(
        self,
        gateway: Gateway,
        team: str,
        staff_groups: Sequence[str],
        bots: Collection[str],
        own_ids: Collection[int],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gateway, self._clock = gateway, clock
        names = frozenset(name.casefold() for name in bots)
        self._circle = Circle(team, tuple(staff_groups) or (team,), names, frozenset(own_ids))
        self._guards: dict[int, tuple[Guard, float]] = {}
        self._team: tuple[frozenset[int], float] | None = None
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
        guard = self._guard(project_id, now)
        with self._lock:
            self._guards = {at: one for at, one in self._guards.items() if now - one[1] < LONGEST}
            self._guards[project_id] = guard, now
        return guard

    def staff_only(self, project_id: int) -> bool:
        """Whether only staff can read the project's issues, asked anew each time; False when it cannot be told.

        Everybody who is listed counts as a reader, in whatever state and at whatever level.
        """
        try:
            project = self._gateway.openness_of_project(project_id)
            return project.visibility == "private" and self._readers(project_id, project) <= self._staff()
        except BotError:
            return False

    def _guard(self, project_id: int, now: float) -> Guard:
        try:
            members, team = self._gateway.project_members(project_id), self._members_of_team(now)
        except (NotThere, Forbidden) as hidden:
            raise TryLater(f"let the bot see who is in project {project_id}, it cannot: {hidden}") from hidden
        strong = (one for one in members if one.level >= MAINTAINER and not self._circle.is_machine(one))
        is_up = any(one.person.id not in team for one in strong)
        return Guard(self._circle.own, is_up, team if is_up else frozenset())

    def _members_of_team(self, now: float) -> frozenset[int]:
        with self._lock:
            known = self._team
        if known and now - known[1] < BELIEVED:
            return known[0]
        members = self._gateway.group_members(self._circle.team)
        active = frozenset(one.person.id for one in members if one.level >= GUEST and one.person.state == "active")
        with self._lock:
            self._team = active, now
        return active

    def _staff(self) -> frozenset[int]:
        return frozenset(one.person.id for path in self._circle.staff for one in self._gateway.group_members(path))

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
