"""The rows of what a group plans with: epics, boards and the boards' lists, as plain JSON-able dataclasses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime


@dataclass(eq=False)
class Epic:
    """`start_date` and `due_date` are the fixed ones; those inherited from milestones are not played."""

    id: int
    iid: int
    group_id: int
    title: str
    author_id: int
    created_at: datetime
    updated_at: datetime
    description: str | None = None
    state: str = "opened"  # opened | closed
    label_ids: list[int] = field(default_factory=list)
    start_date: date | None = None
    due_date: date | None = None
    closed_at: datetime | None = None


@dataclass(eq=False)
class Board:
    """`label_ids` are the labels it is scoped to, on plans that have that."""

    id: int
    group_id: int
    name: str
    label_ids: list[int] = field(default_factory=list)


@dataclass(eq=False)
class BoardList:
    """One column: the issues with its label."""

    id: int
    board_id: int
    label_id: int
    position: int
