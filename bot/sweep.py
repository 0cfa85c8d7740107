"""Everything that changed since the last time, and the calendar, become subjects for the same worker.

The cursor moves only when GitLab's list was read to its end and judged. The first sweep of a day reads everything,
because some rules look at the date and no change of an issue would tell.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from itertools import chain
from typing import TypeAlias

import structlog

from bot.domain.concern import concerns
from bot.domain.facts import Facts, IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.plan import Plan
from bot.domain.reminding import Reminder
from bot.domain.subject import CALENDAR, DIGEST, REGISTRY, Subject
from bot.errors import BotError, TryLater
from bot.inbox import Inbox
from bot.partners.lately import BELIEVED
from bot.sweeps import adoption, crowd, orphans, radius
from bot.sweeps.digests import Digests
from bot.sweeps.inspection import Inspection
from bot.sweeps.orphans import Orphans
from bot.sweeps.partners import SWEEP, Daily
from bot.sweeps.radius import Limits, too_much
from bot.sweeps.requested import Requested, Stage
from bot.sweeps.rota import Rota
from bot.sweeps.surge import Surge
from bot.sweeps.survey import Progress, Survey, Surveyor, pages

log = structlog.get_logger(__name__)

CURSOR = "issues"
OVERLAP = timedelta(minutes=2)
"""Replicas lag and clocks differ, so each sweep reads a little of what the last one read."""
BATCH = 200
"""Subjects marked in one transaction."""

Step: TypeAlias = Callable[[], set[str]]
"""Marks subjects and returns their keys; the next step wants them done."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A plan that would change something: of an issue, or of a subject of the group's (None).

    `says_news`: words among it.
    """

    issue: Issue | None
    plan: Plan
    says_news: bool
    reminder: Reminder | None = None
    """What people would be reminded of."""


@dataclass(frozen=True, slots=True)
class Sweeper:
    """Finds what needs work, and has the worker do it."""

    inbox: Inbox
    requested: Requested
    surveyor: Surveyor
    limits: Limits
    digests: Digests
    daily: Daily
    orphans: Orphans
    rota: Rota
    inspection: Inspection
    has_registry: bool = False
    """Whether the registry is kept in a project of its own."""
    poll: float = 0.3

    def proposals(self, *, full: bool) -> Iterator[Proposal]:
        """What would be done, without doing it: about the calendar, each issue, and after all of them the digest."""
        propose = partial(self._proposal, cache(self.surveyor.apply.staff_only))
        yield from propose(None, self.surveyor.snapshot.calendar())
        since, counting = None if full else self._since(), self.digests.counting()
        for issue in self.surveyor.snapshot.gateway.issues(self.surveyor.snapshot.site.group, updated_after=since):
            facts = self.surveyor.snapshot.bare(issue)
            counting.add(issue, facts.case)
            yield from propose(issue, self.surveyor.snapshot.complete(facts))
        for partner in dict.fromkeys((*self.daily.asked(), *self.daily.unseen(self.surveyor.snapshot.today()))):
            yield from propose(None, self.surveyor.snapshot.partner(partner.ref, BELIEVED))
        for recurrence in self._surge.due(full=full):
            yield from propose(None, self.surveyor.snapshot.recurring(recurrence.ref))
        for _ in self.inspection.due(self.surveyor.snapshot.today(), full=full):
            yield from propose(None, self.surveyor.snapshot.practice())
        if since is None:
            digest = self.digests.facts(counting.result())
            if self.digests.is_safe():
                yield from propose(None, digest)

    def _proposal(self, staff_only: Callable[[int], bool], issue: Issue | None, facts: Facts) -> Iterator[Proposal]:
        if not concerns(facts).holds:
            return
        apply, plan = self.surveyor.apply, self.surveyor.rules.decide(facts)
        says_news = apply.says_news(facts, plan)
        reminded = apply.reminder(facts, plan, staff_only) if isinstance(facts, IssueFacts) else None
        if plan.writes or plan.failures or says_news or reminded:
            yield Proposal(issue, plan, says_news, reminded)

    def steps(self, *, full: bool, allow: int = 0, progress: Progress | None = None) -> list[Step]:
        """A sweep, step by step; whoever runs it waits after each until its subjects are done.

        `allow`: change up to so many things, whatever the blast radius. A step raises TooMuch when that is not enough,
        and Incomplete when a list breaks off; it may be run again.
        """
        issues = partial(self.issues, full=full, allow=allow, progress=progress)
        return [
            self.registry,
            partial(self.calendar, allow=allow),
            issues,
            partial(self.partners, full=full, allow=allow),
            partial(self.recurring, full=full, allow=allow),
            self.practice,
            self.digest,
            partial(self.held_back, allow=allow),
        ]

    def registry(self) -> set[str]:
        """Have the registry read anew, so that rules judge by the newest one."""
        return self._mark([REGISTRY] if self.has_registry else [])

    def calendar(self, *, allow: int = 0) -> set[str]:
        """Have the calendar looked at when something is to be done about it; its key."""
        if self.surveyor.apply.dry_run:
            return self._mark([CALENDAR])
        facts = self.surveyor.snapshot.calendar()
        plan = self.surveyor.rules.decide(facts)
        changes = len(plan.milestones)
        if changes > max(self.limits.most, allow):
            raise too_much(f"{changes} milestones", changes)
        to_do = plan.writes or plan.failures or plan.affects or self.surveyor.apply.says_news(facts, plan)
        return self._mark([CALENDAR] if to_do else [])

    def partners(self, *, full: bool, allow: int = 0) -> set[str]:
        """Have partners looked at; their keys. Raises TooMuch before any is marked but those for whom somebody asks."""
        today = self.surveyor.snapshot.today()
        self.daily.lately.begin()
        asked = [*self.daily.asked()]
        others = [one for one in self.daily.unseen(today) if one not in asked]
        if self.surveyor.apply.dry_run:
            return self._mark([*asked, *others])
        if full or others:
            self.digests.notices.post(orphans.NAME, self.orphans.points())
        if self.limits.holds(len(others), len(others)):
            self.digests.notices.post(crowd.NAME, ())
            return self._mark([*asked, *others])
        found = crowd.judged(others, self.surveyor, self.daily)
        changes = len(found.changing)
        is_much = not self.limits.holds(changes, found.seen) and changes > allow
        self.digests.notices.post(crowd.NAME, found.points() if is_much else ())
        # Between judging and now something may have happened.
        self.daily.lately.begin()
        marked = self._mark(asked if is_much else [*asked, *found.subjects])
        if is_much:
            raise too_much(f"{changes} of {found.seen} partners", changes)
        return marked

    def issues(self, *, full: bool, allow: int = 0, progress: Progress | None = None) -> set[str]:
        """Mark every issue that wants something; their keys. Raises TooMuch and Incomplete before any is marked."""
        began, judged = self.surveyor.snapshot.gateway.now(), self._judged()
        since = None if full else self._since()
        behind: list[Subject] = []
        listed = self._listed(since) if since else self._noting(self._listed(since), behind)
        survey = self.surveyor.of(listed, self.digests.counting(), progress)
        if not self.surveyor.apply.dry_run:
            self._judge(survey, allow)
            if since is None:
                self.digests.notices.post(adoption.NAME, survey.old.points())
                # What the worker is about to change has to be counted anew.
                self.digests.keep(None if survey.subjects else survey.tally.result())
            keys = self._mark([*survey.subjects, *behind])
            if survey.newest:
                # What changes while the list is read may stand on a page that was read already.
                self.surveyor.memory.move_cursor(CURSOR, f"{min(survey.newest, began).isoformat()} {judged}")
            return keys
        return self._mark(survey.subjects)

    def recurring(self, *, full: bool = False, allow: int = 0) -> set[str]:
        """Have the recurrences looked at of which another issue may be wanted; their keys, none where it is too much.

        What comes after waits for nothing of that, so it goes on; `held_back` says at the end that something is left.
        """
        return self._mark(self._surge.allowed(allow, full=full))

    def held_back(self, *, allow: int = 0) -> set[str]:
        """Raises TooMuch where the recurring issues are still too many; else there is nothing more to do."""
        self._surge.complain(allow)
        return set()

    @property
    def _surge(self) -> Surge:
        return Surge(self.surveyor, self.rota, self.limits, self.digests.notices)

    def practice(self) -> set[str]:
        """Have the practice group looked at when nobody did today; its key."""
        return self._mark(self.inspection.due(self.surveyor.snapshot.today()))

    def digest(self) -> set[str]:
        """Have the digest written when there is something new to write; its key."""
        return self._mark([DIGEST] if self.digests.is_due() and not self.surveyor.apply.dry_run else [])

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
        except BotError as trouble:
            self.requested.finish(sweep_id, str(trouble))
        except Exception as trouble:
            self.requested.finish(sweep_id, f"{type(trouble).__name__}: {trouble}")
            log.exception("a sweep failed", sweep=sweep_id)
        else:
            self.requested.finish(sweep_id, self.failures(keys))

    def _advance(self, sweep_id: str) -> set[str]:
        """Step by step; each look goes on where the one before ended, whichever machine had that."""
        request, stage = self.requested.state(sweep_id), self.requested.stage(sweep_id)
        full, allow = (request["full"], request["allow"]) if request else (False, 0)
        self._await(sweep_id, set(stage.keys))
        for step in self.steps(full=full, allow=allow)[stage.steps :]:
            stage = Stage(stage.steps + 1, tuple(sorted({*stage.keys, *step()})))
            self.requested.keep(sweep_id, stage)
            self._await(sweep_id, set(stage.keys))
        return set(stage.keys)

    def failures(self, keys: set[str]) -> str | None:
        """What went to the dead letters among `keys`, as one text; None when nothing did."""
        dead = [letter for letter in self.inbox.dead_letters() if letter.name in keys]
        return "; ".join(f"{letter.name}: {letter.reason}" for letter in dead) or None

    def _listed(self, since: datetime | None) -> Iterable[Issue]:
        """What changed since then in any state, since a comment on a closed issue may be an order; None: what is open.

        Then too, what was closed is listed as far back as the last sweep got.
        """
        group, issues = self.surveyor.snapshot.site.group, self.surveyor.snapshot.gateway.issues
        if since:
            return issues(group, state="all", updated_after=since)
        before = self._got_to()
        closed: Iterable[Issue] = issues(group, state="closed", updated_after=before) if before else ()
        return chain(issues(group), closed)

    def _noting(self, issues: Iterable[Issue], behind: list[Subject]) -> Iterator[Issue]:
        """The same issues; `behind` is told whose comments have to be read again."""
        conversation = self.surveyor.conversation
        for page in pages(issues):
            with conversation.hearing.recalling([(issue.project_id, issue.iid) for issue in page]):
                late = filter(conversation.is_behind, page)
                behind += (Subject("comments", f"{issue.project_id}/{issue.iid}") for issue in late)
            yield from page

    def _judge(self, survey: Survey, allow: int) -> None:
        extent = survey.extent
        is_much = not self.limits.holds(extent.changes, extent.seen) and extent.changes > allow
        self.digests.notices.post(radius.NAME, extent.points() if is_much else ())
        if is_much:
            # Nobody's order waits for that. A database that was lost knows none of them, so it opens no way around.
            self._mark(survey.news[: self.limits.most])
            raise too_much(f"{extent.changes} of {extent.seen} issues", extent.changes)

    def _mark(self, subjects: Iterable[Subject]) -> set[str]:
        every = list(subjects)
        for at in range(0, len(every), BATCH):
            self.inbox.mark(every[at : at + BATCH], SWEEP, now=True)
        return {subject.key for subject in every}

    def _since(self) -> datetime | None:
        """Where the last sweep got to; None reads everything: no cursor yet, a new day, or other rules."""
        _, _, judged = (self.surveyor.memory.cursor(CURSOR) or "").partition(" ")
        return self._got_to() if judged == self._judged() else None

    def _got_to(self) -> datetime | None:
        newest, _, _ = (self.surveyor.memory.cursor(CURSOR) or "").partition(" ")
        return datetime.fromisoformat(newest) - OVERLAP if newest else None

    def _judged(self) -> str:
        """What the same issue may be judged differently under."""
        return f"{self.surveyor.snapshot.today()} {self.surveyor.rules.fingerprint}"

    def _await(self, sweep_id: str, keys: set[str]) -> None:
        left = self.inbox.pending(keys)
        self.requested.progress(sweep_id, len(keys), len(keys) - left)
        if left:
            raise TryLater(f"{left} subjects of the sweep still need a look", self.poll)
