"""Once a licence was sent, whoever asked for it is told, its days are written down, and the issue closes.

It closes when Salesforce was looked at too, and stays open once somebody opens it again. The licence is proposed to the
registry, whose entry later checks go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.actions import Answer, Check, Close, DropItem, Edit, Nudge, Say, TickTask
from bot.domain.asking import above, charged, task_called, templated
from bot.domain.closing import is_wanted_open
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.licensing.ending import left, written_down
from bot.domain.licensing.request import REQUESTS, SENT, Request, task
from bot.domain.licensing.standing import Standing, is_done, needs_of, requestor, standing, written
from bot.domain.needs import Need, StateHistory
from bot.domain.orders import Command, Order
from bot.domain.partners.changes import is_recorded, name_of
from bot.domain.partners.steps import Propose, Tell
from bot.domain.speech import handle, quoted
from bot.domain.subject import Subject
from bot.domain.ticks import last_tick, ticks

HANDBOOK = ("NF-12", "NF-13")
COMMANDS = (Command("nfr sent", "nfr sent", "tick that the license of this issue was sent", internal=True),)
OCCASION: Final = "license sent"
TOLD: Final = "told"
"""Of the marks of what people were told once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Who has the request in hand hears again of open tasks `remind_after` business days after the license was sent."""

    enabled: bool = True
    remind_after: int = 1


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)
    case = templated(facts, *REQUESTS)
    if case and facts.issue.is_open and is_done(facts, case, SENT) and not left(facts, case):
        yield StateHistory()


def templated_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """Who holds the partner's subject proposes the licence to the registry."""
    now = standing(facts)
    if now and now.case.partner and now.grant and not is_recorded(now.case.partner, now.grant.change):
        yield Subject.partner(now.case.partner.id)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say | Tell | Edit | Close]:
    now = standing(facts)
    if now is None:
        return
    yield Check("the license was sent", now.is_sent, "ticked" if now.is_sent else "not ticked", "description")
    if doubt := now.doubt(SENT):
        by = handle(doubt.by) if doubt.by else "somebody"
        yield Say("NF-12", "doubtful", {"by": by}, Nudge(settings.remind_after), internal=True)
    elif not now.is_sent:
        yield from _taken_back(facts, now)
    elif now.request is not None and now.grant is not None:
        yield from written_down(facts, now.case, now.request, now.grant)
        yield from _told(facts, now, now.request)
        if facts.issue.is_open:
            yield from _against(facts, now) if now.is_against else _closed(facts, settings, now)


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Propose]:
    for one in facts.licences:
        now = standing(one)
        # Until the day is written down the issue alone knows it: its journal is not read here.
        change = now.grant.change if now and now.grant and now.request and now.request.expires else None
        if change and not is_recorded(facts.partner, change) and name_of(change) not in facts.proposed:
            yield Propose(facts.partner.id, change)


def _taken_back(facts: IssueFacts, now: Standing) -> Iterator[DropItem | Tell]:
    """A tick that was taken back takes its days along, and whoever heard that the license was sent hears of it."""
    keys, asked = written(facts), requestor(facts, now.case)
    was_told = bool(keys) and _occasion(facts, now) in {mark.value for mark in facts.marks if mark.kind == TOLD}
    if was_told and asked:
        yield Tell("NF-13", "taken_back", f"{_occasion(facts, now)} taken back", (asked,))
    yield from map(DropItem, keys)


def _told(facts: IssueFacts, now: Standing, request: Request) -> Iterator[Tell]:
    """Once a tick. A partner who asked cannot be mentioned here: its account manager passes it on."""
    occasion = _occasion(facts, now)
    if any((mark.kind, mark.value) == (TOLD, occasion) for mark in facts.marks):
        return
    asked, manager = requestor(facts, now.case), request.partner.account_manager if request.partner else ""
    if asked:
        yield Tell("NF-13", "sent", occasion, (asked,))
    elif manager:
        whom = quoted(now.case.form.values.get("requested_by", "the partner"))
        yield Tell("NF-13", "pass_on", occasion, (manager,), {"whom": whom})


def _occasion(facts: IssueFacts, now: Standing) -> str:
    """Which time it was sent: a tick that follows one that was taken back is another."""
    found = task_called(facts, task(now.case, SENT))
    times = sum(one.done for one in ticks(facts.notes) if found and last_tick((one,), found))
    return OCCASION if times < 2 else f"{OCCASION} {times}"


def _against(facts: IssueFacts, now: Standing) -> Iterator[Say]:
    """It is recorded all the same, as it is true, and stays open until somebody answers for it."""
    who = above(facts.site.registry, charged(facts, now.case), now.case.template.lead)
    outcome = now.verdict.outcome.value if now.verdict else ""
    yield Say("NF-12", "against", {"outcome": outcome}, Nudge(who=who), internal=True)


def _closed(facts: IssueFacts, settings: Settings, now: Standing) -> Iterator[Say | Close]:
    open_ones = left(facts, now.case)
    if not open_ones:
        yield from () if is_wanted_open(facts) else (Close(),)
        return
    tasks = ", ".join(quoted(one.text) for one in open_ones)
    yield Say("NF-12", "open_tasks", {"tasks": tasks}, Nudge(settings.remind_after))


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer | TickTask]:
    now = standing(facts)
    if now is None:
        yield Answer("no_request", done=False)
    elif now.request is None:
        yield Answer("incomplete", done=False)
    else:
        yield TickTask(task(now.case, SENT))
        yield Answer("ticked", {"who": handle(order.by.username)})
