"""Webhook bodies have GitLab's keys and no others, in whichever form of time is set."""

import json
from datetime import date
from typing import Any

import pytest

from bot.sandbox import payloads
from bot.sandbox.happenings import (
    EmojiHappened,
    IssueHappened,
    MemberHappened,
    MilestoneHappened,
    NoteHappened,
    ProjectHappened,
    SubgroupHappened,
)
from bot.sandbox.records import Emoji, Group
from bot.sandbox.world import World
from tests.sandbox.edge_parts import Scene, scene

# From the documentation's samples and the builders in GitLab's source.
USER = "id name username avatar_url email"
PROJECT = """id name description web_url avatar_url git_ssh_url git_http_url namespace visibility_level
    path_with_namespace default_branch ci_config_path homepage url ssh_url http_url"""
LABEL = "id title color project_id created_at updated_at template description type group_id"
ISSUE = """author_id closed_at confidential created_at description discussion_locked due_date id iid last_edited_at
    last_edited_by_id milestone_id moved_to_id duplicated_to_id project_id relative_position state_id time_estimate
    title updated_at updated_by_id weight health_status url total_time_spent time_change human_total_time_spent
    human_time_change human_time_estimate assignee_ids assignee_id labels state severity"""
NOTE = """id internal note noteable_type author_id created_at updated_at project_id attachment line_code commit_id
    noteable_id system st_diff action url"""
NOTED_ISSUE = """id title assignee_ids assignee_id author_id project_id created_at updated_at position branch_name
    description milestone_id state iid labels"""
MILESTONE = "id iid title description state created_at updated_at due_date start_date group_id project_id"
MEMBER = """created_at updated_at group_name group_path group_id user_username user_name user_email user_id group_access
    group_plan expires_at event_name"""
SUBGROUP = """created_at updated_at event_name name path full_path group_id parent_group_id parent_name parent_path
    parent_full_path"""
PROJECT_EVENT = """event_name created_at updated_at name path path_with_namespace project_id project_namespace_id owners
    project_visibility"""
EMOJI = "user_id created_at id name awardable_type awardable_id updated_at action awarded_on_url"
AWARDED_NOTE = """attachment author_id change_position commit_id created_at discussion_id id line_code note noteable_id
    noteable_type original_position position project_id resolved_at resolved_by_id resolved_by_push st_diff system type
    updated_at updated_by_id description url"""


def keys(text: str) -> set[str]:
    return set(text.split())


def sent(body: payloads.Body, form: payloads.TimeForm = "millis") -> Any:
    return json.loads(payloads.to_bytes(body, form))


@pytest.fixture
def at() -> Scene:
    return scene()


def test_an_issue(at: Scene) -> None:
    changes = {"labels": {"previous": [], "current": [at.label]}, "assignees": {"previous": [], "current": [at.user]}}
    body = sent(payloads.issue_body(at.world, IssueHappened(at.issue, "update", changes, at.user)))  # type: ignore[arg-type]  # a Change
    assert set(body) == keys(
        "object_kind event_type user project object_attributes labels changes repository assignees"
    )
    assert set(body["object_attributes"]) == keys(ISSUE) | keys("type customer_relations_contacts action")
    assert set(body["project"]) == keys(PROJECT)
    assert set(body["user"]) == keys(USER)
    assert set(body["repository"]) == keys("name url description homepage")
    [label] = body["labels"]
    assert set(label) == keys(LABEL)
    assert body["changes"]["labels"] == {"previous": [], "current": [label]}
    assert body["changes"]["assignees"] == {"previous": [], "current": [body["user"]]}
    assert body["object_attributes"]["url"] == "http://gitlab.example.com/gitlab-com/channel/channels/-/issues/1"
    assert (body["object_kind"], body["event_type"], body["user"]["email"]) == ("issue", "issue", "[REDACTED]")


def test_an_issue_of_the_community_edition_has_no_weight() -> None:
    at = scene(World(tier="ce"))
    body = sent(payloads.issue_body(at.world, IssueHappened(at.issue, "update", {}, at.user)))
    assert keys(ISSUE) - set(body["object_attributes"]) == {"weight", "health_status"}


def test_a_new_issue_lists_what_was_inserted(at: Scene) -> None:
    at.issue.assignee_ids = []
    body = sent(payloads.issue_body(at.world, IssueHappened(at.issue, "open", {}, at.user)))
    assert "assignees" not in body
    assert body["changes"]["title"] == {"previous": None, "current": "Portal rollout"}
    assert "weight" not in body["changes"]


def test_a_confidential_task_is_a_work_item(at: Scene) -> None:
    at.issue.issue_type, at.issue.confidential = "test_case", True
    body = sent(payloads.issue_body(at.world, IssueHappened(at.issue, "close", {}, at.user)))
    assert (body["object_kind"], body["event_type"]) == ("work_item", "confidential_work_item")
    assert body["object_attributes"]["type"] == "Test Case"
    assert str(body["object_attributes"]["url"]).endswith("/-/work_items/1")


