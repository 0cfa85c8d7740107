"""Rows go in, and come out by id, path, owner and iid: the state of the emulated GitLab, with no HTTP in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from typing import Any, Literal, TypeVar

from bot.sandbox.attached_records import Invitation, IssueLink, Upload
from bot.sandbox.clock import Clock
from bot.sandbox.code_records import ApprovalRule, Blob, Branch, Commit, MergeRequest, ProtectedBranch
from bot.sandbox.happenings import Happened
from bot.sandbox.indexes import Indexes
from bot.sandbox.planning_records import Board, BoardList, Epic
from bot.sandbox.records import (
    Emoji,
    Group,
    Hook,
    HookLog,
    Issue,
    Label,
    LabelEvent,
    Mail,
    Member,
    Milestone,
    MilestoneEvent,
    Note,
    Project,
    Share,
    StateEvent,
    Todo,
    Token,
    User,
    WeightEvent,
)

Row = TypeVar("Row")
Tier = Literal["premium", "free", "ce"]  # a licensed GitLab; GitLab.com Free; the Community Edition

TABLES: dict[type[Any], str] = {
    User: "users",
    Token: "tokens",
    Group: "groups",
    Project: "projects",
    Share: "shares",
    Label: "labels",
    Milestone: "milestones",
    Issue: "issues",
    Note: "notes",
    LabelEvent: "label_events",
    WeightEvent: "weight_events",
    MilestoneEvent: "milestone_events",
    StateEvent: "state_events",
    Emoji: "emojis",
    Hook: "hooks",
    HookLog: "hook_logs",
    Todo: "todos",
    Mail: "mails",
    Blob: "blobs",
    Commit: "commits",
    Branch: "branches",
    MergeRequest: "merge_requests",
    Invitation: "invitations",
    IssueLink: "issue_links",
    Upload: "uploads",
    Epic: "epics",
    Board: "boards",
    BoardList: "board_lists",
    ProtectedBranch: "protected_branches",
    ApprovalRule: "approval_rules",
}
"""Row class -> the World's table of it, a dict by id. `members` alone is a list."""


