"""What recurrences.yml may hold, and the recurrences it becomes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Annotated, TypeVar

from pydantic import AfterValidator, Field, model_validator

from bot.domain.recurrence.period import Unit
from bot.domain.recurrence.phrases import due_rule, holiday_shift, open_rule
from bot.domain.recurrence.rule import Recurrence
from bot.domain.recurrence.sources import SOURCES
from bot.domain.templated import Templates
from bot.domain.workdays import Shift
from bot.settings.complaints import unknown
from bot.settings.issue_templates import key
from bot.settings.section import Section
from bot.settings.yamlfile import Place

Read = TypeVar("Read")
MonthOfQuarter = Annotated[int, Field(ge=1, le=3)]


class WhenEmpty(StrEnum):
    """What becomes of a time that has nothing to list."""

    OPEN = "open"
    SKIP = "skip"


class RecurrenceSettings(Section):
    """One issue that is opened again and again."""

    enabled: bool = True
    template: Annotated[str, AfterValidator(key)]
    """Key of issue_templates.yml; who is assigned and who hears when it is late is said there."""
    every: Unit
    each_region: bool = False
    """One issue for each region of the registry."""
    due: Annotated[str, Field(min_length=1)]
    """A phrase such as `friday`, `first thursday`, `friday nearest the 15th` or `last day of month 3`."""
    opens: Annotated[str, Field(min_length=1)]
    """A phrase such as `monday`, `first day`, `7 days before` or `quarter start, at least 21 days before`."""
    holiday: Annotated[str, Field(min_length=1)] = Shift.NEXT.value
    """Where a due day goes that is a holiday: `next business day`, `previous business day` or `stay`."""
    days_after: Annotated[int, Field(ge=0, le=60)] = 0
    """Calendar days from the day it is about to the due date of the issue."""
    items: str = ""
    """What the table in it lists; empty: it has none."""
    milestone: bool = True
    """Whether the issue goes on the window in which it is due."""
    carry_over: bool = False
    """Whether what is not finished goes to the next one."""
    when_empty: WhenEmpty = WhenEmpty.OPEN
    """Whether an issue is opened that has nothing to list: `open`, or `skip` while there is nothing."""
    moved: Mapping[str, date] = {}
    """Where one time takes place on another day: its key, such as 2026-01, and the day."""
    flags: Mapping[str, MonthOfQuarter] = {}
    """What is so only in that month of each quarter, by its name."""
    days: Mapping[Annotated[str, AfterValidator(key)], str] = {}
    """Further days that its template names: the value's name, and a phrase as for `due`."""
    starts: date | None = None
    """The first day on which it takes place; empty: it always did."""
    catch_up: Annotated[int, Field(ge=0, le=366)] = 62
    """So many days back an issue is opened late that was missed."""

    @model_validator(mode="after")
    def is_understood(self) -> RecurrenceSettings:
        """Raises ValueError for a phrase that says no day."""
        recurrence("any", self)
        return self


Recurrences = dict[Annotated[str, AfterValidator(key)], RecurrenceSettings]
"""recurrences.yml, by key."""


def recurrences(settings: Mapping[str, RecurrenceSettings]) -> tuple[Recurrence, ...]:
    return tuple(recurrence(at, one) for at, one in settings.items())


def recurrence(at: str, one: RecurrenceSettings) -> Recurrence:
    """ValueError names the key whose phrase is not understood."""
    return Recurrence(
        key=at,
        template=one.template,
        unit=one.every,
        due=_read("due", lambda: due_rule(one.due, one.every)),
        opens=_read("opens", lambda: open_rule(one.opens, one.every)),
        holiday=_read("holiday", lambda: holiday_shift(one.holiday)),
        each_region=one.each_region,
        items=one.items,
        milestone=one.milestone,
        carry_over=one.carry_over,
        overrides=dict(one.moved),
        days_after=one.days_after,
        starts=one.starts,
        enabled=one.enabled,
        flags=dict(one.flags),
        named={name: _read(name, partial(due_rule, phrase, one.every)) for name, phrase in one.days.items()},
        is_skipped_when_empty=one.when_empty is WhenEmpty.SKIP,
        catch_up=one.catch_up,
    )


def recurrence_troubles(
    settings: Mapping[str, RecurrenceSettings], templates: Templates
) -> Iterator[tuple[Place, str]]:
    """What is wrong with recurrences that are each well-formed: the place in recurrences.yml, and what to do."""
    seen: dict[str, str] = {}
    known = [one.key for one in templates.every]
    for at, one in settings.items():
        if one.template not in known:
            yield (at, "template"), unknown("template", one.template, known)
        if one.items and one.items not in SOURCES:
            yield (at, "items"), unknown("source", one.items, SOURCES)
        if one.when_empty is WhenEmpty.SKIP and not one.items:
            yield (at, "when_empty"), "it lists nothing, so it would never open; name its items, or write open"
        if (first := seen.setdefault(one.template, at)) != at:
            yield (at, "template"), f"{first!r} has this template; two could not be told apart by their titles"


def _read(name: str, read: Callable[[], Read]) -> Read:
    try:
        return read()
    except ValueError as error:
        raise ValueError(f"{name}: {error}") from error
