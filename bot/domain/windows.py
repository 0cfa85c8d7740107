"""The milestone calendar: a day becomes its half-month window, a title becomes the window it means."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Self, TypeAlias

from bot.domain.fiscal import LAST_DAY, Quarter

HALF = 15
"""Half a ends on this day of the month, half b on the month's last."""
LONGEST_TITLE = 255
"""GitLab accepts no longer milestone title."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """Half a calendar month, first and last day inclusive; ValueError for dates that are not exactly one window."""

    start: date
    due: date

    def __post_init__(self) -> None:
        Quarter.of(self.start)
        if (self.start, self.due) != _bounds(self.start):
            raise ValueError(f"{self.start} to {self.due} is no window; windows are 1-15 and 16-last day of a month")

    @classmethod
    def of(cls, day: date) -> Self:
        """The window that `day` lies in; ValueError outside FY01 to FY99."""
        return cls(*_bounds(day))

    @property
    def title(self) -> str:
        """The milestone's one right title, `Channel - FY21Q2 3a`: the month counts within the quarter."""
        quarter = Quarter.of(self.start)
        month = (self.start.month - quarter.start.month) % 12 + 1
        return f"Channel - {quarter.name} {month}{'a' if self.start.day == 1 else 'b'}"

    def next(self) -> Self:
        """The window after this one; ValueError after the last of FY99."""
        return type(self).of(self.due + timedelta(days=1))

    @classmethod
    def ahead(cls, today: date, count: int) -> tuple[Self, ...]:
        """The window of `today`, then up to `count` further ones: the calendar ends with FY99."""
        windows = [cls.of(today)]
        while len(windows) <= count and windows[-1].due < LAST_DAY:
            windows.append(windows[-1].next())
        return tuple(windows)


@dataclass(frozen=True, slots=True)
class Exact:
    """The title is the window's one right title."""

    window: Window


@dataclass(frozen=True, slots=True)
class NearMiss:
    """The title reads as exactly one window, spelt otherwise."""

    window: Window


@dataclass(frozen=True, slots=True)
class Doubtful:
    """The title evidently means a window but names none, or more than one; `reason` is a phrase for a person."""

    reason: str


Reading: TypeAlias = Exact | NearMiss | Doubtful

PREFIX = r"(?:channels? ?)?"
YEAR = re.compile(r"(?:20)?(?P<year>0[1-9]|[1-9][0-9])")
WINDOW = re.compile(rf"\b{PREFIX}fy ?{YEAR.pattern} ?q ?(?P<quarter>[1-4]) ?m? ?(?P<month>[1-3]) ?(?P<half>[ab])\b")
SKETCH = re.compile(
    rf"{PREFIX}fy ?(?P<year>[0-9]*) ?q ?(?P<quarter>[0-9]{{1,2}}?)"
    r" ?(?:m? ?(?P<month>[0-9]{1,2}) ?(?P<half>[a-z]{0,2})|m? ?(?P<alone>[ab])|m)"
)
SECOND_HALF = re.compile(r"m? ?[1-3]? ?[ab]")


@lru_cache(maxsize=256)
def read_title(title: str) -> Reading | None:
    """What a milestone title means as a window; None when it does not mean one at all."""
    if len(title) > LONGEST_TITLE:
        return None
    flat = _flatten(title)
    found = {_window(hit) for hit in WINDOW.finditer(flat)}
    if not found:
        return _doubt(SKETCH.fullmatch(flat))
    rest = WINDOW.sub("", flat).strip()
    if len(found) > 1 or SECOND_HALF.fullmatch(rest):
        return Doubtful("it names two windows")
    if rest:
        return Doubtful("it says more than the window")
    (window,) = found
    return Exact(window) if title == window.title else NearMiss(window)


def _bounds(day: date) -> tuple[date, date]:
    if day.day <= HALF:
        return day.replace(day=1), day.replace(day=HALF)
    return day.replace(day=HALF + 1), day.replace(day=monthrange(day.year, day.month)[1])


def _flatten(title: str) -> str:
    """Lower case, one space for each run of spaces and punctuation, nothing invisible."""
    seen = (_plain(char) for char in unicodedata.normalize("NFKC", title).lower())
    return " ".join("".join(seen).split())


def _plain(char: str) -> str:
    """Letters, digits and pictures count as said; spaces and punctuation of all scripts only separate."""
    category = unicodedata.category(char)
    if category == "Cf":
        return ""
    return " " if category[0] in "PZ" or category in {"Cc", "Sm", "Sk"} else char


def _window(hit: re.Match[str]) -> Window:
    first = Quarter(2000 + int(hit["year"]), int(hit["quarter"])).month(int(hit["month"]))
    return Window.of(first if hit["half"] == "a" else first.replace(day=HALF + 1))


def _doubt(sketch: re.Match[str] | None) -> Doubtful | None:
    """Why a title that is built like a window is none; its first fault."""
    if sketch is None:
        return None
    faults = (
        (not YEAR.fullmatch(sketch["year"]), "the fiscal year must be FY01 to FY99"),
        (sketch["quarter"] not in {"1", "2", "3", "4"}, "the quarter must be Q1 to Q4"),
        (not sketch["month"], "the month in the quarter, 1 to 3, is missing"),
        (sketch["month"] not in {"1", "2", "3"}, f"a quarter has the months 1 to 3, not {sketch['month']}"),
        (not sketch["half"], "the half of the month, a or b, is missing"),
        (True, f"a month has the halves a and b, not {sketch['half']}"),
    )
    return Doubtful(next(reason for is_fault, reason in faults if is_fault))
