"""A partner's capabilities journey: the items of its stages that are done become the stage where the partner is."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar, Final

from bot.domain.form import Field
from bot.domain.forms import PARTNER, Form

JOURNEY = "journey"
"""The key of the template."""
FORM: Final[Form] = (PARTNER, Field("manager", "Account manager", ("CAM",), required=False))
"""Partner_Capabilities_Journey."""


class StageKey(StrEnum):
    """How far a partner is."""

    STAND = "stand"
    WALK = "walk"
    RUN = "run"
    SPRINT = "sprint"


def journey_key(partner_id: str) -> str:
    """Of the issue that is opened for a partner."""
    return f"{JOURNEY} {partner_id}"


@dataclass(frozen=True, slots=True)
class Capability:
    """One item: `words` say what the partner can do then. Only an `optional` one may be marked as not applicable.

    Where it has `certifications`, each of them shows that the partner can.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    words: str
    certifications: tuple[str, ...] = ()
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the journey; `items` by their ids.

    `registry` is how partners.yml calls it; empty: nothing is proposed there.
    """

    __pydantic_config__: ClassVar = {"extra": "forbid"}

    key: StageKey
    title: str
    about: str
    items: Mapping[str, Capability] = field(hash=False)
    registry: str = ""

    @property
    def tasks(self) -> Mapping[str, Capability]:
        """The items by the ids of their tasks."""
        return {f"{JOURNEY}.{item}": one for item, one in self.items.items()}


def stage_now(stages: Sequence[Stage], left: Collection[str]) -> Stage | None:
    """The first stage with a task among those `left`; None when the journey is done."""
    return next((stage for stage in stages if not stage.tasks.keys().isdisjoint(left)), None)


def is_ahead(stages: Sequence[Stage], now: Stage, recorded: str) -> bool:
    """Whether `now` is later than what the registry says; a partner without a stage there begins with the first.

    A word of people's own, which is no stage's, is left to them.
    """
    words = [one.registry.casefold() for one in stages]
    known = recorded.casefold() or words[0]
    return bool(now.registry) and known in words and stages.index(now) > words.index(known)


def shown_by(stages: Sequence[Stage], held: Collection[str]) -> Iterator[str]:
    """The ids of the tasks that a certification among those `held` shows to be done."""
    names = {name.casefold() for name in held}
    for stage in stages:
        for task, item in stage.tasks.items():
            if names & set(map(str.casefold, item.certifications)):
                yield task


def is_distinct(stages: Sequence[Stage]) -> bool:
    """Whether no stage and no item is there twice."""
    keys, items = [one.key for one in stages], [item for one in stages for item in one.items]
    return len(set(keys)) == len(keys) and len(set(items)) == len(items)
