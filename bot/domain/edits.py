"""An edit becomes the description with it: one line or box changes, and everything a person wrote stays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import assert_never

from bot.domain.actions import DropItem, Edit, PutItem, TickTask, WriteLine
from bot.domain.checklist import Section, State, read_checklist, with_state
from bot.domain.intro import with_line
from bot.domain.tasklines import ENDING, lines, plain

ITEM = re.compile(r"\s*+item:(?P<key>[\w./#:-]++)(?:\s++(?P<signed>[0-9a-f]{8}))?\s*+", re.ASCII)

FOOTER = re.compile(r"[\s*_>-]*+template\W*?`[^`]++`\W*+", re.IGNORECASE)
"""The line that names the template, below which nothing of the last section stands."""


@dataclass(frozen=True, slots=True)
class Listed:
    """An item as it stands there, without its bullet and comments; `signed` is the digest of what the bot wrote."""

    text: str
    signed: str = ""

    @property
    def is_untouched(self) -> bool:
        return self.signed == digest(self.text)


def edited(description: str, edit: Edit) -> str:
    """The description with the edit in it; the same one where it is in it already, or has no place there."""
    match edit:
        case WriteLine(label, value):
            return with_line(description, label, value)
        case TickTask(task):
            return with_state(description, task, State.DONE)
        case PutItem():
            return _with_item(description, edit)
        case DropItem(key):
            return _without_item(description, key)
        case _:
            assert_never(edit)


def items_in(description: str) -> dict[str, str]:
    """What the description lists for the bot, by key: the text of the line, without its bullet and comments."""
    return {key: one.text for key, one in listed_in(description).items()}


def listed_in(description: str) -> dict[str, Listed]:
    """The same with what the bot signed."""
    return {key: one for key, (_, one) in _items(description).items()}


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:8]


def item_line(item: PutItem) -> str:
    signed = f" {digest(item.text)}" if item.signed else ""
    return f"- {item.text} <!-- item:{item.key}{signed} -->"


@lru_cache(maxsize=16)
def _items(description: str) -> Mapping[str, tuple[int, Listed]]:
    """The place of each item among all lines, and how it stands there; of several with one key the first."""
    found: dict[str, tuple[int, Listed]] = {}
    for line in lines(description):
        for hit in filter(None, map(ITEM.fullmatch, line.comments)):
            said = line.said.strip().removeprefix("- ").strip()
            found.setdefault(hit["key"], (line.at, Listed(said, hit["signed"] or "")))
    return found


def _with_item(description: str, item: PutItem) -> str:
    parts, there = ENDING.split(description), _items(description).get(item.key)
    if there:
        old = 2 * there[0]
        parts[old] = parts[old] if items_in(description)[item.key] == item.text else item_line(item)
        return "".join(parts)
    section = _section(description, item.section)
    if section and (at := _kept_free(parts, section, description, item)) is not None:
        parts[2 * at] = item_line(item)
        return "".join(parts)
    last = _last(description, item) if section is None else _at_end(parts, section, description, item)
    # A code block or comment that nobody closed would swallow it there, and it would be put there again and again.
    return last if item.key in items_in(last) else _first(parts, section, item)


def _kept_free(parts: list[str], section: Section, description: str, item: PutItem) -> int | None:
    """The section's line that has the label with which the item begins, and nothing behind it."""
    label, sign, _ = item.text.partition(":")
    end = _end_of(parts, section, description)
    free = (one.at for one in lines(description) if one.said.strip(" -*+") == f"{label}:")
    return next((at for at in free if sign and section.line <= at <= end), None)


def _last(description: str, item: PutItem) -> str:
    """In a section of its own below everything else."""
    ending = _ending(ENDING.split(description))
    return f"{description.rstrip()}{2 * ending}## {item.section}{2 * ending}{item_line(item)}{ending}"


def _at_end(parts: list[str], section: Section, description: str, item: PutItem) -> str:
    at, ending = _end_of(parts, section, description), _ending(parts)
    gap = ending if at == section.line - 1 else ""
    return "".join((*parts[: 2 * at], f"{parts[2 * at]}{ending}{gap}{item_line(item)}", *parts[2 * at + 1 :]))


def _first(parts: list[str], section: Section | None, item: PutItem) -> str:
    """Directly below its heading, or above everything else."""
    ending = _ending(parts)
    if section is None:
        return f"## {item.section}{2 * ending}{item_line(item)}{2 * ending}{''.join(parts)}"
    at = 2 * (section.line - 1)
    return "".join((*parts[:at], f"{parts[at]}{2 * ending}{item_line(item)}{ending}", *parts[at + 1 :]))


def _ending(parts: list[str]) -> str:
    """How its lines end."""
    return parts[1] if len(parts) > 1 else "\n"


def _without_item(description: str, key: str) -> str:
    there, parts = _items(description).get(key), ENDING.split(description)
    if there is None:
        return description
    del parts[2 * there[0] : 2 * there[0] + 2]
    return "".join(parts)


def _section(description: str, title: str) -> Section | None:
    return next((one for one in read_checklist(description).sections if plain(one.title) == plain(title)), None)


def _end_of(parts: list[str], section: Section, description: str) -> int:
    """The last line of the section that is not blank, from 0."""
    following = [one.line - 1 for one in read_checklist(description).sections if one.line > section.line]
    below = following[0] if following else len(parts[::2])
    footers = [one.at for one in lines(description) if section.line <= one.at < below and FOOTER.fullmatch(one.said)]
    last = (footers[-1] if footers else below) - 1
    while last > section.line - 1 and not parts[2 * last].strip():
        last -= 1
    return last
