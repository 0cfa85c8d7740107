"""Lists are read page by page to the end, or are Incomplete."""

from __future__ import annotations

from typing import Any

import pytest
import responses

from bot.errors import Incomplete, NotThere
from bot.gateway import Gateway
from tests.plumbing.gateway.parts import (
    API,
    HTML,
    asked,
    on_page,
    page,
)


def test_lists_follow_the_link_header_to_the_end(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """A page may hold fewer entries than asked for, even none, while more pages follow."""
    page(gitlab, 3, [4], last=True)
    page(gitlab, 2, [], last=False)
    page(gitlab, 1, [1, 2], last=False)
    assert [issue.iid for issue in gateway.issues("partners")] == [1, 2, 4]
    assert len(gitlab.calls) == 3


def test_lists_ask_for_what_they_need(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    page(gitlab, 1, [1], last=True)
    list(gateway.issues("partners"))
    assert asked(gitlab.calls[0].request) == {
        "issue_type": "issue",
        "scope": "all",
        "state": "opened",
        "order_by": "created_at",
        "sort": "asc",
        "non_archived": "true",
        "per_page": "100",
    }


def test_pages_are_asked_where_we_ask_everything(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """A proxy may know GitLab under another name, and no link may carry the token elsewhere."""
    page(gitlab, 2, [2], last=True)
    page(gitlab, 1, [1], last=False, base="http://inside.example:8080/api/v4")
    assert [issue.iid for issue in gateway.issues("partners")] == [1, 2]


def test_lists_do_without_a_link_header_that_a_proxy_took(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    milestone = {"id": 1, "iid": 1, "title": "one"}
    at = f"{API}/groups/partners/milestones"
    gitlab.get(at, json=[{**milestone, "id": 2}], headers={"X-Next-Page": ""}, match=[on_page(2)])
    gitlab.get(at, json=[milestone], headers={"X-Next-Page": "2"}, match=[on_page(1)])
    assert [one.id for one in gateway.milestones("partners")] == [1, 2]
    assert asked(gitlab.calls[1].request) == {"page": "2", "state": "all", "per_page": "100"}


def test_a_list_that_goes_in_circles_is_incomplete(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """A cache on the way may answer every page with the same one."""
    circle = f'<{API}/groups/partners/milestones?page=2>; rel="next"'
    gitlab.get(f"{API}/groups/partners/milestones", json=[], headers={"Link": circle})
    with pytest.raises(Incomplete, match="the one after itself"):
        gateway.milestones("partners")
    assert len(gitlab.calls) == 2


def test_lists_are_read_as_they_are_consumed(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    page(gitlab, 2, [3], last=True)
    page(gitlab, 1, [1, 2], last=False)
    issues = gateway.issues("partners")
    assert len(gitlab.calls) == 0
    assert [next(issues).iid, next(issues).iid, len(gitlab.calls)] == [1, 2, 1]
    assert [next(issues).iid, len(gitlab.calls)] == [3, 2]


BROKEN: list[tuple[str, dict[str, Any], float | None]] = [
    ("busy", {"status": 503}, None),
    ("busy for a while", {"status": 429, "headers": {"Retry-After": "60"}}, 60),
    ("gone", {"status": 404}, None),
    ("a page of a proxy", {"body": HTML}, None),
]


@pytest.mark.parametrize(("answer", "after"), [row[1:] for row in BROKEN], ids=[row[0] for row in BROKEN])
def test_a_list_that_breaks_off_is_incomplete(
    gitlab: responses.RequestsMock, gateway: Gateway, answer: dict[str, Any], after: float | None
) -> None:
    gitlab.get(f"{API}/groups/partners/issues", match=[on_page(2)], **answer)
    page(gitlab, 1, [1], last=False)
    with pytest.raises(Incomplete, match="could not be read to its end") as error:
        list(gateway.issues("partners"))
    assert error.value.after == after


def test_a_list_that_never_began_says_why(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/groups/partners/issues", status=404)
    with pytest.raises(NotThere):
        list(gateway.issues("partners"))
