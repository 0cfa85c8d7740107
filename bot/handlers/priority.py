"""The priority label and the weight state the same fact: exactly one label, and whoever wrote last decides.

Both spellings are read, the configured one is written. What the bot itself wrote never counts as the last word, and
what it wrote over a person's in the same instant is put right.
Where the plan has no weights, the label alone is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from bot.domain.actions import AddLabel, Check, RemoveLabel, Say, SetWeight
from bot.domain.facts import IssueFacts, LabelEvent, LabelHistory, Need, WeightEvent, WeightHistory
from bot.domain.labels import Level

HANDBOOK = ("GL-05",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the rule."""

    enabled: bool = True


@dataclass(frozen=True, slots=True)
class Cleared:
    """The last word took the priority away."""


@dataclass(frozen=True, slots=True)
class OffScale:
    """The last word was a weight that stands for no priority."""

    weight: int


Word: TypeAlias = Level | Cleared | OffScale


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if facts.overwrote or not _agree(facts):
        yield LabelHistory()
        if facts.issue.has_weight:
            yield WeightHistory()


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | SetWeight | Say]:
    agree = _agree(facts)
    seen = f"{_spoken(_present(facts))}, weight {_shown(facts.issue.weight)}"
    yield Check("one priority label and a weight that says the same", agree, seen, "labels and weight")
    if agree and not facts.overwrote:
        return
    word = _last_word(facts)
    yield Check("the last word by a person is known", True, _worded(word), "label and weight journals")
    if isinstance(word, OffScale):
        scale = [level.weight for level in facts.site.labels.priority.levels]
        bounds = {"lowest": str(min(scale)), "highest": str(max(scale))}
        yield Say("GL-05", "off_scale", {"weight": str(word.weight), **bounds})
        return
    yield from _carry(facts, word if isinstance(word, Level) else None)


def _carry(facts: IssueFacts, level: Level | None) -> Iterator[AddLabel | RemoveLabel | SetWeight]:
    """Make label and weight say `level`; None means no priority at all."""
    wanted = facts.site.labels.priority.name(level) if level else None
    present = _present(facts)
    for label in sorted(present - {wanted}):
        yield RemoveLabel(label)
    if wanted and wanted not in present:
        yield AddLabel(wanted)
    weight = level.weight if level else None
    if facts.issue.has_weight and facts.issue.weight != weight:
        yield SetWeight(weight)


def _present(facts: IssueFacts) -> frozenset[str]:
    return facts.site.labels.priority.among(facts.issue.labels)


def _agree(facts: IssueFacts) -> bool:
    priority, present, issue = facts.site.labels.priority, _present(facts), facts.issue
    if not present:
        return issue.weight is None or not issue.has_weight
    level = priority.level_of(min(present))
    written = level is not None and present == {priority.name(level)}
    return written and (not issue.has_weight or (level is not None and level.weight == issue.weight))


def _last_word(facts: IssueFacts) -> Word:
    """What the last person wrote; without a journal the label counts, as the handbook names it first."""
    labels = [event for event in facts.label_events if _by_a_person(facts, event) and _stated(facts, event.label)]
    weights = [event for event in facts.weight_events if _by_a_person(facts, event)]
    journal: list[LabelEvent | WeightEvent] = [*labels, *weights]
    last = max(journal, key=_moment, default=None)
    if isinstance(last, LabelEvent):
        return _left(facts, labels) if last.action != "add" else _stated(facts, last.label) or Cleared()
    if isinstance(last, WeightEvent):
        return _of_weight(facts, last.weight)
    return _left(facts, labels) if _present(facts) else _of_weight(facts, facts.issue.weight)


def _moment(event: LabelEvent | WeightEvent) -> tuple[datetime, bool, int]:
    """Order of writing; of a label and a weight written in one request the label counts."""
    return event.at, isinstance(event, LabelEvent), event.id


def _by_a_person(facts: IssueFacts, event: LabelEvent | WeightEvent) -> bool:
    return event.user_id != facts.site.bot.id


def _stated(facts: IssueFacts, label: str) -> Level | None:
    return facts.site.labels.priority.level_of(label)


def _left(facts: IssueFacts, journal: list[LabelEvent]) -> Level | Cleared:
    """The priority among the labels still there: the one added last, else the most urgent."""
    present = _present(facts)
    added = [event for event in journal if event.action == "add" and event.label in present]
    if added:
        return _stated(facts, max(added, key=_moment).label) or Cleared()
    levels = facts.site.labels.priority.levels
    return next((level for level in levels if present & {*facts.site.labels.priority.spellings(level)}), Cleared())


def _of_weight(facts: IssueFacts, weight: int | None) -> Word:
    if weight is None:
        return Cleared()
    return facts.site.labels.priority.level_with(weight) or OffScale(weight)


def _spoken(labels: frozenset[str]) -> str:
    return ", ".join(sorted(labels)) or "no priority label"


def _shown(weight: int | None) -> str:
    return "none" if weight is None else str(weight)


def _worded(word: Word) -> str:
    match word:
        case Level(key=key):
            return f"priority {key}"
        case OffScale(weight=weight):
            return f"weight {weight}, which is no priority"
        case Cleared():
            return "no priority"
