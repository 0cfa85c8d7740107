"""An issue of a high priority is committed to a stated window: its milestone is one of the half months.

Which window that is, people decide; the current and the next one are suggested.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.facts import IssueFacts
from bot.domain.speech import code, quoted
from bot.domain.windows import Exact, NearMiss, Window, read_title

HANDBOOK = ("GL-07",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Issues of these `priorities` need a milestone; people hear of it again after `remind_after` business days."""

    enabled: bool = True
    priorities: tuple[str, ...] = ("1", "2", "3")
    remind_after: int = 2


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    priority, milestone = facts.site.labels.priority, facts.issue.milestone
    levels = (priority.level_of(label) for label in sorted(facts.issue.labels))
    keys = [level.key for level in levels if level]
    needed = any(key in settings.priorities for key in keys)
    yield Check("its priority needs a milestone", needed, ", ".join(keys) or "no priority", "labels")
    if not needed:
        return
    title = milestone.title if milestone else "none"
    in_window = milestone is not None and isinstance(read_title(milestone.title), Exact | NearMiss)
    yield Check("its milestone is a window", in_window, title, "milestone")
    if in_window:
        return
    windows = [window.title for window in Window.ahead(facts.today, 1)]
    orders = " or ".join(code(f'/milestone %"{window}"') for window in windows)
    if milestone is None:
        yield Say("GL-07", "missing", {"orders": orders}, nudge=Nudge(settings.remind_after))
    else:
        values = {"orders": orders, "milestone": quoted(title)}
        yield Say("GL-07", "no_window", values, nudge=Nudge(settings.remind_after))
