"""A cell of a spreadsheet becomes the moment that it names, however the sheet was saved."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Final

from bot.domain.speech import clean
from bot.registry.columns import Bad

SLASHES: Final = re.compile(r"(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>\d{4})")
"""The month comes first where nothing tells otherwise, as the form writes it."""
DAYS: Final = (
    re.compile(r"(?P<y>\d{4})[-/](?P<m>\d\d?)[-/](?P<d>\d\d?)"),
    SLASHES,
    re.compile(r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})"),
)
"""How spreadsheets write days."""
TIME: Final = re.compile(r"[T ,]+(?P<time>\d\d?:\d\d(?::\d\d)?)(?:\.\d+)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?.*")
SERIAL: Final = re.compile(r"(?P<days>[3-9]\d{4})(?P<part>\.\d+)?")
"""A day as Excel counts them, since 30 December 1899."""
EPOCH: Final = date(1899, 12, 30)


def has_day_first(text: str) -> bool | None:
    """Whether the day stands before the month, between slashes; None where that cannot be told, or neither is one."""
    hit = SLASHES.match(text)
    first, second = (int(hit["m"]), int(hit["d"])) if hit else (0, 0)
    if 12 < first <= 31 and 0 < second <= 12:
        return True
    return False if 12 < second <= 31 and 0 < first <= 12 else None


def moment(text: str, *, day_first: bool = False) -> str:
    """The day, and the time behind it if there is one, written the same however the sheet was saved."""
    if serial := SERIAL.fullmatch(text):
        seconds = round(float(serial["part"] or 0) * 86_400)
        counted = datetime.combine(EPOCH + timedelta(days=int(serial["days"])), datetime.min.time())
        return _written(counted + timedelta(seconds=seconds), is_timed=bool(serial["part"]))
    for pattern in DAYS:
        if (hit := pattern.match(text)) and (day := _day(hit, is_turned=day_first and pattern is SLASHES)):
            return _with_time(day, text[hit.end() :])
    raise Bad(f"timestamp is {clean(text)!r}; write it like 2026-11-02 10:15")


def other_moment(text: str, *, day_first: bool) -> str:
    """What it would be if day and month changed places; empty where they do not stand between slashes, or cannot."""
    if SLASHES.match(text) is None:
        return ""
    try:
        return moment(text, day_first=not day_first)
    except Bad:
        return ""


def _day(hit: re.Match[str], *, is_turned: bool) -> date | None:
    year, month, day = int(hit["y"]), int(hit["m"]), int(hit["d"])
    try:
        return date(year, day, month) if is_turned else date(year, month, day)
    except ValueError:
        return None


def _with_time(day: date, rest: str) -> str:
    hit = TIME.fullmatch(rest)
    if hit is None:
        if rest.strip():
            raise Bad(f"the time {clean(rest)!r} cannot be read; write it like 10:15")
        return day.isoformat()
    hour, minute, second = (*map(int, hit["time"].split(":")), 0)[:3]
    if hit["half"]:
        hour = hour % 12 + 12 * (hit["half"][0] in "pP")
    try:
        return _written(datetime(day.year, day.month, day.day, hour, minute, second), is_timed=True)  # noqa: DTZ001 - the sheet has no zone
    except ValueError:
        raise Bad(f"there is no time like {clean(rest)!r}; write it like 10:15") from None


def _written(when: datetime, *, is_timed: bool) -> str:
    return f"{when:%Y-%m-%d %H:%M:%S}" if is_timed else f"{when:%Y-%m-%d}"
