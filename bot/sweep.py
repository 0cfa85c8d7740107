"""Everything that changed since the last time, and the calendar, become subjects for the same worker.

The cursor moves only when GitLab's list was read to its end. The first sweep of a day reads everything, because some
rules look at the date and no change of an issue would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from bot.apply import Apply
from bot.domain.facts import Facts, Issue
from bot.domain.plan import Plan
from bot.domain.subject import CALENDAR, REGISTRY, Subject
from bot.errors import TryLater
from bot.inbox import Inbox
from bot.looks import Looks
from bot.memory import Memory
from bot.requested import Requested
from bot.rules import Rules, concerns
from bot.snapshot import Snapshot
from bot.talk.conversation import Conversation

log = structlog.get_logger(__name__)

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
class Stage:
    """How far a requested sweep got: the keys it waits for, and whether the issues are listed already."""

    keys: set[str]
    listed: bool = False


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
    conversation: Conversation
    poll: float = 0.3
    under_way: dict[str, Stage] = field(default_factory=dict)

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
        """Have the calendar and the registry looked at; their keys."""
        self.inbox.mark([CALENDAR, REGISTRY], "sweep", now=True)
        return {CALENDAR.key, REGISTRY.key}

    def issues(self, *, full: bool, progress: Progress | None = None) -> set[str]:
        """Mark every issue that wants something; their keys. Raises Incomplete when the list breaks off."""
        seen, judged = Seen(), self._judged()
        since = None if full else self._since()
        for issue in self.snapshot.gateway.issues(self.snapshot.site.group, updated_after=since):
            self._look(issue, seen)
            if progress:
                progress(seen.issues, len(seen.keys))
        if seen.newest and not self.apply.dry_run:
            self.memory.move_cursor(CURSOR, f"{seen.newest.isoformat()} {judged}")
        return seen.keys

    def carry_out(self, sweep_id: str) -> None:
        """The sweep that somebody asked the running bot for. Raises TryLater while others still work on its subjects.

        It never waits for them: it would hold the very thread they need.
        """
        if self.requested.start(sweep_id) is None:
            return
        try:
            keys = self._advance(sweep_id)
        except TryLater:
            raise
        except Exception as trouble:
            self.under_way.pop(sweep_id, None)
            self.requested.finish(sweep_id, f"{type(trouble).__name__}: {trouble}")
            log.exception("a sweep failed", sweep=sweep_id)
        else:
            self.under_way.pop(sweep_id, None)
            self.requested.finish(sweep_id, self.failures(keys))

    def _advance(self, sweep_id: str) -> set[str]:
        """First calendar and registry, then the issues; a process that starts anew begins again, with less to do."""
        stage = self.under_way.get(sweep_id) or Stage(self.calendar())
        self.under_way[sweep_id] = stage
        self._await(sweep_id, stage.keys)
        if not stage.listed:
            request = self.requested.state(sweep_id)
            stage.keys |= self.issues(full=bool(request and request["full"]))
            stage.listed = True
        self._await(sweep_id, stage.keys)
        return stage.keys

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
        facts = self.snapshot.bare(issue, self.looks.wrote(issue))
        if self.conversation.has_news(facts):
            return True
        if not concerns(facts).holds:
            return False
        if self.looks.wants_more(facts):
            return True
        if self.looks.is_settled(facts):
            return False
        plan = self.rules.decide(facts)
        return bool(plan.writes or plan.failures or self.apply.status.needs_look(facts, plan))

    def _since(self) -> datetime | None:
        """Where the last sweep got to; None reads everything: no cursor yet, a new day, or other rules."""
        newest, _, judged = (self.memory.cursor(CURSOR) or "").partition(" ")
        return datetime.fromisoformat(newest) - OVERLAP if newest and judged == self._judged() else None

    def _judged(self) -> str:
        """What the same issue may be judged differently under."""
        return f"{self.snapshot.today()} {self.rules.fingerprint}"

    def _await(self, sweep_id: str, keys: set[str]) -> None:
        left = self.inbox.pending(keys)
        self.requested.progress(sweep_id, len(keys), len(keys) - left)
        if left:
            raise TryLater(f"{left} subjects of the sweep still need a look", self.poll)
