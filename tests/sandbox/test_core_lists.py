"""Lists of issues: filters, order and pages, as the real python-gitlab asks for them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.sandbox.records import Label
from tests.sandbox.core_parts import Play, play


@pytest.fixture(scope="module")
def listed() -> Iterator[Play]:
    """Seven issues: one for each thing to filter by, a minute apart."""
    with play() as made:
        group = made.as_("owner").groups.get(1)
        due = {"start_date": "2026-11-01", "due_date": "2026-11-30"}
        started = group.milestones.create({"title": "Started one", **due})
        upcoming = group.milestones.create({"title": "Upcoming one", "start_date": "2027-01-01"})
        fields: list[dict[str, Any]] = [
            {"title": "plain"},
            {"title": "labelled", "labels": "a,b", "due_date": "2026-11-20"},
            {"title": "half labelled", "labels": "a", "due_date": "2026-11-21"},
            {"title": "started", "milestone_id": started.id, "weight": 9},
            {"title": "upcoming", "milestone_id": upcoming.id, "description": "a Needle in it", "weight": 1},
            {"title": "assigned", "assignee_ids": [made.user("developer").id], "confidential": True},
            {"title": "task", "issue_type": "task"},
        ]
        for more in fields:
            made.world.clock.advance(timedelta(minutes=1))
            made.channels("developer" if more["title"] == "plain" else "planner").issues.create(more)
        made.channels().issues.update(1, {"state_event": "close"})
        yield made


CASES: list[tuple[str, dict[str, Any], list[str]]] = [
    ("all states by default, newest first", {},
     ["task", "assigned", "upcoming", "started", "half labelled", "labelled", "plain"]),
    ("opened", {"state": "opened", "issue_type": "issue"},
     ["assigned", "upcoming", "started", "half labelled", "labelled"]),
    ("closed", {"state": "closed"}, ["plain"]),
    ("labels are all needed", {"labels": ["a", "b"]}, ["labelled"]),
    ("one label", {"labels": "a"}, ["half labelled", "labelled"]),
    ("labels are case-sensitive", {"labels": "A"}, []),
    ("any label", {"labels": "Any"}, ["half labelled", "labelled"]),
    ("no label", {"labels": "None", "state": "closed"}, ["plain"]),
    ("a milestone's title", {"milestone": "Started one"}, ["started"]),
    ("a milestone's title in other letters", {"milestone": "started one"}, []),
    ("no milestone by title", {"milestone": "None", "state": "closed"}, ["plain"]),
    ("any milestone by title", {"milestone": "any"}, ["upcoming", "started"]),
    ("words that are titles here", {"milestone": "Started"}, []),
    ("started milestones by title", {"milestone": "#started"}, ["started"]),
    ("no milestone", {"milestone_id": "None", "issue_type": "task"}, ["task"]),
    ("any milestone", {"milestone_id": "Any"}, ["upcoming", "started"]),
    ("started milestones", {"milestone_id": "Started"}, ["started"]),
    ("upcoming milestones", {"milestone_id": "Upcoming"}, ["upcoming"]),
    ("an assignee", {"assignee_username": "developer"}, ["assigned"]),
    ("nobody assigned", {"assignee_id": "None", "state": "closed"}, ["plain"]),
    ("somebody assigned", {"assignee_id": "Any"}, ["assigned"]),
    ("the author's number", {"author_id": 7}, ["plain"]),
    ("nobody's name", {"assignee_username": "nobody"}, []),
    ("not confidential", {"confidential": False, "state": "closed"}, ["plain"]),
    ("the author's name", {"author_username": "developer"}, ["plain"]),
    ("what I wrote", {"scope": "created_by_me", "labels": "a"}, ["half labelled", "labelled"]),
    ("what I have to do", {"scope": "assigned_to_me"}, []),
    ("numbers", {"iids": [2, 4, 99]}, ["started", "labelled"]),
    ("words anywhere", {"search": "needle"}, ["upcoming"]),
    ("words in titles", {"search": "needle", "in": "title"}, []),
    ("the beginnings of words, in any order", {"search": "IT need"}, ["upcoming"]),
    ("what begins no word", {"search": "eedle"}, []),
    ("common words count for nothing", {"search": "the needle"}, ["upcoming"]),
    ("common words alone find nothing", {"search": "the"}, []),
    ("words together", {"search": '"half labelled"'}, ["half labelled"]),
    ("words together that are not", {"search": '"labelled half"'}, []),
    ("accents and addresses", {"search": "https://lab\u00e9lled, half"}, ["half labelled"]),
    ("confidential", {"confidential": True}, ["assigned"]),
    ("overdue", {"due_date": "overdue"}, ["labelled"]),
    ("due today", {"due_date": "today"}, ["half labelled"]),
    ("without due date", {"due_date": "0", "labels": "a"}, []),
    ("with due date", {"due_date": "any"}, ["half labelled", "labelled"]),
    ("due this week", {"due_date": "week"}, ["half labelled", "labelled"]),
    ("due this month", {"due_date": "month"}, ["half labelled", "labelled"]),
    ("due about now", {"due_date": "next_month_and_previous_two_weeks"}, ["half labelled", "labelled"]),
    ("due tomorrow", {"due_date": "tomorrow"}, []),
    ("created in a span, bounds included",
     {"created_after": "2026-11-21T10:02:00Z", "created_before": "2026-11-21T10:03:00.000Z"},
     ["half labelled", "labelled"]),
    ("updated since", {"updated_after": "2026-11-21T10:07:00+00:00"}, ["task", "plain"]),
    ("not updated since", {"updated_before": "2026-11-21T10:02:00Z"}, ["labelled"]),
    ("by title", {"order_by": "title", "sort": "asc", "labels": "a"}, ["half labelled", "labelled"]),
    ("by weight, those without last", {"order_by": "weight", "sort": "asc", "milestone_id": "Any"},
     ["upcoming", "started"]),
    ("by update", {"order_by": "updated_at", "issue_type": "issue", "state": "closed"}, ["plain"]),
    ("by due date", {"order_by": "due_date", "sort": "asc", "labels": "a"}, ["labelled", "half labelled"]),
    ("by milestone", {"order_by": "milestone_due", "sort": "desc", "milestone_id": "Any"}, ["started", "upcoming"]),
    ("unknown names are ignored", {"colour": "red", "state": "closed"}, ["plain"]),
]  # fmt: skip


@pytest.mark.parametrize(("query", "titles"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_filters(listed: Play, query: dict[str, Any], titles: list[str]) -> None:
    """The same for a project and for the group around it."""
    for owner in (listed.channels(), listed.as_("planner").groups.get(1)):
        rows = owner.issues.list(get_all=True, **query)
        assert [row.title for row in rows] == titles


def test_a_group_lists_what_is_below_it_and_the_instance_what_is_mine(listed: Play) -> None:
    listed.as_("root").projects.get(listed.other.id).issues.create({"title": "far away"})
    planner = listed.as_("planner")
    assert len(planner.groups.get(1).issues.list(get_all=True)) == 7
    assert len(planner.issues.list(get_all=True)) == 6
    assert len(planner.issues.list(get_all=True, scope="all")) == 7
    assert len(listed.as_("root").issues.list(get_all=True, scope="all")) == 8


def test_guests_do_not_see_what_is_confidential(listed: Play) -> None:
    assert len(listed.channels("guest").issues.list(get_all=True)) == 6


def test_archived_projects_are_left_out_of_group_lists() -> None:
    with play() as made:
        made.issue()
        made.channels("owner").archive()
        group = made.as_("planner").groups.get(1)
        assert group.issues.list(get_all=True) == []
        assert len(group.issues.list(get_all=True, non_archived=False)) == 1
        assert made.call("POST", "/projects/1/issues", json={"title": "x"}).status_code == 403


def test_pages_have_gitlabs_headers(listed: Play) -> None:
    answer = listed.call("GET", "/projects/channel%2Fchannels/issues?per_page=3&page=2&state=all")
    names = ("X-Total", "X-Total-Pages", "X-Page", "X-Per-Page", "X-Next-Page", "X-Prev-Page")
    assert [answer.headers[name] for name in names] == ["7", "3", "2", "3", "3", "1"]
    base = f"{listed.sandbox.url}/api/v4/projects/channel%2Fchannels/issues?state=all"
    assert answer.links["next"]["url"] == f"{base}&page=3&per_page=3"
    assert answer.links["last"]["url"] == f"{base}&page=3&per_page=3"
    last = listed.call("GET", "/projects/1/issues?per_page=3&page=3")
    assert last.headers["X-Next-Page"] == ""
    assert "next" not in last.links


def test_twenty_a_page_and_a_hundred_at_most() -> None:
    with play() as made:
        for number in range(101):
            made.issue(title=f"n {number}")
        assert len(made.channels().issues.list(get_all=False)) == 20
        assert len(made.call("GET", "/projects/1/issues?per_page=500").json()) == 100
        assert len(made.channels().issues.list(iterator=False, get_all=True, per_page=100)) == 101


def test_totals_are_left_out_of_very_long_lists() -> None:
    with play() as made:
        for number in range(10_001):
            made.world.add(Label(number + 1, f"label {number}", "#fff", made.world.clock.now(), project_id=1))
        answer = made.call("GET", "/projects/1/labels?per_page=100")
        assert "X-Total" not in answer.headers
        assert "last" not in answer.links
        assert answer.headers["X-Next-Page"] == "2"


def test_an_unchanged_answer_is_304(listed: Play) -> None:
    first = listed.call("GET", "/projects/1/issues/2")
    assert first.headers["ETag"].startswith('W/"')
    again = listed.call("GET", "/projects/1/issues/2", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
