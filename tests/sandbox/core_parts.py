"""A small GitLab with one person of each role, and the real python-gitlab as any of them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gitlab
import requests

from bot.sandbox.clock import Clock
from bot.sandbox.happenings import Happened
from bot.sandbox.records import Group, Issue, Member, Project, Token, User
from bot.sandbox.server import Sandbox
from bot.sandbox.world import Tier, World

START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
ROLES = {"guest": 10, "planner": 15, "reporter": 20, "developer": 30, "maintainer": 40, "owner": 50}


@dataclass
class Play:
    """`project` is in the private group `channel`, `other` in `elsewhere`; every role is held in `channel`."""

    sandbox: Sandbox
    channel: Group
    project: Project
    other: Project
    heard: list[Happened]

    @property
    def world(self) -> World:
        return self.sandbox.world

    def user(self, name: str) -> User:
        found = self.world.user_by_name(name)
        assert found is not None
        return found

    def as_(self, name: str) -> gitlab.Gitlab:
        return gitlab.Gitlab(self.sandbox.url, private_token=f"token-{name}", timeout=10)

    def channels(self, name: str = "planner") -> Any:
        return self.as_(name).projects.get(self.project.id)

    def issue(self, name: str = "planner", **fields: Any) -> Any:
        return self.channels(name).issues.create({"title": "Portal rollout", **fields})

    def row(self, issue: Any) -> Issue:
        found = self.world.issue(issue.project_id, issue.iid)
        assert found is not None
        return found

    def call(self, method: str, path: str, name: str | None = "planner", **more: Any) -> requests.Response:
        """A bare request as that user, without a token for None."""
        headers = {"PRIVATE-TOKEN": f"token-{name}"} if name else {}
        return requests.request(
            method,
            f"{self.sandbox.url}/api/v4{path}",
            headers={**headers, **more.pop("headers", {})},
            timeout=10,
            **more,
        )


def small_world(tier: Tier = "premium") -> World:
    world = World(tier, clock=Clock(START, frozen=True))
    now = world.clock.now()
    for name in ("root", "stranger", "blocked", *ROLES):
        add_user(world, name)
    world.users[1].admin = True
    channel = world.add(Group(world.next_id("groups"), "Channel", "channel", "channel", now))
    elsewhere = world.add(Group(world.next_id("groups"), "Elsewhere", "elsewhere", "elsewhere", now))
    for name, group in (("channels", channel), ("other", elsewhere)):
        number, path = world.next_id("projects"), f"{group.full_path}/{name}"
        world.add(Project(number, name.title(), name, path, group.id, now))
    for role, level in ROLES.items():
        user = world.user_by_name(role)
        assert user is not None
        world.add(Member(world.next_id("members"), user.id, level, now, group_id=channel.id))
    blocked = world.user_by_name("blocked")
    assert blocked is not None
    blocked.state = "blocked"
    return world


def add_user(world: World, name: str) -> User:
    """With the tokens `token-<name>` (api), `read-<name>` and a revoked `revoked-<name>`."""
    now = world.clock.now()
    user = world.add(User(world.next_id("users"), name, name.title(), f"{name}@example.com", now))
    for kind, scope in (("token", "api"), ("read", "read_api"), ("revoked", "api")):
        token = Token(world.next_id("tokens"), user.id, kind, f"{kind}-{name}", now, [scope], revoked=kind == "revoked")
        world.add(token)
    return user


@contextmanager
def play(tier: Tier = "premium", state: Path | None = None) -> Iterator[Play]:
    with Sandbox(small_world(tier), state=state) as sandbox:
        world = sandbox.world
        channel, project, other = world.groups[1], world.projects[1], world.projects[2]
        heard: list[Happened] = []
        world.listeners.append(heard.append)
        yield Play(sandbox, channel, project, other, heard)
