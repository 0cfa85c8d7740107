"""The epics of a fiscal quarter's objectives (OKR): found by their titles, and where somebody makes one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from urllib.parse import quote

from bot.domain.facts import Site
from bot.domain.fiscal import Quarter
from bot.domain.gitlab import Epic
from bot.domain.speech import code, quoted

FIRST: Final = Quarter(2021, 3)
"""The quarter from which on objectives are epics."""


def okr_words(quarter: Quarter) -> str:
    """`FY21Q3 OKR`: what the titles of the quarter's epics begin with."""
    return f"{quarter.name} OKR"


def okr_epics(epics: Iterable[Epic], quarter: Quarter) -> tuple[Epic, ...]:
    """The open ones among them that are the quarter's."""
    words = okr_words(quarter).casefold()
    return tuple(one for one in epics if one.is_open and one.title.strip().casefold().startswith(words))


def new_epic(site: Site, quarter: Quarter) -> str:
    """The page on which somebody makes such an epic; GitLab may or may not take the title from the address."""
    title = quote(f"{okr_words(quarter)}: ", safe="")
    return f"{site.url.rstrip('/')}/groups/{site.epic_group}/-/epics/new?epic%5Btitle%5D={title}"


def epic_line(epic: Epic) -> str:
    """The epic as a link, and its title."""
    link = f"[{epic.reference}]({epic.web_url})" if epic.web_url else code(epic.reference)
    return f"{link} {quoted(epic.title)}"
