"""Groups, projects, members, labels, milestones, hooks and files as the real python-gitlab sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gitlab
import pytest

from bot.sandbox.happenings import (
    IssueHappened,
    MemberHappened,
    MilestoneHappened,
    ProjectHappened,
    SubgroupHappened,
)
from tests.sandbox.core_parts import Play, play

SIGNING = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        yield made


def heard(played: Play, kind: type[Any]) -> list[Any]:
    return [it for it in played.heard if isinstance(it, kind)]


def test_the_instance_tells_its_edition_and_plan(played: Play) -> None:
    planner = played.as_("planner")
    assert planner.version() == ("19.1.0-ee", "0123abcd")
    assert planner.http_get("/metadata")["enterprise"] is True  # type: ignore[index]  # a JSON object
    assert planner.namespaces.get(1).plan == "premium"
    with play("ce") as ce:
        assert ce.as_("planner").http_get("/metadata")["enterprise"] is False  # type: ignore[index]  # likewise
        assert "plan" not in ce.as_("planner").namespaces.get("channel").attributes


def test_users_and_tokens_are_made_by_administrators(played: Play) -> None:
    root = played.as_("root")
    user = root.users.create({"username": "cam-emea", "name": "CAM", "email": "cam@example.com", "password": "x" * 12})
    token = user.personal_access_tokens.create({"name": "t", "scopes": ["read_api"]})
    cam = gitlab.Gitlab(played.sandbox.url, oauth_token=token.token)
    cam.auth()
    assert cam.user is not None
    assert (cam.user.username, cam.user.email) == ("cam-emea", "cam@example.com")
    assert cam.personal_access_tokens.get("self").scopes == ["read_api"]
    with pytest.raises(gitlab.GitlabCreateError, match="already been taken"):
        root.users.create({"username": "CAM-emea", "name": "CAM", "email": "x@example.com", "password": "x" * 12})
    user.block()
    with pytest.raises(gitlab.GitlabError, match="blocked"):
        cam.auth()
    user.unblock()
    assert root.users.get(user.id).state == "active"
    assert [row.username for row in root.users.list(search="cam")] == ["cam-emea"]


def test_subgroups_and_projects_are_found_below_their_group(played: Play) -> None:
    owner = played.as_("owner")
    sub = owner.groups.create({"name": "Partners", "path": "partners", "parent_id": 1})
    deep = owner.groups.create({"name": "Deep", "path": "deep", "parent_id": sub.id})
    made = owner.projects.create({"name": "Partner communication", "namespace_id": deep.id})
    assert made.path_with_namespace == "channel/partners/deep/partner-communication"
    channel = owner.groups.get("channel")
    assert [row.full_path for row in channel.subgroups.list()] == ["channel/partners"]
    assert [row.full_path for row in channel.descendant_groups.list()] == [
        "channel/partners/deep",
        "channel/partners",
    ]
    assert [row.path for row in channel.projects.list()] == ["channels"]
    assert [row.path for row in channel.projects.list(include_subgroups=True)] == ["partner-communication", "channels"]
    assert [it.event_name for it in heard(played, SubgroupHappened)] == ["subgroup_create"] * 2
    assert [it.project.path for it in heard(played, ProjectHappened)] == ["partner-communication"]
    owner.groups.get(sub.id).delete()
    assert [row.path for row in channel.projects.list(include_subgroups=True)] == ["channels"]
    assert channel.descendant_groups.list() == []


def test_a_project_without_group_is_personal(played: Play) -> None:
    made = played.as_("stranger").projects.create({"name": "Mine", "initialize_with_readme": True})
    assert (made.path_with_namespace, made.namespace["kind"]) == ("stranger/mine", "user")
    assert made.files.get("README.md", "main").decode() == b"# Mine\n"
    with pytest.raises(gitlab.GitlabGetError):
        played.as_("stranger").groups.get("stranger")


def test_projects_are_listed_by_what_one_may(played: Play) -> None:
    assert [row.path for row in played.as_("planner").projects.list()] == ["channels"]
    assert [row.path for row in played.as_("root").projects.list(order_by="name", sort="asc")] == ["channels", "other"]
    assert played.as_("planner").projects.list(min_access_level=30) == []
    assert [row.path for row in played.as_("planner").projects.list(search="chan", membership=True)] == ["channels"]
    assert [row.path for row in played.as_("planner").groups.list()] == ["channel"]


def test_a_renamed_group_takes_everything_along(played: Play) -> None:
    played.as_("owner").groups.update(1, {"path": "partners", "name": "Partners"})
    planner = played.as_("planner")
    assert planner.projects.get("partners/channels").id == 1
    assert planner.projects.get("channel/channels").id == 1


def test_a_transferred_project_is_found_at_both_paths(played: Play) -> None:
    sub = played.as_("owner").groups.create({"name": "Sub", "path": "sub", "parent_id": 1})
    played.channels("owner").transfer(sub.id)
    assert played.as_("planner").projects.get("channel/channels").path_with_namespace == "channel/sub/channels"


def test_membership_is_inherited_and_shared(played: Play) -> None:
    root, channels = played.as_("root"), played.channels("owner")
    assert channels.members.list() == []
    assert {row.username: row.access_level for row in channels.members_all.list()}["planner"] == 15
    stranger = played.user("stranger")
    assert played.call("GET", "/projects/1", "stranger").status_code == 404
    root.groups.get(2).members.create({"user_id": stranger.id, "access_level": 40})
    root.groups.get(1).share(2, 30)
    assert played.as_("stranger").projects.get(1).path == "channels"
    assert channels.members_all.get(stranger.id).access_level == 30
    assert played.world.effective_access(stranger, played.project) == 30
    root.groups.get(1).unshare(2)
    assert played.call("GET", "/projects/1", "stranger").status_code == 404
    played.channels("root").share(2, 20)
    assert played.world.effective_access(stranger, played.project) == 20
    played.channels("root").unshare(2)


def test_members_come_change_and_go(played: Play) -> None:
    group, stranger = played.as_("owner").groups.get(1), played.user("stranger")
    member = group.members.create({"user_id": stranger.id, "access_level": 15})
    assert [row.username for row in group.members.list(query="strang")] == ["stranger"]
    member.access_level = 30
    member.save()
    assert played.world.effective_access(stranger, played.project) == 30
    group.members.delete(stranger.id)
    told = [it.event_name for it in heard(played, MemberHappened)]
    assert told == ["user_add_to_group", "user_update_for_group", "user_remove_from_group"]


def test_labels_are_inherited_renamed_and_removed(played: Play) -> None:
    group, channels = played.as_("planner").groups.get(1), played.channels()
    group.labels.create({"name": "Channel Priority:1", "color": "red", "description": "first"})
    own = channels.labels.create({"name": "own/one", "color": "#abc", "priority": 2})
    assert [row.name for row in channels.labels.list()] == ["Channel Priority:1", "own/one"]
    assert [row.name for row in channels.labels.list(include_ancestor_groups=False)] == ["own/one"]
    assert [row.name for row in channels.labels.list(search="FIRST")] == ["Channel Priority:1"]
    issue = played.issue(labels="Channel Priority:1,own/one")
    group.labels.update("Channel Priority:1", {"new_name": "Channel Priority::1", "color": "#123456"})
    assert channels.issues.get(issue.iid).labels == ["Channel Priority::1", "own/one"]
    channels.labels.delete(own.id)
    assert channels.issues.get(issue.iid).labels == ["Channel Priority::1"]
    assert [row.label for row in issue.resourcelabelevents.list()][1] is None
    assert heard(played, IssueHappened)[1:] == []


def test_milestones_are_told_of_when_made_closed_and_opened(played: Play) -> None:
    group = played.as_("planner").groups.get(1)
    made = group.milestones.create({"title": "FY27Q4 2b", "start_date": "2027-01-01", "due_date": "2027-01-14"})
    assert (made.group_id, made.state, made.expired) == (1, "active", False)
    assert "project_id" not in made.attributes
    for change in ({"state_event": "close"}, {"state_event": "activate"}, {"title": "New"}, {"due_date": ""}):
        group.milestones.update(made.id, change)
    assert [it.action for it in heard(played, MilestoneHappened)] == ["create", "close", "reopen"]
    again = group.milestones.get(made.id)
    assert (again.title, again.due_date, again.start_date) == ("New", None, "2027-01-01")


def test_milestones_are_found_above_and_below(played: Play) -> None:
    group, channels = played.as_("planner").groups.get(1), played.channels()
    group.milestones.create({"title": "Above", "due_date": "2026-12-01", "start_date": "2026-11-01"})
    below = channels.milestones.create({"title": "Below"})
    channels.milestones.update(below.id, {"state_event": "close"})

    def titles(manager: Any, **query: Any) -> list[str]:
        return [row.title for row in manager.list(**query)]

    assert titles(channels.milestones) == ["Below"]
    assert titles(channels.milestones, include_ancestors=True) == ["Above", "Below"]
    assert titles(group.milestones) == ["Above"]
    assert titles(group.milestones, include_descendants=True) == ["Above", "Below"]
    assert titles(group.milestones, include_descendants=True, state="closed") == ["Below"]
    assert titles(group.milestones, title="Above") == ["Above"]
    assert titles(group.milestones, search="bov") == ["Above"]
    assert titles(group.milestones, iids=[7]) == []
    assert titles(group.milestones, containing_date="2026-12-02") == []
    assert titles(group.milestones, updated_after="2026-11-22T00:00:00Z") == []


def test_a_deleted_milestone_leaves_its_issues_one_by_one(played: Play) -> None:
    made = played.as_("planner").groups.get(1).milestones.create({"title": "Gone"})
    issues = [played.issue(milestone_id=made.id) for _ in range(2)]
    assert [row.iid for row in made.issues()] == [1, 2]
    played.heard.clear()
    made.delete()
    assert [(it.issue.iid, "milestone_id" in it.changes) for it in heard(played, IssueHappened)] == [
        (1, True),
        (2, True),
    ]
    assert played.channels().issues.get(issues[0].iid).milestone is None
    assert heard(played, MilestoneHappened) == []


def test_hooks_keep_their_secrets(played: Play) -> None:
    group = played.as_("owner").groups.get(1)
    secrets = {"token": "s3cret", "signing_token": SIGNING}
    hook = group.hooks.create(
        {"url": "http://127.0.0.1:9/", "milestone_events": True, "member_events": True, **secrets}
    )
    assert (hook.token_present, hook.signing_token_present, hook.alert_status) == (True, True, "executable")
    assert (hook.milestone_events, hook.member_events, hook.issues_events) == (True, True, False)
    assert not {"token", "signing_token"} & set(hook.attributes)
    group.hooks.update(hook.id, {"url": "http://127.0.0.1:9/new", "issues_events": True})
    stored = played.world.hooks[hook.id]
    assert (stored.url, stored.token, stored.signing_token) == ("http://127.0.0.1:9/new", "s3cret", SIGNING)
    assert [row.issues_events for row in group.hooks.list()] == [True]
    group.hooks.delete(hook.id)
    assert group.hooks.list() == []


def test_a_hook_has_headers_of_its_own(played: Play) -> None:
    made = played.call(
        "POST", "/projects/1/hooks", "maintainer", json={"url": "http://127.0.0.1:9/", "name": "bot"}
    ).json()
    path = f"/projects/1/hooks/{made['id']}"
    assert played.call("PUT", f"{path}/custom_headers/X-Via", "maintainer", json={"value": "v"}).status_code == 204
    assert played.call("GET", path, "maintainer").json()["custom_headers"] == [{"key": "X-Via"}]
    assert played.call("DELETE", f"{path}/custom_headers/X-Via", "maintainer").status_code == 204
    assert played.call("GET", path, "maintainer").json()["custom_headers"] == []


def test_files_are_written_one_by_one_and_in_commits(played: Play) -> None:
    channels = played.channels("maintainer")
    path = ".gitlab/issue_templates/General.md"
    data = {"file_path": path, "branch": "main", "content": "one", "commit_message": "Add"}
    channels.files.create(data)
    with pytest.raises(gitlab.GitlabCreateError, match="already exists"):
        channels.files.create(data)
    channels.files.update(path, {"branch": "main", "content": "dHdv", "encoding": "base64", "commit_message": "m"})
    assert channels.files.raw(path, "main") == b"two"
    actions = [
        {"action": "create", "file_path": "a/b.txt", "content": "x"},
        {"action": "move", "file_path": "moved.md", "previous_path": path},
    ]
    channels.commits.create({"branch": "main", "commit_message": "Both", "actions": actions})
    tree = channels.repository_tree(recursive=True, get_all=True)
    assert [row["path"] for row in tree] == ["a", "a/b.txt", "moved.md"]
    assert [row["path"] for row in channels.repository_tree(path="a", get_all=True)] == ["a/b.txt"]
    assert [row["name"] for row in channels.repository_tree(get_all=True)] == ["a", "moved.md"]
    bad = [{"action": "delete", "file_path": "moved.md"}, {"action": "update", "file_path": "none", "content": "x"}]
    with pytest.raises(gitlab.GitlabCreateError, match="doesn't exist"):
        channels.commits.create({"branch": "main", "commit_message": "Neither", "actions": bad})
    assert channels.files.get("moved.md", "HEAD").decode() == b"two"
    channels.files.delete("moved.md", branch="main", commit_message="Gone")
    with pytest.raises(gitlab.GitlabGetError, match="404 File Not Found"):
        channels.files.get("moved.md", "main")


def test_a_new_branch_needs_a_start(played: Play) -> None:
    channels = played.channels("maintainer")
    channels.files.create({"file_path": "a", "branch": "main", "content": "a", "commit_message": "m"})
    data = {"file_path": "b", "branch": "next", "content": "b", "commit_message": "m"}
    with pytest.raises(gitlab.GitlabCreateError, match="on a branch"):
        channels.files.create(data)
    channels.files.create({**data, "start_branch": "main"})
    assert [row.name for row in channels.branches.list()] == ["main", "next"]
    assert channels.files.get("a", "next").decode() == b"a"
