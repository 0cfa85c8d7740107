"""Templated issues: one that began with a template of the team's becomes what it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from bot.domain.form import Reading
from bot.domain.forms import Form
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.registry import Partner

HOME: Final = "channels"
"""The role of the Channels project in site.yml."""
HELP_DESK, MANAGER, AUTHOR = "help_desk", "account_manager", "author"
"""Whom a template may assign besides the lead of a role: the region's Help Desk, the partner's manager, its writer."""


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
    form: Form = ()


@dataclass(frozen=True)
class Templates:
    """The team's issue templates."""

    every: tuple[Template, ...] = ()

    def get(self, key: str) -> Template | None:
        return next((one for one in self.every if one.key == key), None)

    def of(self, description: str) -> Template | None:
        """The one that the last line of templates names, or of which the ids of the tasks are."""
        if not self.every:
            return None
        hit = self._line.search(description) or self._task.search(description)
        found = hit["name"].casefold() if hit else ""
        return next((one for one in self.every if found and found in (one.name.casefold(), one.key)), None)

    @cached_property
    def _line(self) -> re.Pattern[str]:
        names = "|".join(re.escape(one.name) for one in sorted(self.every, key=lambda one: -len(one.name)))
        return re.compile(rf"^[ \t]*+(?:\*\*)?Template(?:\*\*)?:(?:\*\*)?[ \t]*+`?(?P<name>{names})\b", re.I | re.M)

    @cached_property
    def _task(self) -> re.Pattern[str]:
        keys = "|".join(re.escape(one.key) for one in sorted(self.every, key=lambda one: -len(one.key)))
        return re.compile(rf"<!--[ \t]*+t:(?P<name>{keys})\.")


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
