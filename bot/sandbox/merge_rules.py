"""A project's wishes about merging turn into protected branches, approval rules and settings, as its plan allows.

From GitLab's source: the default branch is protected as soon as it is there, and of several rules for a branch the most
permissive counts; rules and settings are changed by Maintainers, who alone read the list of protected branches.
Background knowledge, not verified: that approval rules are not found on GitLab.com Free, and who may read them.
"""

from __future__ import annotations

import re
from typing import TypedDict

from bot.sandbox.code_records import ApprovalRule, ProtectedBranch
from bot.sandbox.permissions import DEVELOPER, MAINTAINER, demand
from bot.sandbox.records import Project, User
from bot.sandbox.refusals import conflict, invalid, no_route, not_found
from bot.sandbox.world import World

NOBODY = 0
LEVELS = {NOBODY: "No one", DEVELOPER: "Developers + Maintainers", MAINTAINER: "Maintainers"}
METHODS = ("merge", "rebase_merge", "ff")


class Wish(TypedDict, total=False):
    """What is absent stays as it is."""

    merge_method: str
    resolve_discussions: bool
    approvals_before_merge: int


def change(world: World, project: Project, wish: Wish) -> None:
    """To be called for somebody who may: changing a project looks at that first."""
    project.merge_method = wish.get("merge_method", project.merge_method)
    project.resolve_discussions = wish.get("resolve_discussions", project.resolve_discussions)
    if world.tier == "premium":
        project.approvals_before_merge = wish.get("approvals_before_merge", project.approvals_before_merge)


def settings_of(world: World, project: Project) -> dict[str, object]:
    """The project's JSON keys about merging. `approvals_before_merge` is deprecated, and knows nothing of the rules."""
    shown: dict[str, object] = {
        "merge_method": project.merge_method,
        "only_allow_merge_if_all_discussions_are_resolved": project.resolve_discussions,
        "only_allow_merge_if_pipeline_succeeds": False,
    }
    return shown | ({"approvals_before_merge": project.approvals_before_merge} if world.tier == "premium" else {})


# Protected branches


def protect_default(world: World, project: Project) -> None:
    """What GitLab does by itself when the first branch comes."""
    if not any(row.name == project.default_branch for row in world.index.protected[project.id]):
        _add(world, project, project.default_branch, MAINTAINER, MAINTAINER)


def protecting(world: World, project: Project, branch: str) -> list[ProtectedBranch]:
    return [row for row in world.index.protected[project.id] if _covers(row.name, branch)]


def protected(world: World, project: Project, name: str) -> ProtectedBranch:
    """By its own name, asterisks and all."""
    for row in world.index.protected[project.id]:
        if row.name == name:
            return row
    raise not_found()


def protect(world: World, user: User, project: Project, name: str, *, push: int, merge: int) -> ProtectedBranch:
    demand(world, user, project, MAINTAINER)
    if any(row.name == name for row in world.index.protected[project.id]):
        raise conflict(f"Protected branch '{name}' already exists")
    return _add(world, project, name, push, merge)


def unprotect(world: World, user: User, project: Project, name: str) -> None:
    demand(world, user, project, MAINTAINER)
    world.remove(protected(world, project, name))


# Approval rules


def licensed(world: World) -> None:
    if world.tier == "ce":
        raise no_route()
    if world.tier != "premium":
        raise not_found()


def rules_of(world: World, project: Project) -> list[ApprovalRule]:
    return [row for row in world.approval_rules.values() if row.project_id == project.id]


def add_rule(world: World, user: User, project: Project, name: str, required: int) -> ApprovalRule:
    demand(world, user, project, MAINTAINER)
    if any(row.name == name for row in rules_of(world, project)):
        raise invalid("name", "has already been taken")
    return world.add(ApprovalRule(world.next_id("approval_rules"), project.id, name, required))


def rule(world: World, project: Project, number: int) -> ApprovalRule:
    for row in rules_of(world, project):
        if row.id == number:
            return row
    raise not_found()


def _add(world: World, project: Project, name: str, push: int, merge: int) -> ProtectedBranch:
    return world.add(ProtectedBranch(world.next_id("protected_branches"), project.id, name, push, merge))


def _covers(name: str, branch: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, name.split("*"))), branch) is not None
