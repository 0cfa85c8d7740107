"""A recurrence becomes facts: the issues of a year that were opened for it, by the bot or by hand."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.facts import RecurringFacts, Site, Time
from bot.domain.gitlab import Issue
from bot.domain.templated import Template
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.opening import YEAR, Opener
from bot.templated.cases import TemplatedCases


@dataclass(frozen=True, slots=True)
class TemplatedReader:
    """Reads templated issues from GitLab."""

    gateway: Gateway
    opener: Opener
    cases: TemplatedCases

    def recurring(self, key: str, today: date, site: Site) -> RecurringFacts:
        """What is there of a recurrence; NotThere when recurrences.yml has none of this key."""
        recurrence = site.recurrence(key)
        template = site.templates.get(recurrence.template) if recurrence else None
        if recurrence is None or template is None:
            raise NotThere(f"recurrences.yml has no {key!r}")
        times = []
        for issue in self._issues(template, today, site):
            case = self.cases.of(issue, site)
            if case and case.occurrence and case.occurrence.recurrence.key == key:
                times.append(Time(case.occurrence, issue))
        return RecurringFacts(today, site, recurrence, tuple(times))

    def issues_of(self, key: str, today: date, site: Site) -> Iterator[Issue]:
        """The issues of a year that began with the template of this key, oldest first."""
        template = site.templates.get(key)
        for issue in self._issues(template, today, site) if template else ():
            case = self.cases.of(issue, site)
            if case and case.is_home and case.template.key == key:
                yield issue

    def _issues(self, template: Template, today: date, site: Site) -> list[Issue]:
        """Whatever may be one, in two lists or three: GitLab finds words, and the bot its own marks."""
        project, since = site.path_of(template.project), today - YEAR
        words = sorted({template.name, self.cases.series.name(template)})
        found = [one for said in words for one in self.gateway.issues_saying(project, said, created_after=since)]
        ours = [one for one in self.opener.mine(project) if one.issue_type == "issue"]
        unique: dict[int, Issue] = {one.iid: one for one in (*ours, *found)}
        return [unique[iid] for iid in sorted(unique)]
