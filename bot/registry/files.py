"""What each of the four files may hold: shapes that pydantic checks, and their contents as words of the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from bot.domain.registry import Colleague, Partner, Region, Registry, Role
from bot.settings.section import Section

PEOPLE: Final = "people.yml"
PARTNERS: Final = "partners.yml"


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


class Partners(Section):
    """partners.yml: a mirror, and the day it was last true."""

    as_of: date | None = None
    partners: tuple[Partner, ...] = ()


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
