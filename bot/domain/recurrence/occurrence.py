"""One time of a recurrence, in one region: a key names it, and what an issue is keyed by becomes it again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import Recurrence

EVERYWHERE: Final = "-"
"""Stands in a key where the recurrence is not divided by regions."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """`region` is a key of the registry, empty where the recurrence has one issue for all."""

    recurrence: Recurrence
    period: Period
    region: str = ""

    @property
    def key(self) -> str:
        """`phd_weekly emea 2026-W03`."""
        return f"{self.recurrence.key} {self.region or EVERYWHERE} {self.period.key}"


def occurrence_called(key: str, recurrences: Iterable[Recurrence]) -> Occurrence | None:
    """The one of that key; None where it is of no recurrence that is known, or of another unit."""
    name, _, rest = key.partition(" ")
    region, _, period = rest.partition(" ")
    recurrence = next((one for one in recurrences if one.key == name), None)
    if recurrence is None or not region:
        return None
    try:
        found = Period.parse(period)
    except ValueError:
        return None
    if found.unit is not recurrence.unit:
        return None
    return Occurrence(recurrence, found, "" if region == EVERYWHERE else region)
