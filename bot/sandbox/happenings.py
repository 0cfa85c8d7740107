"""What the sandbox's services tell their listeners: one frozen row per thing that happened, with its actor."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, TypedDict

from bot.sandbox.code_records import Commit
from bot.sandbox.records import Emoji, Group, Issue, Member, Milestone, Note, Project, User


class Change(TypedDict):
    """Values as the world holds them: `labels` are lists of Label, `assignees` lists of User, times are datetimes."""

    previous: object
    current: object


@dataclass(frozen=True)
class IssueHappened:
    issue: Issue
    action: Literal["open", "close", "reopen", "update"]
    changes: dict[str, Change] = field(default_factory=dict)
    actor: User | None = None


@dataclass(frozen=True)
class NoteHappened:
    note: Note
    issue: Issue
    action: Literal["create", "update"]
    actor: User | None = None
    before: str = ""  # an edited note's old body


@dataclass(frozen=True)
class MilestoneHappened:
    """GitLab tells nobody about renames, new dates and deletions."""

    milestone: Milestone
    action: Literal["create", "close", "reopen"]
    actor: User | None = None


@dataclass(frozen=True)
class MemberHappened:
    """`event_name`: user_add_to_group, user_update_for_group or user_remove_from_group."""

    group: Group
    member: Member
    event_name: str
    actor: User | None = None


@dataclass(frozen=True)
class SubgroupHappened:
    """`group` is the subgroup; `event_name`: subgroup_create or subgroup_destroy."""

    group: Group
    event_name: str
    actor: User | None = None


@dataclass(frozen=True)
class ProjectHappened:
    """`event_name`: project_create or project_destroy."""

    project: Project
    event_name: str
    actor: User | None = None


@dataclass(frozen=True)
class EmojiHappened:
    emoji: Emoji
    issue: Issue
    note: Note | None
    action: Literal["award", "revoke"]
    actor: User | None = None


@dataclass(frozen=True)
class PushHappened:
    """A branch moved from one commit to another; 40 zeros stand for none. `commits` are the new ones, oldest first."""

    project: Project
    branch: str
    before: str
    after: str
    commits: tuple[Commit, ...] = ()
    actor: User | None = None


@dataclass(frozen=True)
class Mentioned:
    """`user` was named with an @ in the description (note is None) or in the note, and may read it."""

    user: User
    issue: Issue
    note: Note | None
    actor: User | None = None


@dataclass(frozen=True)
class Assigned:
    user: User
    issue: Issue
    actor: User | None = None


Happened = (
    IssueHappened
    | NoteHappened
    | MilestoneHappened
    | MemberHappened
    | SubgroupHappened
    | ProjectHappened
    | EmojiHappened
    | PushHappened
    | Mentioned
    | Assigned
)
