"""An award is closed when all its tasks are done, and then recorded in the registry.

One that is closed too early is opened again once, with the reason; whoever closes it a second time has the last word,
which the account manager's chiefs hear of. A tick that is another role's to make is asked about, never undone.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Reopen, Say
from bot.domain.awarding import (
    MAIL_TASK,
    Known,
    above,
    charge_of,
    known,
    left,
    listed,
    needs_of,
    progress_of,
)
from bot.domain.changes import Certified, certification, is_recorded
from bot.domain.eligibility import failing
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.needs import Need, NoteHistory, StateHistory
from bot.domain.readiness import closed_on, failing_lines, requirements
from bot.domain.speech import handle, quoted
from bot.domain.steps import Propose, Tell
from bot.domain.subject import Subject
from bot.domain.tracking import CLOSED, REOPENED, last_event

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


def award_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """Who holds the partner's subject records the award."""
    award = known(facts)
    if award and not facts.issue.is_open and not _is_held(facts, award):
        yield Subject.partner(award.partner.id)


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
    if open_ones and _was_reopened(facts):
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
    stands = _stands(facts)
    yield Check("it was closed too early for the first time", not stands, "no" if stands else "yes", "state journal")
    if not stands:
        yield Reopen()
        manager = charge_of(facts, award).handle
        values = {"tasks": listed(left(progress_of(facts, award)))}
        yield Say("AW-13", "reopened", values, Nudge(0, who=(manager,)))


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Propose | Tell | Say]:
    for issue in facts.awards:
        award = known(issue)
        if award is None or issue.issue.is_open or issue.issue.moved_to_id or _is_by_bot(issue):
            continue
        if _is_held(issue, award):
            continue
        if left(progress_of(issue, award)):
            yield from _insisted(facts, issue, award) if _stands(issue) else ()
        else:
            yield from _recorded(facts, issue, award)


def _insisted(facts: PartnerFacts, issue: IssueFacts, award: Known) -> Iterator[Tell | Say]:
    name, who = quoted(award.programme.name), above(facts.site.registry, facts.partner.account_manager)
    tasks = listed(left(progress_of(issue, award)))
    values = {"issue": issue.issue.reference, "certification": name, "tasks": tasks}
    yield Say("AW-13", "insisted", values, internal=True)
    yield Tell("AW-13", "insisted", f"closed open {issue.issue.reference}", who, values)


def _recorded(facts: PartnerFacts, issue: IssueFacts, award: Known) -> Iterator[Propose | Say]:
    lacks = failing(requirements(facts, award.programme))
    if lacks:
        name, rows = quoted(award.programme.name), failing_lines(lacks)
        values = {"issue": issue.issue.reference, "certification": name, "rows": rows}
        yield Say("AW-13", "not_recorded", values, internal=True)
        return
    told = progress_of(issue, award).done_at(MAIL_TASK)
    day = told.astimezone(facts.site.zone).date() if told else closed_on(issue) or facts.today
    change = Certified(award.programme.key, day, day.month, issue.issue.reference)
    if not is_recorded(facts.partner, change) and f"certified {award.programme.key}" not in facts.proposed:
        yield Propose(facts.partner.id, change)


def _is_held(facts: IssueFacts, award: Known) -> bool:
    """Whether the registry has the certification, from this award or a later one."""
    held, created = certification(award.partner, award.programme.key), facts.issue.created_at
    return held is not None and not (created and held.awarded_on < created.astimezone(facts.site.zone).date())


def _was_reopened(facts: IssueFacts) -> bool:
    return any(event.state == REOPENED and event.user_id in facts.guard.bots for event in facts.state_events)


def _is_by_bot(facts: IssueFacts) -> bool:
    event = last_event(facts, CLOSED)
    return event is not None and event.user_id in facts.guard.bots


def _stands(facts: IssueFacts) -> bool:
    """Whether the closing is not to be undone: the bot's own, or a second one by somebody whose word counts."""
    event = last_event(facts, CLOSED)
    insists = _was_reopened(facts) and event is not None and facts.guard.counts(event.user_id)
    return insists or _is_by_bot(facts)
