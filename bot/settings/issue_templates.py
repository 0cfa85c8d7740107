"""What issue_templates.yml may hold, and the templates it becomes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, Final

from pydantic import AfterValidator, Field

from bot.domain.forms import PARTNER
from bot.domain.teamforms import FORMS
from bot.domain.templated import AUTHOR, HELP_DESK, HOME, MANAGER, Template, Templates
from bot.settings.complaints import unknown
from bot.settings.section import Section
from bot.settings.yamlfile import Place

WHO: Final = (HELP_DESK, MANAGER, AUTHOR)
Days = Annotated[int, Field(ge=0, le=260)]


def key(value: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]{1,29}", value):
        raise ValueError(f"{value!r} is no key; write 2 to 30 small letters, digits and _, like nfr_request")
    return value


def file_name(value: str) -> str:
    if not re.fullmatch(r"\w+(?: \w+)*", value, re.ASCII):
        raise ValueError(f"{value!r} is no template; write its file's name without .md: letters, digits, _ and blanks")
    return value


class IssueTemplate(Section):
    """One template; what its form asks belongs to the bot, its words are in templates/issue/<name>.md.j2."""

    name: Annotated[str, AfterValidator(file_name)]
    """Of the file, without .md.j2; GitLab shows it in the list of templates."""
    project: Annotated[str, Field(min_length=1)] = HOME
    """The project whose people pick it, by its role in site.yml's `projects`."""
    labels: tuple[str, ...] = ()
    """Labels that its issues carry, beside the base label."""
    assign: str = ""
    """Who answers for its issues: a role of the registry, `help_desk` of the region, `account_manager` or `author`."""
    lead: str = ""
    """The role whose lead hears when one is late."""
    due: Days | None = None
    """Business days from its opening to its due date, where nobody chose another."""
    needs_info: str = ""
    """The label of an issue whose form lacks something."""
    stale_after: Days | None = None
    """Business days after the bot asked for what is missing until it closes the issue; empty: it never does."""
    close_requires: tuple[str, ...] = ()
    """Ids of the tasks without which the issue is opened again, once."""
    known_partner: bool = False
    """Whether the partner that its form names has to be in the registry; who wrote another name is asked for it."""
    rule: str = ""
    """The handbook's rule that comments on its issues link, by its id in handbook.yml."""


IssueTemplates = dict[Annotated[str, AfterValidator(key)], IssueTemplate]
"""issue_templates.yml, by key."""


def templates(settings: Mapping[str, IssueTemplate]) -> Templates:
    """The templates in the order of the file."""
    return Templates(tuple(Template(at, **one.model_dump(), form=FORMS.get(at, ())) for at, one in settings.items()))


def template_troubles(
    settings: Mapping[str, IssueTemplate], projects: Mapping[str, str], handbook: Collection[str]
) -> Iterator[tuple[Place, str]]:
    """What is wrong with templates that are each well-formed: the place in issue_templates.yml, and what to do."""
    seen: dict[str, str] = {}
    for at, one in settings.items():
        first = seen.setdefault(one.name.casefold(), at)
        if first != at:
            yield (at, "name"), f"{first!r} has the same name; give each template its own"
        if one.project not in projects:
            yield (at, "project"), unknown("project", one.project, projects)
        if one.rule and one.rule not in handbook:
            yield (at, "rule"), f"handbook.yml has no rule {one.rule!r}; name one that it has, such as NF-02"
        if one.known_partner and PARTNER not in FORMS.get(at, ()):
            yield (at, "known_partner"), "the bot reads no partner out of this template's issues; leave this line out"
        if one.stale_after is not None and not one.needs_info:
            yield (
                (at, "stale_after"),
                "'needs_info' is missing beside it; name the label of what lacks something",
            )
