"""Facts: what a rule is told about one subject, read from GitLab and frozen at that moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from enum import StrEnum
from typing import TypeAlias

from bot.domain.cases import Case
from bot.domain.communications.rule import NoticeRule
from bot.domain.gitlab import (
    Epic,
    Initiative,
    Issue,
    LabelEvent,
    Member,
    Milestone,
    MilestoneEvent,
    Note,
    Person,
    WeightEvent,
)
from bot.domain.labels import Labels
from bot.domain.licensing.kinds import Licences
from bot.domain.marks import Mark
from bot.domain.needs import IssuesLabelled, Need
from bot.domain.partners.folder import Tree
from bot.domain.partners.programme import Programmes
from bot.domain.partners.record import Record, Request
from bot.domain.places import StateEvent
from bot.domain.practice import Place
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.rule import Recurrence
from bot.domain.registry import Partner, Registry
from bot.domain.tally import Tally
from bot.domain.templated import Templates
from bot.domain.windows import Window
from bot.domain.workdays import Workdays


class Tier(StrEnum):
    """GitLab's plan: what it offers decides which fields exist."""

    FREE = "free"
    PREMIUM = "premium"
    ULTIMATE = "ultimate"


@dataclass(frozen=True, slots=True)
class Account:
    """What is known of a handle somebody wrote: `person` is None when no account has it."""

    handle: str
    person: Person | None = None
    member: bool = False
    is_group: bool = False


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
    url: str = ""
    """The address of this GitLab."""
    epics: str = ""
    """Full path of the group with epics that cross teams; empty: `group`."""
    practice: str = ""
    """Full path of the group in which Professional Services develops with partners; empty: there is none."""
    workdays: Workdays = field(default_factory=Workdays)
    zone: tzinfo = UTC
    """The team's, in which a moment has its calendar date."""
    registry: Registry = field(default_factory=Registry)
    programmes: Programmes = field(default_factory=Programmes)
    can_provision: bool = False
    """Whether the bot has a token that may make groups, projects and members."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Full path of each project by its role, such as `newsletter`."""
    templates: Templates = field(default_factory=Templates)
    recurrences: tuple[Recurrence, ...] = ()
    former_bots: frozenset[int] = frozenset()
    """Ids of the accounts under which the bot worked before."""
    licences: Licences = field(default_factory=Licences)
    notice: NoticeRule = field(default_factory=NoticeRule)

    @property
    def own(self) -> frozenset[int]:
        """Ids of the bot's accounts, of today and before."""
        return self.former_bots | {self.bot.id}

    @property
    def epic_group(self) -> str:
        """Full path of the group where the team's epics are looked for, and made."""
        return self.epics or self.group

    def path_of(self, role: str) -> str:
        """The project of that role; the Channels project where configuration names none."""
        return self.places.get(role, self.home)

    def recurrence(self, key: str) -> Recurrence | None:
        return next((one for one in self.recurrences if one.key == key), None)


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
    case: Case | None = None
    """What the issue is to a certification; None: it is any other issue."""
    state_events: tuple[StateEvent, ...] = ()
    holders: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Ids of the accounts that hold a role, by its key, of the roles that somebody needed."""
    partners: Mapping[str, PartnerFacts] = field(default_factory=dict)
    """By id, those that somebody needed."""
    unread: Mapping[str, str] = field(default_factory=dict)
    """The partners among those that GitLab does not let the bot look at, by id, and why."""
    hidden: Mapping[Need, str] = field(default_factory=dict)
    """What somebody needed and GitLab does not let the bot read, or no longer has, and its words about it."""
    candidates: tuple[IssueFacts, ...] = ()
    """The trainer candidates' issues alone, oldest first, also closed ones; empty unless somebody needed them."""
    marks: tuple[Mark, ...] = ()
    """The marks in the bot's own comments that were written for this issue, oldest first; read with `notes`."""
    others: Mapping[str, tuple[IssueFacts, ...]] = field(default_factory=dict)
    """By template key, the issues of the templates that somebody needed, without anything beyond themselves."""
    opened: Mapping[str, Issue] = field(default_factory=dict)
    """By key, what the bot opened, of the keys that somebody needed."""
    proposed: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By the ids of the partners that somebody needed, what `PartnerFacts.proposed` tells."""
    epics: Mapping[str, tuple[Epic, ...]] = field(default_factory=dict)
    """By the words that somebody asked for."""
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


@dataclass(frozen=True, slots=True)
class Time:
    """One time of a recurrence that has its issue; `issue` as it was listed."""

    occurrence: Occurrence
    issue: Issue


@dataclass(frozen=True, slots=True)
class RecurringFacts:
    """One recurrence, and the issues of a year that were opened for it, by the bot or by hand, oldest first."""

    today: date
    site: Site
    recurrence: Recurrence
    times: tuple[Time, ...] = ()
    labelled: Mapping[str, tuple[Issue, ...]] = field(default_factory=dict)
    """By label, the open issues that somebody needed."""
    epics: Mapping[str, tuple[Epic, ...]] = field(default_factory=dict)
    """By the words that somebody asked for."""
    initiatives: tuple[Initiative, ...] = ()
    resumed: date | None = None
    """The day on which it was switched on again, as far as anybody remembers."""


@dataclass(frozen=True, slots=True)
class PartnerFacts:
    """One partner of the registry: its folder, what was asked for it, and the issues in which it is certified.

    `tracking` and `awards` are read with their journals, comments and state events.
    """

    today: date
    site: Site
    partner: Partner
    tree: Tree
    record: Record | None = None
    record_issue: Issue | None = None
    requests: tuple[Request, ...] = ()
    """What was asked and not carried out yet, oldest first; where the record is gone, all that it held too."""
    is_forgotten: bool = False
    """Whether the record is gone that held what was carried out."""
    tracking: IssueFacts | None = None
    candidates: tuple[Issue, ...] = ()
    awards: tuple[IssueFacts, ...] = ()
    """Of all certifications, open and closed, oldest first."""
    has_templates: bool | None = False
    """Whether the programme's project has its issue templates; None: GitLab shows the bot no files in it."""
    accounts: Mapping[str, Account] = field(default_factory=dict)
    """The account manager, the contacts and the region's Help Desk, by handle, lower case."""
    staff: frozenset[int] = frozenset()
    """Ids of the accounts that may be members of any group of the partner's: the team, the bot's, other bots'."""
    holders: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Ids of the accounts that hold a role, by its key, of the roles that certifications go by."""
    proposed: Mapping[str, str] = field(default_factory=dict)
    """How far each change of the registry is that was proposed, by its `name_of`: `open !12`, `closed !12`."""
    opened: Mapping[str, Issue] = field(default_factory=dict)
    """By key, what was opened in a year for this partner: keys that hold its id as a word."""
    licences: tuple[IssueFacts, ...] = ()
    """The issues of a year that ask for a licence for it, open and closed, oldest first; without their journals."""


@dataclass(frozen=True, slots=True)
class PracticeFacts:
    """The practice group with all groups and projects below it, the group itself first."""

    today: date
    site: Site
    places: tuple[Place, ...] = ()
    above: tuple[Member, ...] = ()
    """Those who are in the practice group by a group above it."""
    staff: frozenset[int] = frozenset()
    """Ids of the accounts that may be members of any of it: the team, engineers, the bot's, other bots'."""


Facts: TypeAlias = IssueFacts | CalendarFacts | DigestFacts | PartnerFacts | RecurringFacts | PracticeFacts
