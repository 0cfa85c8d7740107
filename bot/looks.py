"""What a look leaves behind: whether the same look would find nothing again, and whether it wrote over somebody.

GitLab has no optimistic locking: a weight that a person sets between the bot's read and its write is gone, and label
and weight agree on the wrong one. The journal of weights still knows, so the look after such a write reads it. Nothing
cheaper will do: webhooks get lost, and none of them says that nobody else wrote.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.accounts import Accounts
from bot.domain.actions import Assign, DropItem, PutItem, SetWeight
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue, LabelEvent
from bot.domain.needs import AccountOf, LabelHistory, Need
from bot.domain.plan import Plan
from bot.domain.reversals import field_of, held_by
from bot.domain.subject import Subject
from bot.granted import Granted
from bot.inbox import Inbox
from bot.memory import Look, Memory
from bot.queue.leases import Lease
from bot.rules import Rules

REFUSED = " refused"
DOUBTED = " doubted"
"""Stands where GitLab took no notice once, and what was remembered of those who were to be assigned is read anew."""
JOINED = " joined "
"""Stands before the handles of those who could be assigned when the issue was looked at."""
AT_ONCE = timedelta(seconds=2)
"""What GitLab stamps within this time belongs to one deed."""


@dataclass(frozen=True, slots=True)
class Looks:
    """Remembers how issues were left."""

    memory: Memory
    inbox: Inbox
    rules: Rules
    accounts: Accounts
    base: str
    """The label that the bot sets on every issue of the team."""
    own: frozenset[int]
    """The ids of the bot's accounts, present and former."""

    def overwrote(self, subject: Subject) -> bool:
        """Whether the bot may have written a weight over somebody's, so that the journal has to be read."""
        return self.memory.look_at(*subject.issue_ref).overwrote

    def wrote(self, issue: Issue) -> frozenset[str] | None:
        """The fields that the bot may have written on the issue; None when nobody knows, as after a lost database."""
        known = self.memory.look_at(issue.project_id, issue.iid).wrote
        return frozenset() if known is None and self._is_newborn(issue) else known

    def _is_newborn(self, issue: Issue) -> bool:
        """Whether nothing has happened to the issue since it was opened; then the bot has not been there either.

        The bot may be as quick as whoever opened it, and then has set the base label with all else.
        """
        opened, changed = issue.created_at, issue.updated_at
        is_untouched = self.base not in issue.labels or issue.author.id in self.own
        return is_untouched and opened is not None and changed is not None and changed - opened < AT_ONCE

    def begin(self, lease: Lease, facts: IssueFacts, plan: Plan) -> None:
        """Before the plan is granted: from here on its fields may be the bot's, and a weight may be written over."""
        wrote = _with(facts, plan)
        look = self.memory.look_at(*lease.subject.issue_ref)
        if _writes_weight(plan):
            self._remember(lease, Look(overwrote=True, wrote=wrote))
        elif wrote != look.wrote:
            self._remember(lease, replace(look, wrote=wrote))

    def end(self, lease: Lease, facts: IssueFacts, plan: Plan, *, fields: int, granted: Granted) -> None:
        """After the plan was granted, with one PUT of so many `fields`."""
        done, wrote = fields or granted.comments, _with(facts, plan, granted.changed)
        if not _writes_weight(plan) and self._speaks_otherwise(facts, plan, granted):
            self.inbox.mark([lease.subject], "its fields were changed")
        if _writes_weight(plan):
            self._remember(lease, Look(overwrote=True, wrote=wrote))
            # The webhook of that write comes too, and one look is enough for both.
            self.inbox.mark([lease.subject], "the bot's own write", patient=True)
        elif granted.refused:
            self._refused(lease, facts, plan, wrote)
        elif not done and not plan.failures and (facts.overwrote or facts.read):
            self._remember(lease, Look(self._state(facts) + _joined(facts), wrote=wrote))
        elif self.memory.look_at(*lease.subject.issue_ref) != Look(wrote=wrote):
            self._remember(lease, Look(wrote=wrote))

    def _refused(self, lease: Lease, facts: IssueFacts, plan: Plan, wrote: frozenset[str] | None) -> None:
        """GitLab dropped an assignee: whoever that was may be blocked, or gone, since they were last read."""
        is_sure = self.memory.look_at(*lease.subject.issue_ref).settled == self._state(facts) + DOUBTED
        self._remember(lease, Look(self._state(facts) + (REFUSED if is_sure else DOUBTED), wrote=wrote))
        if not is_sure:
            names = [action.person.username for _, action in plan.granted if isinstance(action, Assign)]
            self.accounts.forget(facts.issue.project_id, names)
            self.inbox.mark([lease.subject], "GitLab took no notice of an assignee")

    def retell(self, facts: IssueFacts, plan: Plan, granted: Granted) -> tuple[IssueFacts, Plan]:
        """The issue as GitLab answered the PUT and what the rules say of that; as before where that takes a look.

        What the answer lacks are journals. Cases are judged by those, and so are labels that not everybody may set.
        """
        if granted.changed is None or granted.refused or facts.case is not None or facts.guard.is_up:
            return facts, plan
        # A comment that came in between is not heard yet.
        changed = replace(granted.changed, user_notes_count=facts.issue.user_notes_count)
        now = replace(facts, issue=changed)
        if self.rules.needs(now):
            return facts, plan
        anew = self.rules.decide(now)
        if anew.writes or anew.failures or anew.is_off:
            return facts, plan
        granted.retold = anew
        return now, anew

    def _speaks_otherwise(self, facts: IssueFacts, plan: Plan, granted: Granted) -> bool:
        """Whether the rules have other words for the issue as it is now: those just said were about what it was."""
        if granted.changed is None or granted.refused or plan.failures:
            return False
        if granted.retold is not None:
            return not {*granted.retold.affects} <= {*plan.affects}
        now = replace(facts, issue=granted.changed)
        return bool(self.rules.needs(now)) or self.rules.decide(now).points != plan.points

    def passed_by(self, lease: Lease, facts: IssueFacts) -> None:
        """The issue is none of the team's, and that took a call to tell."""
        if facts.read:
            # Where nobody whose word counts ever set a label, the bot has not been either.
            is_strange = LabelHistory() in facts.read and not any(_counts(facts, event) for event in facts.label_events)
            self._remember(lease, Look(self._state(facts), wrote=frozenset() if is_strange else facts.wrote))

    def kept_off(self, lease: Lease, facts: IssueFacts) -> None:
        """People want the bot to leave the issue alone, as far as the journals tell."""
        self._remember(lease, Look(self._state(facts), wrote=facts.wrote))

    def wants_more(self, facts: IssueFacts) -> bool:
        """For a sweep: whether more than the issue has to be read, and was not for just this state of it."""
        look, needs = self.memory.look_at(facts.issue.project_id, facts.issue.iid), self.rules.needs(facts)
        if look.overwrote:
            return True
        return bool(needs) and (not self.is_settled(facts) or self._has_joined(facts, needs))

    def _has_joined(self, facts: IssueFacts, needs: Iterable[Need]) -> bool:
        """Whether somebody who is named may be assigned by now and could not: of that, no change of the issue tells."""
        settled = self.memory.look_at(facts.issue.project_id, facts.issue.iid).settled or ""
        before = settled.partition(JOINED)[2].split()
        handles = [need.handle for need in needs if isinstance(need, AccountOf) and need.handle.lower() not in before]
        can_be = any(self.accounts.is_member(facts.issue.project_id, handle) for handle in handles)
        return can_be and not self.was_refused(facts)

    def is_settled(self, facts: IssueFacts) -> bool:
        """Whether just this state of the issue was looked at: nothing was to do, or GitLab took no notice of it."""
        look = self.memory.look_at(facts.issue.project_id, facts.issue.iid)
        state = self._state(facts)
        return (look.settled or "").partition(JOINED)[0] in (state, state + REFUSED)

    def was_refused(self, facts: IssueFacts) -> bool:
        """Whether GitLab took no notice of what was asked for in just this state."""
        look = self.memory.look_at(facts.issue.project_id, facts.issue.iid)
        return look.settled == self._state(facts) + REFUSED

    def _state(self, facts: IssueFacts) -> str:
        """The issue as it is, on this day, under these rules."""
        return f"{facts.issue.updated_at} {facts.today} {self.rules.fingerprint}"

    def _remember(self, lease: Lease, look: Look) -> None:
        self.memory.remember_look(*lease.subject.issue_ref, look)


def _counts(facts: IssueFacts, event: LabelEvent) -> bool:
    return event.user_id in facts.guard.bots or facts.guard.counts(event.user_id)


def _with(facts: IssueFacts, plan: Plan, changed: Issue | None = None) -> frozenset[str] | None:
    """What the bot wrote, and what is there and may be its own: by order, or by a sweep with another database.

    Of a list that is what stood there: a line that could not be written was taken off by nobody.
    """
    if facts.wrote is None:
        return None
    dropped = {field_of(action) for _, action in plan.granted if isinstance(action, DropItem)}
    written = {field_of(action) for _, action in plan.granted if not isinstance(action, PutItem | DropItem)}
    return (facts.wrote | held_by(facts.issue) | written) - dropped | (held_by(changed) if changed else set())


def _joined(facts: IssueFacts) -> str:
    names = sorted(handle for handle, account in facts.accounts.items() if account.member)
    return f"{JOINED}{' '.join(names)}" if names else ""


def _writes_weight(plan: Plan) -> bool:
    return any(isinstance(action, SetWeight) for _, action in plan.granted)
