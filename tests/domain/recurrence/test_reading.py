"""Which time of a recurrence a title names that a person wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.phrases import due_rule, open_rule
from bot.domain.recurrence.reading import MONTHS, named_in, tells
from bot.domain.recurrence.rule import Recurrence
from tests.domain.recurrence.years import MONTHS as EVERY_MONTH
from tests.domain.recurrence.years import QUARTERS, WEEKS

REGIONS = {
    "emea": ("emea", "EMEA"),
    "amer": ("amer", "Americas"),
    "pubsec": ("pubsec", "Public Sector", "public-sector", ""),
    "sector": ("sector",),
}
FLASH = Recurrence("flash", "T", Unit.MONTH, due_rule("first thursday", Unit.MONTH), open_rule("first day", Unit.MONTH))
OKR = replace(FLASH, unit=Unit.QUARTER)
WEEKLY = Recurrence(
    "weekly", "T", Unit.WEEK, due_rule("friday", Unit.WEEK), open_rule("monday", Unit.WEEK), each_region=True
)
SERIES = ("Partner Flash",)
NAMED = [
    (FLASH, "Partner Flash 2026-01", "2026-01", ""),
    (FLASH, "partner  flash: 2026/1", "2026-01", ""),
    (FLASH, "Partner Flash – January 2026", "2026-01", ""),
    (FLASH, "PARTNER-FLASH (Jan. 2026)", "2026-01", ""),
    (FLASH, "Partner Flash for sept 2026", "2026-09", ""),
    (FLASH, "January 2026 Partner Flash", "2026-01", ""),
    (FLASH, "Partner Flash: January 2026 (2026-01)", "2026-01", ""),
    (FLASH, "Partner_Flash ２０２６-０１", "2026-01", ""),
    (OKR, "Partner Flash FY26Q4", "FY26Q4", ""),
    (OKR, "Partner Flash fy26 q4", "FY26Q4", ""),
    (OKR, "Partner Flash, FY26-Q4", "FY26Q4", ""),
    (OKR, "Partner Flash in FY2026 Q4", "FY26Q4", ""),
    (WEEKLY, "Partner Flash EMEA 2026-W03", "2026-W03", "emea"),
    (WEEKLY, "Partner Flash - Americas - week 3 2026", "2026-W03", "amer"),
    (WEEKLY, "Partner Flash [public sector], week 03, 2026", "2026-W03", "pubsec"),
    (WEEKLY, "Partner Flash for EMEA, week 3 of 2026", "2026-W03", "emea"),
    (WEEKLY, "Partner Flash amer (Americas) 2026 W3", "2026-W03", "amer"),
    (WEEKLY, "Partner Flash sector wk 53 2026", "2026-W53", "sector"),
]
NOT_NAMED = [
    ("no period", FLASH, "Partner Flash"),
    ("no name", FLASH, "January 2026"),
    ("another name", FLASH, "Partner Flashback 2026-01"),
    ("two periods", FLASH, "Partner Flash 2026-01 and 2026-02"),
    ("two periods in two notations", FLASH, "Partner Flash 2026-01, Feb 2026"),
    ("a day", FLASH, "Partner Flash 2026-01-05"),
    ("no month of the calendar", FLASH, "Partner Flash 2026-13"),
    ("a month and one of no calendar", FLASH, "Partner Flash 2026-13 2026-01"),
    ("a month without a year", FLASH, "Partner Flash January"),
    ("it is about one", FLASH, "Partner Flash January 2026: typo in the footer"),
    ("a period of another unit", FLASH, "Partner Flash FY26Q4"),
    ("a region where all share one", FLASH, "Partner Flash EMEA 2026-01"),
    ("no region", WEEKLY, "Partner Flash 2026-W03"),
    ("two regions", WEEKLY, "Partner Flash EMEA Americas 2026-W03"),
    ("a region that is none", WEEKLY, "Partner Flash LATAM 2026-W03"),
    ("a week that the year does not have", WEEKLY, "Partner Flash EMEA 2025-W53"),
    ("no quarter", OKR, "Partner Flash FY26Q5"),
    ("a year before the calendar", OKR, "Partner Flash FY00Q4"),
    ("digits of another script", FLASH, "Partner Flash ٢٠٢٦-٠١"),
    ("nothing", FLASH, ""),
]


@pytest.mark.parametrize(("rule", "title", "key", "region"), NAMED, ids=[case[1] for case in NAMED])
def test_what_a_title_names(rule: Recurrence, title: str, key: str, region: str) -> None:
    assert named_in(title, SERIES, rule, REGIONS) == (Period.parse(key), region)


@pytest.mark.parametrize(("rule", "title"), [case[1:] for case in NOT_NAMED], ids=[case[0] for case in NOT_NAMED])
def test_what_names_none(rule: Recurrence, title: str) -> None:
    assert named_in(title, SERIES, rule, REGIONS) is None


@pytest.mark.parametrize(
    "title", ["PHD weekly - EMEA - 2026-W03", "PHD Weekly Review EMEA 2026-W03", "phd_weekly_review emea w3"]
)
def test_the_name_of_the_template_counts_too(title: str) -> None:
    series, day = ("PHD weekly", "PHD_Weekly_Review"), date(2026, 1, 20)
    assert named_in(title, series, WEEKLY, REGIONS, day) == (Period.parse("2026-W03"), "emea")


@pytest.mark.parametrize(
    ("said", "day", "key"),
    [
        ("W48", date(2026, 11, 20), "2026-W48"),
        ("week 2", date(2026, 12, 30), "2027-W02"),
        ("wk 52", date(2027, 1, 3), "2026-W52"),
        ("W53", date(2027, 6, 1), "2026-W53"),
        ("W54", date(2026, 6, 1), None),
        ("W48 2026-W48", date(2026, 11, 20), "2026-W48"),
        ("W48 W49", date(2026, 11, 20), None),
        ("48", date(2026, 11, 20), None),
    ],
)
def test_a_week_without_a_year_is_the_nearest(said: str, day: date, key: str | None) -> None:
    found = (Period.parse(key), "emea") if key else None
    assert named_in(f"Partner Flash EMEA {said}", SERIES, WEEKLY, REGIONS, day) == found
    if key and "-" not in said:
        assert named_in(f"Partner Flash EMEA {said}", SERIES, WEEKLY, REGIONS) is None


def test_what_began_with_the_template_may_say_more_or_less() -> None:
    for title in ("Partner Flash EMEA 2026-W03 (Chris)", "My review: EMEA, 2026-W03"):
        assert named_in(title, SERIES, WEEKLY, REGIONS) is None
        assert named_in(title, SERIES, WEEKLY, REGIONS, is_certain=True) == (Period.parse("2026-W03"), "emea")
    assert named_in("Partner Flash EMEA", SERIES, WEEKLY, REGIONS, is_certain=True) is None


@pytest.mark.parametrize(
    ("title", "told"),
    [
        ("Partner Flash Americas", (False, True)),
        ("Partner Flash 2026-W03 (Chris)", (True, False)),
        ("W03 for EMEA", (True, True)),
        ("EMEA and Americas, W03 and W04", (False, False)),
        ("Partner Flash 2026-W60", (False, False)),
    ],
)
def test_what_a_title_tells_of_its_time(title: str, told: tuple[bool, bool]) -> None:
    assert tells(title, WEEKLY, REGIONS, date(2026, 1, 14)) == told


def test_a_recurrence_without_a_name_is_never_named() -> None:
    assert named_in("2026-01", (" - ",), FLASH, REGIONS) is None


def test_every_key_of_a_period_is_read() -> None:
    weekly = replace(WEEKLY, each_region=False)
    for rule, periods in ((weekly, WEEKS[::9]), (FLASH, EVERY_MONTH), (OKR, QUARTERS)):
        assert all(named_in(f"Partner Flash {one.key}", SERIES, rule, {}) == (one, "") for one in periods)


@pytest.mark.parametrize("number", range(1, 13))
def test_every_month_is_read_by_its_name_and_its_three_letters(number: int) -> None:
    month = Period.parse(f"2026-{number:02}")
    for name in (MONTHS[number - 1], MONTHS[number - 1][:3].upper()):
        assert named_in(f"Partner Flash {name} 2026", SERIES, FLASH, {}) == (month, "")
