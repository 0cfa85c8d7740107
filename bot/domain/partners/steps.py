"""Steps: what may be done for a partner, each of which may be done again and is found done then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, TypeAlias

from bot.domain.gitlab import Issue, Person
from bot.domain.partners.changes import Change
from bot.domain.partners.record import Place, Record, Request
from bot.domain.places import Room


@dataclass(frozen=True, slots=True)
class MakeGroup:
    """A private group at `path` (full), called `name`; only its owners may make groups in it."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class PutMember:
    """Make somebody a member of the group at `path` with that level, or raise them to it.

    `person` None: GitLab invites whoever reads mail at `email`.
    """

    path: str
    level: int
    person: Person | None = None
    email: str = ""


@dataclass(frozen=True, slots=True)
class HideGroup:
    """Make the group at `path` private."""

    path: str


@dataclass(frozen=True, slots=True)
class MakeProject:
    """An empty private project at `path` (full), called `name`."""

    path: str
    name: str


@dataclass(frozen=True, slots=True)
class MoveProject:
    """Transfer a project to the group at `target` (full path)."""

    room: Room
    target: str


@dataclass(frozen=True, slots=True)
class PutTemplates:
    """Commit the issue templates and the README of a programme (its key) to the project at `path`, in one commit."""

    path: str
    programme: str
    partner: str


@dataclass(frozen=True, slots=True)
class OpenCase:
    """Open the issue of a case, unless one with the same `key` is there.

    `kind` is `tracking` or `award`; `project` a full path; `values` fill the programme's template. `assign` are the
    people to assign, in order of importance: where the plan has one assignee only, the first.
    """

    key: str
    kind: Literal["tracking", "award"]
    project: str
    partner: str
    programme: str
    values: Mapping[str, str]
    assign: tuple[Person, ...] = ()
    labels: tuple[str, ...] = ()
    due: date | None = None
    link: Place | None = None
    """The issue to relate it to."""


@dataclass(frozen=True, slots=True)
class PutDraft:
    """Have the letter of an award issue ready in it, as text and as a file for a mail program, as it reads today."""

    issue: Issue
    partner: str
    programme: str


@dataclass(frozen=True, slots=True)
class CloseTwin:
    """Close an issue that another one of the same case stands for, with a comment that links it."""

    issue: Issue
    original: Issue


@dataclass(frozen=True, slots=True)
class Relate:
    """Link two issues to each other."""

    issue: Issue
    other: Issue


@dataclass(frozen=True, slots=True)
class KeepRecord:
    """Write down what is asked for the partner; with it the requests in it count as carried out."""

    record: Record


@dataclass(frozen=True, slots=True)
class Drop:
    """A request that comes to nothing, or that needs nothing more to be done, is carried out."""

    request: Request


@dataclass(frozen=True, slots=True)
class Propose:
    """Propose a change of the partner's entry in the registry, by merge request."""

    partner: str
    change: Change


@dataclass(frozen=True, slots=True)
class Tell:
    """Tell people once, by a comment on the partner's record, or on the issue in whose plan it stands.

    `key` is the occasion, `who` by username.

    `topic` picks the sentence in the handler's note template, `values` fill it.
    """

    rule: str
    topic: str
    key: str
    who: tuple[str, ...]
    values: Mapping[str, str] = field(default_factory=dict)


PartnerAction: TypeAlias = (
    MakeGroup
    | PutMember
    | HideGroup
    | MakeProject
    | MoveProject
    | PutTemplates
    | OpenCase
    | PutDraft
    | CloseTwin
    | Relate
    | KeepRecord
    | Drop
    | Propose
    | Tell
)
"""What is done for a partner; each may be done again, and is found done then."""
