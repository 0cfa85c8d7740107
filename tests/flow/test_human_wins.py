"""Rule 8: what a person took back stays and is said once; after two such things the bot keeps its hands off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.flow.test_conversation import tell
from tests.flow.worlds import examples
from tests.handlers.test_dri import user_id
from tests.stage import Stage, stage

NBA = "NBA: send the draft (2027-01-10)"


def tidy(on: Stage) -> ProjectIssue:
    """An issue on which the bot set the base label, the assignee and the due date."""
    issue = on.issue(description=f"DRI: @cam-emea\n{NBA}")
    on.look(issue)
    fresh = on.fresh(issue)
    assert "Channel" in fresh.labels
    assert [one["username"] for one in fresh.assignees] == ["cam-emea"]
    assert fresh.due_date == "2027-01-10"
    on.later(5)
    return issue


def state(on: Stage, issue: ProjectIssue) -> tuple[set[str], list[str], str | None]:
    fresh = on.fresh(issue)
    return set(fresh.labels), [one["username"] for one in fresh.assignees], fresh.due_date


def writes(on: Stage, issue: ProjectIssue) -> list[str]:
    """What the bot wrote on the issue since `forget_calls`."""
    at = f"/issues/{issue.iid}"
    return [call for call in on.calls(writes=True) if call.endswith(at) or f"{at}/" in call]


UNDO: dict[str, tuple[dict[str, Any], tuple[set[str], list[str], str | None], str]] = {
    "the label": ({"remove_labels": "Channel"}, (set(), ["cam-emea"], "2027-01-10"), "add label `Channel`"),
    "the assignee": ({"assignee_ids": [0]}, ({"Channel"}, [], "2027-01-10"), "assign `@cam-emea`"),
    "the due date": ({"due_date": ""}, ({"Channel"}, ["cam-emea"], None), "set due date 2027-01-10"),
}


@pytest.mark.parametrize("forgets", [False, True], ids=["", "with an empty database"])
@pytest.mark.parametrize("what", UNDO)
def test_what_a_person_took_back_stays(shared: Stage, what: str, forgets: bool) -> None:
    change, expected, words = UNDO[what]
    issue = tidy(shared)
    shared.edit(issue, **change)
    if forgets:
        shared.forget_everything()
    for _ in range(2):
        shared.look(issue)
    shared.sweep()
    assert state(shared, issue) == expected
    (comment,) = shared.comments(issue)
    assert comment.count(f"I would {words}, but somebody took that back") == 1


def test_a_label_that_only_people_touched_is_still_the_bots_to_add(shared: Stage) -> None:
    issue = shared.issue(description="DRI: @cam-emea", labels="Channel")
    shared.later(5)
    shared.edit(issue, remove_labels="Channel")
    shared.look(issue)
    assert "Channel" in shared.fresh(issue).labels


def test_after_two_fields_the_bot_keeps_its_hands_off(shared: Stage) -> None:
    issue = tidy(shared)
    shared.edit(issue, remove_labels="Channel", assignee_ids=[0])
    shared.look(issue)
    assert "bot::hands-off" in shared.fresh(issue).labels
    assert "two things taken back" in shared.comments(issue)[0]
    shared.later(5)
    shared.edit(issue, due_date="", description="nothing")
    shared.forget_calls()
    shared.look(issue)
    shared.sweep()
    assert writes(shared, issue) == []


@pytest.mark.parametrize("how", ["the label is removed", "the order is given"])
def test_hands_on_brings_it_back(shared: Stage, how: str) -> None:
    issue = tidy(shared)
    shared.edit(issue, remove_labels="Channel", assignee_ids=[0])
    shared.look(issue)
    shared.later(5)
    if how == "the order is given":
        tell(shared, issue, "@channel-bot hands-on")
    else:
        shared.edit(issue, remove_labels="bot::hands-off")
    shared.look(issue)
    shared.look(issue)
    assert state(shared, issue) == ({"Channel"}, ["cam-emea"], "2027-01-10")


def test_hands_on_brings_a_single_field_back(shared: Stage) -> None:
    issue = tidy(shared)
    shared.edit(issue, assignee_ids=[0])
    shared.look(issue)
    shared.later(5)
    tell(shared, issue, "@channel-bot hands-on")
    shared.look(issue)
    assert state(shared, issue)[1] == ["cam-emea"]


def test_who_is_wanted_elsewhere_can_be_named_anew(shared: Stage) -> None:
    """Another DRI is another value: the bot assigns them, and the old reversal stays."""
    issue = tidy(shared)
    shared.edit(issue, assignee_ids=[0])
    shared.look(issue)
    shared.edit(issue, description=f"DRI: @cam-amer\n{NBA}")
    shared.look(issue)
    assert state(shared, issue)[1] == ["cam-amer"]


def test_a_label_set_by_a_person_keeps_the_bot_away(shared: Stage) -> None:
    issue = shared.issue(labels="bot::hands-off")
    shared.forget_calls()
    shared.look(issue)
    shared.sweep()
    assert writes(shared, issue) == []
    assert shared.comments(issue) == []


def test_a_priority_set_anew_is_a_new_value(shared: Stage) -> None:
    issue = tidy(shared)
    for key, weight in (("1", 1), ("2", 2), ("Backlog", 5)):
        shared.later(5)
        shared.edit(issue, add_labels=f"Channel Priority:{key}")
        shared.look(issue)
        assert shared.fresh(issue).weight == weight


EDITS = st.sampled_from(
    [
        {"remove_labels": "Channel"},
        {"add_labels": "Channel"},
        {"assignee_ids": [0]},
        {"due_date": ""},
        {"due_date": "2027-02-01"},
        {"weight": 3},
        {"add_labels": "Channel Priority:1"},
        {"description": f"DRI: @cam-amer\n{NBA}"},
        {"description": f"DRI: @cam-emea\n{NBA}"},
        {"title": "Another title"},
    ]
)


@settings(max_examples=examples(5), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(EDITS, st.sampled_from(["look", "sweep", "forget", "wait"])), max_size=6))
def test_nobody_ever_takes_the_same_thing_back_twice(shared: Stage, story: list[tuple[dict[str, Any], str]]) -> None:
    """Whatever people do and however the bot is woken: nothing that a person undid comes back by itself."""
    issue = tidy(shared)
    taken: set[str] = set()
    for edit, then in story:
        shared.later(5)
        before, described = state(shared, issue), shared.fresh(issue).description
        shared.edit(issue, **edit)
        after = state(shared, issue)
        # Who writes the description anew decides anew whom it makes responsible.
        taken -= {"cam-emea"} if shared.fresh(issue).description != described else set()
        taken |= {what for what in ("Channel", "cam-emea") if _has(before, what) and not _has(after, what)}
        taken -= {what for what in taken if _has(after, what)}
        if then == "forget":
            shared.forget_everything()
        if then != "wait":
            shared.sweep() if then == "sweep" else shared.look(issue)
        assert not [what for what in taken if _has(state(shared, issue), what)]


def _has(seen: tuple[set[str], list[str], str | None], what: str) -> bool:
    return what in seen[0] or what in seen[1]


def test_a_free_gitlab_plays_by_the_same_rules(tmp_path: Path) -> None:
    with stage(tmp_path, tier="free") as free:
        issue = free.issue(description="DRI: @cam-emea")
        free.look(issue)
        free.later(5)
        free.edit(issue, assignee_ids=[user_id(free, "phd-emea")])
        free.look(issue)
        assert [one["username"] for one in free.fresh(issue).assignees] == ["phd-emea"]
