"""Once a licence was sent, whoever asked for it is told, its days are written down, and the issue closes.

It closes when Salesforce was looked at too. The licence is proposed to the registry, whose entry later checks go by.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.actions import Answer, Check, Close, Nudge, PutItem, Say, TickTask
from bot.domain.asking import lacking
from bot.domain.checklist import Task
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.licensing.request import SALESFORCE, SENT, Request, task
from bot.domain.licensing.standing import Standing, requestor, standing
from bot.domain.licensing.values import ends
from bot.domain.needs import Need, NoteHistory
from bot.domain.orders import Command, Order
from bot.domain.partners.changes import Licensed, is_recorded, name_of
from bot.domain.partners.steps import Propose, Tell
from bot.domain.speech import code, handle, quoted
from bot.domain.subject import Subject

HANDBOOK = ("NF-12", "NF-13")
COMMANDS = (Command("nfr sent", "nfr sent", "tick that the license of this issue was sent", internal=True),)
SECTION: Final = "The license"
OCCASION: Final = "license sent"
TOLD: Final = "told"
"""Of the marks of what people were told once."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Who has the request in hand hears again of open tasks `remind_after` business days after the license was sent."""

    enabled: bool = True
    remind_after: int = 1


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    now = standing(facts)
    if now is not None and now.is_sent:
        yield NoteHistory()


def templated_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """Who holds the partner's subject proposes the licence to the registry."""
    now = standing(facts)
    change = licensed(facts, now) if now else None
    if now and now.case.partner and change and not is_recorded(now.case.partner, change):
        yield Subject.partner(now.case.partner.id)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say | Tell | PutItem | Close]:
    now = standing(facts)
    if now is None:
        return
    yield Check("the license was sent", now.is_sent, "ticked" if now.is_sent else "not ticked", "description")
    if not now.is_sent or now.request is None:
        return
    yield from _written_down(facts, now.request)
    if not any((mark.kind, mark.value) == (TOLD, OCCASION) for mark in facts.marks):
        yield from _told(facts, now, now.request)
    if facts.issue.is_open:
        yield from _closed(facts, settings, now)


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Propose]:
    for one in facts.licences:
        now = standing(one)
        change = licensed(one, now) if now else None
        if change and not is_recorded(facts.partner, change) and name_of(change) not in facts.proposed:
            yield Propose(facts.partner.id, change)


def licensed(facts: IssueFacts, now: Standing) -> Licensed | None:
    """The licence as the registry should have it; None until it was sent and the issue says when it ends."""
    request = now.request
    if request is None or not now.is_sent or request.expires is None:
        return None
    old = request.replaced(request.sent_on or facts.today)
    return Licensed(
        kind=request.kind.key,
        seats=request.seats,
        expires=request.expires,
        issue=facts.issue.reference,
        replaces=old.expires if old else None,
    )


def _written_down(facts: IssueFacts, request: Request) -> Iterator[PutItem]:
    """What people wrote there themselves stays."""
    if request.sent_on is None:
        yield PutItem(SECTION, "sent_on", f"Sent on: {facts.today}")
    if request.expires is None:
        yield PutItem(SECTION, "expires", f"Expires: {ends(request, facts.site.licences, facts.today).day}")


def _told(facts: IssueFacts, now: Standing, request: Request) -> Iterator[Tell | Say]:
    """A partner who asked cannot be mentioned here: its account manager passes it on."""
    asked, manager = requestor(facts, now.case), request.partner.account_manager if request.partner else ""
    if asked:
        yield Tell("NF-13", "sent", OCCASION, (asked,))
    elif manager:
        whom = quoted(now.case.form.values.get("requested_by", "the partner"))
        yield Tell("NF-13", "pass_on", OCCASION, (manager,), {"whom": whom})


def _closed(facts: IssueFacts, settings: Settings, now: Standing) -> Iterator[Say | Close]:
    left = _left(facts, now)
    if not left:
        yield Close()
        return
    tasks = ", ".join(quoted(one.text) for one in left)
    yield Say("NF-12", "open_tasks", {"tasks": tasks}, Nudge(settings.remind_after))


def _left(facts: IssueFacts, now: Standing) -> tuple[Task, ...]:
    """What the template asks before the end, Salesforce among it where there is such a task."""
    salesforce = task(now.case, SALESFORCE)
    there = {one.id for one in now.case.master.tasks}
    wanted = (*now.case.template.close_requires, *({salesforce} & there))
    return lacking(facts, tuple(dict.fromkeys(wanted)))


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer | TickTask]:
    now = standing(facts)
    if now is None:
        yield Answer("no_request", done=False)
    elif now.request is None:
        yield Answer("incomplete", done=False)
    else:
        yield TickTask(task(now.case, SENT))
        yield Answer("ticked", {"task": code(task(now.case, SENT)), "who": handle(order.by.username)})
