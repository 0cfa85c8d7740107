"""Who fails at everything holds back, so that the sound machines do the work and no subject loses its attempts."""

from __future__ import annotations

import pytest

from bot.domain.subject import Subject
from bot.inbox import Inbox, Lease, Timing
from bot.queue.leases import Again, Dead, Done, Outcome
from bot.queue.stamina import LONGEST_REST, Stamina
from bot.store.database import Database
from tests.plumbing.clocks import Clock

FAILED = Again(None, "GitLab did not answer")


@pytest.fixture
def leases() -> list[Lease]:
    inbox = Inbox(Database("sqlite://"), Timing(quiet=0.0))
    inbox.mark([Subject.issue(1, number) for number in range(9)], "a test", now=True)
    return inbox.claim("w", 9)


def fail(stamina: Stamina, leases: list[Lease], times: int = 3) -> None:
    for lease in leases[:times]:
        stamina.note(lease, FAILED)


def test_failures_at_different_subjects_make_it_rest_and_then_try_one(leases: list[Lease], clock: Clock) -> None:
    stamina = Stamina(clock)
    fail(stamina, leases, 2)
    assert stamina.allows(4, 0) == 4
    fail(stamina, leases[2:], 1)
    assert stamina.allows(4, 0) == 0
    clock.pass_(1.0)
    assert (stamina.allows(4, 0), stamina.allows(3, 1), stamina.allows(0, 0)) == (1, 0, 0)


def test_one_subject_that_always_fails_stops_nobody(leases: list[Lease], clock: Clock) -> None:
    stamina = Stamina(clock)
    fail(stamina, leases[:1] * 9, 9)
    assert stamina.allows(4, 0) == 4


@pytest.mark.parametrize("outcome", [Done(), Dead("no access"), Again(5.0, "paced")])
def test_anything_else_shows_that_it_works(outcome: Outcome, leases: list[Lease], clock: Clock) -> None:
    stamina = Stamina(clock)
    fail(stamina, leases)
    stamina.note(leases[3], outcome)
    assert stamina.allows(4, 0) == 4


def test_rests_grow_up_to_a_limit(leases: list[Lease], clock: Clock) -> None:
    stamina, rests = Stamina(clock), []
    fail(stamina, leases)
    for lease in leases[3:]:
        began = clock()
        while not stamina.allows(1, 0):
            clock.pass_(0.5)
        rests.append(clock() - began)
        stamina.note(lease, FAILED)
    assert rests == [1.0, 2.0, 4.0, 8.0, LONGEST_REST, LONGEST_REST]
