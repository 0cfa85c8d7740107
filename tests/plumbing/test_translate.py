"""What GitLab leaves out or writes otherwise at times."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest

from bot.domain.gitlab import Issue, LabelEvent, Member, Milestone, Note, Person, WeightEvent
from bot.rest import translate

ISSUE: dict[str, Any] = {
    "id": 700,
    "iid": 3,
    "project_id": 7,
    "title": "Onboard",
    "state": "opened",
    "labels": [],
    "references": {"short": "#3", "relative": "channels#3", "full": "partners/channels#3"},
}
BARE = Issue(project_id=7, iid=3, project="partners/channels", title="Onboard", id=700, has_weight=False)
NINE = datetime(2026, 11, 21, 9, tzinfo=UTC)


@pytest.mark.parametrize(
    "extra",
    [{}, {"description": None, "author": None, "milestone": None, "assignees": None, "due_date": None}],
    ids=["a bare issue", "an issue full of nulls"],
)
def test_an_issue_of_which_gitlab_tells_little(extra: dict[str, Any]) -> None:
    assert translate.issue({**ISSUE, **extra}) == BARE


def test_an_issue_without_weight_is_not_an_issue_without_weights() -> None:
    issue = translate.issue({**ISSUE, "weight": None})
    assert (issue.weight, issue.has_weight) == (None, True)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T09:00:00.000Z", NINE),
        ("2026-11-21T09:00:00Z", NINE),
        ("2026-11-21 09:00:00 UTC", NINE),
        ("2026-11-21T11:00:00.000+02:00", datetime(2026, 11, 21, 11, tzinfo=timezone(timedelta(hours=2)))),
        ("2026-11-21T09:00:00", NINE),
    ],
)
def test_moments_in_every_form(text: str, moment: datetime) -> None:
    assert translate.issue({**ISSUE, "updated_at": text}).updated_at == moment


def test_a_label_deleted_since_leaves_a_line_without_a_name() -> None:
    line = {"id": 1, "created_at": "2026-11-21T09:00:00Z", "action": "add", "label": None, "user": None}
    assert translate.label_event(line) == LabelEvent(1, NINE, None, "add", "")


def test_a_cleared_weight() -> None:
    line = {"id": 1, "created_at": "2026-11-21T09:00:00Z", "weight": None, "user": {"id": 4}}
    assert translate.weight_event(line) == WeightEvent(1, NINE, 4, None)


def test_a_comment_whose_author_is_gone() -> None:
    assert translate.note({"id": 1, "body": "x", "author": None}) == Note(1, "x", Person(0, ""))


@pytest.mark.parametrize("word", ["internal", "confidential"])
def test_an_internal_comment_in_the_words_of_old_and_new(word: str) -> None:
    assert translate.note({"id": 1, "body": "x", word: True}).internal
    assert not translate.note({"id": 1, "body": "x", word: False}).internal


def test_a_member_keeps_level_and_state_for_the_caller_to_judge() -> None:
    found = translate.member({"id": 4, "username": "cam-emea", "state": "blocked", "access_level": 5})
    assert found == Member(Person(4, "cam-emea", "blocked"), 5)


def test_a_milestone_without_dates() -> None:
    assert translate.milestone({"id": 1, "iid": 2, "title": "x", "due_date": "2026-12-04"}) == Milestone(
        1, 2, "x", due=date(2026, 12, 4)
    )


def test_an_empty_repository_has_no_branch() -> None:
    empty = {"id": 7, "path_with_namespace": "partners/channels", "default_branch": None, "web_url": None}
    assert translate.project(empty) == translate.Place(7, "partners/channels", "")


def test_a_file_that_is_not_utf_8() -> None:
    assert translate.file_text({"content": "/w=="}) == "\ufffd"
