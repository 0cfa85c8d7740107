"""Deliveries, claims, endings and crashes in any order: no generation is lost, and nobody shares a subject."""

from __future__ import annotations

import random

import pytest

from bot.inbox import Again, Dead, Done, Inbox, Lease, Outcome, Timing
from bot.store.database import Database
from tests.plumbing.clocks import Clock
from tests.plumbing.webhooks import arrived

IIDS = (1, 2, 3)
OWNERS = ("one", "two", "three")
STEPS = 120


class Story:
    """Plays random steps on the real inbox and keeps its own, simple idea of what must be true."""

    def __init__(self, inbox: Inbox, clock: Clock, dice: random.Random) -> None:
        self.inbox, self.clock, self.dice = inbox, clock, dice
        self.held: list[Lease] = []
        self.last_delivery = dict.fromkeys(IIDS, 0)
        self.last_seen = dict.fromkeys(IIDS, 0)
        self.deliveries = 0
        self.given: dict[Lease, int] = {}
        self.latest: dict[int, Lease] = {}

    def deliver(self) -> None:
        self.deliveries += 1
        iids = self.dice.sample(IIDS, self.dice.choice((1, 1, 2)))
        self.inbox.accept(arrived(f"d{self.deliveries}", *iids, note=self.deliveries), b"{}")
        for iid in iids:
            self.last_delivery[iid] = self.deliveries

    def claim(self) -> None:
        now = self.clock.now
        for lease in self.inbox.claim(self.dice.choice(OWNERS), self.dice.choice((1, 3))):
            others = [held for held in self.held if held.subject == lease.subject and held.outlasts(0)]
            assert others == [], "two hold one subject"
            iid = lease.subject.issue_ref[1]
            # Whoever looks now sees the world as of the latest delivery, and must be told to wait for it.
            assert self.last_seen[iid] >= self.last_delivery[iid] or lease.floor.note_id == self.last_delivery[iid]
            self.given[lease] = self.last_delivery[iid]
            assert lease.expires_at == now + self.inbox.timing.lease
            self.latest[iid] = lease
            self.held.append(lease)

    def settle(self) -> None:
        if self.held:
            lease = self.held.pop(self.dice.randrange(len(self.held)))
            outcome: Outcome = self.dice.choice((Done(), Done(), Again(None, "502"), Again(5, "429"), Dead("no")))
            self.inbox.settle(lease, outcome)
            # A lease that ran out still counts as long as nobody else was given the subject.
            iid = lease.subject.issue_ref[1]
            if outcome == Done() and self.latest[iid] is lease:
                self.last_seen[iid] = self.given[lease]

    def crash(self) -> None:
        """A worker dies: its leases are never settled."""
        owner = self.dice.choice(OWNERS)
        self.held = [lease for lease in self.held if lease.owner != owner]

    def heartbeat(self) -> None:
        self.inbox.renew(self.held)

    def wait(self) -> None:
        self.clock.pass_(self.dice.choice((0.1, 0.6, 2.1, 12, 31)))

    def play(self) -> None:
        steps = (self.deliver, self.deliver, self.claim, self.claim, self.settle, self.crash, self.heartbeat, self.wait)
        for _ in range(STEPS):
            self.dice.choice(steps)()

    def end_well(self) -> None:
        """From here on all goes well: then every subject must be seen as of its latest delivery."""
        self.held.clear()
        for _ in range(20):
            self.clock.pass_(1000)
            for letter in self.inbox.dead_letters():
                assert self.inbox.retry(letter.name)
            self.claim()
            for lease in self.held:
                self.inbox.settle(lease, Done())
                self.last_seen[lease.subject.issue_ref[1]] = self.given[lease]
            self.held.clear()
        assert self.inbox.pending() == 0
        assert self.last_seen == self.last_delivery
        assert {one.state for one in self.inbox.deliveries(10_000)} <= {"done"}


@pytest.mark.unmeasured
@pytest.mark.parametrize("seed", range(8))
def test_no_order_of_events_loses_a_generation_or_shares_a_subject(database: Database, clock: Clock, seed: int) -> None:
    inbox = Inbox(database, Timing(attempts=4), clock)
    story = Story(inbox, clock, random.Random(seed))
    story.play()
    story.end_well()
