"""Protected branches, approval rules and a project's settings about merging, as the real python-gitlab sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import gitlab
import pytest

from bot.sandbox.world import Tier
from tests.sandbox.code_parts import commit, propose, repository
from tests.sandbox.core_parts import Play, play


@pytest.fixture
def played() -> Iterator[Play]:
    with repository() as made:
        yield made


def kept(played: Play) -> Any:
    return played.channels("maintainer")


def levels(row: Any) -> tuple[str, int, int]:
    return (row.name, row.push_access_levels[0]["access_level"], row.merge_access_levels[0]["access_level"])


def test_the_default_branch_is_protected_as_soon_as_it_is_there() -> None:
    with play() as played:
        assert kept(played).protectedbranches.list() == []
        with pytest.raises(gitlab.GitlabCreateError, match="not allowed to push"):
            commit(played, "First", {"a.yml": "a"}, by="developer")
        commit(played, "First", {"a.yml": "a"}, by="maintainer")
        [row] = kept(played).protectedbranches.list()
        assert levels(row) == ("main", 40, 40)
        assert row.merge_access_levels[0]["access_level_description"] == "Maintainers"
        assert (row.merge_access_levels[0]["user_id"], row.code_owner_approval_required) == (None, False)


def test_a_branch_is_protected_and_no_longer(played: Play) -> None:
    branches = kept(played).protectedbranches
    branches.create({"name": "release/*", "push_access_level": 0, "merge_access_level": 30})
    assert [row.name for row in branches.list(search="rel")] == ["release/*"]
    assert levels(branches.get("release/*")) == ("release/*", 0, 30)
    kept(played).branches.create({"branch": "release/1", "ref": "main"})
    shown = kept(played).branches.get("release/1")
    assert (shown.protected, shown.can_push, shown.developers_can_merge) == (True, False, True)
    with pytest.raises(gitlab.GitlabCreateError, match="not allowed to push"):
        commit(played, "Late", {"a.yml": "b"}, by="owner", branch="release/1")
    with pytest.raises(gitlab.GitlabCreateError, match="already exists"):
        branches.create({"name": "release/*"})
    branches.delete("release/*")
    with pytest.raises(gitlab.GitlabGetError, match="404"):
        branches.get("release/*")
    commit(played, "Late", {"a.yml": "b"}, branch="release/1")


def test_the_most_permissive_rule_counts(played: Play) -> None:
    branches = kept(played).protectedbranches
    branches.create({"name": "ma*", "push_access_level": 0, "merge_access_level": 30})
    propose(played, {"a.yml": "a: 2\n"})
    with pytest.raises(gitlab.GitlabCreateError, match="not allowed to push"):
        commit(played, "Straight", {"a.yml": "b"})
    played.channels("developer").mergerequests.get(1).merge()
    branches.delete("main")
    with pytest.raises(gitlab.GitlabCreateError, match="not allowed to push"):
        commit(played, "Straight", {"a.yml": "b"}, by="owner")
    branches.delete("ma*")
    commit(played, "Straight", {"a.yml": "b"})


def test_whoever_may_push_may_merge(played: Play) -> None:
    branches = kept(played).protectedbranches
    branches.delete("main")
    branches.create({"name": "main", "push_access_level": 30, "merge_access_level": 40})
    propose(played, {"a.yml": "a: 2\n"})
    played.channels("developer").mergerequests.get(1).merge()


@pytest.mark.parametrize(
    ("asked", "by", "body", "status"),
    [
        ("GET /projects/1/protected_branches", "developer", None, 403),
        ("POST /projects/1/protected_branches", "developer", {"name": "x"}, 403),
        ("DELETE /projects/1/protected_branches/main", "developer", None, 403),
        ("POST /projects/1/protected_branches", "maintainer", {}, 400),
        ("POST /projects/1/protected_branches", "maintainer", {"name": "x", "push_access_level": 50}, 400),
        ("GET /projects/1/approval_rules", "planner", None, 403),
        ("GET /projects/1/approval_rules", None, None, 401),
        ("POST /projects/1/approval_rules", "developer", {"name": "x", "approvals_required": 1}, 403),
        ("POST /projects/1/approval_rules", "maintainer", {"name": "x"}, 400),
        ("DELETE /projects/1/approval_rules/7", "maintainer", None, 404),
        ("PUT /projects/1", "maintainer", {"merge_method": "squash"}, 400),
        ("PUT /projects/1", "developer", {"merge_method": "ff"}, 403),
    ],
)
def test_refusals(played: Play, asked: str, by: str | None, body: object, status: int) -> None:
    method, path = asked.split()
    assert played.call(method, path, by, json=body).status_code == status
    assert kept(played).merge_method == "merge"


def test_approval_rules_come_and_go(played: Play) -> None:
    rules = kept(played).approvalrules
    rule = rules.create({"name": "Engineers", "approvals_required": 2})
    assert (rule.approvals_required, rule.rule_type) == (2, "regular")
    with pytest.raises(gitlab.GitlabCreateError, match="already been taken"):
        rules.create({"name": "Engineers", "approvals_required": 1})
    assert [row.name for row in played.channels("developer").approvalrules.list()] == ["Engineers"]
    assert kept(played).approvals_before_merge == 0
    with pytest.raises(gitlab.GitlabDeleteError, match="403"):
        played.channels("developer").approvalrules.delete(rule.id)
    rules.delete(rule.id)
    assert rules.list() == []


def test_settings_about_merging_are_changed(played: Play) -> None:
    discussions = "only_allow_merge_if_all_discussions_are_resolved"
    project = kept(played)
    assert (project.merge_method, getattr(project, discussions)) == ("merge", False)
    project.manager.update(1, {"merge_method": "ff", discussions: True, "approvals_before_merge": 3})
    project = kept(played)
    assert (project.merge_method, getattr(project, discussions), project.approvals_before_merge) == ("ff", True, 3)


@pytest.mark.parametrize(
    ("tier", "told"),
    [("free", {"message": "404 Not found"}), ("ce", {"error": "404 Not Found"})],
)
def test_smaller_plans_have_no_approval_rules(tier: Tier, told: dict[str, str]) -> None:
    with play(tier) as played:
        commit(played, "First", {"a.yml": "a"}, by="maintainer")
        answer = played.call("GET", "/projects/1/approval_rules", "maintainer")
        assert (answer.status_code, answer.json()) == (404, told)
        played.call("PUT", "/projects/1", "maintainer", json={"approvals_before_merge": 2})
        assert "approvals_before_merge" not in kept(played).attributes
        [row] = kept(played).protectedbranches.list()
        assert "user_id" not in row.push_access_levels[0]
        assert played.world.projects[1].approvals_before_merge == 0
