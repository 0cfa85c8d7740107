"""Facts: what was read from GitLab, in GitLab's own words and units, frozen at the moment of reading."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, tzinfo
from enum import StrEnum
from typing import TypeAlias

from bot.domain.labels import Labels
from bot.domain.needs import IssuesLabelled, Need
from bot.domain.registry import Registry
from bot.domain.tally import Tally
from bot.domain.windows import Window
from bot.domain.workdays import Workdays


class Tier(StrEnum):
    """GitLab's plan: what it offers decides which fields exist."""

    FREE = "free"
    PREMIUM = "premium"
    ULTIMATE = "ultimate"


@dataclass(frozen=True, slots=True)
class Person:
    """A GitLab account; `username` as GitLab spells it, without the @."""

    id: int
    username: str
    state: str = "active"


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a handle somebody wrote: `person` is None when no account has it."""

    handle: str
    person: Person | None = None
    member: bool = False
    is_group: bool = False


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

    @property
    def is_open(self) -> bool:
        return self.state == "opened"

    @property
    def reference(self) -> str:
        """`group/project#12`, as people write it."""
        return f"{self.project}#{self.iid}"


@dataclass(frozen=True, slots=True)
class LabelEvent:
    """One line of the label journal: who added or removed what (docs.gitlab.com/api/resource_label_events)."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    label: str


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


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a group or project; `level` is GitLab's number: 30 is Developer, 40 Maintainer, 50 Owner."""

    person: Person
    level: int


@dataclass(frozen=True, slots=True)
class Openness:
    """To whom a group or project opens beyond its own members; `shared_with` are ids of groups."""

    visibility: str
    full_path: str
    parent: str | None = None
    shared_with: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """What configuration says about this GitLab and this team, as far as rules need it."""

    bot: Person
    group: str
    """Full path of the group that holds labels and milestones."""
    home: str
    """Full path of the Channels project."""
    projects: tuple[str, ...]
    """Full paths of the projects whose milestones could stand in the way of the group's; `home` is one of them."""
    labels: Labels
    group_id: int = 0
    tier: Tier = Tier.PREMIUM
    partners: str = ""
    """Full path of the group that holds a folder for each partner."""
    workdays: Workdays = field(default_factory=Workdays)
    zone: tzinfo = UTC
    """The team's, in which a moment has its calendar date."""
    registry: Registry = field(default_factory=Registry)


@dataclass(frozen=True, slots=True)
class Guard:
    """Whose word counts on an issue: where somebody outside the team may edit everything, only the team's."""

    bots: frozenset[int] = frozenset()
    """Ids of the bot's own accounts, of today and before."""
    is_up: bool = False
    team: frozenset[int] = frozenset()
    """Ids of the team's members; read only where the guard is up."""

    def counts(self, user_id: int | None) -> bool:
        """Whether what this account did is a person's word; the bot's own deeds never are."""
        return user_id not in self.bots and (not self.is_up or user_id in self.team)


@dataclass(frozen=True, slots=True)
class IssueFacts:
    """One issue, the day it is looked at, and whatever handlers needed beyond it."""

    today: date
    site: Site
    issue: Issue
    label_events: tuple[LabelEvent, ...] = ()
    weight_events: tuple[WeightEvent, ...] = ()
    accounts: Mapping[str, Account] = field(default_factory=dict)
    """By handle, lower case."""
    windows: tuple[Milestone, ...] = ()
    milestone_events: tuple[MilestoneEvent, ...] = ()
    notes: tuple[Note, ...] = ()
    """Oldest first, GitLab's own lines among them; empty unless somebody needed them."""
    labelled: Mapping[IssuesLabelled, tuple[Issue, ...]] = field(default_factory=dict)
    overdue: tuple[Issue, ...] = ()
    guard: Guard = field(default_factory=Guard)
    wrote: frozenset[str] | None = None
    """The fields the bot is remembered to have written on this issue (see `reversals`); None: nobody knows."""
    untrusted: frozenset[str] = frozenset()
    """Labels that the issue carries and that count for nothing: nobody whose word counts put them there."""
    withheld: frozenset[str] = frozenset()
    """Labels that the issue lacks and should carry: somebody whose word does not count took them off."""
    genuine: frozenset[int] = frozenset()
    """Ids of comments that the bot obeyed and nobody edited since."""
    read: frozenset[Need] = frozenset()
    """What was read beyond the issue itself."""
    digest_of: str | None = None
    """The title of the window whose priorities this issue of the bot's own lists; None: it is any other issue."""
    overwrote: bool = False
    """Whether the bot wrote the weight since the journals were read, and perhaps over somebody's."""


@dataclass(frozen=True, slots=True)
class CalendarFacts:
    """The milestones of the configured group and of its Channels project."""

    today: date
    site: Site
    milestones: tuple[Milestone, ...] = ()
    project_milestones: tuple[Milestone, ...] = ()
    open_issues: Mapping[int, tuple[Issue, ...]] = field(default_factory=dict)
    """By milestone id, for the milestones somebody asked about."""

    def on_project(self, title: str) -> bool:
        """Whether a project's milestone has this title: GitLab then refuses it to the group."""
        return any(milestone.title == title for milestone in self.project_milestones)


@dataclass(frozen=True, slots=True)
class DigestFacts:
    """What the open issues of the team add up to, and the window that the digest is about."""

    today: date
    site: Site
    window: Window
    tally: Tally = field(default_factory=Tally)


Facts: TypeAlias = IssueFacts | CalendarFacts | DigestFacts
