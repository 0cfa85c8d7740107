"""A case's task list and GitLab's own lines become how far each role is, and which ticks somebody has to confirm."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from bot.domain.checklist import Checklist, Matched, Progress, State, Task, matched
from bot.domain.facts import IssueFacts
from bot.domain.partners.cases import Award, Candidate, Tracking
from bot.domain.ticks import Tick, is_said, last_tick, ticks

PARTNER: Final = "partner"
"""The owner of sections that the partner works through; whoever can edit the issue may tick there."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A ticked task that is not its ticker's to tick: `by` is a username, empty where GitLab tells nobody."""

    task: Task
    by: str = ""


@dataclass(frozen=True, slots=True)
class Completion:
    """Where a case stands: `open` are the tasks that are not done, `doubtful` those that only seem to be."""

    matched: Matched
    open: tuple[Task, ...]
    doubtful: tuple[Doubt, ...]
    ticked: Mapping[str, Tick]
    """The last change of the box of each task that is done beyond doubt, by the task's id."""

    @property
    def is_complete(self) -> bool:
        return not self.open and not self.doubtful

    @property
    def roles(self) -> Mapping[str, Progress]:
        """By role key of the owner, in the order of the template; what is doubtful is not done."""
        by_owner: defaultdict[str, list[Task]] = defaultdict(list)
        for task in self.matched.tasks:
            by_owner[task.owner].append(task)
        left = {*self.open, *(doubt.task for doubt in self.doubtful)}
        return {owner: _progress(tasks, left) for owner, tasks in by_owner.items()}

    def is_done(self, task_id: str) -> bool:
        """Whether the task is done beyond doubt, or does not apply."""
        left = {*self.open, *(doubt.task for doubt in self.doubtful)}
        return any(task.id == task_id and task not in left for task in self.matched.tasks)

    def done_at(self, task_id: str) -> datetime | None:
        """When it was ticked; None where GitLab does not tell."""
        tick = self.ticked.get(task_id)
        return tick.at if tick else None

    @property
    def completed_at(self) -> datetime | None:
        """When the last task of all was ticked; None while one is left, and where GitLab tells of no tick."""
        return max((tick.at for tick in self.ticked.values()), default=None) if self.is_complete else None


def completion(
    facts: IssueFacts, master: Checklist, holders: Mapping[str, frozenset[int]], at: datetime | None = None
) -> Completion:
    """How far the issue is; `facts.notes` must have been read. `holders` are ids by role key.

    Where somebody outside the team may edit the description, a tick of a team's task counts only when GitLab tells that
    somebody with the role made it, below the template's words: ids are not seen by whoever ticks. At home only a tick
    that GitLab tells to be another role's is in doubt. With `at`, what GitLab tells to have been ticked then stays so,
    whatever became of the description since.
    """
    found, journal = matched(master, facts.issue.description), ticks(facts.notes)
    then = [tick for tick in journal if at and tick.at <= at]
    kept = {task.id: tick for task in found.tasks if (tick := last_tick(then, task)) and tick.done}
    if kept:
        so = (replace(task, state=State.DONE) if task.id in kept else task for task in found.tasks)
        found = replace(found, tasks=tuple(so))
    open_ones = tuple(task for task in found.tasks if task.reason is not None)
    doubts: list[Doubt] = []
    ticked: dict[str, Tick] = {}
    for task in found.tasks:
        tick = kept.get(task.id) or last_tick(journal, task)
        if task.state is not State.DONE:
            continue
        if doubt := _doubt(task, tick, facts, holders):
            doubts.append(doubt)
        elif tick:
            ticked[task.id] = tick
    return Completion(found, open_ones, tuple(doubts), ticked)


def unticked(facts: IssueFacts) -> int:
    """How many tasks of a certification's case its description shows as open; 0 also of an issue that is none."""
    case = facts.case
    if not isinstance(case, Tracking | Candidate | Award):
        return 0
    tasks = matched(case.master, facts.issue.description).tasks
    left = [task for task in tasks if task.reason is not None]
    # What is optional on an award may stay open; elsewhere somebody has to say that it does not apply.
    return sum(not (task.optional and isinstance(facts.case, Award)) for task in left)


def _doubt(task: Task, tick: Tick | None, facts: IssueFacts, holders: Mapping[str, frozenset[int]]) -> Doubt | None:
    if task.owner in ("", PARTNER):
        return None
    if tick is None or not tick.done:
        return Doubt(task) if facts.guard.is_up else None
    is_theirs = tick.user_id in holders.get(task.owner, frozenset())
    is_meant = not facts.guard.is_up or is_said(tick, task)
    return None if is_theirs and is_meant else Doubt(task, tick.username)


def _progress(tasks: list[Task], left: set[Task]) -> Progress:
    open_ones = tuple(task for task in tasks if task in left)
    return Progress(len(tasks) - len(open_ones), len(tasks), open_ones)
