"""Issues of the team live in the Channels project; one that was opened elsewhere in the group is asked to move, once.

What belongs to a partner stays in the partner's folder, and so do the issues of the other projects in `site.yml`.
The bot never moves an issue: whoever reads along there may not read along at home.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Say
from bot.domain.facts import IssueFacts, Site
from bot.domain.speech import code

HANDBOOK = ("GL-01",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the rule."""

    enabled: bool = True


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    project, site = facts.issue.project, facts.site
    in_place = project in (site.home, *site.projects) or _is_below(project, site.partners)
    yield Check("it lives in the Channels project, or where issues may stay", in_place, project, "project and site.yml")
    if in_place:
        return
    yield from _elsewhere(project, site)


def _elsewhere(project: str, site: Site) -> Iterator[Check | Say]:
    inside = _is_below(project, site.group)
    yield Check("that project is in the team's group", inside, site.group, "site.yml")
    if inside:
        yield Say("GL-01", "elsewhere", {"home": code(site.home), "move": code(f"/move {site.home}")})


def _is_below(project: str, group: str) -> bool:
    return bool(group) and project.startswith(f"{group}/")
