"""An issue that somebody wishes for becomes one issue in GitLab, known by its key, however often it is wished for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from threading import Lock
from typing import Final

from bot.domain.actions import OpenIssue
from bot.domain.facts import Site, Tier
from bot.domain.gitlab import Issue, Person
from bot.domain.marks import Mark, Marker
from bot.domain.plan import Plan, distinct
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.domain.superseding import gives_way, giving_way
from bot.domain.telling import told
from bot.domain.templated import Template
from bot.errors import AskAPerson, NotThere, Unclear
from bot.gateway import Gateway
from bot.granted import BeforeWrite, Deed, Granted
from bot.kept import KeptIssues
from bot.memory import Memory
from bot.render import Renderer

KIND: Final = "opened"
"""Of the mark that holds an issue's key."""
PLACE: Final = "opened:"
RELATING: Final = "relating:"
"""Begins the name under which memory keeps that an issue is still to be related to the one it follows from."""
YEAR: Final = timedelta(days=400)
"""For so long the bot knows what it opened: a year, and what it takes to be late."""
BELIEVED: Final = 20.0
"""Seconds for which a list is believed where nothing is written."""


@dataclass(slots=True)
class Opener:
    """Opens issues from the team's templates. Threads may share it; what has one key is opened under one subject.

    What memory says was opened is not opened again by a rule: who deleted it, or emptied it, meant that. `own` are the
    ids of the bot's accounts, present and former.
    """

    gateway: Gateway
    marker: Marker
    renderer: Renderer
    site: Site
    today: Callable[[], date]
    memory: Memory
    own: frozenset[int]
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, Mapping[str, tuple[Issue, ...]]]] = field(default_factory=dict)
    _lists: dict[str, KeptIssues] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def opened(self, prefix: str = "", max_age: float = BELIEVED) -> Mapping[str, Issue]:
        """What was opened in the last year for keys that begin so; of several issues of one key the oldest.

        What was opened and is not there any more has no number.
        """
        found: dict[str, Issue] = {}
        since = self.clock() - max_age
        for project in self._projects(prefix):
            for key, issues in self._listed(project, since).items():
                if key.startswith(prefix):
                    found.setdefault(key, self._standing(issues))
        return {**{key: vanished(self.site) for key in self.remembered(prefix)}, **found}

    def remembered(self, prefix: str) -> frozenset[str]:
        """The keys that begin so and for which memory says that an issue was opened."""
        return frozenset(name.removeprefix(PLACE) for name in self.memory.cursors(f"{PLACE}{prefix}"))

    def mine(self, project: str, max_age: float = BELIEVED) -> tuple[Issue, ...]:
        """What the bot opened for a key in that project, in the last year."""
        listed = self._listed(project, self.clock() - max_age)
        return tuple(one for issues in listed.values() for one in issues)

    def key_of(self, issue: Issue) -> str | None:
        """The key for which the bot opened the issue; None for any other."""
        if issue.author.id not in self.own:
            return None
        found = (one.mark for one in self.marker.find(issue.description) if one.valid)
        return next((mark.value for mark in found if (mark.kind, mark.place) == (KIND, PLACE)), None)

    def draft(self, step: OpenIssue) -> Issue:
        """The issue as it would be opened, without numbers, people and milestone; asks GitLab nothing."""
        template = self._template(step)
        fields = self._fields(replace(step, assign=(), backup=(), milestone=""), template)
        return Issue(
            project_id=0,
            iid=0,
            project=self.site.path_of(template.project),
            title=str(fields["title"]),
            description=str(fields["description"]),
            labels=frozenset(str(fields["labels"]).split(",")),
            author=self.site.bot,
            due_date=step.due,
        )

    def grant(self, plan: Plan, before_write: BeforeWrite, granted: Granted, *, ordered: bool = False) -> None:
        """Open what the plan wishes for; `ordered` by a person, it is opened although it was there once.

        Somebody who lost this subject without noticing may have opened the same; that is settled at the end.
        """
        began, new = self.clock(), dict[str, str]()
        for handler, step in plan.openings:
            issue, is_new = self.open(step, before_write, since=began, ordered=ordered)
            if is_new:
                new[step.key] = issue.project
                granted.deeds.append(Deed(handler, told(step)))
                granted.touched.append(Subject.issue(issue.project_id, issue.iid))
        if plan.subject.kind == "issue":
            self._relate_left(f"{RELATING}{plan.subject.ref} ", before_write)
        began = self.clock()
        for key, project in new.items():
            self._heal(self._listed(project, began, whole=True).get(key, ()), before_write)

    def open(
        self, step: OpenIssue, before_write: BeforeWrite, *, since: float | None = None, ordered: bool = False
    ) -> tuple[Issue, bool]:
        """The issue of that key, and whether it was opened now; twins that a mishap made are closed with a link.

        `since`: a list of what is there that was read after that moment is new enough; None: it is read now.
        """
        template = self._template(step)
        project = self.site.path_of(template.project)
        found = self._listed(project, self.clock() if since is None else since, whole=True).get(step.key, ())
        self._heal(found, before_write)
        if found and not (ordered and found[0].moved_to_id):
            self._remember(step.key, found[0])
            return self._standing(found), False
        if not ordered and self.memory.cursor(f"{PLACE}{step.key}"):
            return vanished(self.site), False
        if step.after is None:
            return self._create(project, step, template, before_write), True
        left = _relating(step.after, step.key)
        self.memory.move_cursor(left, project)
        issue = self._create(project, step, template, before_write)
        self._relate(issue, (step.after.project_id, step.after.iid), before_write)
        self.memory.forget_cursor(left)
        return issue, True

    def _create(self, project: str, step: OpenIssue, template: Template, before_write: BeforeWrite) -> Issue:
        fields = self._fields(step, template)
        before_write()
        try:
            issue = self.gateway.create_issue(project, fields)
        except Unclear:
            # GitLab may have got it.
            again = self._listed(project, self.clock(), whole=True).get(step.key, ())
            if not again:
                raise
            issue = again[0]
        self._remember(step.key, issue)
        with self._lock:
            if known := self._kept.get(project):
                self._kept[project] = (known[0], {**known[1], step.key: (issue,)})
        return issue

    def _remember(self, key: str, issue: Issue) -> None:
        name, value = f"{PLACE}{key}", f"{issue.project_id}/{issue.iid}"
        if self.memory.cursor(name) != value:
            self.memory.move_cursor(name, value)

    def _projects(self, prefix: str) -> Iterable[str]:
        """Where issues of such keys lie: a key begins with that of its template."""
        template = self.site.templates.get(prefix.partition(" ")[0]) if " " in prefix else None
        every = (template,) if template else self.site.templates.every
        return dict.fromkeys(self.site.path_of(one.project) for one in every)

    def _listed(self, project: str, since: float, *, whole: bool = False) -> Mapping[str, tuple[Issue, ...]]:
        """By key, the bot's own issues of a year, oldest first, from a list read since then; one thread reads it.

        `whole`: also without those that were deleted lately.
        """
        with self._lock:
            read_at, kept = self._kept.get(project, (float("-inf"), {}))
            if read_at >= since:
                return kept
            now, reads = self.clock(), self._lists.setdefault(project, self._keeping(project))
            found = dict[str, tuple[Issue, ...]]()
            for issue in reads.read(self.today() - YEAR, whole=whole):
                if key := self.key_of(issue):
                    found[key] = (*found.get(key, ()), issue)
            kept = {key: _there(issues) for key, issues in found.items()}
            self._kept[project] = (now, kept)
            return kept

    def _keeping(self, project: str) -> KeptIssues:
        every = lambda day: self.gateway.find_issues(  # noqa: E731
            project, f" {KIND} ", created_after=day, authors=self.own
        )
        return KeptIssues(self.gateway, project, every, lambda issue: self.key_of(issue) is not None, self.clock)

    def heal(self, prefix: str, before_write: BeforeWrite) -> None:
        """Close all but the oldest of those that have one key, where the key begins so; relate what a crash left.

        An empty `prefix` stands for no key: then nothing is listed.
        """
        since = self.clock()
        for project in self._projects(prefix) if prefix else ():
            # Nothing gives way to what somebody deleted.
            for key, found in self._listed(project, since, whole=True).items():
                if key.startswith(prefix):
                    self._heal(found, before_write)
        self._relate_left(RELATING, before_write)

    def _heal(self, found: Sequence[Issue], before_write: BeforeWrite) -> None:
        for twin in found[1:]:
            self._close(twin, found[0], before_write)

    def _template(self, step: OpenIssue) -> Template:
        found = self.site.templates.get(step.template)
        if found is None:
            raise AskAPerson(f"issue_templates.yml knows no template {code(step.template)}: add it there")
        return found

    def _fields(self, step: OpenIssue, template: Template) -> dict[str, object]:
        title, text = self.renderer.templated(template.name, **step.values)
        people = self._active(step.assign) or self._active(step.backup)[:1]
        first, also = (people[:1], people[1:]) if self.site.tier is Tier.FREE else (people, [])
        mark = self.marker.write(Mark(KIND, step.key, PLACE))
        milestone = self._milestone(step.milestone)
        return {
            "title": title,
            "description": "\n\n".join([text, *([_along(also)] if also else []), mark]),
            "labels": ",".join(distinct((self.site.labels.base.name, *template.labels, *step.labels))),
            **({"confidential": True} if step.is_confidential else {}),
            **({"assignee_ids": [one.id for one in first]} if first else {}),
            **({"due_date": step.due.isoformat()} if step.due else {}),
            **({"milestone_id": milestone} if milestone else {}),
        }

    def _active(self, handles: Iterable[str]) -> list[Person]:
        return [one for one in map(self.gateway.user, distinct(handles)) if one and one.is_active]

    def _milestone(self, title: str) -> int | None:
        if not title:
            return None
        return next((one.id for one in self.gateway.milestones(self.site.group) if one.title == title), None)

    def _relate_left(self, prefix: str, before_write: BeforeWrite) -> None:
        """Relate the issues of which memory says, under names that begin so, that they still want it."""
        for name, project in self.memory.cursors(prefix).items():
            ref, _, key = name.removeprefix(RELATING).partition(" ")
            for issue in self._listed(project, self.clock() - BELIEVED).get(key, ())[:1]:
                with suppress(NotThere):  # one of the two was deleted meanwhile
                    self._relate(issue, Subject("issue", ref).issue_ref, before_write)
            self.memory.forget_cursor(name)

    def _relate(self, issue: Issue, there: tuple[int, int], before_write: BeforeWrite) -> None:
        here = (issue.project_id, issue.iid)
        if there not in self.gateway.linked(*here):
            before_write()
            self.gateway.link_issues(*here, *there)

    def _standing(self, found: Sequence[Issue]) -> Issue:
        """The issue of a key; one that was moved elsewhere is not there any more."""
        return vanished(self.site) if found[0].moved_to_id else found[0]

    def _close(self, twin: Issue, original: Issue, before_write: BeforeWrite) -> None:
        if gives_way(twin):
            before_write()
            self.gateway.update_issue(twin.project_id, twin.iid, giving_way(twin, original))


def _there(found: Sequence[Issue]) -> tuple[Issue, ...]:
    """Those that were not moved elsewhere; where all were, the first tells that it was opened."""
    return tuple(one for one in found if not one.moved_to_id) or (found[0],)


def _relating(other: Issue, key: str) -> str:
    return f"{RELATING}{other.project_id}/{other.iid} {key}"


def vanished(site: Site) -> Issue:
    """Stands for an issue that was opened and is not there any more."""
    return Issue(0, 0, site.home, "", state="closed", author=site.bot)


def _along(people: list[Person]) -> str:
    """Where the plan has one assignee, the others are named."""
    return "Also: " + ", ".join(f"@{one.username}" for one in people)
