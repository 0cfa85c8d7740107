"""A recurrence becomes facts: the issues of a year that were opened for it, by the bot or by hand."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from threading import Lock
from typing import Final

from bot.domain.facts import RecurringFacts, Site, Time
from bot.domain.gitlab import Issue
from bot.domain.origins import traced
from bot.domain.recurrence.occurrence import occurrence_called
from bot.domain.recurrence.opened import issues_for
from bot.domain.recurrence.rule import Recurrence
from bot.domain.recurrence.wanting import missing
from bot.domain.templated import Template, Templated
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.kept import KeptIssues
from bot.opening import BELIEVED, YEAR, vanished
from bot.templated.cases import TemplatedCases
from bot.templated.tidings import Tidings

LINE: Final = "Template"
"""The word with which all templates end, by which GitLab finds the issues that began with one."""


@dataclass(slots=True)
class TemplatedReader:
    """Reads templated issues from GitLab. Threads may share it.

    An issue that was moved to another project stands for no time of a recurrence; that the bot opened it stays known.

    `remembered` gives the keys that begin so and for which an issue was opened, `in_team` tells of an account by its
    id, `resumed` of a recurrence, by its key and today, when it was switched on again. Where others than the team may
    open issues, theirs are no time of a recurrence whatever their title says.
    """

    gateway: Gateway
    cases: TemplatedCases
    remembered: Callable[[str], frozenset[str]]
    in_team: Callable[[int], bool]
    resumed: Callable[[str, date], date | None]
    tidings: Tidings
    clock: Callable[[], float] = time.monotonic
    _kept: dict[tuple[str, str], tuple[float, str, KeptIssues]] = field(default_factory=dict)
    """By project and word: the issues, when they were read, and what had been heard of the project then."""
    _lock: Lock = field(default_factory=Lock)
    _reading: Lock = field(default_factory=Lock)

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
        times, resumed = self._times(recurrence, site, listed), self.resumed(key, today)
        facts = RecurringFacts(today, site, recurrence, times, resumed=resumed)
        if next(issues_for(facts, missing(facts)), None) is None:
            return facts
        # What is about to be opened may have been opened a moment ago.
        named = self.gateway.issues_saying(project, self.cases.series.name(template), created_after=today - YEAR)
        return replace(
            facts, times=self._times(recurrence, site, (*self._listed(project, today, 0.0, whole=True), *named))
        )

    def issues_of(self, key: str, today: date, site: Site, *, fresh: bool = False) -> Iterator[Issue]:
        """The issues of a year that began with the template of this key, oldest first; `fresh`: as they are now."""
        max_age = 0.0 if fresh else BELIEVED
        template: Template | None = site.templates.get(key)
        for issue in traced(self._saying(template, today, site, max_age)) if template else ():
            case = self.cases.of(issue, site) if not issue.moved_to_id else None
            if case and case.is_home and case.template.key == key and self._counts(case, issue, site):
                yield issue

    def saw(self, issue: Issue) -> None:
        """A templated issue was read by itself: the lists that are kept are not to know less of it."""
        with self._lock:
            kept = [one for *_, one in self._kept.values() if one.project == issue.project]
        for one in kept:
            one.saw(issue)

    def wakes(self, project: str) -> None:
        """Others are about to look because of one of its issues: no other process is to go by older lists."""
        before, word = self.tidings.heard(project), self.tidings.spread(project)
        with self._lock:
            for at, (read_at, heard, kept) in self._kept.items():
                if at[0] == project and heard == before:
                    self._kept[at] = (read_at, word, kept)

    def _saying(self, template: Template, today: date, site: Site, max_age: float = BELIEVED) -> tuple[Issue, ...]:
        """Whatever may have begun with it; one that comes again is also known by its title alone."""
        project = site.path_of(template.project)
        found = {one.iid: one for one in self._listed(project, today, max_age)}
        if any(one.template == template.key for one in site.recurrences):
            word = self.cases.series.name(template)
            found |= {one.iid: one for one in self._listed(project, today, max_age, word)}
        return tuple(found[iid] for iid in sorted(found))

    def _times(self, recurrence: Recurrence, site: Site, issues: Iterable[Issue]) -> tuple[Time, ...]:
        found, gone = dict[int, Time](), set[str]()
        for issue in issues:
            case = self.cases.of(issue, site)
            is_one = case and case.occurrence and case.occurrence.recurrence.key == recurrence.key
            if not (case and case.occurrence and is_one and self._counts(case, issue, site)):
                continue
            if not issue.moved_to_id:
                found[issue.iid] = Time(case.occurrence, issue)
            elif self.cases.key_of(issue):
                gone.add(case.occurrence.key)
        return (*self._vanished(recurrence, site, found.values(), gone), *(found[iid] for iid in sorted(found)))

    def _vanished(
        self, recurrence: Recurrence, site: Site, there: Iterable[Time], gone: Collection[str]
    ) -> Iterator[Time]:
        """What was opened and is not there any more: who deleted or moved it meant that."""
        known = {time.occurrence.key for time in there}
        for key in sorted({*self.remembered(f"{recurrence.key} "), *gone} - known):
            if occurrence := occurrence_called(key, (recurrence,)):
                yield Time(occurrence, vanished(site))

    def _counts(self, case: Templated, issue: Issue, site: Site) -> bool:
        is_ours = issue.author.id == site.bot.id or self.cases.key_of(issue) is not None
        return case.occurrence is None or is_ours or self.in_team(issue.author.id)

    def _listed(
        self, project: str, today: date, max_age: float = BELIEVED, word: str = LINE, *, whole: bool = False
    ) -> tuple[Issue, ...]:
        """Whatever says the word, oldest first: that it began with a template is one list for all of a project.

        `whole`: also without those that were deleted lately.
        """
        since = self.clock() - max_age
        # Whoever wants the same list meanwhile waits for it.
        with self._reading:
            heard = self.tidings.heard(project)
            with self._lock:
                read_at, then, kept = self._kept.get((project, word), (float("-inf"), "", None))
            # One that came by a move left another one behind, which an older list shows as it was.
            is_new = kept is not None and read_at >= max(since, kept.surprised_at) and heard == then
            if kept is not None and is_new and not whole:
                return kept.found
            now, kept = self.clock(), kept or self._keeping(project, word)
            kept.read(today - YEAR, whole=whole)
            with self._lock:
                self._kept[project, word] = (now, heard, kept)
            return kept.found

    def _keeping(self, project: str, word: str) -> KeptIssues:
        every = lambda day: self.gateway.issues_saying(project, word, created_after=day)  # noqa: E731
        return KeptIssues(self.gateway, project, every, lambda issue: _says(issue, word), self.clock)


def _says(issue: Issue, text: str) -> bool:
    """Whether GitLab would find it: it looks for each word by itself."""
    said = f"{issue.title}\n{issue.description}".casefold()
    return all(word in said for word in text.casefold().split())
