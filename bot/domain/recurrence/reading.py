"""A title that somebody wrote by hand becomes the time of a recurrence that it names, or none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import Final

from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.rule import Recurrence

MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)
NAMED_MONTH: Final = rf"(?P<name>sept|{'|'.join(f'{full[:3]}(?:{full[3:]})?' for full in MONTHS)})"
YEAR: Final = r"(?P<year>20[0-9]{2})"
NUMBER: Final = r"(?P<number>[0-9]{1,2})"
FORMS: Final = {
    Unit.WEEK: (rf"{YEAR} ?w(?:k|eek)? ?{NUMBER}", rf"w(?:k|eek)? ?{NUMBER} (?:of )?{YEAR}"),
    Unit.MONTH: (rf"{YEAR} {NUMBER}", rf"{NAMED_MONTH} {YEAR}"),
    Unit.QUARTER: (r"fy ?(?P<year>(?:20)?[0-9]{2}) ?q ?(?P<number>[1-4])",),
}
"""How a period reads, once all but letters and digits is a space."""
SHORT: Final = re.compile(rf"\bw(?:k|eek)? ?{NUMBER}\b")
"""A week whose year goes without saying."""
FILLERS: Final = frozenset({"for", "in", "of", "the"})
NOT_SAID: Final = re.compile(r"[\W_]+")


def named_in(
    title: str,
    series: Iterable[str],
    recurrence: Recurrence,
    regions: Mapping[str, Iterable[str]],
    near: date | None = None,
    *,
    is_certain: bool = False,
) -> tuple[Period, str] | None:
    """The time and the region's key (empty where all share one issue) that a title names, saying nothing else.

    `series`: what the recurrence's titles begin with; `regions`: what each region is called, by its key. `near`: a week
    without a year is the one nearest to that day. `is_certain`: it began with the recurrence's template, so its title
    need not say that, and may say more. None for another title, and for one that names no period (or region), or
    several.
    """
    head, rest = _cut(_flat(title), {"": series})
    if not (head or is_certain):
        return None
    places, rest = _cut(rest, regions if recurrence.each_region else {})
    periods, rest = _periods(rest, recurrence.unit, near)
    is_it = is_certain or not set(rest.split()) - FILLERS
    if not is_it or len(periods) != 1 or len(places) != recurrence.each_region:
        return None
    (period,) = periods
    return (period, next(iter(places), "")) if period else None


def tells(
    title: str, recurrence: Recurrence, regions: Mapping[str, Iterable[str]], near: date | None = None
) -> tuple[bool, bool]:
    """Whether a title, whatever else it says, names one period of the recurrence, and one region."""
    places, rest = _cut(_flat(title), regions)
    periods, _ = _periods(rest, recurrence.unit, near)
    return len(periods - {None}) == 1, len(places) == 1


@lru_cache(maxsize=256)
def _flat(text: str) -> str:
    """Lower case, one space for each run of all that is neither letter nor digit."""
    return NOT_SAID.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _cut(said: str, spellings: Mapping[str, Iterable[str]]) -> tuple[set[str], str]:
    """The keys that are named, and the text without their names; a longer spelling is read before a shorter one."""
    keys = {_flat(spelling): key for key, several in spellings.items() for spelling in several}
    found = set()
    for spelling in sorted(filter(None, keys), key=len, reverse=True):
        said, count = _word(spelling).subn(" ", said) if spelling in said else (said, 0)
        if count:
            found.add(keys[spelling])
    return found, " ".join(said.split())


@lru_cache(maxsize=256)
def _word(spelling: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(spelling)}\b")


def _periods(said: str, unit: Unit, near: date | None) -> tuple[set[Period | None], str]:
    """What is named, None for a period that no calendar has, and the text without it."""
    patterns = [re.compile(rf"\b{form}\b") for form in FORMS[unit]]
    found = {_period(hit, unit) for pattern in patterns for hit in pattern.finditer(said)}
    for pattern in patterns:
        said = pattern.sub(" ", said)
    if unit is Unit.WEEK and near is not None:
        found |= {_nearest(int(hit["number"]), near) for hit in SHORT.finditer(said)}
        said = SHORT.sub(" ", said)
    return found, said


def _nearest(number: int, day: date) -> Period | None:
    """The week of that number that is nearest to the day."""
    keys = [_key(Unit.WEEK, year, number) for year in (day.year - 1, day.year, day.year + 1)]
    found = [one for one in map(_parsed, keys) if one is not None]
    return min(found, key=lambda one: abs(one.first - day), default=None)


def _period(hit: re.Match[str], unit: Unit) -> Period | None:
    said = hit.groupdict()
    name = said.get("name")
    number = next(at for at, full in enumerate(MONTHS, 1) if full.startswith(name)) if name else int(said["number"])
    return _parsed(_key(unit, int(said["year"]), number))


def _parsed(key: str) -> Period | None:
    try:
        return Period.parse(key)
    except ValueError:
        return None


def _key(unit: Unit, year: int, number: int) -> str:
    forms = {Unit.WEEK: "{}-W{:02}", Unit.MONTH: "{}-{:02}", Unit.QUARTER: "FY{:02}Q{}"}
    return forms[unit].format(year % 100 if unit is Unit.QUARTER else year, number)
