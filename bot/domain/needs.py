"""Needs: what a handler wants to know beyond the issue or the calendar itself; each costs a call or more."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class LabelHistory:
    """Need: the label journal of the issue."""


@dataclass(frozen=True, slots=True)
class WeightHistory:
    """Need: the weight journal of the issue."""


@dataclass(frozen=True, slots=True)
class AccountOf:
    """Need: what is known of a handle, and whether it may be assigned in the issue's project."""

    handle: str


@dataclass(frozen=True, slots=True)
class Windows:
    """Need: all milestones of the configured group."""


@dataclass(frozen=True, slots=True)
class OpenIssuesIn:
    """Need: the open issues that carry one milestone."""

    milestone_id: int


@dataclass(frozen=True, slots=True)
class MilestoneHistory:
    """Need: the milestone journal of the issue."""


@dataclass(frozen=True, slots=True)
class NoteHistory:
    """Need: all comments of the issue and GitLab's own lines between them (who assigned whom, and when)."""


@dataclass(frozen=True, slots=True)
class IssuesLabelled:
    """Need: the open issues of the group that carry any of these labels, on milestones of that title.

    They come without their descriptions, and as they were some seconds ago.
    """

    labels: tuple[str, ...]
    milestone: str


@dataclass(frozen=True, slots=True)
class OverdueIssues:
    """Need: the open issues on milestones that ended before today."""


@dataclass(frozen=True, slots=True)
class StateHistory:
    """Need: who closed and reopened the issue, and when."""


@dataclass(frozen=True, slots=True)
class HoldersOf:
    """Need: the ids of the accounts that hold one of the registry's roles, by its key."""

    role: str


@dataclass(frozen=True, slots=True)
class Candidates:
    """Need: the trainer candidates' issues in the project of a tracking issue."""


@dataclass(frozen=True, slots=True)
class PartnerState:
    """Need: everything about one partner, by its id in the registry."""

    partner: str


@dataclass(frozen=True, slots=True)
class IssuesOf:
    """Need: the issues of a year, open or closed, that began with the template of this key; oldest first.

    They come as they were some seconds ago, or with one call more `fresh`.
    """

    template: str
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class OpenedFor:
    """Need: which issues the bot opened in a year for keys that begin so (see `OpenIssue`)."""

    prefix: str


@dataclass(frozen=True, slots=True)
class OpenWith:
    """Need: the open issues of the group that carry this label; without their descriptions."""

    label: str


@dataclass(frozen=True, slots=True)
class ProposedFor:
    """Need: how far the changes of the registry are that were proposed for a partner, by its id."""

    partner: str


@dataclass(frozen=True, slots=True)
class EpicsOf:
    """Need: the epics, open and closed, with these words in title or description; as they were some minutes ago."""

    words: str


@dataclass(frozen=True, slots=True)
class Initiatives:
    """Need: the open epics of the team's group and below it, each with its issues (recurrences only)."""


Journal: TypeAlias = LabelHistory | WeightHistory | MilestoneHistory | NoteHistory | StateHistory
Need: TypeAlias = (
    Journal
    | AccountOf
    | Windows
    | OpenIssuesIn
    | IssuesLabelled
    | OverdueIssues
    | HoldersOf
    | Candidates
    | PartnerState
    | IssuesOf
    | OpenedFor
    | OpenWith
    | EpicsOf
    | Initiatives
    | ProposedFor
)
