"""Milestones are the halves of a month, named after fiscal quarter, month in the quarter and half."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.fiscal import FIRST_DAY, LAST_DAY
from bot.domain.windows import Doubtful, Exact, NearMiss, Window, read_title
from tests.domain.test_fiscal import EVERY_DAY

EVERY_WINDOW = Window.ahead(FIRST_DAY, 10_000)

DAYS = [
    ("2020-02-01", "Channel - FY21Q1 1a", "2020-02-01", "2020-02-15"),
    ("2020-02-29", "Channel - FY21Q1 1b", "2020-02-16", "2020-02-29"),
    ("2020-04-30", "Channel - FY21Q1 3b", "2020-04-16", "2020-04-30"),
    ("2020-05-01", "Channel - FY21Q2 1a", "2020-05-01", "2020-05-15"),
    ("2020-07-01", "Channel - FY21Q2 3a", "2020-07-01", "2020-07-15"),
    ("2020-07-15", "Channel - FY21Q2 3a", "2020-07-01", "2020-07-15"),
    ("2020-07-16", "Channel - FY21Q2 3b", "2020-07-16", "2020-07-31"),
    ("2020-07-31", "Channel - FY21Q2 3b", "2020-07-16", "2020-07-31"),
    ("2020-12-31", "Channel - FY21Q4 2b", "2020-12-16", "2020-12-31"),
    ("2021-01-31", "Channel - FY21Q4 3b", "2021-01-16", "2021-01-31"),
    ("2021-02-01", "Channel - FY22Q1 1a", "2021-02-01", "2021-02-15"),
    ("2021-02-28", "Channel - FY22Q1 1b", "2021-02-16", "2021-02-28"),
    ("2024-02-29", "Channel - FY25Q1 1b", "2024-02-16", "2024-02-29"),
    ("2026-01-15", "Channel - FY26Q4 3a", "2026-01-01", "2026-01-15"),
    ("2026-01-31", "Channel - FY26Q4 3b", "2026-01-16", "2026-01-31"),
]

DECEMBER = Window(date(2026, 12, 16), date(2026, 12, 31))
JULY = Window(date(2020, 7, 1), date(2020, 7, 15))

NEAR_MISSES = [
    ("M-form", "FY27Q4M2b", DECEMBER),
    ("M-form with prefix", "Channel - FY27Q4M2b", DECEMBER),
    ("M-form, spaced", "FY27 Q4 M2 b", DECEMBER),
    ("no prefix", "FY27Q4 2b", DECEMBER),
    ("no dash", "Channel FY27Q4 2b", DECEMBER),
    ("lower case", "channel - fy27q4 2b", DECEMBER),
    ("upper case", "CHANNEL - FY27Q4 2B", DECEMBER),
    ("four-digit year", "FY2027 Q4 2b", DECEMBER),
    ("four-digit year without spaces", "FY2027Q42b", DECEMBER),
    ("no space", "Channel - FY27Q42b", DECEMBER),
    ("no spaces at all", "Channel-FY27Q42b", DECEMBER),
    ("nothing between", "ChannelFY27Q42b", DECEMBER),
    ("doubled spaces", "Channel  -  FY27Q4  2b", DECEMBER),
    ("space around", " Channel - FY27Q4 2b ", DECEMBER),
    ("no-break space", "Channel\u00a0-\u00a0FY27Q4\u00a02b", DECEMBER),
    ("tab", "Channel\t-\tFY27Q4\t2b", DECEMBER),
    ("newline", "Channel - FY27Q4\n2b", DECEMBER),
    ("zero-width space", "Channel - FY27\u200bQ4 2b", DECEMBER),
    ("byte order mark", "\ufeffChannel - FY27Q4 2b", DECEMBER),
    ("en dash", "Channel – FY27Q4 2b", DECEMBER),
    ("em dash", "Channel — FY27Q4 2b", DECEMBER),
    ("minus", "Channel − FY27Q4 2b", DECEMBER),
    ("underscores", "Channel_FY27Q4_2b", DECEMBER),
    ("quarter behind a dash", "FY21-Q2 3a", JULY),
    ("quarter behind a space", "FY21 Q2 3a", JULY),
    ("dashes everywhere", "FY21-Q2-3-a", JULY),
    ("plural prefix", "Channels - FY27Q4 2b", DECEMBER),
    ("colon", "Channel: FY27Q4 2b", DECEMBER),
    ("full stop", "Channel - FY27Q4 2b.", DECEMBER),
    ("brackets", "[FY27Q4 2b]", DECEMBER),
    ("as a reference", '%"Channel - FY27Q4 2b"', DECEMBER),
    ("full-width letters", "ＦＹ２７Ｑ４ ２ｂ", DECEMBER),
    ("said twice", "Channel - FY27Q4 2b (FY27Q4M2b)", DECEMBER),
]

DOUBTFUL = [
    ("half c", "FY27Q4 3c", "a month has the halves a and b, not c"),
    ("half ab", "FY27Q4 3ab", "a month has the halves a and b, not ab"),
    ("month 4", "Channel - FY27Q4 4a", "a quarter has the months 1 to 3, not 4"),
    ("month 0", "FY27Q4M0a", "a quarter has the months 1 to 3, not 0"),
    ("calendar month", "FY27Q4 12b", "a quarter has the months 1 to 3, not 12"),
    ("no month", "FY27Q4 b", "the month in the quarter, 1 to 3, is missing"),
    ("no month behind M", "FY27Q4M", "the month in the quarter, 1 to 3, is missing"),
    ("no half", "FY27Q4 2", "the half of the month, a or b, is missing"),
    ("no half, no space", "Channel - FY27Q42", "the half of the month, a or b, is missing"),
    ("quarter 5", "FY27Q5 2b", "the quarter must be Q1 to Q4"),
    ("quarter 0", "FY27Q0 2b", "the quarter must be Q1 to Q4"),
    ("quarter 10", "FY27Q10 2b", "the quarter must be Q1 to Q4"),
    ("last century", "FY1999Q4 2b", "the fiscal year must be FY01 to FY99"),
    ("next century", "FY2100Q4 2b", "the fiscal year must be FY01 to FY99"),
    ("year 00", "FY00Q4 2b", "the fiscal year must be FY01 to FY99"),
    ("one-digit year", "FY7Q4 2b", "the fiscal year must be FY01 to FY99"),
    ("no year", "FYQ4 2b", "the fiscal year must be FY01 to FY99"),
    ("both halves", "FY27Q4 2a/2b", "it names two windows"),
    ("both halves, short", "FY27Q4 2a+b", "it names two windows"),
    ("two windows", "FY27Q4 2a, FY27Q4 2b", "it names two windows"),
    ("words behind", "Channel - FY27Q4 2b retrospective", "it says more than the window"),
    ("words before", "Moved: FY27Q4 2b", "it says more than the window"),
    ("a picture", "🚀 FY27Q4 2b", "it says more than the window"),
]

NO_WINDOW = [
    "", " ", "-", "v1.0", "Portal launch", "FY27 planning", "FY27Q4 OKRs", "FY27Q4", "Channel - FY27Q4", "FY27Q4 2027",
    "Q4 2b", "FY27Q4 3c retrospective", "XFY27Q4 2b", "FY27Q4 2bis", "🎉", "\x00", "\ud800", "FY٢٧Q٤ ٢b",
    "Channel - FY27Q4 2b" + " " * 255,
]  # fmt: skip


@pytest.mark.parametrize(("day", "title", "start", "due"), DAYS)
def test_a_day_lies_in_its_window(day: str, title: str, start: str, due: str) -> None:
    window = Window.of(date.fromisoformat(day))
    assert (window.title, str(window.start), str(window.due)) == (title, start, due)


def test_every_day_lies_in_exactly_one_window() -> None:
    days = [one.start + timedelta(days=n) for one in EVERY_WINDOW for n in range((one.due - one.start).days + 1)]
    assert days == EVERY_DAY
    assert all(Window.of(day) == one for one in EVERY_WINDOW for day in (one.start, one.due))


@pytest.mark.unmeasured
def test_every_day_leads_to_its_window() -> None:
    windows = {day: Window.of(day) for day in EVERY_DAY}
    assert sorted(set(windows.values())) == list(EVERY_WINDOW)
    assert all(window.start <= day <= window.due for day, window in windows.items())


def test_every_window_is_read_from_its_title() -> None:
    assert len({one.title for one in EVERY_WINDOW}) == len(EVERY_WINDOW) == 99 * 24
    assert [read_title(one.title) for one in EVERY_WINDOW] == [Exact(one) for one in EVERY_WINDOW]


@given(
    st.sampled_from(EVERY_WINDOW),
    st.sampled_from(["", "Channel", "channels ", "Channel -", "CHANNEL: ", "[Channel] "]),
    st.sampled_from(["", " ", "\u00a0 ", "-", " – ", "_", "\t"]),
    st.sampled_from(["", " ", "M", " m", "-M", "\u2009"]),
    st.sampled_from(["", "20"]),
)
def test_any_spelling_of_a_window_is_read_as_that_window(
    window: Window, prefix: str, gap: str, month: str, century: str
) -> None:
    year, quarter, half = window.title[12:14], window.title[15], window.title[17:]
    spelt = f"{prefix}{gap}FY{century}{year}{gap}Q{quarter}{month}{half}"
    assert read_title(spelt) == NearMiss(window)


@pytest.mark.parametrize(("title", "window"), [case[1:] for case in NEAR_MISSES], ids=[case[0] for case in NEAR_MISSES])
def test_a_near_miss_reads_as_one_window(title: str, window: Window) -> None:
    assert read_title(title) == NearMiss(window)


@pytest.mark.parametrize(("title", "reason"), [case[1:] for case in DOUBTFUL], ids=[case[0] for case in DOUBTFUL])
def test_a_doubtful_title_is_told_what_is_wrong(title: str, reason: str) -> None:
    assert read_title(title) == Doubtful(reason)


@pytest.mark.parametrize("title", NO_WINDOW)
def test_other_titles_mean_no_window(title: str) -> None:
    assert read_title(title) is None


@given(st.text(max_size=300) | st.text("fFyYqQmMabcCHANEL0123456789 -–_.", max_size=40))
def test_no_title_stops_us(title: str) -> None:
    match read_title(title):
        case Exact(window):
            assert window.title == title
        case NearMiss(window):
            assert window.title != title
        case Doubtful(reason):
            assert reason
        case None:
            pass


def test_a_megabyte_is_no_title() -> None:
    assert read_title("FY27Q4 2b " * 100_000) is None


def test_the_current_window_comes_first_and_count_more_follow() -> None:
    titles = [window.title for window in Window.ahead(date(2026, 11, 21), 3)]
    assert titles == ["Channel - FY27Q4 1b", "Channel - FY27Q4 2a", "Channel - FY27Q4 2b", "Channel - FY27Q4 3a"]
    assert Window.ahead(date(2026, 11, 21), 0) == (Window.of(date(2026, 11, 21)),)


def test_the_calendar_ends_with_fy99() -> None:
    last = Window.ahead(date(2099, 1, 10), 6)
    assert [window.title for window in last] == ["Channel - FY99Q4 3a", "Channel - FY99Q4 3b"]
    assert last[-1].due == LAST_DAY
    with pytest.raises(ValueError, match="FY99"):
        last[-1].next()


@pytest.mark.parametrize("day", [date(2000, 1, 31), date(2099, 2, 1), date.min, date.max])
def test_a_day_outside_the_calendar_has_no_window(day: date) -> None:
    with pytest.raises(ValueError, match="FY01Q1 to FY99Q4"):
        Window.of(day)


@pytest.mark.parametrize("due", [date(2020, 7, 14), date(2020, 7, 31), date(2020, 6, 15)])
def test_dates_that_are_no_half_month_are_no_window(due: date) -> None:
    with pytest.raises(ValueError, match="is no window"):
        Window(date(2020, 7, 1), due)


def test_windows_are_ordered_by_time() -> None:
    assert Window.of(date(2021, 1, 31)) < Window.of(date(2021, 2, 1)) < Window.of(date(2024, 2, 29))
