"""The header of a CSV file becomes where each column is, and a row the cells under the columns' names."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bot.domain.speech import clean
from bot.errors import AskAPerson
from bot.registry.lines import Row

FORMULA: Final = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A row that says nothing, and what to do about it."""

    line: int
    text: str


class Bad(Exception):
    """Why a row cannot be read."""


def columns_of(
    path: Path, header: Row, names: Mapping[str, str], needed: Collection[str], either: tuple[str, ...] = ()
) -> dict[str, int]:
    """Where each column is. `names` are what it may be called, without case, blanks and signs, by what it is for.

    AskAPerson where one is there twice, or one of `needed`, or all of `either`, are not there.
    """
    if header.trouble:
        raise AskAPerson(f"{path}:{header.line}: {header.trouble}")
    found: dict[str, int] = {}
    for at, cell in enumerate(header.cells):
        word = "".join(char for char in cell.casefold() if char.isalnum())
        meaning = next((one for one, spellings in names.items() if word in spellings.split()), None)
        if meaning in found:
            first = header.cells[found[meaning]]
            what = f"the columns {clean(first)!r} and {clean(cell)!r} both say {meaning}; keep one of them"
            raise AskAPerson(f"{path}:{header.line}: {what}")
        if meaning:
            found[meaning] = at
    missing = [name for name in needed if name not in found]
    missing += [f"{either[0]} (or {either[1]})"] if either and not {*either} & found.keys() else []
    if missing:
        what = f"there is no column {', '.join(missing)}; the first row names the columns: {', '.join(names)}"
        raise AskAPerson(f"{path}:{header.line}: {what}")
    return found


def cells_of(
    row: Row, columns: Mapping[str, int], needed: Collection[str], formula: Collection[str] = FORMULA
) -> Callable[[str], str]:
    """What stands in a column of the row; empty where there is none. Bad for what cannot be read.

    No cell may begin with one of `formula`.
    """
    if row.trouble:
        raise Bad(row.trouble)
    if len(row.cells) <= max(columns[name] for name in needed):
        raise Bad(f"there are only {len(row.cells)} cells; look at the separators and quotes")

    def cell(name: str) -> str:
        at = columns.get(name)
        text = row.cells[at] if at is not None and at < len(row.cells) else ""
        if text.startswith(tuple(formula)):
            raise Bad(f"{name} begins with {text[0]!r}, like a formula; write plain text")
        return text

    return cell
