"""Templated issues: one that began with a template of the team's becomes what it is about."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Final

from bot.domain.answers import spelt
from bot.domain.checklist import Checklist, read_checklist
from bot.domain.form import Reading
from bot.domain.formlines import fields_said
from bot.domain.forms import Form
from bot.domain.letters import Letter
from bot.domain.prose import prose
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.registry import Partner

HOME: Final = "channels"
"""The role of the Channels project in site.yml."""
HELP_DESK, MANAGER, AUTHOR = "help_desk", "account_manager", "author"
"""Whom a template may assign besides the lead of a role: the region's Help Desk, the partner's manager, its writer."""
TASK: Final = re.compile(r"<!--\s*+t:")
"""What a text has where tasks have ids; all others need no closer look."""
LINE: Final = re.compile(r"[^\w\n]*+template\b[^\w\n]++(?P<name>\w.*+)", re.IGNORECASE)
"""`Template: `NFR_License_Request``, in bold, in a list or in a table."""
BLANK: Final = " |>-*_"


@dataclass(frozen=True, slots=True)
class Template:
    """One issue template: `name` is its file's without .md, `project` a role of site.yml's projects.

    `assign` is a role of the registry, `help_desk`, `account_manager` or `author`; empty: nobody. `lead` is the role
    whose lead hears when the issue is late. `close_requires` are the ids of tasks without which it is not closed.
    Days are business days from the day on which the issue was opened.
    """

    key: str
    name: str
    project: str = HOME
    labels: tuple[str, ...] = ()
    assign: str = ""
    lead: str = ""
    due: int | None = None
    needs_info: str = ""
    """The label of an issue whose form lacks something."""
    stale_after: int | None = None
    """So many days after it was asked for what is missing, the issue is closed; None: never."""
    close_requires: tuple[str, ...] = ()
    known_partner: bool = False
    """Whether the partner that its form names has to be in the registry."""
    rule: str = ""
    """The id of the handbook's rule that comments on its issues link."""
    form: Form = ()


@dataclass(frozen=True)
class Templates:
    """The team's issue templates."""

    every: tuple[Template, ...] = ()

    def get(self, key: str) -> Template | None:
        return next((one for one in self.every if one.key == key), None)

    def of(self, description: str, title: str = "") -> Template | None:
        """The one whose tasks stand there by their ids, else the one that its last line or its title names.

        A name alone is no evidence: who only writes about a template, anywhere but in the last line of a text, has
        neither its fields nor tasks.
        """
        return self._by_tasks(description) or self._by_line(description) or self._by_title(description, title)

    def _by_tasks(self, description: str) -> Template | None:
        """Most of the ids decide, since people copy a task from here to there."""
        if not TASK.search(description):
            return None
        return next((found for key in _task_keys(description) if (found := self.get(key))), None)

    def _by_line(self, description: str) -> Template | None:
        if "template" not in description.casefold():
            return None
        said = [line for line in prose(description) if line.strip(BLANK)]
        named = [self._names.get(spelt(hit["name"])) if (hit := LINE.match(line)) else None for line in said]
        if not any(named):
            return None
        if last := named[-1]:
            return last
        return next((one for one in reversed(named) if one and _has_shape(description, one)), None)

    def _by_title(self, description: str, title: str) -> Template | None:
        """People begin a title with a template's name too when they only talk of it."""
        said = title.casefold()
        named = [one for begins, one in self._openings if begins.match(said)]
        longest = max(named, key=lambda one: len(one.name), default=None)
        return longest if longest and longest.form and _has_shape(description, longest) else None

    @cached_property
    def _names(self) -> Mapping[str, Template]:
        return {spelt(one.name): one for one in self.every}

    @cached_property
    def _openings(self) -> tuple[tuple[re.Pattern[str], Template], ...]:
        return tuple((re.compile(rf"{re.escape(one.name.casefold())}(?!\w)"), one) for one in self.every)


@lru_cache(maxsize=256)
def _task_keys(description: str) -> tuple[str, ...]:
    """What the ids of its tasks begin with, the commonest first; asked of all templated issues again and again."""
    keys = Counter(task.id.partition(".")[0] for task in read_checklist(description).tasks)
    return tuple(key for key, _ in keys.most_common())


def _has_shape(description: str, template: Template) -> bool:
    """Whether the text answers half of what the template asks, or has tasks where that asks for nothing."""
    if not template.form:
        return bool(read_checklist(description).tasks)
    return 2 * len(fields_said(description, template.form)) >= len(template.form)


@dataclass(frozen=True, slots=True)
class Templated:
    """An issue that began with a template: what its form says, and for a recurring one which time it is."""

    template: Template
    form: Reading = field(default_factory=Reading)
    partner: Partner | None = None
    """The registry's, that the form names."""
    occurrence: Occurrence | None = None
    is_home: bool = True
    """Whether it lies in the project that its template is for; elsewhere others may read along."""
    master: Checklist = field(default_factory=Checklist)
    """The tasks that the template asks of every issue, with no item among them."""
    letter: Letter | None = None
    """What is to be written to the partner because of it; None: nothing."""
    letters: Mapping[str, Letter] = field(default_factory=dict, hash=False)
    """The same for each partner that it goes through, by its id."""

    @property
    def stranger(self) -> str:
        """The partner that the form names and the registry does not have, where its template needs one that it has."""
        return self.form.values.get("partner", "") if self.template.known_partner and self.partner is None else ""
