"""The rows of what hangs on groups, projects and issues: invitations, relations and uploads, as plain dataclasses."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(eq=False)
class Invitation:
    """Somebody without an account was asked in by mail; exactly one of `group_id` and `project_id` is set."""

    id: int
    email: str
    access_level: int
    created_at: datetime
    created_by_id: int
    group_id: int | None = None
    project_id: int | None = None
    expires_at: date | None = None


@dataclass(eq=False)
class IssueLink:
    """Two related issues; for `blocks` the source blocks the target."""

    id: int
    source_id: int
    target_id: int
    created_at: datetime
    link_type: str = "relates_to"  # relates_to | blocks


@dataclass(eq=False)
class Upload:
    """A file of a project; who knows `secret` and may see the project may read it."""

    id: int
    project_id: int
    secret: str
    filename: str
    content: str  # base64, since a file may hold any bytes
    user_id: int
    created_at: datetime
