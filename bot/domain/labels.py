"""The team's labels: a set of label names becomes the priority it states, in either spelling."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import ClassVar, assert_never

from bot.domain.journey import StageKey


class Spelling(StrEnum):
    """How a priority label is written: `Channel Priority:1`, or scoped, `Channel Priority::1`."""

    SINGLE_COLON = "single_colon"
    SCOPED = "scoped"

    @property
    def colon(self) -> str:
        return ":" if self is Spelling.SINGLE_COLON else "::"


@dataclass(frozen=True, slots=True)
class Level:
    """One priority: `key` ends the label, `weight` is the issue weight that says the same."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: str
    weight: int
    title: str
    color: str = "#6699cc"


@dataclass(frozen=True)
class Priorities:
    """The family of priority labels; `levels` from most to least urgent."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    family: str
    levels: tuple[Level, ...]
    spelling: Spelling = Spelling.SINGLE_COLON

    def name(self, level: Level) -> str:
        """The label as the bot writes it."""
        return f"{self.family}{self.spelling.colon}{level.key}"

    def level_of(self, label: str) -> Level | None:
        """The level a label states in either spelling, or None."""
        return self._by_label.get(label)

    def most_urgent(self, labels: Iterable[str]) -> Level | None:
        """Of the levels that these labels state, in either spelling."""
        return min(filter(None, map(self._by_label.get, labels)), key=self.levels.index, default=None)

    def level_with(self, weight: int | None) -> Level | None:
        return next((level for level in self.levels if level.weight == weight), None)

    def spellings(self, level: Level) -> tuple[str, ...]:
        return tuple(f"{self.family}{spelling.colon}{level.key}" for spelling in Spelling)

    def among(self, labels: Iterable[str]) -> frozenset[str]:
        """The priority labels among `labels`, in any spelling."""
        return frozenset(label for label in labels if label in self._by_label)

    @cached_property
    def _by_label(self) -> Mapping[str, Level]:
        return {name: level for level in reversed(self.levels) for name in self.spellings(level)}


@dataclass(frozen=True, slots=True)
class Label:
    """A label that `setup` keeps in the group; `color` as GitLab takes it (`#rrggbb`)."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    name: str
    description: str = ""
    color: str = "#428bca"


@dataclass(frozen=True, slots=True)
class CertificationLabels:
    """How far a partner's certification is, where that is not the usual."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    expired: Label = Label("CTP::expired", "The months of the training programme are over", "#c91c00")
    withdrawn: Label = Label("CTP::withdrawn", "The partner left the training programme", "#7f8c8d")
    candidate: Label = Label("CTP::trainer-candidate", "Somebody wants to become a certified trainer", "#428bca")
    award_overdue: Label = Label("Award::overdue", "The account manager's seven days are over", "#c91c00")
    award_blocked: Label = Label("Award::blocked", "The partner does not meet what the certification asks", "#d4a017")

    def all(self) -> tuple[Label, ...]:
        return (self.expired, self.withdrawn, self.candidate, self.award_overdue, self.award_blocked)


@dataclass(frozen=True, slots=True)
class CommunicationLabels:
    """Whether an announcement keeps the partners' notice; the bot's verdict stands, whoever sets the label."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    too_short: Label = Label("Notice::too-short", "Partners would hear of it too late", "#c91c00")
    approved: Label = Label("Notice::approved", "The announcement may go out", "#2da160")
    needs_info: Label = Label("Announcement::needs-info", "The request lacks something", "#d4a017")

    def all(self) -> tuple[Label, ...]:
        return (self.too_short, self.approved, self.needs_info)


@dataclass(frozen=True, slots=True)
class JourneyLabels:
    """The stage of a partner's capabilities journey."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    stand: Label = Label("Partner Journey::Stand", "The partner is coming on board", "#428bca")
    walk: Label = Label("Partner Journey::Walk", "The partner sells and delivers with us", "#428bca")
    run: Label = Label("Partner Journey::Run", "The partner leads", "#428bca")
    sprint: Label = Label("Partner Journey::Sprint", "The partner is strategic", "#428bca")

    def of(self, stage: StageKey) -> Label:
        match stage:
            case StageKey.STAND:
                return self.stand
            case StageKey.WALK:
                return self.walk
            case StageKey.RUN:
                return self.run
            case StageKey.SPRINT:
                return self.sprint
            case _:
                assert_never(stage)

    def all(self) -> tuple[Label, ...]:
        return tuple(map(self.of, StageKey))


@dataclass(frozen=True, slots=True)
class Labels:
    """Every label the bot owns or reads."""

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    base: Label
    team: tuple[Label, ...]
    priority: Priorities
    dri_missing: Label
    hands_off: Label = Label("bot::hands-off", "The Channels bot leaves this issue alone")
    carried_often: Label = Label("Carry-over::often", "Carried over from window to window again and again")
    needs_hands_on: Label = Label("needs-hands-on", "A partner needs hands-on help of Professional Services")
    licence_needs_info: Label = Label("NFR::needs-info", "A license request lacks something", "#d4a017")

    certification: CertificationLabels = CertificationLabels()
    communication: CommunicationLabels = CommunicationLabels()
    journey: JourneyLabels = JourneyLabels()
    request_needs_info: Label = Label("Request::needs-info", "The request lacks something", "#d4a017")

    def all(self) -> tuple[Label, ...]:
        """What `setup` keeps in the group, in the order people read them."""
        levels = tuple(Label(self.priority.name(at), at.title, at.color) for at in self.priority.levels)
        flags = (self.dri_missing, self.hands_off, self.carried_often, self.needs_hands_on, self.licence_needs_info)
        groups = (*self.certification.all(), *self.communication.all(), *self.journey.all(), self.request_needs_info)
        return (self.base, *self.team, *levels, *flags, *groups)

    @property
    def verdicts(self) -> frozenset[str]:
        """Labels that say what a duty comes to: they are put right again, however often somebody sets them."""
        return frozenset({self.communication.too_short.name, self.communication.approved.name})

    def belongs(self, labels: Iterable[str]) -> bool:
        """Whether one of `labels` makes an issue the Channels team's, wherever it lives."""
        ours = {self.base.name, *(label.name for label in self.team)}
        return any(label in ours or self.priority.level_of(label) for label in labels)
