"""A newsletter's open and click rate are written down before its issue is closed, and half a year of them is averaged.

An issue that is closed without them is opened again once; whoever closes it a second time has the last word. Numbers
that somebody says in a comment are written into the description.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Check, Nudge, PutItem, Reopen, Say
from bot.domain.asking import templated
from bot.domain.closing import CLOSED, last_event, stands, was_reopened
from bot.domain.communications.forms import RATES
from bot.domain.communications.keys import NEWSLETTER
from bot.domain.communications.metrics import Rates, average, rates_of
from bot.domain.communications.newsletter import sent_on
from bot.domain.facts import IssueFacts
from bot.domain.needs import IssuesOf, Need, NoteHistory, StateHistory
from bot.domain.reversals import field_of
from bot.domain.speech import quoted

HANDBOOK = ("NL-11", "NL-12")


@dataclass(frozen=True, slots=True)
class Settings:
    """Rates of the last `months` are averaged and compared with the targets, in percent.

    Numbers stand in the `section` of the description. What was closed more than `look_back` days ago stays so.
    """

    enabled: bool = True
    section: str = "Numbers"
    open_target: float = 35
    click_target: float = 5
    months: int = 6
    look_back: int = 30


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if templated(facts, NEWSLETTER) is None or facts.issue.moved_to_id is not None:
        return
    if facts.issue.is_open:
        yield from (NoteHistory(), IssuesOf(NEWSLETTER))
    if rates_of(facts).lacking:
        yield NoteHistory()
        if not facts.issue.is_open or facts.wrote is None or field_of(Reopen()) in facts.wrote:
            yield StateHistory()


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | PutItem | Reopen | Say]:
    if templated(facts, NEWSLETTER) is None or facts.issue.moved_to_id is not None:
        return
    rates = rates_of(facts)
    yield Check("its numbers are written down", not rates.lacking, _seen(rates), "description and comments")
    names = {one.key: one.label for one in RATES}
    lacking = ", ".join(f"`{names[key]}:`" for key in rates.lacking)
    for key, said in rates.said.items():
        yield PutItem(settings.section, key, f"{names[key]}: {said}", since=rates.at.get(key))
    if not facts.issue.is_open:
        yield from _guarded(facts, settings, lacking) if lacking else ()
        return
    if rates.doubtful:
        yield Say("NL-11", "doubtful", {"written": ", ".join(map(quoted, rates.doubtful))}, Nudge(2))
    if lacking and was_reopened(facts):
        yield _explained(lacking)
    yield from _averages(facts, settings)


def _guarded(facts: IssueFacts, settings: Settings, lacking: str) -> Iterator[Check | Reopen | Say]:
    event = last_event(facts, CLOSED)
    age = facts.today - event.at.astimezone(facts.site.zone).date() if event else timedelta.max
    is_last = stands(facts) or age > timedelta(days=settings.look_back)
    yield Check("it was closed too early for the first time", not is_last, "no" if is_last else "yes", "state journal")
    if not is_last:
        yield Reopen()
        yield _explained(lacking)


def _explained(lacking: str) -> Say:
    return Say("NL-11", "reopened", {"lacking": lacking}, Nudge(0))


def _averages(facts: IssueFacts, settings: Settings) -> Iterator[Say]:
    found = average(facts.others.get(NEWSLETTER, ()), sent_on(facts) or facts.today, settings.months)
    if found is None:
        return
    values = {
        "count": str(found.count),
        "months": str(settings.months),
        "opened": f"{found.open_rate:.1f}",
        "clicked": f"{found.click_rate:.1f}",
        "open_target": f"{settings.open_target:g}",
        "click_target": f"{settings.click_target:g}",
        "open_met": "yes" if found.open_rate >= settings.open_target else "",
        "click_met": "yes" if found.click_rate >= settings.click_target else "",
    }
    yield Say("NL-12", "averages", values, block=True)


def _seen(rates: Rates) -> str:
    return f"{', '.join([*rates.values, *rates.said]) or 'none'}"