def test_relative_images_become_absolute(at: Scene) -> None:
    at.issue.description = "![shot](/uploads/a.png)"
    body = sent(payloads.issue_body(at.world, IssueHappened(at.issue, "update", {}, at.user)))
    image = "http://gitlab.example.com/gitlab-com/channel/channels/uploads/a.png"
    assert body["object_attributes"]["description"] == f"![shot]({image})"


def test_a_note(at: Scene) -> None:
    note = at.note("hello")
    body = sent(payloads.note_body(at.world, NoteHappened(note, at.issue, "create", at.user)))
    assert set(body) == keys("object_kind event_type user project_id project repository object_attributes issue")
    assert set(body["object_attributes"]) == keys(NOTE)
    assert set(body["issue"]) == keys(NOTED_ISSUE)
    assert (body["event_type"], body["object_attributes"]["action"]) == ("note", "create")
    note.internal = True
    assert sent(payloads.note_body(at.world, NoteHappened(note, at.issue, "update", at.user)))["event_type"] == (
        "confidential_note"
    )


@pytest.mark.parametrize("whose", ["group", "project"])
def test_a_milestone_has_no_user_and_its_action_at_the_top(at: Scene, whose: str) -> None:
    owner = {"group_id": at.group.id} if whose == "group" else {"project_id": at.project.id}
    row = at.milestone(**owner, start_date=date(2026, 11, 1), due_date=date(2026, 11, 15))
    body = sent(payloads.milestone_body(at.world, MilestoneHappened(row, "close", at.user)))
    assert set(body) == keys("object_kind event_type project object_attributes action")
    assert set(body["object_attributes"]) == keys(MILESTONE)
    assert (body["project"] is None) == (whose == "group")
    assert (body["action"], body["object_attributes"]["start_date"]) == ("close", "2026-11-01")


def test_members_subgroups_and_projects_have_no_object_kind(at: Scene) -> None:
    world, member = at.world, at.world.members[0]
    member.expires_at = date(2026, 12, 14)
    joined = sent(payloads.member_body(world, MemberHappened(at.group, member, "user_add_to_group", at.user)))
    assert set(joined) == keys(MEMBER)
    assert (joined["group_access"], joined["expires_at"]) == ("Developer", "2026-12-14T00:00:00.000Z")
    born = sent(payloads.subgroup_body(world, SubgroupHappened(at.group, "subgroup_create", at.user)))
    assert set(born) == keys(SUBGROUP)
    assert (born["full_path"], born["parent_full_path"]) == ("gitlab-com/channel", "gitlab-com")
    assert sent(payloads.subgroup_body(world, SubgroupHappened(at.top, "subgroup_destroy")))["parent_name"] is None
    member.access_level = 50
    world.access_changed()
    made = sent(payloads.project_event_body(world, ProjectHappened(at.project, "project_create", at.user)))
    assert set(made) == keys(PROJECT_EVENT)
    assert made["owners"] == [{"name": "CAM EMEA", "email": "cam-emea@example.com"}]


def test_an_emoji_on_an_issue_and_on_a_note(at: Scene) -> None:
    now = at.world.clock.now()
    emoji = Emoji(1, "thumbsup", at.user.id, at.issue.id, now)
    body = sent(payloads.emoji_body(at.world, EmojiHappened(emoji, at.issue, None, "award", at.user)))
    top = keys("object_kind event_type user project_id project object_attributes issue")
    assert (set(body), set(body["object_attributes"]), set(body["issue"])) == (top, keys(EMOJI), keys(ISSUE))
    note = at.note("hello")
    body = sent(payloads.emoji_body(at.world, EmojiHappened(emoji, at.issue, note, "revoke", at.user)))
    assert (set(body), set(body["note"])) == (top | {"note"}, keys(AWARDED_NOTE))
    assert body["object_attributes"]["awardable_type"] == "Note"


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("classic", "2026-11-21 10:00:00 UTC"),
        ("seconds", "2026-11-21T10:00:00Z"),
        ("millis", "2026-11-21T10:00:00.007Z"),
    ],
)
def test_times_come_in_three_forms(at: Scene, form: payloads.TimeForm, text: str) -> None:
    moment = at.issue.created_at.replace(year=2026, month=11, day=21, hour=10, minute=0, second=0, microsecond=7000)
    at.issue.created_at = moment
    body = sent(payloads.issue_body(at.world, IssueHappened(at.issue, "open", {}, at.user)), form)
    assert (body["object_attributes"]["created_at"], body["changes"]["created_at"]) == (
        text,
        {"previous": None, "current": text},
    )


def test_a_body_holds_nothing_else(at: Scene) -> None:
    with pytest.raises(TypeError, match="cannot hold a Group"):
        payloads.to_bytes({"group": Group(1, "a", "a", "a", at.world.clock.now())})
