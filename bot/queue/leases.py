"""The words between inbox and worker: a lease, how its work ended, and the pauses and limits that rule both."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.delivery import Floor
from bot.domain.subject import Subject
from bot.errors import TryLater


@dataclass(frozen=True, slots=True)
class Timing:
    """Every pause and limit of the inbox, in seconds unless the name says otherwise."""

    quiet: float = 0.5  # a subject falls due this long after its latest delivery,
    patience: float = 2.0  # and at most this long after its first
    lease: float = 30.0
    heartbeat: float = 5.0  # so that a lease always outlasts the two request timeouts that a write asks for
    attempts: int = 8  # claims before the dead letters
    backoff: float = 2.0
    longest_backoff: float = 900.0
    retention: float = 14 * 86_400.0
    hot: float = 0.02  # how often to look for work while there was some lately,
    idle: float = 0.1  # and otherwise

    def pause(self, attempts: int) -> float:
        """The wait after that many attempts: doubling, capped, spread so that what failed together returns apart."""
        full = min(self.backoff * 2.0 ** min(attempts - 1, 30), self.longest_backoff)
        return full * random.uniform(0.75, 1.0)  # noqa: S311 - jitter, not a secret


@dataclass(frozen=True, slots=True)
class Done:
    """The generation that was leased needs nothing more."""


@dataclass(frozen=True, slots=True)
class Again:
    """Temporary trouble. With `after` (seconds) GitLab named the moment, and the attempt does not count."""

    after: float | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Dead:
    """Permanent trouble: to the dead letters with the reason."""

    reason: str


Outcome = Done | Again | Dead


@dataclass(eq=False, slots=True, weakref_slot=True)
class Lease:
    """The right to work on one subject, shared by the working thread and the heartbeat that prolongs it.

    `generation` is what `Done` will confirm; `expires_at` is on the database's clock, while `outlasts` compares on this
    process's own, from before the claim was sent, so that it never promises too much.
    """

    subject: Subject
    generation: int
    floor: Floor
    attempts: int
    expires_at: float
    cause: str
    owner: str
    token: str
    clock: Callable[[], float] = field(repr=False)
    deadline: float = field(repr=False)

    def outlasts(self, seconds: float) -> bool:
        """Will nobody else hold the subject for that long?"""
        return self.deadline - self.clock() > seconds

    def hold(self, seconds: float) -> None:
        """Raise TryLater when somebody else may hold the subject within that time, so that nothing is written."""
        if not self.outlasts(seconds):
            raise TryLater(f"the lease on {self.subject.key} ends too soon to write safely")

    def prolong(self, expires_at: float, deadline: float) -> None:
        self.expires_at, self.deadline = expires_at, deadline

    def lose(self) -> None:
        """Somebody else holds the subject, or may do so at any moment."""
        self.deadline = float("-inf")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The delivery is on disk. `fresh` is False for one whose work was already done."""

    id: str
    fresh: bool


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A subject (by key) or an unreadable delivery (by id) that waits for a person."""

    name: str
    at: float
    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class Remembered:
    """A delivery as the inbox keeps it; `state` is pending, done, dead, unreadable or dropped."""

    id: str
    received: float
    event: str
    action: str | None
    subjects: tuple[str, ...]
    state: str
    reason: str | None
