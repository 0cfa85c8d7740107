"""An award is closed when all its tasks are done; one that is closed too early is opened again once, with the reason.

Whoever closes it a second time has the last word. A tick that is another role's to make is asked about, never undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Reopen, Say
from bot.domain.facts import IssueFacts
from bot.domain.needs import Need, NoteHistory, StateHistory
from bot.domain.partners.awarding import (
    Known,
    charge_of,
    known,
    left,
    listed,
    needs_of,
    progress_of,
    stands,
    was_reopened,
)
from bot.domain.speech import handle

HANDBOOK = ("AW-13",)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of what is open `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def award_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    award = known(facts)
    if award and (facts.issue.is_open or left(progress_of(facts, award))):
        yield StateHistory()
        yield NoteHistory()
    yield from needs_of(facts)


def decide_award(facts: IssueFacts, settings: Settings) -> Iterator[Check | Reopen | Say]:
    award = known(facts)
    if award is None or facts.issue.moved_to_id is not None:
        return
    found = progress_of(facts, award)
    open_ones = left(found)
    yield Check("all tasks are done", not open_ones, f"{len(open_ones)} open", "task list")
    if not facts.issue.is_open:
        yield from _guarded(facts, award) if open_ones else ()
        return
    manager, again = charge_of(facts, award).handle, settings.remind_after
    if open_ones and was_reopened(facts):
        yield Say("AW-13", "reopened", {"tasks": listed(open_ones)}, Nudge(0, who=(manager,)))
    if not open_ones:
        yield Say("AW-13", "close", {}, Nudge(again, who=(manager,)))
    if found.matched.missing:
        yield Say("AW-13", "missing", {"tasks": listed(found.matched.missing)}, Nudge(again, who=(manager,)))
    if found.doubtful:
        by = ", ".join(dict.fromkeys(handle(doubt.by) for doubt in found.doubtful if doubt.by)) or "somebody"
        values = {"tasks": listed([doubt.task for doubt in found.doubtful]), "by": by}
        yield Say("AW-13", "doubtful", values, Nudge(again, who=(manager,)))


def _guarded(facts: IssueFacts, award: Known) -> Iterator[Check | Reopen | Say]:
    """What the bot closed stands for another one; what it opened once already it leaves."""
    is_last = stands(facts)
    yield Check("it was closed too early for the first time", not is_last, "no" if is_last else "yes", "state journal")
    if not is_last:
        yield Reopen()
        manager = charge_of(facts, award).handle
        values = {"tasks": listed(left(progress_of(facts, award)))}
        yield Say("AW-13", "reopened", values, Nudge(0, who=(manager,)))
