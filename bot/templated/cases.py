"""An issue becomes the templated case it is: told by its last line, its tasks, the bot's mark, or its title."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.checklist import Checklist, read_checklist
from bot.domain.facts import Site
from bot.domain.form import Reading, read_form
from bot.domain.gitlab import Issue
from bot.domain.recurrence.occurrence import Occurrence, occurrence_called
from bot.domain.recurrence.reading import named_in
from bot.domain.recurrence.rule import Recurrence
from bot.domain.registry import Partner
from bot.domain.scope import is_report
from bot.domain.templated import Template, Templated
from bot.render import Renderer
from bot.templated.letters import CaseLetters

FREE = re.compile(r"[\s:–-]*<.*", re.DOTALL)
"""What follows the words that all titles of a template begin with."""


@dataclass(frozen=True, slots=True)
class Series:
    """What the titles of a recurrence begin with and which tasks it asks, as its template has them."""

    renderer: Renderer
    _kept: dict[str, tuple[str, Checklist]] = field(default_factory=dict)

    def name(self, template: Template) -> str:
        return self._of(template)[0]

    def master(self, template: Template) -> Checklist:
        return self._of(template)[1]

    def _of(self, template: Template) -> tuple[str, Checklist]:
        if template.key not in self._kept:
            title, text = self.renderer.templated(template.name)
            self._kept[template.key] = FREE.sub("", title), read_checklist(text)
        return self._kept[template.key]


@dataclass(frozen=True, slots=True)
class TemplatedCases:
    """Recognises templated issues, at no call; `key_of` tells for which key the bot opened an issue."""

    series: Series
    key_of: Callable[[Issue], str | None]
    letters: CaseLetters

    def of(self, issue: Issue, site: Site) -> Templated | None:
        if issue.issue_type != "issue" or is_report(issue, site):
            return None
        template = site.templates.of(issue.description, issue.title)
        occurrence = self._occurrence(issue, site, template)
        if occurrence and template is None:
            template = site.templates.get(occurrence.recurrence.template)
        if template is None:
            return None
        form = read_form(issue.description, template.form) if template.form else Reading()
        partner = self._opened_for(issue, template, site) or site.registry.partner_called(
            form.values.get("partner", "")
        )
        is_home = issue.project == site.path_of(template.project)
        found = Templated(template, form, partner, occurrence, is_home, self.series.master(template))
        reminders = self.letters.reminders(found, issue, site)
        return replace(found, letter=self.letters.of(found, issue, site), letters=reminders)

    def _opened_for(self, issue: Issue, template: Template, site: Site) -> Partner | None:
        """The partner whose id stands in the key for which the bot opened it, whatever it is called by now."""
        name, _, rest = (self.key_of(issue) or "").partition(" ")
        is_about_one = name == template.key and all(one.key != name for one in site.recurrences)
        return site.registry.partner(rest.partition(" ")[0]) if is_about_one else None

    def _occurrence(self, issue: Issue, site: Site, template: Template | None) -> Occurrence | None:
        """By the key for which the bot opened it; what a person opened says in its title which time it is.

        So does what was opened under a key that its recurrence had before.
        """
        if known := occurrence_called(self.key_of(issue) or "", site.recurrences):
            return known
        for recurrence in site.recurrences:
            meant = site.templates.get(recurrence.template)
            if meant is None or template not in (None, meant) or issue.project != site.path_of(meant.project):
                continue
            if found := self._read(issue, recurrence, meant, site, is_certain=template is not None):
                return found
        return None

    def _read(
        self, issue: Issue, recurrence: Recurrence, template: Template, site: Site, *, is_certain: bool
    ) -> Occurrence | None:
        """By its title, which may begin as the bot's do or with the name by which people pick the template."""
        near = issue.created_at.astimezone(site.zone).date() if issue.created_at else None
        series = (self.series.name(template), template.name)
        found = named_in(issue.title, series, recurrence, site.registry.region_names, near, is_certain=is_certain)
        return Occurrence(recurrence, *found) if found else None
