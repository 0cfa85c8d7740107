"""An award is closed when all its tasks are done; one that is closed too early is opened again once, with the reason.

A tick that is another role's to make is asked about, never undone, and what is in doubt is not done. Whoever closes it
a second time has the last word.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Reopen, Say
from bot.domain.closing import stands, was_reopened
from bot.domain.facts import IssueFacts
from bot.domain.needs import Need, StateHistory
from bot.domain.partners.awarding import Known, charge_of, is_held, known, left, needs_of, progress_of, unsure
from bot.domain.speech import handle
from bot.domain.tasklists import listed

HANDBOOK = ("AW-13",)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of what is open `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def award_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    award = known(facts)
    if award and (facts.issue.is_open or not is_held(facts, award)):
        yield StateHistory()
    yield from needs_of(facts)


def decide_award(facts: IssueFacts, settings: Settings) -> Iterator[Check | Reopen | Say]:
    award = known(facts)
    if award is None or facts.issue.moved_to_id is not None:
        return
    found = progress_of(facts, award)
    open_ones, unsure_ones = left(found), unsure(found)
    is_done, seen = not (open_ones or unsure_ones), f"{len(open_ones)} open, {len(unsure_ones)} to be confirmed"
    yield Check("all tasks are done", is_done, seen, "task list")
    if not facts.issue.is_open:
        yield from () if is_done else _guarded(facts, award)
        return
    manager, again = charge_of(facts, award).handle, settings.remind_after
    if not is_done and was_reopened(facts):
        yield _explained(facts, award)
    if is_done:
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
        yield _explained(facts, award)


def _explained(facts: IssueFacts, award: Known) -> Say:
    found, who = progress_of(facts, award), (charge_of(facts, award).handle,)
    values = {"tasks": listed(left(found)), "confirm": listed(unsure(found))}
    return Say("AW-13", "reopened", values, Nudge(0, who=who))
