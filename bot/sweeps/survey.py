"""A list of issues becomes what there is to do about them, judged from the list alone: no call is made for one issue.

Only keys and counts are kept, so that memory does not grow with what the issues say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import islice

import structlog

from bot.apply import Apply
from bot.domain.audible import public
from bot.domain.concern import concerns, may_concern
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.plan import Plan
from bot.domain.reminding import is_adopted
from bot.domain.reversals import field_of
from bot.domain.subject import Subject
from bot.domain.tallying import Tallying
from bot.errors import TryLater
from bot.looks import Looks
from bot.memory import Memory
from bot.rules import Rules
from bot.snapshot import Snapshot
from bot.sweeps.adoption import Backlog
from bot.sweeps.lists import Lists
from bot.sweeps.radius import Extent
from bot.talk.conversation import Conversation
from bot.voice.wording import digest

log = structlog.get_logger(__name__)

PAGE = 100

Progress = Callable[[int, int], None]
"""Called with the number of issues seen so far, and how many of them want something."""


@dataclass(slots=True)
class Survey:
    """What a listing came to; `subjects` want the worker to look."""

    tally: Tallying
    old: Backlog
    lists: Lists
    extent: Extent = field(default_factory=Extent)
    newest: datetime | None = None
    subjects: list[Subject] = field(default_factory=list)
    news: list[Subject] = field(default_factory=list)
    """Those among them that the bot knows and that have comments it has not heard: maybe orders."""


@dataclass(frozen=True, slots=True)
class Surveyor:
    """Judges issues as they are listed. Those created before `adopt_from` are told about elsewhere."""

    snapshot: Snapshot
    rules: Rules
    apply: Apply
    memory: Memory
    looks: Looks
    conversation: Conversation
    adopt_from: date | None = None

    def of(self, issues: Iterable[Issue], tally: Tallying, progress: Progress | None = None) -> Survey:
        """Read the list to its end. Raises what the list raises."""
        survey, hidden = Survey(tally, Backlog(self.adopt_from), Lists(self.snapshot, self.rules)), set[int]()
        for page in pages(issues):
            places = [(issue.project_id, issue.iid) for issue in page]
            with self.memory.recalling(places), self.conversation.hearing.recalling(places):
                for issue in page:
                    self._judge(issue, survey, hidden)
                    if progress:
                        progress(survey.extent.seen, len(survey.subjects))
        return survey

    def _judge(self, issue: Issue, survey: Survey, hidden: set[int]) -> None:
        survey.extent.seen += 1
        if issue.updated_at and (survey.newest is None or issue.updated_at > survey.newest):
            survey.newest = issue.updated_at
        if self._wants(issue, survey, hidden):
            survey.subjects.append(Subject.issue(issue.project_id, issue.iid))

    def _wants(self, issue: Issue, survey: Survey, hidden: set[int]) -> bool:
        """Whether the worker should look; on the way the issue is counted for whatever it counts.

        It should where nobody can tell whose word counts: that is one project's trouble, and not the sweep's. Those
        projects are `hidden`, and not asked about again.
        """
        if issue.project_id in hidden:
            return True
        try:
            facts = self.snapshot.bare(issue, self.looks.wrote(issue))
        except TryLater as trouble:
            log.warning("nobody can tell whose word counts", project=issue.project, reason=str(trouble))
            hidden.add(issue.project_id)
            return True
        has_news = self.conversation.has_news(facts)
        if has_news and (facts.wrote is not None or self.conversation.hearing.of(issue)):
            survey.news.append(Subject.issue(issue.project_id, issue.iid))
        if not concerns(facts).holds:
            has_to_part = self.apply.has_to_part(facts)
            return has_news or has_to_part or (may_concern(facts) and self.looks.wants_more(facts))
        survey.tally.add(issue, facts.case)
        facts = survey.lists.fulfil(facts)
        wants_more = self.looks.wants_more(facts)
        is_settled = not wants_more and self.looks.is_settled(facts)
        if is_settled and is_adopted(issue, self.adopt_from) and not facts.read:
            return has_news
        plan = self.rules.decide(facts)
        survey.old.add(issue, plan)
        if is_settled:
            return has_news or self._is_outdated(facts, plan)
        if handlers := self._changing(facts, plan, wants_more=wants_more):
            survey.extent.add(issue, handlers)
        to_do = plan.writes or plan.failures or self.apply.has_to_speak(facts, plan)
        return bool(has_news or wants_more or to_do)

    def _is_outdated(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether other issues changed what is to be said about one that did not change."""
        is_told_all = bool(facts.read) and not self.rules.needs(facts)
        listens = not plan.is_off and not self.looks.was_refused(facts)
        return is_told_all and listens and self.apply.has_to_speak(facts, plan)

    def _changing(self, facts: IssueFacts, plan: Plan, *, wants_more: bool) -> frozenset[str]:
        """The handlers that would certainly change the issue or say something new on it."""
        wrote = facts.wrote or frozenset()
        # What the bot wrote before and misses now, a person may have taken back; only the journals can tell.
        fields = {handler for handler, action in plan.granted if not (wants_more and field_of(action) in wrote)}
        words = {handler for handler, _ in plan.points} if not wants_more and self._is_news(facts, plan) else set()
        return frozenset(fields | {handler for handler, _ in plan.milestones} | words)

    def _is_news(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether the status comment certainly becomes another; a comment that nobody remembers may say it already."""
        if plan.is_off or not is_adopted(facts.issue, self.adopt_from):
            return False
        known = self.memory.status_of(facts.issue.project_id, facts.issue.iid)
        if known:
            return known.digest not in (digest(plan.points), digest(public(plan).points))
        return not facts.issue.user_notes_count


def pages(issues: Iterable[Issue]) -> Iterator[list[Issue]]:
    """As many at a time as GitLab sends."""
    left = iter(issues)
    while page := [*islice(left, PAGE)]:
        yield page
