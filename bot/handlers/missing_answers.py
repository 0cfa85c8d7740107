"""Whoever opens an issue from a template is asked for what its form lacks, and an issue that stays without is closed.

It carries its label while something is missing. Nobody's word resets that clock but people's own on the issue, and one
that somebody opens again stays open. So does one of which a last task is done: a license was sent, for example.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from bot.domain.actions import AddLabel, Check, Close, Nudge, RemoveLabel, Say
from bot.domain.answers import Kind
from bot.domain.asking import charged, lacking, templated
from bot.domain.closing import CLOSED, is_by_bot, last_event
from bot.domain.facts import IssueFacts
from bot.domain.flags import flag
from bot.domain.form import ProblemKind
from bot.domain.formwords import asks_for, choices_of, fields_with
from bot.domain.needs import LabelHistory, Need, NoteHistory, StateHistory
from bot.domain.speech import handle, quoted
from bot.domain.templated import Templated

HANDBOOK = ("NF-09", "CO-03", "AL-01", "AL-04")


@dataclass(frozen=True, slots=True)
class Settings:
    """Whoever wrote the issue is reminded `remind_after` business days after they were asked."""

    enabled: bool = True
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    case = _flagged(facts)
    if case is not None:
        yield from (LabelHistory(), StateHistory())
        if LabelHistory() in facts.read and facts.today >= _ends(facts, case, _asked_on(facts, case)):
            yield NoteHistory()


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | Close | Say]:
    case = templated(facts)
    if case is None or not case.template.form:
        return
    problems, label, lacks = case.form.problems, case.template.needs_info, _lacks(case)
    seen = ", ".join(f"{one.field.key} {one.kind.value}" for one in problems) or "all fields"
    yield Check("the form says all that is asked for", not problems, seen, "description")
    if case.template.known_partner:
        yield Check("the registry has its partner", not case.stranger, "no" if case.stranger else "yes", "registry")
    if not facts.issue.is_open:
        yield from _closed(facts)
        return
    if label:
        yield from flag(facts.issue, label, wanted=lacks)
    if lacks:
        yield _asked(facts, case, settings)
        yield from _given_up(facts)


def _lacks(case: Templated) -> bool:
    return bool(case.form.problems or case.stranger)


def _asked(facts: IssueFacts, case: Templated, settings: Settings) -> Say:
    problems, days = case.form.problems, case.template.stale_after
    values = {
        "missing": fields_with(problems, ProblemKind.MISSING),
        "unreadable": fields_with(problems, ProblemKind.UNREADABLE),
        "contradicting": fields_with(problems, ProblemKind.CONTRADICTING),
        "stranger": quoted(case.stranger) if case.stranger else "",
        "choices": choices_of(problems),
        "days": "yes" if asks_for(problems, Kind.DATE) else "",
        "people": "yes" if asks_for(problems, Kind.HANDLE) else "",
        "numbers": "yes" if asks_for(problems, Kind.NUMBER) else "",
        "counts": "yes" if asks_for(problems, Kind.COUNT) else "",
        "until": "" if days is None or not case.template.needs_info or _stays(facts, case) else str(days),
    }
    return Say(case.template.rule, "lacks", values, Nudge(settings.remind_after, who=_askers(facts, case)))


def _askers(facts: IssueFacts, case: Templated) -> tuple[str, ...]:
    """Who can answer: whoever wrote it, and where the bot did, who has it in hand."""
    author = facts.issue.author
    return charged(facts, case) if author.id == facts.site.bot.id else (author.username,)


def _given_up(facts: IssueFacts) -> Iterator[Check | Close | Say]:
    """What nobody answered is closed once, with a word."""
    case = _flagged(facts)
    if case is None or _stays(facts, case):
        return
    last = _ends(facts, case, _last_word(facts, case))
    is_over = facts.today >= last
    yield Check("there is time left to answer", not is_over, f"until {last.isoformat()}", "label journal and comments")
    if is_over:
        yield Close()
        yield _parted(facts, case)


def _closed(facts: IssueFacts) -> Iterator[Say]:
    """The word stays there as long as it holds."""
    case, event = _flagged(facts), last_event(facts, CLOSED)
    if case is not None and event is not None and is_by_bot(facts):
        asked = _asked_on(facts, case)
        if _day(facts, event.at) >= _ends(facts, case, asked):
            yield _parted(facts, case)


def _parted(facts: IssueFacts, case: Templated) -> Say:
    return Say(case.template.rule, "closed", {"who": ", ".join(map(handle, _askers(facts, case)))}, block=True)


def _flagged(facts: IssueFacts) -> Templated | None:
    """The case, where its form lacks something, it says so by its label, and that cannot go on for ever."""
    case = templated(facts)
    if case is None or not _lacks(case) or case.template.stale_after is None:
        return None
    return case if case.template.needs_info in facts.issue.labels else None


def _ends(facts: IssueFacts, case: Templated, since: date) -> date:
    return facts.site.workdays.after(since, case.template.stale_after or 0)


def _asked_on(facts: IssueFacts, case: Templated) -> date:
    """The day on which the label was set the last time; where no journal tells, today."""
    label = case.template.needs_info
    set_at = [one.at for one in facts.label_events if (one.label, one.action) == (label, "add")]
    return _day(facts, max(set_at)) if set_at else facts.today


def _last_word(facts: IssueFacts, case: Templated) -> date:
    """The day on which people were asked, or on which one of them did something after that."""
    said = [one.created_at for one in facts.notes if one.created_at and one.author.id not in facts.guard.bots]
    return max([_asked_on(facts, case), *(_day(facts, at) for at in said)])


def _stays(facts: IssueFacts, case: Templated) -> bool:
    """Whether the bot closed it once already, as who opens it again wants it open, or one of its last tasks is done."""
    was_closed = any(one.state == CLOSED and one.user_id in facts.guard.bots for one in facts.state_events)
    last = case.template.close_requires
    return was_closed or len(lacking(facts, last)) < len(last)


def _day(facts: IssueFacts, at: datetime) -> date:
    return at.astimezone(facts.site.zone).date()
