"""What was moved away and came back is known by its first number; what stayed away, or was copied, is not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bot.domain.gitlab import Issue
from bot.domain.origins import named_among, traced
from tests.builders import BOT, CAM, at, issue

WRITTEN = at("2026-11-20 09:00")


def listed(iid: int, gone_to: int | None = None, *, written: datetime | None = WRITTEN, **more: Any) -> Issue:
    return issue(iid=iid, id=100 + iid, moved_to_id=gone_to, created_at=written, **{"author": CAM, **more})


def numbers(*issues: Issue) -> list[tuple[int, int]]:
    return [(one.iid, one.number) for one in traced(issues)]


def test_one_that_came_back_takes_its_own_place() -> None:
    """Where it was in between lies elsewhere and is not asked about."""
    assert numbers(listed(2, gone_to=900), listed(4)) == [(4, 2)]
    assert numbers(listed(2, gone_to=900), listed(4, gone_to=901), listed(6)) == [(6, 2)]
    assert traced([listed(2, gone_to=900), listed(4)])[0].origin == "gitlab-com/channel/channels#2"


def test_what_is_another_issue_has_its_own_number() -> None:
    assert numbers(listed(2, gone_to=900), listed(4, author=BOT)) == [(2, 2), (4, 4)]
    assert numbers(listed(2, gone_to=900), listed(4, written=at("2026-11-21"))) == [(2, 2), (4, 4)]
    assert numbers(listed(2), listed(4)) == [(2, 2), (4, 4)]


def test_without_a_moment_only_the_way_itself_tells() -> None:
    assert numbers(listed(2, gone_to=900, written=None), listed(4, written=None)) == [(2, 2), (4, 4)]
    assert numbers(listed(2, gone_to=104, written=None), listed(4, written=None)) == [(4, 2)]


def test_the_list_tells_an_issue_its_first_number() -> None:
    there = traced([listed(2, gone_to=900), listed(4), listed(5, written=at("2026-11-21"))])
    assert [named_among(listed(one), there).number for one in (4, 5, 6)] == [2, 5, 6]
