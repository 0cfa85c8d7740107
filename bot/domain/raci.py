"""A table of who is accountable, responsible, consulted and informed, and the words somebody typed, become its rows."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import StrEnum
from typing import Final

NEAR: Final = 0.5
"""How alike a deliverable and what was typed have to be, of 1, to be a guess."""
NEAR_WORD: Final = 0.75
"""The same for each of the words: `delivry` is `delivery`."""
MOST_GUESSES: Final = 3
SHORTEST: Final = 4
"""Letters of a word that may stand for a longer one: `invoice` for `invoicing` no, for `invoices` yes."""
FILLERS: Final = frozenset(["a", "an", "and", "for", "in", "of", "on", "or", "the", "to", "with"])
CELL = re.compile(r"(?P<letters>[RACI](?:\s*[,|]\s*[RACI])*)?\s*(?:\((?P<remark>[^()]+)\))?")
HEAD = re.compile(r"[:(]")
"""What ends the short name of a deliverable."""


class Duty(StrEnum):
    """What a team has to do with a deliverable, in the order in which people ask."""

    ACCOUNTABLE = "A"
    RESPONSIBLE = "R"
    CONSULTED = "C"
    INFORMED = "I"


@dataclass(frozen=True, slots=True)
class Team:
    """A column: its heading, and the registry's role whose lead speaks for it."""

    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Deliverable:
    """A row. `cells` holds a team's letters by its key, with a remark in brackets: `R (prelim vetting)`."""

    name: str
    cells: Mapping[str, str]

    def __post_init__(self) -> None:
        if not folded(self.name):
            raise ValueError(f"{self.name!r} is no deliverable; write what is delivered, as people would ask for it")
        for team, cell in self.cells.items():
            if not CELL.fullmatch(cell.strip()):
                raise ValueError(
                    f"{cell!r} of {team!r} is no cell; write letters of R, A, C and I, like 'A, R (a remark)'"
                )

    def who(self, duty: Duty) -> Iterator[tuple[str, str]]:
        """The teams that have this duty, by key, each with the remark of its cell."""
        for team, cell in self.cells.items():
            hit = CELL.fullmatch(cell.strip())
            if hit and duty.value in (hit["letters"] or ""):
                yield team, hit["remark"] or ""


@dataclass(frozen=True, slots=True)
class Table:
    """Who does what where two teams work together; `teams` are its columns by key, in their order."""

    name: str
    teams: Mapping[str, Team]
    rows: tuple[Deliverable, ...]
    spellings: tuple[str, ...] = field(default=())
    """What else people call it."""

    def __post_init__(self) -> None:
        seen: set[tuple[str, ...]] = set()
        for row in self.rows:
            for team in row.cells:
                if team not in self.teams:
                    raise ValueError(f"{row.name!r} names the team {team!r}, which is none of: {', '.join(self.teams)}")
            if folded(row.name) in seen:
                raise ValueError(f"{row.name!r} is there twice; people could not tell the two apart")
            seen.add(folded(row.name))


def folded(text: str) -> tuple[str, ...]:
    """The words of a text to compare it by: no case, accents, signs or little words between."""
    bare = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(char for char in bare if not unicodedata.combining(char))
    return tuple(word for word in re.findall(r"[^\W_]+", letters) if word not in FILLERS)


def deliverables(rows: Sequence[Deliverable], said: str) -> tuple[Deliverable, ...]:
    """The rows that the words can mean, by the strictest reading under which any row is meant; none where none is.

    First the whole name, then the part of it before a colon or bracket, then words of it in a row, then in any order.
    """
    words = folded(said)
    readings: tuple[Callable[[Deliverable], bool], ...] = (
        lambda row: folded(row.name) == words,
        lambda row: folded(HEAD.split(row.name)[0]) == words,
        lambda row: f" {' '.join(words)} " in f" {' '.join(folded(row.name))} ",
        lambda row: all(any(_alike(word, known) for known in folded(row.name)) for word in words),
    )
    tries = (tuple(row for row in rows if means(row)) for means in readings if words)
    return next((found for found in tries if found), ())


def guesses(rows: Sequence[Deliverable], said: str) -> tuple[Deliverable, ...]:
    """The rows whose names look most like what was typed, the likest first; none where none does."""
    words = " ".join(folded(said))
    likeness = {row.name: _likeness(words, row) for row in rows}
    near = (row for row in rows if likeness[row.name] >= NEAR)
    return tuple(sorted(near, key=lambda row: -likeness[row.name])[:MOST_GUESSES])


def _likeness(words: str, row: Deliverable) -> float:
    """Of 1: how alike the words are to the whole name, to its short one, or each of them to a word of it."""
    names = (" ".join(folded(row.name)), " ".join(folded(HEAD.split(row.name)[0])))
    by_word = min((_nearest(word, row) for word in words.split()), default=0.0)
    return max(by_word if by_word >= NEAR_WORD else 0.0, *(_ratio(words, name) for name in names))


def _nearest(word: str, row: Deliverable) -> float:
    return max(_ratio(word, known) for known in folded(row.name))


def _ratio(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def _alike(word: str, known: str) -> bool:
    """Whether a typed word stands for one of the name: it is it, begins it, or goes on where it ends."""
    short, long = sorted((word, known), key=len)
    return word == known or (len(short) >= SHORTEST and long.startswith(short))
