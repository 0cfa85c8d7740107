"""The names and types of what can be asked of an issue, whether by a request or by a quick action."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal, TypedDict

StateEvent = Literal["close", "reopen"]


class Attributes(TypedDict, total=False):
    """What is absent stays as it is. `labels` replaces the set, `add_labels` and `remove_labels` change it."""

    title: str
    description: str | None
    labels: list[str]
    add_labels: list[str]
    remove_labels: list[str]
    assignee_ids: list[int]
    milestone_id: int | None
    weight: int | None
    epic_id: int | None
    due_date: date | None
    state_event: StateEvent
    confidential: bool
    discussion_locked: bool
    issue_type: str
    created_at: datetime
    iid: int


METADATA = frozenset(
    {
        "labels",
        "add_labels",
        "remove_labels",
        "assignee_ids",
        "milestone_id",
        "weight",
        "epic_id",
        "due_date",
        "confidential",
        "discussion_locked",
        "issue_type",
    }
)
"""What an author without a role in the project cannot set on the own issue."""
