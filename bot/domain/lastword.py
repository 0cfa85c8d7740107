"""Label and weight journals become the last word a person wrote about a priority."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias, assert_never

from bot.domain.facts import IssueFacts
from bot.domain.gitlab import LabelEvent, WeightEvent
from bot.domain.labels import Level


@dataclass(frozen=True, slots=True)
class Cleared:
    """The last word took the priority away."""


@dataclass(frozen=True, slots=True)
class OffScale:
    """The last word was a weight that stands for no priority."""

    weight: int


@dataclass(frozen=True, slots=True)
class Unsaid:
    """Nobody whose word counts said anything."""


Word: TypeAlias = Level | Cleared | OffScale | Unsaid


def last_word(facts: IssueFacts) -> Word:
    """What the last person wrote; without a journal the label counts, as the handbook names it first."""
    labels = [event for event in facts.label_events if _by_a_person(facts, event) and _stated(facts, event.label)]
    weights = [event for event in facts.weight_events if _by_a_person(facts, event)]
    journal: list[LabelEvent | WeightEvent] = [*labels, *weights]
    last = max(journal, key=_moment, default=None)
    if isinstance(last, LabelEvent):
        return _left(facts, labels) if last.action != "add" else _stated(facts, last.label) or Cleared()
    if isinstance(last, WeightEvent):
        return _of_weight(facts, last.weight)
    if priority_labels(facts):
        return _left(facts, labels)
    return Unsaid() if facts.guard.is_up else _of_weight(facts, facts.issue.weight)


def priority_labels(facts: IssueFacts) -> frozenset[str]:
    """The priority labels the issue carries, in any spelling."""
    return facts.site.labels.priority.among(facts.issue.labels)


def worded(word: Word) -> str:
    """The word for a person to read."""
    match word:
        case Level(key=key):
            return f"priority {key}"
        case OffScale(weight=weight):
            return f"weight {weight}, which is no priority"
        case Cleared():
            return "no priority"
        case Unsaid():
            return "nothing that counts"
        case _:
            assert_never(word)


def _moment(event: LabelEvent | WeightEvent) -> tuple[datetime, bool, int]:
    """Order of writing; of a label and a weight written in one request the label counts."""
    return event.at, isinstance(event, LabelEvent), event.id


def _by_a_person(facts: IssueFacts, event: LabelEvent | WeightEvent) -> bool:
    return event.user_id != facts.site.bot.id and facts.guard.counts(event.user_id)


def _stated(facts: IssueFacts, label: str) -> Level | None:
    return facts.site.labels.priority.level_of(label)


def _left(facts: IssueFacts, journal: list[LabelEvent]) -> Level | Cleared:
    """The priority among the labels still there: the one added last, else the most urgent."""
    present = priority_labels(facts)
    added = [event for event in journal if event.action == "add" and event.label in present]
    if added:
        return _stated(facts, max(added, key=_moment).label) or Cleared()
    return facts.site.labels.priority.most_urgent(present) or Cleared()


def _of_weight(facts: IssueFacts, weight: int | None) -> Word:
    if weight is None:
        return Cleared()
    return facts.site.labels.priority.level_with(weight) or OffScale(weight)
