"""What each of the four files may hold: shapes that pydantic checks, and their contents as words of the domain."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, Final

from pydantic import AfterValidator

from bot.domain.registry import Colleague, Licence, Partner, Region, Registry, Role
from bot.settings.section import Section

PEOPLE: Final = "people.yml"
PARTNERS: Final = "partners.yml"
ADDRESS: Final = re.compile(r"https?://[^/\s]+/(?P<project>\S+?)/-/(?:issues|work_items)/(?P<iid>\d+)(?:[/?#]\S*)?")
"""Of an issue, as people copy it from their browser."""


class Person(Section):
    """One entry of people.yml, under the name the person has in GitLab."""

    name: str = ""
    """What to call them; empty: the handle."""
    region: str | None = None
    roles: tuple[str, ...] = ()
    manager: str = ""
    email: str = ""
    """Where partners answer to."""


class RoleEntry(Section):
    """One entry of roles.yml, under its key."""

    name: str
    lead: str
    label: str = ""
    group: str = ""


class RegionEntry(Section):
    """One entry of regions.yml, under its key."""

    name: str
    path: str
    phd: str
    phd_backup: str = ""
    agreement: str = ""


def referring(partners: tuple[Partner, ...]) -> tuple[Partner, ...]:
    """With the reference of each licence's issue, by which it is known, where people wrote down its address."""
    return tuple(replace(one, nfr=tuple(map(_referring, one.nfr))) if one.nfr else one for one in partners)


def _referring(licence: Licence) -> Licence:
    hit = ADDRESS.fullmatch(licence.issue)
    return replace(licence, issue=f"{hit['project']}#{hit['iid']}") if hit else licence


class Partners(Section):
    """partners.yml: a mirror, and the day it was last true."""

    as_of: date | None = None
    partners: Annotated[tuple[Partner, ...], AfterValidator(referring)] = ()


SHAPES: Final[Mapping[str, Any]] = {
    PEOPLE: dict[str, Person],
    "roles.yml": dict[str, RoleEntry],
    "regions.yml": dict[str, RegionEntry],
    PARTNERS: Partners,
}
"""By file name; these four, and no others, are the registry."""


def assembled(contents: Mapping[str, Any]) -> Registry:
    """The registry out of files that are right; `contents` by file name without .yml."""
    partners: Partners = contents["partners"]
    return Registry(
        people=tuple(
            Colleague(at, one.name or at, one.region, one.roles, one.manager, one.email)
            for at, one in contents["people"].items()
        ),
        roles=tuple(Role(at, one.name, one.lead, one.label, one.group) for at, one in contents["roles"].items()),
        regions=tuple(
            Region(at, one.name, one.path, one.phd, one.phd_backup, one.agreement)
            for at, one in contents["regions"].items()
        ),
        partners=partners.partners,
        as_of=partners.as_of,
    )
