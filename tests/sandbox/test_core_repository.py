"""Repositories as the real python-gitlab sees them: history, branches, pushes, and who may what."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import gitlab
import pytest

from bot.sandbox import state
from bot.sandbox.code_records import Commit
from bot.sandbox.commits import NOTHING
from bot.sandbox.happenings import PushHappened
from bot.sandbox.hook_targets import news, wanting
from bot.sandbox.payloads import to_bytes
from bot.sandbox.records import Hook
from tests.sandbox.code_parts import commit, on_path, propose, pushes, repository, text, tree
from tests.sandbox.core_parts import Play


@pytest.fixture
def played() -> Iterator[Play]:
    with repository() as made:
        yield made


# History


def test_commits_are_listed_newest_first_by_ref_and_path(played: Play) -> None:
    commit(played, "Second\n\nWith a reason", {"a.yml": "a: 2\n"}, by="maintainer")
    commit(played, "Third", {"docs/b.md": "bb", "docs/c.md": "c"}, by="owner")
    channels = played.channels("developer")
    assert [row.title for row in channels.commits.list(get_all=True)] == ["Third", "Second", "First"]
    assert on_path(channels, "a.yml", ref_name="main") == ["Second", "First"]
    assert on_path(channels, "docs") == ["Third", "First"]
    assert on_path(channels, "nothing") == []
    first = played.call("GET", "/projects/1/repository/commits?per_page=2&ref_name=main", "developer")
    assert (len(first.json()), "next" in first.links) == (2, True)
    since = channels.commits.list(since="2026-11-21T10:02:00Z", until="2026-11-21T10:02:30Z")
    assert [row.title for row in since] == ["Second"]
    assert played.call("GET", "/projects/1/repository/commits?ref_name=nothing", "developer").status_code == 404


def test_a_commit_has_gitlabs_fields(played: Play) -> None:
    made = commit(played, "Second\n\nWith a reason", {"a.yml": "a: 2\n"}, by="maintainer")
    [parent] = made.parent_ids
    row = played.channels("developer").commits.get(made.id[:8])
    assert (row.id, row.short_id, row.title, row.message) == (
        made.id, made.id[:8], "Second", "Second\n\nWith a reason",
    )  # fmt: skip
    assert (row.author_name, row.author_email, row.created_at) == (
        "Maintainer", "maintainer@example.com", "2026-11-21T10:02:00.000+00:00",
    )  # fmt: skip
    assert played.channels("developer").commits.get(parent).title == "First"
    assert played.channels("developer").commits.get("main").id == made.id
    assert played.call("GET", "/projects/1/repository/commits/abc", "developer").status_code == 404


def test_old_commits_keep_their_files(played: Play) -> None:
    old = played.channels("developer").commits.get("main").id
    commit(played, "Second", {"a.yml": "a: 2\n", "docs/b.md": None, "new.md": "n"}, by="maintainer")
    assert (text(played, "a.yml", old), text(played, "a.yml", "main")) == ("a: 1\n", "a: 2\n")
    assert (text(played, "docs/b.md", old[:10]), text(played, "a.yml", "refs/heads/main")) == ("b", "a: 2\n")
    channels = played.channels("developer")
    blobs = {ref: [row["path"] for row in tree(channels, ref) if row["type"] == "blob"] for ref in (old, "main")}
    assert blobs == {old: ["a.yml", "docs/b.md"], "main": ["a.yml", "new.md"]}
    with pytest.raises(gitlab.GitlabGetError, match="404 File Not Found"):
        channels.files.get("new.md", old)
    paged = played.call("GET", "/projects/1/repository/tree?recursive=true&per_page=1&page=2", "developer")
    assert [row["path"] for row in paged.json()] == ["new.md"]


def test_a_file_names_the_commit_that_wrote_it_last(played: Play) -> None:
    first = played.channels("developer").commits.get("main").id
    second = commit(played, "Second", {"docs/b.md": "bb"}, by="maintainer").id
    row = played.channels("developer").files.get("a.yml", "main")
    assert (row.last_commit_id, row.commit_id) == (first, second)
    assert row.blob_id == {row["path"]: row["id"] for row in tree(played.channels("developer"), "main")}["a.yml"]


# Branches and rights

DIRECT = {"branch": "main", "commit_message": "m", "actions": []}


def test_branches_come_and_go(played: Play) -> None:
    channels = played.channels("developer")
    made = channels.branches.create({"branch": "bot/one", "ref": "main"})
    assert (made.commit["title"], made.default, made.protected, made.merged, made.can_push) == (
        "First", False, False, True, True,
    )  # fmt: skip
    main = channels.branches.get("main")
    assert (main.default, main.protected, main.can_push) == (True, True, False)
    assert [row.name for row in channels.branches.list(search="bot")] == ["bot/one"]
    channels.branches.delete("bot/one")
    with pytest.raises(gitlab.GitlabGetError, match="404 Branch Not Found"):
        channels.branches.get("bot/one")
    ends = [(it.before == NOTHING, it.after == NOTHING) for it in played.heard if isinstance(it, PushHappened)]
    assert ends == [(True, False), (False, True)]


@pytest.mark.parametrize(
    "case",
    [
        ("developer", "POST", "branches", {"branch": "main", "ref": "main"}, 400, "Branch already exists"),
        ("developer", "POST", "branches", {"branch": "x", "ref": "no"}, 400, "Invalid reference name: no"),
        ("reporter", "POST", "branches", {"branch": "x", "ref": "main"}, 403, "403 Forbidden"),
        ("maintainer", "DELETE", "branches/main", None, 403, "Protected branch can't be removed"),
        ("maintainer", "DELETE", "branches/no", None, 404, "404 Branch Not Found"),
        ("planner", "GET", "tree", None, 403, "403 Forbidden"),
        ("guest", "GET", "commits", None, 403, "403 Forbidden"),
        ("reporter", "GET", "commits", None, 200, ""),
        (
            "developer",
            "POST",
            "commits",
            {"branch": "main", "commit_message": "m", "actions": []},
            403,
            "not allowed to push",
        ),
        ("developer", "POST", "commits", {**DIRECT, "start_branch": "next"}, 403, "not allowed to push"),
    ],
)
def test_who_may_do_what_with_code(played: Play, case: tuple[str, str, str, dict[str, Any] | None, int, str]) -> None:
    by, method, path, body, status, says = case
    answer = played.call(method, f"/projects/1/repository/{path}", by, json=body)
    assert (answer.status_code, says in answer.text) == (status, True)


def test_a_branch_that_is_there_is_not_started_again(played: Play) -> None:
    commit(played, "One", {"x": "1"}, branch="next", start_branch="main")
    with pytest.raises(gitlab.GitlabCreateError, match="A branch called 'next' already exists"):
        commit(played, "Two", {"x": "2"}, branch="next", start_branch="main")


def test_a_branch_is_started_again_by_force(played: Play) -> None:
    commit(played, "One", {"x": "1"}, branch="next", start_branch="main")
    commit(played, "Two", {"y": "2"}, branch="next", start_branch="main", force=True)
    paths = {row["path"] for row in tree(played.channels("developer"), "next")}
    assert ("x" in paths, "y" in paths) == (False, True)


# Pushes


def test_a_push_tells_what_changed(played: Play) -> None:
    before = played.channels("developer").commits.get("main").id
    made = commit(played, "Second\n\nWhy", {"a.yml": "a: 2\n", "docs/b.md": None, "n": "n"}, by="maintainer")
    [event] = [it for it in played.heard if isinstance(it, PushHappened)]
    told = news(played.world, event)
    assert told is not None
    body = json.loads(to_bytes(told.body))
    assert {key: body[key] for key in ("object_kind", "event_name", "ref", "before", "after", "checkout_sha")} == {
        "object_kind": "push", "event_name": "push", "ref": "refs/heads/main", "before": before, "after": made.id,
        "checkout_sha": made.id,
    }  # fmt: skip
    assert (body["user_username"], body["project"]["path_with_namespace"], body["total_commits_count"]) == (
        "maintainer", "channel/channels", 1,
    )  # fmt: skip
    [row] = body["commits"]
    assert (row["id"], row["title"], row["timestamp"]) == (made.id, "Second", "2026-11-21T10:02:00+00:00")
    assert (row["added"], row["modified"], row["removed"]) == (["n"], ["a.yml"], ["docs/b.md"])
    assert (told.trigger, body["ref_protected"]) == ("push_hooks", True)


def test_a_new_branch_brings_only_what_no_other_has_and_its_end_nothing(played: Play) -> None:
    commit(played, "One", {"x": "1"}, branch="next", start_branch="main")
    played.channels("developer").branches.delete("next")
    assert pushes(played) == [("next", 1), ("next", 0)]
    gone = news(played.world, played.heard[-1])
    assert gone is not None
    assert (gone.body["after"], gone.body["checkout_sha"], gone.body["commits"]) == (NOTHING, None, [])


@pytest.mark.parametrize(
    ("wanted", "strategy", "on", "heard"),
    [
        (None, "wildcard", True, ["main", "bot/x"]),
        ("main", "wildcard", True, ["main"]),
        ("bot/*", "wildcard", True, ["bot/x"]),
        ("^ma", "regex", True, ["main"]),
        ("main", "all_branches", True, ["main", "bot/x"]),
        (None, "wildcard", False, []),
    ],
)
def test_hooks_of_projects_and_groups_hear_of_the_branches_they_want(
    played: Play, wanted: str | None, strategy: str, on: bool, heard: list[str]
) -> None:
    world = played.world
    for group, project in ((None, 1), (1, None)):
        hook = Hook(world.next_id("hooks"), "http://x", world.clock.now(), group, project, events={"push_events": on})
        hook.push_events_branch_filter, hook.branch_filter_strategy = wanted, strategy
        world.add(hook)
    got: list[str] = []
    for branch in ("main", "bot/x"):
        told = news(world, PushHappened(played.project, branch, NOTHING, "1" * 40, (), played.user("owner")))
        assert told is not None
        got += [branch] * len(wanting(world, told))
    assert got == [branch for branch in heard for _ in range(2)]


def test_a_push_can_be_tested_by_hand(played: Play) -> None:
    made = played.channels("maintainer").hooks.create({"url": "http://127.0.0.1:1/x", "push_events": True})
    path = f"/projects/1/hooks/{made.id}"
    refused = played.call("POST", f"{path}/test/push_events", "maintainer")
    assert refused.status_code == 422, "nobody listens at that address"
    [sent] = played.call("GET", f"{path}/events", "maintainer").json()
    assert (sent["trigger"], sent["request_data"]["ref"], sent["request_headers"]["X-Gitlab-Event"]) == (
        "push_hooks", "refs/heads/main", "Push Hook",
    )  # fmt: skip
    empty = played.as_("root").projects.get(2)
    other = empty.hooks.create({"url": "http://127.0.0.1:1/x"})
    answer = played.call("POST", f"/projects/2/hooks/{other.id}/test/push_events", "root")
    assert (answer.status_code, "commits" in answer.text) == (422, True)


def test_repositories_survive_a_restart(played: Play, tmp_path: Path) -> None:
    propose(played, {"a.yml": "a: 2\n"})
    path = tmp_path / "state.json"
    state.save(played.world, path)
    again = state.load(path)
    assert again.index.commits.keys() == played.world.index.commits.keys()
    heads = {row.name: again.index.commits[1][row.sha] for row in again.branches.values()}
    assert all(isinstance(row, Commit) for row in heads.values())
    assert heads["bot/learned"].tree["a.yml"] != heads["main"].tree["a.yml"]
    assert again.index.merge_requests[1][1].title == "What the bot learned"


def test_a_deleted_project_takes_its_repository_along(played: Play) -> None:
    propose(played, {"x": "1"})
    played.channels("owner").delete()
    world = played.world
    assert (world.commits, world.branches, world.merge_requests) == ({}, {}, {})
