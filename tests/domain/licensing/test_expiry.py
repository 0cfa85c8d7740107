"""When a licence expires: after its term, or with the one that the partner has."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.licensing.expiry import Expiry, expiry
from tests.domain.recurrence.years import END, START

TODAY = date(2021, 6, 1)
USUAL: tuple[Any, ...] = (TODAY, (), False, 12, 30)
CASES = [
    ("the first one runs twelve months", (TODAY, ()), Expiry(date(2022, 6, 1))),
    ("a leap day has none next year", (date(2024, 2, 29), ()), Expiry(date(2025, 2, 28))),
    ("another one ends with it", (TODAY, (date(2021, 12, 15),)), Expiry(date(2021, 12, 15), is_co_term=True)),
    ("of several the first to end", (TODAY, (date(2022, 3, 1), date(2021, 12, 15))), Expiry(date(2021, 12, 15), True)),
    ("30 days are enough", (TODAY, (date(2021, 7, 1),)), Expiry(date(2021, 7, 1), True)),
    ("29 days are short", (TODAY, (date(2021, 6, 30),)), Expiry(date(2021, 6, 30), True, True)),
    ("none at all is short", (TODAY, (TODAY,)), Expiry(TODAY, True, True)),
    ("what ended does not count", (TODAY, (date(2021, 5, 31),)), Expiry(date(2022, 6, 1))),
    ("a renewal starts anew", (TODAY, (date(2021, 6, 10),), True), Expiry(date(2022, 6, 1))),
    ("another kind has months of its own", (date(2021, 8, 31), (), False, 6), Expiry(date(2022, 2, 28))),
    (
        "the warning is the configuration's",
        (TODAY, (date(2021, 7, 20),), False, 12, 50),
        Expiry(date(2021, 7, 20), True, True),
    ),
]


@pytest.mark.parametrize(("asked", "found"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_expiry(asked: tuple[Any, ...], found: Expiry) -> None:
    start, existing, is_renewal, months, warn_below = (*asked, *USUAL[len(asked) :])
    assert expiry(start, existing, is_renewal=is_renewal, months=months, warn_below=warn_below) == found


@pytest.mark.unmeasured
def test_twelve_months_from_every_day() -> None:
    """It is the same day of the next year; only 29 February becomes the 28th."""
    for at in range((END - START).days + 1):
        start = START + timedelta(days=at)
        leap = (start.month, start.day) == (2, 29)
        found = expiry(start, (), is_renewal=False, months=12, warn_below=30)
        assert found.day == start.replace(year=start.year + 1, day=28 if leap else start.day)
