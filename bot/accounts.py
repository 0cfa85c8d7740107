"""A handle somebody wrote into what is known of it: an account, a member of the project, a group, or nobody."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import replace
from threading import Lock
from typing import Generic, Protocol, TypeVar

from bot.domain.candidate import EVERYBODY
from bot.domain.facts import Account
from bot.domain.gitlab import Person

V = TypeVar("V")
SETTLED = 15.0
"""Seconds after which a members list is read once more for a handle that is not in it."""
NEGATIVE = 60.0
"""Seconds for which "nobody has this handle" is believed."""
MOST = 2000
"""Entries kept of each kind; what was not used for longest goes first."""


class Directory(Protocol):
    """The part of the gateway that knows people."""

    def members(self, project_id: int) -> tuple[Person, ...]: ...
    def user(self, username: str) -> Person | None: ...
    def is_group(self, handle: str) -> bool: ...


class Accounts:
    """What GitLab says of handles, remembered for `ttl` seconds; threads may share it."""

    def __init__(self, gateway: Directory, clock: Callable[[], float] = time.monotonic, ttl: float = 300.0) -> None:
        self._gateway, self._clock, self._ttl = gateway, clock, ttl
        self._members: _Kept[Mapping[str, Person]] = _Kept()
        self._others: _Kept[Account] = _Kept()

    def account(self, project_id: int, handle: str) -> Account:
        """`handle` in any case, with or without its @; raises what the gateway raises."""
        name = handle.removeprefix("@")
        key = name.casefold()
        # A whole project is no account, and nobody to ask about.
        if not key or key == EVERYBODY:
            return Account(name)
        person = self._member(project_id, key)
        if person is not None:
            return Account(name, person, member=True)
        return replace(self._other(name, key), handle=name)

    def is_member(self, project_id: int, handle: str) -> bool:
        """Whether an active person of that name may be assigned in the project, from the members list alone."""
        person = self._member(project_id, handle.lower())
        return person is not None and person.is_active

    def forget(self, project_id: int, handles: Iterable[str]) -> None:
        """What is said of these people in the project is asked anew: GitLab has shown that it is no longer so."""
        self._members.drop(project_id)
        for handle in handles:
            self._others.drop(handle.removeprefix("@").casefold())

    def _member(self, project_id: int, key: str) -> Person | None:
        kept = self._members.get(project_id)
        if kept is not None:
            people, at = kept
            if self._clock() - at < (self._ttl if key in people else min(SETTLED, self._ttl)):
                return people.get(key)
        fresh = {person.username.casefold(): person for person in self._gateway.members(project_id)}
        self._members.put(project_id, fresh, self._clock())
        return fresh.get(key)

    def _other(self, name: str, key: str) -> Account:
        kept = self._others.get(key)
        if kept is not None:
            known, at = kept
            if self._clock() - at < (self._ttl if known.person or known.is_group else NEGATIVE):
                return known
        person = self._gateway.user(name)
        account = Account(name, person, is_group=person is None and self._gateway.is_group(name))
        self._others.put(key, account, self._clock())
        return account


class _Kept(Generic[V]):
    """A bounded memory of values and the time each was read."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: OrderedDict[Hashable, tuple[V, float]] = OrderedDict()

    def get(self, key: Hashable) -> tuple[V, float] | None:
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key)

    def put(self, key: Hashable, value: V, at: float) -> None:
        with self._lock:
            self._values[key] = (value, at)
            self._values.move_to_end(key)
            while len(self._values) > MOST:
                self._values.popitem(last=False)

    def drop(self, key: Hashable) -> None:
        with self._lock:
            self._values.pop(key, None)
