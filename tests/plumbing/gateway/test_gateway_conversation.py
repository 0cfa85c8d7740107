"""Comments with their kind, emojis, the milestone journal, and issues by label and milestone."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
import responses

from bot.domain.gitlab import Award, Milestone, MilestoneEvent, Note, Person
from bot.errors import NotThere
from bot.gateway import Gateway
from tests.plumbing.gateway.parts import API, GROUP, Desk, Listener, asked, page

ISSUE = f"{API}/projects/7/issues/3"
AWARDS = f"{ISSUE}/notes/9/award_emoji"
CAM = {"id": 4, "username": "cam-emea"}
NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)
AT = "2026-11-21T09:00:00.000Z"
SPOKEN = {"id": 2, "body": "/status", "author": CAM, "created_at": AT, "updated_at": AT, "system": False}
CHANGED = {"id": 1, "body": "assigned to @cam-emea", "author": CAM, "created_at": AT, "system": True}


@pytest.mark.parametrize(
    ("system", "kinds", "ids"),
    [(False, "only_comments", [2]), (True, "all_notes", [1, 2])],
    ids=["comments", "comments and changes"],
)
def test_what_is_said_and_what_gitlab_wrote(
    gitlab: responses.RequestsMock, gateway: Gateway, system: bool, kinds: str, ids: list[int]
) -> None:
    gitlab.get(f"{ISSUE}/notes", json=[CHANGED, SPOKEN])
    assert [note.id for note in gateway.notes(7, 3, system=system)] == ids
    wanted = {"sort": "asc", "order_by": "created_at", "activity_filter": kinds, "per_page": "100"}
    assert asked(gitlab.calls[0].request) == wanted


def test_a_short_page_of_notes_is_not_the_last(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """GitLab takes hidden notes out of a page after it was cut."""
    second = f'<{ISSUE}/notes?page=2>; rel="next"'
    gitlab.get(f"{ISSUE}/notes", json=[], headers={"Link": second})
    gitlab.get(f"{ISSUE}/notes", json=[SPOKEN])
    assert gateway.notes(7, 3) == (Note(2, "/status", Person(4, "cam-emea"), NINE, NINE),)


@pytest.mark.parametrize(
    ("internal", "body"), [(False, {"body": "Hello"}), (True, {"body": "Hello", "internal": True})]
)
def test_internal_is_said_only_where_it_is_meant(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, internal: bool, body: dict[str, Any]
) -> None:
    gitlab.post(f"{ISSUE}/notes", json={**SPOKEN, "internal": internal}, status=201)
    assert gateway.create_note(7, 3, "Hello", internal=internal).internal is internal
    assert (json.loads(gitlab.calls[0].request.body or ""), listener.kinds) == (body, ["note"])


def test_emojis_oldest_first(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    emoji = {"id": 8, "name": "eyes", "user": CAM, "created_at": AT}
    gitlab.get(AWARDS, json=[emoji, {**emoji, "id": 5, "name": "thumbsup", "user": None}])
    assert gateway.awards(7, 3, 9) == (Award(5, "thumbsup", 0, NINE), Award(8, "eyes", 4, NINE))


def test_an_emoji_given_before_is_no_error(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    taken = {"message": "404 Award Emoji Name has already been taken Not Found"}
    gitlab.post(AWARDS, json=taken, status=404)
    gateway.award(7, 3, 9, "eyes")
    assert json.loads(gitlab.calls[0].request.body or "") == {"name": "eyes"}


def test_an_emoji_on_a_comment_that_is_gone_is_an_error(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.post(AWARDS, json={"message": "404 Note Not Found"}, status=404)
    with pytest.raises(NotThere):
        gateway.award(7, 3, 9, "eyes")


def test_the_milestone_journal_oldest_first_without_deleted_ones(
    gitlab: responses.RequestsMock, gateway: Gateway
) -> None:
    window = {"id": 70, "iid": 5, "title": "Channel - FY27Q4 2b", "group_id": 2, "due_date": "2026-12-04"}
    line = {"id": 3, "created_at": AT, "user": CAM, "action": "remove", "milestone": window}
    lines = [line, {**line, "id": 2, "milestone": None}, {**line, "id": 1, "user": None, "action": "add"}]
    gitlab.get(f"{ISSUE}/resource_milestone_events", json=lines)
    milestone = Milestone(70, 5, "Channel - FY27Q4 2b", due=date(2026, 12, 4), group_id=2)
    assert gateway.milestone_events(7, 3) == (
        MilestoneEvent(1, NINE, None, "add", milestone),
        MilestoneEvent(3, NINE, 4, "remove", milestone),
    )


def test_issues_by_labels_and_milestone(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    page(gitlab, 1, [1], last=True)
    list(gateway.issues("partners", labels=("Channel", "Channel Priority:1"), milestone="FY27Q4 2b"))
    question = asked(gitlab.calls[0].request)
    assert (question["labels"], question["milestone"]) == ("Channel,Channel Priority:1", "FY27Q4 2b")


def test_a_conversation_in_the_sandbox(desk: Desk) -> None:
    made = desk.open("talk")
    order = desk.cam.create_note(desk.home, made.iid, "@channel-bot help")
    hidden = desk.bot.create_note(desk.home, made.iid, "Between us.", internal=True)
    desk.cam.update_issue(desk.home, made.iid, {"title": "talk, renamed"})
    for _ in range(2):
        desk.bot.award(desk.home, made.iid, order.id, "eyes")
    awards = desk.bot.awards(desk.home, made.iid, order.id)
    assert [(one.name, one.user_id) for one in awards] == [("eyes", desk.bot.me().id)]
    assert desk.bot.awards(desk.home, made.iid, hidden.id) == ()
    every = desk.bot.notes(desk.home, made.iid, system=True)
    assert [(note.id, note.internal) for note in every if not note.system] == [(order.id, False), (hidden.id, True)]
    assert [note.system for note in every].count(True) == 1
    with pytest.raises(NotThere):
        desk.bot.award(desk.home, made.iid, 999_999, "eyes")


def test_milestones_and_labels_in_the_sandbox(desk: Desk) -> None:
    window = desk.bot.create_milestone(GROUP, "Channel - FY27Q4 2b", date(2026, 11, 23), date(2026, 12, 4))
    dated = desk.open("dated", labels=["Channel"], milestone_id=window.id)
    desk.open("undated", labels=["Channel"])
    desk.open("unlabelled", milestone_id=window.id)
    found = desk.bot.issues(GROUP, labels=("Channel",), milestone=window.title)
    assert [issue.iid for issue in found] == [dated.iid]
    desk.bot.update_issue(desk.home, dated.iid, {"milestone_id": 0})
    journal = desk.bot.milestone_events(desk.home, dated.iid)
    assert [(event.action, event.user_id, event.milestone) for event in journal] == [
        ("add", desk.cam.me().id, window),
        ("remove", desk.bot.me().id, window),
    ]
