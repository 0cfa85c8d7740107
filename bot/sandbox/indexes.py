"""Rows turn into the look-up tables that keep the sandbox quick with many issues."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from bot.sandbox.attached_records import IssueLink
from bot.sandbox.code_records import Blob, Branch, Commit, MergeRequest, ProtectedBranch
from bot.sandbox.records import (
    Emoji,
    Group,
    Hook,
    Issue,
    Label,
    LabelEvent,
    Member,
    Milestone,
    MilestoneEvent,
    Note,
    Project,
    StateEvent,
    Token,
    User,
    WeightEvent,
)

Event = LabelEvent | WeightEvent | MilestoneEvent | StateEvent


class Indexes:
    """Derived from the tables alone; the World tells each row that comes and goes."""

    def __init__(self) -> None:
        self.user_names: dict[str, User] = {}
        self.tokens: dict[str, Token] = {}
        self.group_paths: dict[str, Group] = {}
        self.project_paths: dict[str, Project] = {}
        self.children: dict[int, list[Group]] = defaultdict(list)
        self.group_projects: dict[int, list[Project]] = defaultdict(list)
        self.group_members: dict[int, list[Member]] = defaultdict(list)
        self.project_members: dict[int, list[Member]] = defaultdict(list)
        self.issues: dict[int, dict[int, Issue]] = defaultdict(dict)
        self.notes: dict[int, list[Note]] = defaultdict(list)
        self.events: dict[tuple[type[Event], int], list[Event]] = defaultdict(list)
        self.emojis: dict[int, list[Emoji]] = defaultdict(list)
        self.labels: dict[tuple[str, int], dict[str, Label]] = defaultdict(dict)
        self.milestones: dict[tuple[str, int], list[Milestone]] = defaultdict(list)
        self.hooks: dict[tuple[str, int], list[Hook]] = defaultdict(list)
        self.blobs: dict[str, Blob] = {}
        self.commits: dict[int, dict[str, Commit]] = defaultdict(dict)
        self.branches: dict[int, dict[str, Branch]] = defaultdict(dict)
        self.merge_requests: dict[int, dict[int, MergeRequest]] = defaultdict(dict)
        self.protected: dict[int, list[ProtectedBranch]] = defaultdict(list)
        self.links: dict[int, list[IssueLink]] = defaultdict(list)

    def put(self, row: object) -> None:  # noqa: C901, PLR0912  # one case for each table
        match row:
            case User():
                self.user_names[row.username.lower()] = row
            case Token():
                self.tokens[row.value] = row
            case Group():
                self.group_paths[row.full_path.lower()] = row
                if row.parent_id is not None:
                    self.children[row.parent_id].append(row)
            case Project():
                self.project_paths[row.full_path.lower()] = row
                self.group_projects[row.group_id].append(row)
            case Member():
                self._members(row).append(row)
            case Issue():
                self.issues[row.project_id][row.iid] = row
            case Note():
                self.notes[row.issue_id].append(row)
            case LabelEvent() | WeightEvent() | MilestoneEvent() | StateEvent():
                self.events[type(row), row.issue_id].append(row)
            case Emoji():
                self.emojis[row.issue_id].append(row)
            case Label():
                self.labels[owner_key(row)][row.name] = row
            case Milestone():
                self.milestones[owner_key(row)].append(row)
            case Hook():
                self.hooks[owner_key(row)].append(row)
            case Blob():
                self.blobs[row.sha] = row
            case Commit():
                self.commits[row.project_id][row.sha] = row
            case Branch():
                self.branches[row.project_id][row.name] = row
            case MergeRequest():
                self.merge_requests[row.project_id][row.iid] = row
            case ProtectedBranch():
                self.protected[row.project_id].append(row)
            case _:
                self._lists_of(row, list.append)

    def forget(self, row: object) -> None:  # noqa: C901, PLR0912  # the mirror of put
        match row:
            case User():
                del self.user_names[row.username.lower()]
            case Token():
                del self.tokens[row.value]
            case Group():
                del self.group_paths[row.full_path.lower()]
                if row.parent_id is not None:
                    self.children[row.parent_id].remove(row)
            case Project():
                del self.project_paths[row.full_path.lower()]
                self.group_projects[row.group_id].remove(row)
            case Member():
                self._members(row).remove(row)
            case Issue():
                del self.issues[row.project_id][row.iid]
            case Note():
                self.notes[row.issue_id].remove(row)
            case LabelEvent() | WeightEvent() | MilestoneEvent() | StateEvent():
                self.events[type(row), row.issue_id].remove(row)
            case Emoji():
                self.emojis[row.issue_id].remove(row)
            case Label():
                del self.labels[owner_key(row)][row.name]
            case Milestone():
                self.milestones[owner_key(row)].remove(row)
            case Hook():
                self.hooks[owner_key(row)].remove(row)
            case Blob():
                del self.blobs[row.sha]
            case Commit():
                del self.commits[row.project_id][row.sha]
            case Branch():
                del self.branches[row.project_id][row.name]
            case MergeRequest():
                del self.merge_requests[row.project_id][row.iid]
            case ProtectedBranch():
                self.protected[row.project_id].remove(row)
            case _:
                self._lists_of(row, list.remove)

    def _lists_of(self, row: object, change: Callable[[list[IssueLink], IssueLink], None]) -> None:
        """Links are found from both sides; what is not indexed, as shares and epics, is few enough, or read whole."""
        if isinstance(row, IssueLink):
            for number in (row.source_id, row.target_id):
                change(self.links[number], row)

    def _members(self, row: Member) -> list[Member]:
        if row.group_id is not None:
            return self.group_members[row.group_id]
        return self.project_members[row.project_id or 0]


def owner_key(row: Label | Milestone | Hook) -> tuple[str, int]:
    """("group", 41) or ("project", 22): whose row that is."""
    if row.group_id is not None:
        return "group", row.group_id
    return "project", row.project_id or 0
