"""Open issues, one after the other as a sweep lists them, become a tally, without a call and in bounded memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date

from bot.domain.carry import level_of, window_of, window_over
from bot.domain.cases import Case
from bot.domain.checklist import read_checklist
from bot.domain.facts import Site
from bot.domain.gitlab import Issue
from bot.domain.intro import dri_handles, next_action
from bot.domain.labels import Labels, Level
from bot.domain.scope import is_report, is_work
from bot.domain.tally import MOST_DRIS, Kind, Listing, Row, Tally
from bot.domain.templated import Template, Templated

MANY = 5
"""With so many tasks or fewer nobody takes an issue for a broad initiative."""
NEED_MILESTONE = 3
"""So many of the most urgent priorities are committed to a milestone."""


class Tallying:
    """Adds up the issues that concern the team, as of one day."""

    def __init__(self, site: Site, today: date) -> None:
        self._site, self._today = site, today
        self._priorities: Counter[str] = Counter()
        self._teams: Counter[str] = Counter()
        self._dris: dict[str, Counter[str]] = {}
        self._first: Counter[str] = Counter()
        self._lists: dict[Kind, Listing] = {}
        self._unplanned = self._large = Listing()

    def add(self, issue: Issue, case: Case | None = None) -> None:
        """Count one issue, if it is open work of the team, outside partners' folders and no report of the bot's own.

        One that began with a template has deadlines and no priority: it is listed once it is late, and not counted.
        """
        if is_report(issue, self._site) or not is_work(issue, self._site, issue.labels):
            return
        if self._site.partners and issue.project.startswith(f"{self._site.partners}/"):
            return  # there the labels may be anybody's, and only the journal of each issue could tell
        if case is None:
            self._count(issue)
        elif isinstance(case, Templated) and _is_late(issue, case.template, self._today):
            self._list(Kind.LATE, _row(issue, self._site, tuple(one.username for one in issue.assignees)))

    def _count(self, issue: Issue) -> None:
        level, dris = level_of(issue, self._site.labels), dri_handles(issue.description)
        window = window_of(issue.milestone)
        key = level.key if level else ""
        self._priorities[key] += 1
        for dri in dris or ("",):
            if dri.lower() in self._dris or len(self._dris) < MOST_DRIS:
                self._dris.setdefault(dri.lower(), Counter())[key] += 1
        self._teams.update(label.name for label in self._site.labels.team if label.name in issue.labels)
        if window and level == self._site.labels.priority.levels[0]:
            self._first[window.title] += 1
        row = _row(issue, self._site, dris)
        for kind in self._kinds(issue, level, dris):
            self._list(kind, row)
        if level in self._site.labels.priority.levels[NEED_MILESTONE:-1] and issue.milestone is None:
            self._unplanned = self._unplanned.with_ranked(row, lambda one: one.since)
        if row.tasks > MANY:
            self._large = self._large.with_ranked(row, lambda one: -one.tasks)

    def _list(self, kind: Kind, row: Row) -> None:
        self._lists[kind] = self._lists.get(kind, Listing()).with_one(row)

    def result(self) -> Tally:
        return Tally(
            issues=self._priorities.total(),
            by_priority=dict(self._priorities),
            by_team=dict(self._teams),
            by_dri={dri: dict(counts) for dri, counts in self._dris.items()},
            first_of=dict(self._first),
            lists={kind: self._lists[kind] for kind in Kind if kind in self._lists},
            unplanned=self._unplanned,
            large=self._large,
        )

    def _kinds(self, issue: Issue, level: Level | None, dris: tuple[str, ...]) -> Iterator[Kind]:
        labels = self._site.labels
        if level == labels.priority.levels[0]:
            yield Kind.FIRST
        if window_over(issue.milestone, self._today):
            yield Kind.OVERDUE
        if labels.carried_often.name in issue.labels:
            yield Kind.OFTEN
        yield from _lacks(issue, labels, level, dris)
        yield from _dates(issue, self._today)
        if labels.hands_off.name in issue.labels:
            yield Kind.HANDS_OFF


def _is_late(issue: Issue, template: Template, today: date) -> bool:
    """What waits for its author's answers is not."""
    is_waiting = template.stale_after is not None and template.needs_info in issue.labels
    return issue.due_date is not None and issue.due_date < today and not is_waiting


def _lacks(issue: Issue, labels: Labels, level: Level | None, dris: tuple[str, ...]) -> Iterator[Kind]:
    if level is None:
        yield Kind.NO_PRIORITY
    if not any(label.name in issue.labels for label in labels.team):
        yield Kind.NO_TEAM
    if not dris:
        yield Kind.NO_DRI
    if level in labels.priority.levels[:NEED_MILESTONE] and issue.milestone is None:
        yield Kind.NO_MILESTONE


def _dates(issue: Issue, today: date) -> Iterator[Kind]:
    nba = next_action(issue.description)
    if issue.due_date is None and nba is None:
        yield Kind.NO_DUE
    due = issue.due_date or (nba.due if nba else None)
    if due is not None and due < today:
        yield Kind.LATE


def _row(issue: Issue, site: Site, dris: tuple[str, ...]) -> Row:
    return Row(
        reference=f"#{issue.iid}" if issue.project == site.home else issue.reference,
        url=issue.web_url,
        title=issue.listed_title,
        dris=dris,
        milestone=issue.milestone.title if issue.milestone else "",
        due=issue.due_date.isoformat() if issue.due_date else "",
        since=issue.created_at.astimezone(site.zone).date().isoformat() if issue.created_at else "",
        tasks=_tasks(issue.description),
    )


def _tasks(description: str) -> int:
    """How many there are; a text without so many boxes is not read line by line."""
    return len(read_checklist(description).tasks) if description.count("[") > MANY else 0
