"""The certification programmes: what each asks of a partner, by which day, and who opens and closes what."""

from __future__ import annotations

import calendar
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from typing import Final

from bot.domain.fiscal import Quarter
from bot.domain.registry import Agreements, Practitioners

INVITED: Final = "invited"
"""The programme is by invitation."""
APPROVED: Final = "program_team_approval"
"""Somebody of the programme team approved of the partner's taking part."""
AGREEMENTS: Final = tuple(one.name for one in fields(Agreements))
ENTRIES: Final = (*AGREEMENTS, INVITED, APPROVED)
"""What a programme may ask of a partner before it begins."""
NUMBERS: Final = tuple(one.name for one in fields(Practitioners))
"""What a programme may ask a number of."""
BOT: Final = "bot"
"""In place of a role: the bot does it."""
MONTHS: Final = 12


class DeadlineRule(StrEnum):
    """From which day the months of a programme count."""

    FROM_ISSUE = "months_from_issue"
    """From the day on which the tracking issue was opened."""
    AFTER_QUARTER = "months_after_fiscal_quarter_end"
    """From the last day of the fiscal quarter in which it was opened."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when a partner has to be done."""

    rule: DeadlineRule = DeadlineRule.FROM_ISSUE
    months: int = 6

    def due(self, started_on: date) -> date:
        """The last day; a month too short for it gives its own last day: 31 August + 6 months is 28 or 29 February.

        ValueError where the fiscal calendar or Python's ends.
        """
        after_quarter = self.rule is DeadlineRule.AFTER_QUARTER
        return months_later(Quarter.of(started_on).end if after_quarter else started_on, self.months)


@dataclass(frozen=True, slots=True)
class Compliance:
    """What a certified partner has to keep to; `csat` is per cent, days count from the end of a delivery."""

    csat: int = 80
    survey_days: int = 30
    attach_days: int = 30


@dataclass(frozen=True, slots=True)
class Candidacy:
    """What a trainer candidate has to show: whole courses, each rated at least so much of 5, in full quarters."""

    deliveries: int = 2
    rating: int = 4
    quarters: int = 2


@dataclass(frozen=True, slots=True)
class Review:
    """The yearly review: days before it by which the evidence is in, fiscal quarters to put things right in."""

    evidence_days: int = 30
    grace_quarters: int = 1


@dataclass(frozen=True, slots=True)
class Programme:
    """One certification. `closes` and `opened_by` are keys of roles, `opened_by` may also be `bot`."""

    key: str
    name: str
    active: bool = True
    spellings: tuple[str, ...] = ()
    """What else people call it."""
    entry: tuple[str, ...] = ()
    """Of ENTRIES."""
    competency: Mapping[str, int] = field(default_factory=dict, hash=False)
    """The least number of each of NUMBERS that is asked for."""
    deadline: Deadline = Deadline()
    remind_days: tuple[int, ...] = (60, 30, 14, 7, 0)
    """Days before the deadline, the earliest first."""
    project_name: str = ""
    """With `{partner}` for the partner's name."""
    tracking_template: str = ""
    """Empty: partners do not enrol, the award starts from the registry's numbers."""
    candidate_template: str = ""
    closes: str = ""
    """Who closes the tracking issue."""
    opened_by: str = BOT
    """Who opens the award issue."""
    compliance: Compliance = Compliance()
    candidacy: Candidacy = Candidacy()
    review: Review = Review()

    @property
    def is_tracked(self) -> bool:
        """Whether partners enrol and are followed in a tracking issue."""
        return bool(self.tracking_template)

    @property
    def title(self) -> str:
        """How titles of issues call it: CTP."""
        return self.key.upper()

    def project(self, partner_name: str) -> str:
        """The name of the partner's project."""
        return self.project_name.replace("{partner}", partner_name)

    @property
    def project_words(self) -> str:
        """What all partners' projects have in common in their names."""
        return max(self.project_name.split("{partner}"), key=len).strip()


@dataclass(frozen=True, slots=True)
class Programmes:
    """All of them, in the order of the file."""

    all: tuple[Programme, ...] = ()

    def __iter__(self) -> Iterator[Programme]:
        return iter(self.all)

    @property
    def active(self) -> tuple[Programme, ...]:
        """Those that partners can be certified in today."""
        return tuple(one for one in self.all if one.active)

    @property
    def tracked(self) -> Programme | None:
        """The one that partners enrol in; None also while it is not active."""
        return next((one for one in self.active if one.is_tracked), None)

    def get(self, key: str) -> Programme | None:
        return next((one for one in self.all if one.key == key), None)

    def called(self, name: str) -> Programme | None:
        """The programme with this key, name or spelling, in any case."""
        wanted = " ".join(name.split()).casefold()
        return next((one for one in self.all if wanted in map(str.casefold, names_of(one))), None)


def names_of(programme: Programme) -> tuple[str, ...]:
    """Everything a programme is called."""
    return (programme.key, programme.name, *programme.spellings)


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last day when it is too short; ValueError beyond the year 9999."""
    years, month = divmod(day.month - 1 + months, MONTHS)
    year = day.year + years
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