class World:
    """Everything the emulated GitLab knows. Rows enter with `add` and leave with `remove`, which keep the indexes."""

    users: dict[int, User]
    tokens: dict[int, Token]
    groups: dict[int, Group]
    projects: dict[int, Project]
    shares: dict[int, Share]
    labels: dict[int, Label]
    milestones: dict[int, Milestone]
    issues: dict[int, Issue]
    notes: dict[int, Note]
    label_events: dict[int, LabelEvent]
    weight_events: dict[int, WeightEvent]
    milestone_events: dict[int, MilestoneEvent]
    state_events: dict[int, StateEvent]
    emojis: dict[int, Emoji]
    hooks: dict[int, Hook]
    hook_logs: dict[int, HookLog]
    todos: dict[int, Todo]
    mails: dict[int, Mail]
    blobs: dict[int, Blob]
    commits: dict[int, Commit]
    branches: dict[int, Branch]
    merge_requests: dict[int, MergeRequest]
    invitations: dict[int, Invitation]
    issue_links: dict[int, IssueLink]
    uploads: dict[int, Upload]
    epics: dict[int, Epic]
    boards: dict[int, Board]
    board_lists: dict[int, BoardList]
    protected_branches: dict[int, ProtectedBranch]
    approval_rules: dict[int, ApprovalRule]

    def __init__(self, tier: Tier = "premium", url: str = "http://127.0.0.1:0", clock: Clock | None = None) -> None:
        self.lock = threading.RLock()
        self.clock = clock or Clock()
        self.tier: Tier = tier
        self.url = url
        self.version = "19.1.0" if tier == "ce" else "19.1.0-ee"
        for table in TABLES.values():
            setattr(self, table, {})
        self.members: list[Member] = []
        self.redirects: dict[str, int] = {}  # an old project path, lower case -> project id
        self.counters: dict[str, int] = {}
        self.limited_users: set[str] = set()  # usernames that GitLab.com's rate limits bind from the start
        self.listeners: list[Callable[[Happened], None]] = []
        self.reindex()

    # Rows

    def next_id(self, kind: str) -> int:
        """The next number of that series, from 1; `kind` is a table's name, or "issue iid 22" and the like."""
        self.counters[kind] = self.counters.get(kind, 0) + 1
        return self.counters[kind]

    def add(self, row: Row) -> Row:
        if isinstance(row, Member):
            self.members.append(row)
        else:
            self.table(type(row))[row.id] = row  # type: ignore[attr-defined]  # every row class has an id
        self.index.put(row)
        self._forget_access(row)
        return row

    def remove(self, row: object) -> None:
        if isinstance(row, Member):
            self.members.remove(row)
        else:
            del self.table(type(row))[row.id]  # type: ignore[attr-defined]  # every row class has an id
        self.index.forget(row)
        self._forget_access(row)

    def table(self, kind: type[Any]) -> dict[int, Any]:
        rows: dict[int, Any] = getattr(self, TABLES[kind])
        return rows

    def reindex(self) -> None:
        """Builds the indexes anew: after rows were put into the tables by hand, or a path or name changed."""
        self.index = Indexes()
        for table in TABLES.values():
            for row in getattr(self, table).values():
                self.index.put(row)
        for member in self.members:
            self.index.put(member)
        self.access_changed()

    # Look-ups

    def user_by_name(self, username: str) -> User | None:
        return self.index.user_names.get(username.lower())

    def token_by_value(self, value: str) -> Token | None:
        return self.index.tokens.get(value)

    def group_by_path(self, path: str) -> Group | None:
        return self.index.group_paths.get(path.lower())

    def project_by_path(self, path: str) -> Project | None:
        return self.index.project_paths.get(path.lower())

    def moved_project(self, path: str) -> Project | None:
        """The project that had this path before it was renamed."""
        return self.projects.get(self.redirects.get(path.lower(), 0))

    def issue(self, project_id: int, iid: int) -> Issue | None:
        return self.index.issues[project_id].get(iid)

    def ancestors(self, group: Group) -> Iterator[Group]:
        """The group itself, its parent, and so on to the top."""
        at: Group | None = group
        while at is not None:
            yield at
            at = self.groups.get(at.parent_id) if at.parent_id is not None else None

    def descendants(self, group: Group) -> Iterator[Group]:
        """The group itself, then everything below it."""
        yield group
        for child in self.index.children[group.id]:
            yield from self.descendants(child)

    def projects_below(self, group: Group) -> Iterator[Project]:
        for at in self.descendants(group):
            yield from self.index.group_projects[at.id]

    # Access

    def access_changed(self) -> None:
        """To be called when a member's or a share's level was changed in place."""
        self._access: dict[tuple[int, str, int, date], int] = {}

    def _forget_access(self, row: object) -> None:
        if isinstance(row, Member | Share | Group | Project):
            self.access_changed()

    def effective_access(self, user: User, owner: Group | Project) -> int:
        """The highest level from direct and inherited memberships and group shares, 0 if none. Admins get no bonus."""
        key = (user.id, type(owner).__name__, owner.id, self.clock.now().date())
        if key not in self._access:
            self._access[key] = max(self._levels(user, owner), default=0)
        return self._access[key]

    def lasts(self, row: Member | Share) -> bool:
        return row.expires_at is None or row.expires_at > self.clock.now().date()

    def shares_of(self, owner: Group | Project) -> list[Share]:
        """Those that still last."""
        if isinstance(owner, Project):
            found = [share for share in self.shares.values() if share.project_id == owner.id]
        else:
            found = [share for share in self.shares.values() if share.group_id == owner.id]
        return [share for share in found if self.lasts(share)]

    def _levels(self, user: User, owner: Group | Project) -> Iterator[int]:
        """A project's guests are all who can get into the invited group, a group's only its direct members."""
        if isinstance(owner, Project):
            yield from self._held(user, self.index.project_members[owner.id])
            for share in self.shares_of(owner):
                yield min(self.effective_access(user, self.groups[share.shared_with_group_id]), share.access_level)
            yield self.effective_access(user, self.groups[owner.group_id])
            return
        for group in self.ancestors(owner):
            yield from self._held(user, self.index.group_members[group.id])
            for share in self.shares_of(group):
                for held in self._held(user, self.index.group_members[share.shared_with_group_id]):
                    yield min(held, share.access_level)

    def _held(self, user: User, members: Iterable[Member]) -> Iterator[int]:
        return (member.access_level for member in members if member.user_id == user.id and self.lasts(member))

    # News

    def announce(self, happened: Happened) -> None:
        """Tells every listener; called under the lock, after the effect. Listeners only enqueue."""
        for listener in self.listeners:
            listener(happened)
