"""The rows of repositories: blobs, commits, branches and merge requests, as plain JSON-able dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(eq=False)
class Blob:
    """A file's bytes, once for all projects."""

    id: int
    sha: str
    content: str  # base64, since a file may hold any bytes


@dataclass(eq=False)
class Commit:
    """A whole state of the repository: `tree` is path -> blob sha; a merge has two `parents`."""

    id: int
    project_id: int
    sha: str
    message: str
    author_id: int
    created_at: datetime
    parents: list[str] = field(default_factory=list)
    tree: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False)
class Branch:
    id: int
    project_id: int
    name: str
    sha: str


@dataclass(eq=False)
class ProtectedBranch:
    """`name` may hold *; levels are 0 (nobody), 30 or 40: the least role that may push, and merge."""

    id: int
    project_id: int
    name: str
    push_level: int
    merge_level: int


@dataclass(eq=False)
class ApprovalRule:
    id: int
    project_id: int
    name: str
    approvals_required: int
    rule_type: str = "regular"  # regular | any_approver


@dataclass(eq=False)
class MergeRequest:
    """From one branch of a project to another of the same; forks are not played."""

    id: int
    iid: int
    project_id: int
    title: str
    source_branch: str
    target_branch: str
    author_id: int
    created_at: datetime
    updated_at: datetime
    description: str = ""
    state: str = "opened"  # opened | closed | merged
    remove_source_branch: bool = False
    sha: str = ""  # the source branch's head, as it was last
    merge_commit_sha: str | None = None
    merged_by_id: int | None = None
    merged_at: datetime | None = None
    closed_by_id: int | None = None
    closed_at: datetime | None = None
