"""An issue that somebody wishes for becomes one issue in GitLab, known by its key, however often it is wished for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
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
from bot.domain.telling import told
from bot.domain.templated import Template
from bot.errors import AskAPerson, Unclear
from bot.gateway import Gateway
from bot.granted import BeforeWrite, Deed, Granted
from bot.render import Renderer

KIND: Final = "opened"
"""Of the mark that holds an issue's key."""
PLACE: Final = "opened:"
YEAR: Final = timedelta(days=400)
"""For so long the bot knows what it opened: a year, and what it takes to be late."""
BELIEVED: Final = 20.0
"""Seconds for which a list is believed where nothing is written."""


@dataclass(slots=True)
class Opener:
    """Opens issues from the team's templates. Threads may share it; what has one key is opened under one subject."""

    gateway: Gateway
    marker: Marker
    renderer: Renderer
    site: Site
    today: Callable[[], date]
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, Mapping[str, tuple[Issue, ...]]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def opened(self, prefix: str = "", max_age: float = BELIEVED) -> Mapping[str, Issue]:
        """What was opened in the last year for keys that begin so; of several issues of one key the oldest."""
        found: dict[str, Issue] = {}
        for project in dict.fromkeys(self.site.path_of(one.project) for one in self.site.templates.every):
            for key, issues in self._listed(project, max_age).items():
                if key.startswith(prefix):
                    found.setdefault(key, issues[0])
        return found

    def mine(self, project: str, max_age: float = BELIEVED) -> tuple[Issue, ...]:
        """What the bot opened for a key in that project, in the last year."""
        return tuple(one for issues in self._listed(project, max_age).values() for one in issues)

    def key_of(self, issue: Issue) -> str | None:
        """The key for which the bot opened the issue; None for any other."""
        if issue.author.id != self.site.bot.id:
            return None
        found = (one.mark for one in self.marker.find(issue.description) if one.valid)
        return next((mark.value for mark in found if (mark.kind, mark.place) == (KIND, PLACE)), None)

    def grant(self, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        """Open what the plan wishes for."""
        for handler, step in plan.openings:
            issue, is_new = self.open(step, before_write)
            if is_new:
                granted.deeds.append(Deed(handler, told(step)))
                granted.touched.append(Subject.issue(issue.project_id, issue.iid))

    def open(self, step: OpenIssue, before_write: BeforeWrite) -> tuple[Issue, bool]:
        """The issue of that key, and whether it was opened now; twins that a mishap made are closed with a link."""
        template = self._template(step)
        project = self.site.path_of(template.project)
        found = self._listed(project, 0.0).get(step.key, ())
        for twin in found[1:]:
            self._close(twin, found[0], before_write)
        if found:
            return found[0], False
        fields = self._fields(step, template)
        before_write()
        try:
            issue = self.gateway.create_issue(project, fields)
        except Unclear:
            # GitLab may have got it.
            again = self._listed(project, 0.0).get(step.key, ())
            if not again:
                raise
            issue = again[0]
        self._forget(project)
        if step.after is not None:
            self._relate(issue, step.after, before_write)
        return issue, True

    def _listed(self, project: str, max_age: float) -> Mapping[str, tuple[Issue, ...]]:
        """By key, the bot's own issues of a year, oldest first."""
        now = self.clock()
        with self._lock:
            read_at, kept = self._kept.get(project, (float("-inf"), {}))
        if now - read_at < max_age:
            return kept
        found: dict[str, tuple[Issue, ...]] = {}
        for issue in self.gateway.find_issues(project, f" {KIND} ", created_after=self.today() - YEAR):
            if key := self.key_of(issue):
                found[key] = (*found.get(key, ()), issue)
        with self._lock:
            self._kept[project] = (now, found)
        return found

    def _forget(self, project: str) -> None:
        with self._lock:
            self._kept.pop(project, None)

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

    def _relate(self, issue: Issue, other: Issue, before_write: BeforeWrite) -> None:
        here, there = (issue.project_id, issue.iid), (other.project_id, other.iid)
        if there not in self.gateway.linked(*here):
            before_write()
            self.gateway.link_issues(*here, *there)

    def _close(self, twin: Issue, original: Issue, before_write: BeforeWrite) -> None:
        if twin.is_open:
            before_write()
            text = f"Superseded by {original.web_url}.\n\n{twin.description}"
            fields = {"description": text, "state_event": "close"}
            self.gateway.update_issue(twin.project_id, twin.iid, fields)


def _along(people: list[Person]) -> str:
    """Where the plan has one assignee, the others are named."""
    return "Also: " + ", ".join(f"@{one.username}" for one in people)
