"""Every issue of the Channels team carries the base label, so that each board and each report finds it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import AddLabel, Check
from bot.domain.facts import IssueFacts

HANDBOOK = ("GL-02",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the rule."""

    enabled: bool = True


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel]:
    base = facts.site.labels.base.name
    present = base in facts.issue.labels
    yield Check(f"the issue carries `{base}`", present, ", ".join(sorted(facts.issue.labels)) or "no label", "labels")
    if not present:
        yield AddLabel(base)
