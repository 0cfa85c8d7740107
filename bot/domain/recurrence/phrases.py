"""What a program manager writes about days becomes the rule for them, or an error that lists what may be written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeAlias, TypeVar

from bot.domain.recurrence.days import (
    LAST,
    BusinessDay,
    BusinessDaysBefore,
    DayOfMonth,
    DaysBefore,
    DueRule,
    FirstBusinessDay,
    FirstDay,
    NearestWeekday,
    NthWeekday,
    OnWeekday,
    OpenRule,
    Pick,
    QuarterStart,
)
from bot.domain.recurrence.period import Unit
from bot.domain.workdays import Shift

Rule = TypeVar("Rule")
Said: TypeAlias = Mapping[str, str]

WEEKDAYS: Final = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTS: Final = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": LAST}
WEEKDAY: Final = rf"(?P<weekday>{'|'.join(WEEKDAYS)})"
COUNT: Final = rf"(?P<count>{'|'.join(COUNTS)})"
UP_TO_92: Final = r"(?P<days>[1-9]|[1-8][0-9]|9[0-2])"
UP_TO_60: Final = r"(?P<days>[1-9]|[1-5][0-9]|60)"
OF_MONTH: Final = re.compile(r"(?P<phrase>.*) of month (?P<month>[1-3])")
ALL: Final = frozenset(Unit)
WEEKLY: Final = frozenset({Unit.WEEK})
LONGER: Final = ALL - WEEKLY


@dataclass(frozen=True, slots=True)
class Phrase(Generic[Rule]):
    """One thing that may be written: how it reads, how an error shows it, what it becomes, and for which units."""

    reads: str
    shown: str
    rule: Callable[[Said], Rule]
    units: frozenset[Unit] = ALL


DUE: Final[tuple[Phrase[Pick], ...]] = (
    Phrase(WEEKDAY, "friday", lambda said: NthWeekday(1, _weekday(said)), WEEKLY),
    Phrase(
        f"{COUNT} {WEEKDAY}",
        "first (second, third, fourth, last) thursday",
        lambda said: NthWeekday(COUNTS[said["count"]], _weekday(said)),
        LONGER,
    ),
    Phrase(
        rf"{WEEKDAY} nearest the (?P<day>[4-9]|1[0-9]|2[0-5])(?:st|nd|rd|th)?",
        "friday nearest the 15th (4th to 25th)",
        lambda said: NearestWeekday(_weekday(said), int(said["day"])),
        LONGER,
    ),
    Phrase(r"day (?P<day>[1-9]|1[0-9]|2[0-8])", "day 1 (to 28)", lambda said: DayOfMonth(int(said["day"])), LONGER),
    Phrase("last day", "last day", lambda _: DayOfMonth(LAST), LONGER),
    Phrase("first business day", "first business day", lambda _: BusinessDay(1)),
    Phrase("last business day", "last business day", lambda _: BusinessDay(LAST)),
)
OPENS: Final[tuple[Phrase[OpenRule], ...]] = (
    Phrase(WEEKDAY, "monday", lambda said: OnWeekday(_weekday(said))),
    Phrase("first day", "first day", lambda _: FirstDay()),
    Phrase("first business day", "first business day", lambda _: FirstBusinessDay()),
    Phrase(f"{UP_TO_92} days? before", "7 days before (up to 92)", lambda said: DaysBefore(int(said["days"]))),
    Phrase(
        f"{UP_TO_60} business days? before",
        "5 business days before (up to 60)",
        lambda said: BusinessDaysBefore(int(said["days"])),
    ),
    Phrase("quarter start", "quarter start", lambda _: QuarterStart(), LONGER),
    Phrase(
        f"quarter start ?, ?at least {UP_TO_92} days? before",
        "quarter start, at least 21 days before",
        lambda said: QuarterStart(int(said["days"])),
        LONGER,
    ),
)


def due_rule(phrase: str, unit: Unit) -> DueRule:
    """`first thursday`; for quarters also `first thursday of month 2`. ValueError that lists what may be written."""
    said, month = _plain(phrase), None
    if unit is Unit.QUARTER and (hit := OF_MONTH.fullmatch(said)):
        said, month = hit["phrase"], int(hit["month"])
    rule = _rule(said, DUE, unit)
    if rule is None:
        ends = "; each also with `of month 1` (2, 3) behind it" if unit is Unit.QUARTER else ""
        raise ValueError(f"{phrase!r} is no due day of a {unit}; write {_shown(DUE, unit)}{ends}")
    return DueRule(rule, month)


def open_rule(phrase: str, unit: Unit) -> OpenRule:
    """`7 days before`; ValueError that lists what may be written."""
    rule = _rule(_plain(phrase), OPENS, unit)
    if rule is None:
        raise ValueError(f"{phrase!r} is no day to open the issue of a {unit}; write {_shown(OPENS, unit)}")
    return rule


def holiday_shift(phrase: str) -> Shift:
    """`next business day`; ValueError that lists what may be written."""
    try:
        return Shift(_plain(phrase))
    except ValueError:
        shown = " | ".join(f"`{how}`" for how in Shift)
        raise ValueError(f"{phrase!r} does not say where a holiday moves it; write {shown}") from None


def _plain(phrase: str) -> str:
    return " ".join(phrase.split()).lower()


def _weekday(said: Said) -> int:
    return WEEKDAYS.index(said["weekday"])


def _rule(said: str, phrases: Iterable[Phrase[Rule]], unit: Unit) -> Rule | None:
    for phrase in phrases:
        if unit in phrase.units and (hit := re.fullmatch(phrase.reads, said)):
            return phrase.rule(hit.groupdict())
    return None


def _shown(phrases: Iterable[Phrase[Rule]], unit: Unit) -> str:
    return " | ".join(f"`{phrase.shown}`" for phrase in phrases if unit in phrase.units)
