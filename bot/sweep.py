"""Everything that changed since the last time, and the calendar, become subjects for the same worker.

The cursor moves only when GitLab's list was read to its end. The first sweep of a day reads everything, because some
rules look at the date and no change of an issue would tell.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from bot.apply import Apply
from bot.domain.facts import Facts, Issue
from bot.domain.plan import Plan
from bot.domain.subject import CALENDAR, Subject
from bot.inbox import Inbox
from bot.looks import Looks
from bot.memory import Memory
from bot.requested import Requested
from bot.rules import Rules, concerns
from bot.snapshot import Snapshot

CURSOR = "issues"
OVERLAP = timedelta(minutes=2)
"""Replicas lag and clocks differ, so each sweep reads a little of what the last one read."""

Progress = Callable[[int, int], None]
"""Called with the number of issues seen so far, and how many of them want something."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that would change something: of an issue, or of the calendar (None); `says_news`: words among it."""

    issue: Issue | None
    plan: Plan
    says_news: bool


@dataclass(slots=True)
class Seen:
    """How far a listing got: issues seen, the newest change among them, and the keys that need work."""

    issues: int = 0
    newest: datetime | None = None
    keys: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Finds what needs work, and has the worker do it."""

    snapshot: Snapshot
    rules: Rules
    apply: Apply
    inbox: Inbox
    memory: Memory
    requested: Requested
    looks: Looks
    poll: float = 0.2

    def proposals(self, *, full: bool) -> Iterator[Proposal]:
        """What would be done, without doing it: about the calendar, then about each issue."""
        yield from self._proposal(None, self.snapshot.calendar())
        since = None if full else self._since()
        for issue in self.snapshot.gateway.issues(self.snapshot.site.group, updated_after=since):
            yield from self._proposal(issue, self.snapshot.complete(self.snapshot.bare(issue)))

    def _proposal(self, issue: Issue | None, facts: Facts) -> Iterator[Proposal]:
        if not concerns(facts).holds:
            return
        plan = self.rules.decide(facts)
        says_news = self.apply.says_news(facts, plan)
        if plan.writes or plan.failures or says_news:
            yield Proposal(issue, plan, says_news)

    def calendar(self) -> set[str]:
        """Have the calendar looked at; its keys."""
        self.inbox.mark([CALENDAR], "sweep", now=True)
        return {CALENDAR.key}

    def issues(self, *, full: bool, progress: Progress | None = None) -> set[str]:
        """Mark every issue that wants something; their keys. Raises Incomplete when the list breaks off."""
        seen = Seen()
        since = None if full else self._since()
        for issue in self.snapshot.gateway.issues(self.snapshot.site.group, updated_after=since):
            self._look(issue, seen)
            if progress:
                progress(seen.issues, len(seen.keys))
        if seen.newest:
            self.memory.move_cursor(CURSOR, f"{seen.newest.isoformat()} {self.snapshot.today()}")
        return seen.keys

    def carry_out(self, sweep_id: str) -> None:
        """The sweep that somebody asked the running bot for, with its progress in the database."""
        request = self.requested.start(sweep_id)
        if request is None:
            return
        keys = self.calendar()
        self._await(sweep_id, keys)
        keys |= self.issues(full=request["full"])
        self._await(sweep_id, keys)
        self.requested.finish(sweep_id, self.failures(keys))

    def failures(self, keys: set[str]) -> str | None:
        """What went to the dead letters among `keys`, as one text; None when nothing did."""
        dead = [letter for letter in self.inbox.dead_letters() if letter.name in keys]
        return "; ".join(f"{letter.name}: {letter.reason}" for letter in dead) or None

    def _look(self, issue: Issue, seen: Seen) -> None:
        seen.issues += 1
        if issue.updated_at and (seen.newest is None or issue.updated_at > seen.newest):
            seen.newest = issue.updated_at
        if self._wants(issue):
            subject = Subject.issue(issue.project_id, issue.iid)
            seen.keys.add(subject.key)
            self.inbox.mark([subject], "sweep", now=True)

    def _wants(self, issue: Issue) -> bool:
        """Whether the worker should look, judged from the list alone: no call is made here."""
        facts = self.snapshot.bare(issue)
        if not concerns(facts).holds:
            return False
        if self.looks.wants_more(facts):
            return True
        if self.rules.needs(facts):
            return False
        plan = self.rules.decide(facts)
        return bool(plan.writes or plan.failures or self.apply.status.needs_look(facts, plan))

    def _since(self) -> datetime | None:
        """Where the last sweep got to; None reads everything: no cursor yet, or a new day."""
        value = self.memory.cursor(CURSOR)
        if value is None:
            return None
        newest, _, day = value.partition(" ")
        return datetime.fromisoformat(newest) - OVERLAP if date.fromisoformat(day) == self.snapshot.today() else None

    def _await(self, sweep_id: str, keys: set[str]) -> None:
        """Wait until other threads and processes have done `keys`; the heartbeat keeps the sweep's own lease."""
        while left := self.inbox.pending(keys):
            self.requested.progress(sweep_id, len(keys), len(keys) - left)
            time.sleep(self.poll)
        self.requested.progress(sweep_id, len(keys), len(keys))
