"""GitLab's own things: what its API returns, in its words and units, frozen at the moment of reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final


@dataclass(frozen=True, slots=True)
class Person:
    """A GitLab account; `username` as GitLab spells it, without the @."""

    id: int
    username: str
    state: str = "active"

    @property
    def is_active(self) -> bool:
        """Whether the account can be worked with: it is neither blocked nor gone."""
        return self.state == "active"


@dataclass(frozen=True, slots=True)
class Written:
    """The title the bot last gave a milestone, and how many times it put that right after a person's change."""

    title: str
    healed: int = 0


@dataclass(frozen=True, slots=True)
class Milestone:
    """A milestone of a group (`group_id` set) or a project (`project_id` set); `id` is global, dates are inclusive."""

    id: int
    iid: int
    title: str
    description: str = ""
    state: str = "active"
    start: date | None = None
    due: date | None = None
    group_id: int | None = None
    project_id: int | None = None
    web_url: str = ""
    written: Written | None = None

    @property
    def is_active(self) -> bool:
        return self.state == "active"


@dataclass(frozen=True, slots=True)
class EpicRef:
    """The epic an issue is in, as the issue names it; `group_id` is that of the epic's own group."""

    id: int
    iid: int
    title: str
    group_id: int
    url: str = ""
    """Below GitLab's own address: `/groups/gitlab-com/channel/-/epics/5`."""


@dataclass(frozen=True, slots=True)
class Epic:
    """An epic of a group, on plans that have epics (docs.gitlab.com/api/epics); dates are inclusive."""

    id: int
    iid: int
    title: str
    group: str
    """The full path of its own group, which may lie below or above the one that was asked."""
    labels: frozenset[str] = frozenset()
    state: str = "opened"
    web_url: str = ""
    start: date | None = None
    due: date | None = None
    created_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        return self.state == "opened"

    @property
    def reference(self) -> str:
        """`group&5`, as people write it."""
        return f"{self.group}&{self.iid}"


@dataclass(frozen=True, slots=True)
class Issue:
    """One issue as `GET /projects/:id/issues/:iid` and the issue lists return it (docs.gitlab.com/api/issues)."""

    project_id: int
    iid: int
    project: str
    title: str
    id: int = 0
    description: str = ""
    state: str = "opened"
    issue_type: str = "issue"
    labels: frozenset[str] = frozenset()
    weight: int | None = None
    has_weight: bool = True
    """False where the plan has no weights: GitLab then leaves the key out."""
    assignees: tuple[Person, ...] = ()
    author: Person = Person(0, "")
    milestone: Milestone | None = None
    due_date: date | None = None
    confidential: bool = False
    created_at: datetime | None = None
    updated_at: datetime | None = None
    user_notes_count: int = 0
    moved_to_id: int | None = None
    web_url: str = ""
    epic: EpicRef | None = None
    has_epics: bool = False
    """False where the plan has no epics: GitLab then leaves the key out."""
    first_iid: int = 0
    """Its number in this project before it was moved away and came back; 0: it had no other, or nobody looked."""

    @property
    def number(self) -> int:
        """By which it is known for good: it stays the same when the issue is moved away and comes back."""
        return self.first_iid or self.iid

    @property
    def origin(self) -> str:
        """Its reference by that number."""
        return f"{self.project}#{self.number}"

    def became(self, other: Issue) -> bool:
        """Whether it was moved, at once or by several places, and is that issue now: its writer and moment went along.

        A copy has others.
        """
        if self.moved_to_id is None or self.created_at is None:
            return self.moved_to_id is not None and self.moved_to_id == other.id
        is_same = (self.author.id, self.created_at) == (other.author.id, other.created_at)
        return self.moved_to_id == other.id or (is_same and self.id < other.id)

    @property
    def is_open(self) -> bool:
        return self.state == "opened"

    @property
    def reference(self) -> str:
        """`group/project#12`, as people write it."""
        return f"{self.project}#{self.iid}"

    @property
    def listed_title(self) -> str:
        """As a list may name it that others read than this issue: a confidential one keeps its title to itself."""
        return "(confidential)" if self.confidential else self.title


@dataclass(frozen=True, slots=True)
class Initiative:
    """An epic with its issues, open and closed, without their descriptions."""

    epic: Epic
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One line of the label journal: who added or removed what (docs.gitlab.com/api/resource_label_events)."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    label: str
    username: str = ""
    """Empty where that account is gone."""


@dataclass(frozen=True, slots=True)
class WeightEvent:
    """One line of the weight journal; None when cleared (docs.gitlab.com/api/resource_weight_events)."""

    id: int
    at: datetime
    user_id: int | None
    weight: int | None


@dataclass(frozen=True, slots=True)
class MilestoneEvent:
    """One line of the milestone journal; `milestone` as it is called today
    (docs.gitlab.com/api/resource_milestone_events)."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    milestone: Milestone


@dataclass(frozen=True, slots=True)
class Note:
    """One comment, or one line that GitLab wrote about a change (`system`); `internal` ones are not for everybody."""

    id: int
    body: str
    author: Person
    created_at: datetime | None = None
    updated_at: datetime | None = None
    system: bool = False
    internal: bool = False


@dataclass(frozen=True, slots=True)
class Award:
    """One emoji on a comment."""

    id: int
    name: str
    user_id: int
    at: datetime


GUEST: Final = 10
"""From this level on somebody can see a project; minimal access and mere invitations make nobody a member."""
MAINTAINER: Final = 40
"""From this level on somebody edits what others wrote, and commits to protected branches."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group or project; `level` is GitLab's number (docs.gitlab.com/api/access_requests): 50 is Owner."""

    person: Person
    level: int


@dataclass(frozen=True, slots=True)
class Openness:
    """To whom a group or project opens beyond its own members; `shared_with` are ids of groups."""

    visibility: str
    full_path: str
    parent: str | None = None
    shared_with: tuple[int, ...] = ()
