"""Several people may be assigned to an issue, and exactly one of them is named as its DRI."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.facts import IssueFacts
from bot.domain.intro import dri_handles
from bot.domain.speech import code

HANDBOOK = ("GL-12",)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear of it again after `remind_after` business days."""

    enabled: bool = True
    remind_after: int = 2


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    handles = dri_handles(facts.issue.description)
    seen = ", ".join(handles) or "nobody"
    yield Check("no more than one DRI is named", len(handles) <= 1, seen, "first lines of the description")
    if len(handles) > 1:
        values = {"handles": ", ".join(code(f"@{handle}") for handle in handles)}
        yield Say("GL-12", "several", values, nudge=Nudge(settings.remind_after))
