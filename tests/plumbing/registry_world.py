"""A project with commits, groups with members and merge requests, in memory, behind the gateway's own signatures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from bot.domain.gitlab import Member, Person
from bot.errors import NotThere
from bot.rest.translate import Commit, MergeRequest
from tests.stage import ROOT

SHIPPED: Mapping[str, str] = {
    path.name: path.read_text() for path in sorted((ROOT / "config" / "registry").glob("*.yml"))
}
PROJECT, BRANCH, TEAM = "gitlab-com/channel/bot-registry", "main", "gitlab-com/channel-team"
BOT = Person(1, "channel-bot")


@dataclass
class World:
    """`history` are the branch's commits, oldest first; `direct` are each group's own members."""

    history: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    direct: dict[str, list[Member]] = field(default_factory=lambda: {TEAM: []})
    requests: list[MergeRequest] = field(default_factory=list)
    branches: dict[str, dict[str, str]] = field(default_factory=dict)
    messages: dict[str, str] = field(default_factory=dict)
    """Of the newest commit of each branch."""
    asked: list[str] = field(default_factory=list)
    """Every call that GitLab would have got."""
    hidden: set[str] = field(default_factory=set)
    """Files that the tree lists and nobody can read."""

    def push(self, **changes: str | None) -> str:
        """A commit with these files (without .yml) as said, and deleted where None; its sha."""
        files = dict(self.history[-1][1]) if self.history else {**SHIPPED, "README.md": "# Registry\n"}
        files |= {f"{name}.yml": text for name, text in changes.items() if text is not None}
        for name in (name for name, text in changes.items() if text is None):
            files.pop(f"{name}.yml", None)
        self.history.append((f"{len(self.history):x}".rjust(2, "c") + "0" * 38, files))
        return self.history[-1][0]

    def join(self, group: str, number: int, username: str, *, level: int = 30, state: str = "active") -> None:
        self.direct.setdefault(group, []).append(Member(Person(number, username, state), level))

    def close(self, state: str) -> None:
        """Somebody closes or merges the newest merge request."""
        self.requests[0] = replace(self.requests[0], state=state)

    def commits(self, project: int | str, ref: str, *, path: str | None = None, limit: int = 20) -> tuple[Commit, ...]:
        self.asked.append("commits")
        if ref in self.branches:
            return (Commit("b" * 40, self.messages[ref], "", datetime(2026, 11, 2, tzinfo=UTC)),)
        newest = [Commit(sha, "", "", datetime(2026, 11, 2, tzinfo=UTC)) for sha, _ in reversed(self.history)]
        return tuple(newest[:limit])

    def files_at(self, project: int | str, ref: str, under: str = "") -> tuple[str, ...]:
        self.asked.append("tree")
        return tuple(dict(self.history)[ref])

    def file(self, project: int | str, path: str, ref: str) -> str | None:
        self.asked.append("file")
        if path in self.hidden:
            return None
        newest = self.history[-1][1] if self.history and ref == BRANCH else None
        files = newest or self.branches.get(ref) or dict(self.history).get(ref) or {}
        return files.get(path)

    def default_branch(self, project: int | str) -> str:
        return BRANCH

    def me(self) -> Person:
        return BOT

    def group_members(self, group: int | str, *, inherited: bool = True) -> tuple[Member, ...]:
        self.asked.append(f"members of {group}{' and above' if inherited else ''}")
        if str(group) not in self.direct:
            raise NotThere(f"404 at {group}")
        return tuple(self.direct[str(group)])

    def merge_requests(
        self, project: int | str, *, source_branch: str | None = None, state: str = "opened"
    ) -> tuple[MergeRequest, ...]:
        return tuple(self.requests)

    def propose(
        self,
        project: int | str,
        branch: str,
        title: str,
        description: str,
        files: Mapping[str, str],
        *,
        afresh: bool = False,
    ) -> MergeRequest:
        self.asked.append(f"propose {branch}{' afresh' if afresh else ''}")
        self.branches[branch] = dict(files)
        self.messages[branch] = title
        for at, one in enumerate(self.requests):
            if one.source_branch == branch and one.state == "opened":
                self.requests[at] = replace(one, title=title, description=description)
                return self.requests[at]
        made = MergeRequest(len(self.requests) + 1, title, "opened", "", branch, description)
        self.requests.insert(0, made)
        return made
