"""The priority label and the weight state the same fact: exactly one label, and whoever wrote last decides.

Both spellings are read, the configured one is written. What the bot itself wrote never counts as the last word, and
what it wrote over a person's in the same instant is put right.
Where the plan has no weights, the label alone is kept.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import AddLabel, Check, RemoveLabel, Say, SetWeight
from bot.domain.facts import IssueFacts
from bot.domain.labels import Level
from bot.domain.lastword import OffScale, Unsaid, last_word, priority_labels, worded
from bot.domain.needs import LabelHistory, Need, WeightHistory

HANDBOOK = ("GL-05",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the rule."""

    enabled: bool = True


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if facts.issue.has_weight and (facts.overwrote or not _agree(facts)):
        yield WeightHistory()
    if _is_open(facts):
        yield LabelHistory()


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | SetWeight | Say]:
    agree = _agree(facts)
    seen = f"{_spoken(priority_labels(facts))}, weight {_shown(facts.issue.weight)}"
    yield Check("one priority label and a weight that says the same", agree, seen, "labels and weight")
    if not _is_open(facts):
        return
    word = last_word(facts)
    yield Check("the last word by a person is known", True, worded(word), "label and weight journals")
    if isinstance(word, Unsaid):
        return
    if isinstance(word, OffScale):
        scale = [level.weight for level in facts.site.labels.priority.levels]
        bounds = {"lowest": str(min(scale)), "highest": str(max(scale))}
        yield Say("GL-05", "off_scale", {"weight": str(word.weight), **bounds})
        return
    yield from _carry(facts, word if isinstance(word, Level) else None)


def _carry(facts: IssueFacts, level: Level | None) -> Iterator[AddLabel | RemoveLabel | SetWeight]:
    """Make label and weight say `level`; None means no priority at all."""
    wanted = facts.site.labels.priority.name(level) if level else None
    present = priority_labels(facts)
    for label in sorted(present - {wanted}):
        yield RemoveLabel(label)
    if wanted and wanted not in present:
        yield AddLabel(wanted)
    weight = level.weight if level else None
    if facts.issue.has_weight and facts.issue.weight != weight:
        yield SetWeight(weight)


def _agree(facts: IssueFacts) -> bool:
    priority, present, issue = facts.site.labels.priority, priority_labels(facts), facts.issue
    if not present:
        return issue.weight is None or not issue.has_weight
    level = priority.level_of(min(present))
    written = level is not None and present == {priority.name(level)}
    return written and (not issue.has_weight or (level is not None and level.weight == issue.weight))


def _is_open(facts: IssueFacts) -> bool:
    """Whether label and weight differ, or agree on what may not be the last word.

    The bot only writes a weight where a label was that word, so it wrote over nothing but another weight.
    """
    others = (event.weight for event in facts.weight_events if event.user_id != facts.site.bot.id)
    return not _agree(facts) or (facts.overwrote and any(weight != facts.issue.weight for weight in others))


def _spoken(labels: frozenset[str]) -> str:
    return ", ".join(sorted(labels)) or "no priority label"


def _shown(weight: int | None) -> str:
    return "none" if weight is None else str(weight)
