"""What a look leaves behind: whether the same look would find nothing again, and whether it wrote over somebody.

GitLab has no optimistic locking: a weight that a person sets between the bot's read and its write is gone, and label
and weight agree on the wrong one. The journals still know. Reading them after every write would cost two calls each
time; but each write wakes the bot a known number of times, so only another number means that somebody else was there.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.accounts import Accounts
from bot.apply import Granted
from bot.domain.actions import SetWeight
from bot.domain.facts import IssueFacts
from bot.domain.needs import AccountOf, Need
from bot.domain.plan import Plan
from bot.inbox import Inbox
from bot.memory import Look, Memory
from bot.queue.leases import Lease
from bot.rules import Rules

UNKNOWN = -1
"""No number of awakenings is this one, so a write that was cut off is always suspected."""


REFUSED = " refused"


@dataclass(frozen=True, slots=True)
class Looks:
    """Remembers how issues were left."""

    memory: Memory
    inbox: Inbox
    rules: Rules
    accounts: Accounts

    def suspected(self, lease: Lease) -> bool:
        """Whether somebody may have written while the bot did, so that the journals have to be read."""
        look = self.memory.look_at(*lease.subject.issue_ref)
        return look.overwrote is not None and lease.generation - look.overwrote != look.echoes

    def begin(self, lease: Lease, plan: Plan) -> None:
        """Before the plan is granted: from here on a weight may be written over."""
        if _writes_weight(plan):
            self._remember(lease, Look(None, lease.generation, UNKNOWN))

    def end(self, lease: Lease, facts: IssueFacts, plan: Plan, *, fields: int, granted: Granted) -> None:
        """After the plan was granted, with one PUT of so many `fields`."""
        done = fields or granted.comments
        if _writes_weight(plan):
            # Once for the mark made here, once for the PUT, and once for each comment.
            self._remember(lease, Look(None, lease.generation, 2 + granted.comments))
            self.inbox.mark([lease.subject], "the bot's own write")
        elif granted.refused:
            self._remember(lease, Look(self._state(facts) + REFUSED))
        elif not done and not plan.failures and (facts.overwrote or self.rules.needs(facts)):
            self._remember(lease, Look(self._state(facts)))
        elif self.memory.look_at(*lease.subject.issue_ref) != Look():
            self._remember(lease, Look())

    def wants_more(self, facts: IssueFacts) -> bool:
        """For a sweep: whether more than the issue has to be read, and was not for just this state of it."""
        look, needs = self.memory.look_at(facts.issue.project_id, facts.issue.iid), self.rules.needs(facts)
        if look.overwrote is not None:
            return True
        return bool(needs) and (not self.is_settled(facts) or self._has_joined(facts, needs))

    def _has_joined(self, facts: IssueFacts, needs: Iterable[Need]) -> bool:
        """Whether somebody who is named may be assigned by now: of that, no change of the issue tells."""
        handles = [need.handle for need in needs if isinstance(need, AccountOf)]
        can_be = any(self.accounts.is_member(facts.issue.project_id, handle) for handle in handles)
        return can_be and not self.was_refused(facts)

    def is_settled(self, facts: IssueFacts) -> bool:
        """Whether just this state of the issue was looked at: nothing was to do, or GitLab took no notice of it."""
        look = self.memory.look_at(facts.issue.project_id, facts.issue.iid)
        return look.settled in (self._state(facts), self._state(facts) + REFUSED)

    def was_refused(self, facts: IssueFacts) -> bool:
        """Whether GitLab took no notice of what was asked for in just this state."""
        look = self.memory.look_at(facts.issue.project_id, facts.issue.iid)
        return look.settled == self._state(facts) + REFUSED

    def _state(self, facts: IssueFacts) -> str:
        """The issue as it is, on this day, under these rules."""
        return f"{facts.issue.updated_at} {facts.today} {self.rules.fingerprint}"

    def _remember(self, lease: Lease, look: Look) -> None:
        self.memory.remember_look(*lease.subject.issue_ref, look)


def _writes_weight(plan: Plan) -> bool:
    return any(isinstance(action, SetWeight) for _, action in plan.granted)
