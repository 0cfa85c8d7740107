"""A recurrence becomes facts: the issues of a year that were opened for it, by the bot or by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Final

from bot.domain.facts import RecurringFacts, Site, Time
from bot.domain.gitlab import Issue
from bot.domain.recurrence.rule import Recurrence
from bot.domain.recurrence.wanting import missing
from bot.domain.templated import Template
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.opening import BELIEVED, YEAR
from bot.templated.cases import TemplatedCases

LINE: Final = "Template"
"""The word with which all templates end, by which GitLab finds the issues that began with one."""


@dataclass(slots=True)
class TemplatedReader:
    """Reads templated issues from GitLab. Threads may share it."""

    gateway: Gateway
    cases: TemplatedCases
    clock: Callable[[], float] = time.monotonic
    _kept: dict[str, tuple[float, tuple[Issue, ...]]] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def recurring(self, key: str, today: date, site: Site) -> RecurringFacts:
        """What is there of a recurrence; NotThere when recurrences.yml has none of this key.

        While something is missing it is looked for once more by its title: who opened it by hand may have begun with
        an empty page.
        """
        recurrence = site.recurrence(key)
        template = site.templates.get(recurrence.template) if recurrence else None
        if recurrence is None or template is None:
            raise NotThere(f"recurrences.yml has no {key!r}")
        project = site.path_of(template.project)
        listed = self._listed(project, today)
        facts = RecurringFacts(today, site, recurrence, self._times(recurrence, site, listed))
        if not missing(facts):
            return facts
        # What is about to be opened may have been opened a moment ago.
        named = self.gateway.issues_saying(project, self.cases.series.name(template), created_after=today - YEAR)
        return replace(facts, times=self._times(recurrence, site, (*self._listed(project, today, 0.0), *named)))

    def issues_of(self, key: str, today: date, site: Site) -> Iterator[Issue]:
        """The issues of a year that began with the template of this key, oldest first."""
        template: Template | None = site.templates.get(key)
        for issue in self._listed(site.path_of(template.project), today) if template else ():
            case = self.cases.of(issue, site)
            if case and case.is_home and case.template.key == key:
                yield issue

    def _times(self, recurrence: Recurrence, site: Site, issues: Iterable[Issue]) -> tuple[Time, ...]:
        found: dict[int, Time] = {}
        for issue in issues:
            case = self.cases.of(issue, site)
            if case and case.occurrence and case.occurrence.recurrence.key == recurrence.key:
                found[issue.iid] = Time(case.occurrence, issue)
        return tuple(found[iid] for iid in sorted(found))

    def _listed(self, project: str, today: date, max_age: float = BELIEVED) -> tuple[Issue, ...]:
        """Whatever says that it began with a template, oldest first: one list for all templates of a project."""
        now = self.clock()
        with self._lock:
            read_at, kept = self._kept.get(project, (float("-inf"), ()))
        if now - read_at < max_age:
            return kept
        found = self.gateway.issues_saying(project, LINE, created_after=today - YEAR)
        with self._lock:
            self._kept[project] = (now, found)
        return found
