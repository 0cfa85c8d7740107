"""How long a list is believed, and by whom."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.recent import BELIEVED, Recent

NOW = datetime(2026, 11, 21, 10, tzinfo=UTC)
EARLIER, SECOND = NOW - timedelta(hours=1), timedelta(seconds=1)


def test_what_was_read_a_moment_ago_is_believed_by_who_did_not_change_since() -> None:
    recent: Recent[int] = Recent()
    numbers = iter(range(9))

    def of(key: str, now: datetime, newest: datetime | None = EARLIER) -> int:
        return recent.of(key, now, newest, lambda: next(numbers))

    assert [of("one", NOW), of("one", NOW + SECOND), of("other", NOW + SECOND)] == [0, 0, 1]
    assert of("one", NOW + 2 * SECOND, newest=NOW) == 2
    assert of("one", NOW + 3 * SECOND, newest=None) == 3
    assert of("one", NOW + 3 * SECOND + BELIEVED) == 4
    assert of("one", NOW) == 5, "a clock that was put back tells nothing"
