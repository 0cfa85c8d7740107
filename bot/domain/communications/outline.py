"""A newsletter's description becomes its outline: what stands in each section, item by item."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from bot.domain.checklist import HEADING
from bot.domain.prose import prose
from bot.domain.tasklines import plain

ITEM = re.compile(r" ?(?:[-*+]|[0-9]{1,9}[.)]) +(?P<said>.+)")
LINK = re.compile(r"\[[^\[\]]*+\]\([^()\s]++[^()]*+\)|https?://\S|(?<![\w/])[\w./-]*+[#!&][0-9]++\b")
"""A Markdown link, an address, or a reference such as group/project#12."""
NOTHING = re.compile(r"\b(?:nothing|none|nil|n/?a|no (?:news|items?|deals?|updates?|entry|entries))\b", re.IGNORECASE)
FEW = 8
"""Words at most in which somebody says that there is nothing."""


@dataclass(frozen=True, slots=True)
class Item:
    """One item as it stands there, with the lines below it that belong to it; never to be echoed raw."""

    text: str

    @property
    def has_link(self) -> bool:
        return LINK.search(self.text) is not None

    @property
    def words(self) -> int:
        """As a reader counts them: where a link leads is no word."""
        return len(re.sub(r"\]\([^()]*+\)|https?://\S++", " ", self.text).split())

    @property
    def is_nothing(self) -> bool:
        return not self.has_link and self.words <= FEW and NOTHING.search(self.text) is not None


@dataclass(frozen=True, slots=True)
class Outline:
    """The lines of each section, by its title as `plain` has it."""

    sections: Mapping[str, tuple[str, ...]]

    def empty(self, titles: Iterable[str]) -> tuple[str, ...]:
        """Those of the sections in which nothing is said, or that are gone."""
        return tuple(title for title in titles if not any(map(_says, self.sections.get(plain(title), ()))))

    def items(self, titles: Iterable[str]) -> Iterator[Item]:
        """The items of these sections; who says there that there is nothing lists none."""
        for title in titles:
            found = [*map(Item, _items(self.sections.get(plain(title), ())))]
            yield from () if len(found) == 1 and found[0].is_nothing else found


def outline(description: str) -> Outline:
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for line in prose(description):
        if heading := HEADING.match(line):
            here = found.setdefault(plain(line[heading.end() :]), [])
        else:
            here.append(line)
    return Outline({title: tuple(lines) for title, lines in found.items()})


def _says(line: str) -> bool:
    return any(char.isalnum() for char in line)


def _items(lines: Iterable[str]) -> Iterator[str]:
    """Each item with the deeper lines below it; text that is no list is an item by paragraph."""
    text: list[str] = []
    for line in (*lines, ""):
        item = ITEM.match(line)
        if (item or not line) and any(map(_says, text)):
            yield " ".join(text)
        if item or not line:
            text = []
        text.append(item["said"] if item else line.strip())
