"""The milestones of the group and its projects become facts: the team's calendar, and what is overdue on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.facts import CalendarFacts, Site
from bot.domain.gitlab import Issue, Milestone
from bot.domain.needs import OpenIssuesIn
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.rules import Rules
from bot.voice.windowmarks import WindowMarks


@dataclass(frozen=True, slots=True)
class MilestoneReader:
    """Reads milestones; `marks` knows what the bot wrote on them."""

    gateway: Gateway
    marks: WindowMarks
    site: Site

    def facts(self, today: date, rules: Rules) -> CalendarFacts:
        """All milestones of the group and of the team's projects, and the open issues of those a rule asks about."""
        every = self.gateway.milestones_below(self.site.group)
        milestones = tuple(self.marks.read(one) for one in every if one.group_id == self.site.group_id)
        facts = CalendarFacts(
            today=today,
            site=self.site,
            milestones=milestones,
            project_milestones=tuple(one for path in self.site.projects for one in self._of_project(path, every)),
        )
        wanted = {need.milestone_id for need in rules.needs(facts) if isinstance(need, OpenIssuesIn)}
        titles = {milestone.id: milestone.title for milestone in milestones if milestone.id in wanted}
        return replace(facts, open_issues={at: self._open(at, title) for at, title in titles.items()})

    def overdue(self, today: date) -> Iterator[Issue]:
        """The open issues on the group's windows that ended before today."""
        for milestone in self.gateway.milestones(self.site.group):
            if milestone.due and milestone.due < today:
                yield from self._open(milestone.id, milestone.title)

    def _of_project(self, path: str, below: Iterable[Milestone]) -> tuple[Milestone, ...]:
        """A project that configuration names and this GitLab lacks is no reason to neglect the calendar.

        Of all milestones `below` the group only their addresses tell to which project they belong.
        """
        if path.startswith(f"{self.site.group}/"):
            return tuple(
                one for one in below if one.project_id and one.web_url.partition("/-/")[0].endswith(f"/{path}")
            )
        try:
            return self.gateway.project_milestones(path)
        except NotThere:
            return ()

    def _open(self, milestone_id: int, title: str) -> tuple[Issue, ...]:
        """GitLab finds issues by title only, and another group's milestone may have the same one."""
        found = self.gateway.issues_of_milestone(self.site.group, title)
        return tuple(issue for issue in found if issue.milestone and issue.milestone.id == milestone_id)
