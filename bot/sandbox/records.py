"""The rows of the sandbox's world: what GitLab keeps in its tables, as plain JSON-able dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(eq=False)
class User:
    id: int
    username: str
    name: str
    email: str
    created_at: datetime
    state: str = "active"  # active | blocked
    admin: bool = False
    bot: bool = False


@dataclass(eq=False)
class Token:
    id: int
    user_id: int
    name: str
    value: str
    created_at: datetime
    scopes: list[str] = field(default_factory=lambda: ["api"])
    expires_at: date | None = None
    revoked: bool = False


@dataclass(eq=False)
class Group:
    """`kind` "user" is a personal namespace: it holds projects, but the groups API does not show it."""

    id: int
    name: str
    path: str
    full_path: str
    created_at: datetime
    parent_id: int | None = None
    visibility: str = "private"  # private | internal | public
    description: str = ""
    kind: str = "group"  # group | user
    owner_id: int | None = None
    subgroup_creation_level: str = "maintainer"  # maintainer | owner: who may create groups in it


@dataclass(eq=False)
class Project:
    id: int
    name: str
    path: str
    full_path: str
    group_id: int
    created_at: datetime
    visibility: str = "private"
    description: str = ""
    default_branch: str = "main"
    archived: bool = False
    creator_id: int | None = None
    updated_at: datetime | None = None
    merge_method: str = "merge"  # merge | rebase_merge | ff
    resolve_discussions: bool = False  # whether all must be resolved before a merge
    approvals_before_merge: int = 0


@dataclass(eq=False)
class Member:
    """A direct membership: exactly one of `group_id` and `project_id` is set."""

    id: int
    user_id: int
    access_level: int
    created_at: datetime
    group_id: int | None = None
    project_id: int | None = None
    expires_at: date | None = None
    created_by_id: int | None = None


@dataclass(eq=False)
class Share:
    """A group or project (exactly one is set) opened to the members of `shared_with_group_id`."""

    id: int
    shared_with_group_id: int
    access_level: int
    group_id: int | None = None
    project_id: int | None = None
    expires_at: date | None = None


@dataclass(eq=False)
class Label:
    id: int
    name: str
    color: str
    created_at: datetime
    description: str | None = None
    group_id: int | None = None
    project_id: int | None = None
    priority: int | None = None
    updated_at: datetime | None = None


@dataclass(eq=False)
class Milestone:
    id: int
    iid: int
    title: str
    created_at: datetime
    updated_at: datetime
    group_id: int | None = None
    project_id: int | None = None
    description: str = ""
    state: str = "active"  # active | closed
    start_date: date | None = None
    due_date: date | None = None


@dataclass(eq=False)
class Issue:
    id: int
    iid: int
    project_id: int
    title: str
    author_id: int
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    state: str = "opened"  # opened | closed
    issue_type: str = "issue"
    label_ids: list[int] = field(default_factory=list)
    assignee_ids: list[int] = field(default_factory=list)
    milestone_id: int | None = None
    weight: int | None = None
    due_date: date | None = None
    confidential: bool = False
    discussion_locked: bool = False
    closed_at: datetime | None = None
    closed_by_id: int | None = None
    moved_to_id: int | None = None
    epic_id: int | None = None
    updated_by_id: int | None = None
    last_edited_at: datetime | None = None
    last_edited_by_id: int | None = None
    user_notes_count: int = 0


@dataclass(eq=False)
class Note:
    id: int
    issue_id: int
    author_id: int
    body: str
    created_at: datetime
    updated_at: datetime
    system: bool = False
    internal: bool = False
    system_action: str | None = None  # what a system note tells of: assignee, due_date, title, description, ...
    last_edited_at: datetime | None = None
    told_of_id: int | None = None  # the issue a "mentioned in" tells of


@dataclass(eq=False)
class LabelEvent:
    id: int
    issue_id: int
    user_id: int
    created_at: datetime
    action: str  # add | remove
    label_id: int | None


@dataclass(eq=False)
class WeightEvent:
    id: int
    issue_id: int
    user_id: int
    created_at: datetime
    weight: int | None


@dataclass(eq=False)
class MilestoneEvent:
    id: int
    issue_id: int
    user_id: int
    created_at: datetime
    action: str  # add | remove
    milestone_id: int | None
    state: str


@dataclass(eq=False)
class StateEvent:
    id: int
    issue_id: int
    user_id: int
    created_at: datetime
    state: str  # closed | reopened


@dataclass(eq=False)
class Emoji:
    id: int
    name: str
    user_id: int
    issue_id: int
    created_at: datetime
    note_id: int | None = None


@dataclass(eq=False)
class Hook:
    """`recent_failures` counts failures in a row; `disabled_forever` and `disabled_until` are the auto-disabling."""

    id: int
    url: str
    created_at: datetime
    group_id: int | None = None
    project_id: int | None = None
    name: str | None = None
    description: str | None = None
    token: str | None = None
    signing_token: str | None = None
    events: dict[str, bool] = field(default_factory=dict)  # issues_events, note_events, ...
    enable_ssl_verification: bool = True
    push_events_branch_filter: str | None = None
    branch_filter_strategy: str = "wildcard"
    custom_webhook_template: str | None = None
    custom_headers: dict[str, str] = field(default_factory=dict)
    url_variables: dict[str, str] = field(default_factory=dict)
    recent_failures: int = 0
    disabled_until: datetime | None = None
    disabled_forever: bool = False


@dataclass(eq=False)
class HookLog:
    """One delivery attempt; `idempotency_key` is the logical delivery's id and survives a resend."""

    id: int
    hook_id: int
    url: str
    trigger: str
    created_at: datetime
    idempotency_key: str
    request_headers: dict[str, str] = field(default_factory=dict)
    request_body: str = ""
    response_status: str = ""
    response_headers: dict[str, str] = field(default_factory=dict)
    response_body: str = ""
    execution_duration: float = 0.0
    error: str | None = None


@dataclass(eq=False)
class Todo:
    id: int
    user_id: int
    author_id: int
    issue_id: int
    action: str  # assigned | mentioned | directly_addressed | marked
    created_at: datetime
    note_id: int | None = None
    state: str = "pending"  # pending | done


@dataclass(eq=False)
class Mail:
    """`raw` is the base64 of a mail that came over SMTP, headers and all; of GitLab's own there is only the text."""

    id: int
    to: str
    subject: str
    body: str
    created_at: datetime
    user_id: int | None = None
    issue_id: int | None = None
    note_id: int | None = None
    sender: str = ""
    raw: str = ""
