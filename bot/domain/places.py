"""Where work lies and who is let in: groups, projects, shares and invitations as GitLab's API returns them.

A group is a *folder* and a project a *room* here, as the team's own words for its folders of partners go.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.gitlab import Person


@dataclass(frozen=True, slots=True)
class Folder:
    """A group; `path` is its full path, `parent_id` None at the top (docs.gitlab.com/api/groups)."""

    id: int
    path: str
    name: str
    parent_id: int | None
    visibility: str
    subgroup_creation: str
    """Who may make folders in it, by role: `owner` or `maintainer` (Owners and Maintainers)."""
    web_url: str


@dataclass(frozen=True, slots=True)
class Seat:
    """An invitation nobody has accepted yet, so `person` is None (docs.gitlab.com/api/invitations)."""

    person: Person | None
    email: str
    level: int
    """GitLab's number: 30 is Developer, 40 Maintainer, 50 Owner."""
    invited_on: date | None


@dataclass(frozen=True, slots=True)
class Guest:
    """A group that a folder is shared with: its id and full path, and the most its members can be there."""

    group_id: int
    path: str
    level: int


@dataclass(frozen=True, slots=True)
class Room:
    """A project; `path` is its full path, `namespace` that of the group it lies in (docs.gitlab.com/api/projects)."""

    id: int
    path: str
    name: str
    namespace: str
    default_branch: str
    """`main` while the repository is empty, since GitLab names none then."""
    web_url: str
    visibility: str


@dataclass(frozen=True, slots=True)
class BoardList:
    """A column of a board: the issues with its label; `label` is None for a column of another kind."""

    id: int
    label: str | None
    position: int


@dataclass(frozen=True, slots=True)
class Board:
    """A board of a group, its columns from left to right (docs.gitlab.com/api/group_boards)."""

    id: int
    name: str
    lists: tuple[BoardList, ...] = ()
    labels: frozenset[str] = frozenset()
    """What it is filtered by."""
    has_filter: bool = True
    """False where the plan cannot filter boards: GitLab then leaves the key out."""


@dataclass(frozen=True, slots=True)
class MergeRules:
    """What stands between a change and a project's default branch; levels are GitLab's: 30 Developer, 40 Maintainer."""

    project: str
    branch: str
    protected: bool
    merge_level: int | None
    """The least role that may merge into it; None where no role may, but at most single people or groups."""
    push_level: int | None
    """The least role that may push to it past any merge request."""
    approvals_required: int | None
    """The most that one of the rules asks for; None where the plan has no such rules."""
    discussions_resolved: bool
    """Whether every discussion must be resolved before a merge."""
    merge_method: str = "merge"
    """merge, rebase_merge or ff, as GitLab spells it."""


@dataclass(frozen=True, slots=True)
class StateEvent:
    """One line of an issue's state journal: who closed or reopened it (docs.gitlab.com/api/resource_state_events)."""

    id: int
    at: datetime
    user_id: int | None
    """None when the account is gone."""
    state: str
    """`closed` or `reopened`, as GitLab spells it."""
