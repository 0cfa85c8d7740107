"""What a partner has not done in a review it is reminded of by mail, after its account manager was asked.

The manager may have calls or news of their own, so without their word no mail is made. It names what is missing and
nothing else, says how and why, and offers a call. A person sends it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Answer, Check, Say
from bot.domain.asking import charged, templated
from bot.domain.facts import IssueFacts
from bot.domain.helpdesk.reminding import ASKED, CLEARED, agrees, asked_of, cleared, failed_lines, was_asked
from bot.domain.helpdesk.reviews import MONTHLY, REMINDING, Review, review_of, reviews
from bot.domain.letters import Letter
from bot.domain.needs import Need, NoteHistory
from bot.domain.orders import Command, Order
from bot.domain.speech import code, dictated, handle, quoted

HANDBOOK = ("PH-08", "PH-12")
REMIND, GO_AHEAD = "phd remind", "phd go-ahead"
COMMANDS = (
    Command(
        REMIND, f"{REMIND} <partner>", "ask the account manager, then have a mail on what is missing", internal=True
    ),
    Command(
        GO_AHEAD, f"{GO_AHEAD} <partner>", "the account manager agrees to a reminder of the partner", internal=True
    ),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the orders and the mails."""

    enabled: bool = True


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    case = templated(facts, *REMINDING)
    if case and case.letters and facts.issue.user_notes_count:
        yield NoteHistory()


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    """The mails stand in the status comment, and follow what is ticked."""
    case, agreed = templated(facts, *REMINDING), cleared(facts)
    if case is None:
        return
    for one in reviews(facts, *REMINDING):
        letter = case.letters.get(one.partner.id)
        if letter and one.partner.id in agreed:
            yield Check(
                f"{one.partner.id} has done everything", False, ", ".join(one.failed), "task list", internal=True
            )
            yield _mail(one, letter, is_monthly=case.template.key == MONTHLY)


def _mail(one: Review, letter: Letter, *, is_monthly: bool) -> Say:
    if letter.problem:
        return Say("PH-08", "no_letter", {"problem": letter.problem}, internal=True)
    values = {
        "partner": dictated(one.partner.name),
        "to": code(letter.to),
        "cc": ", ".join(map(code, letter.cc)) or handle(one.partner.account_manager),
        "subject": letter.subject,
        "text": letter.text.strip(),
    }
    if is_monthly:
        return Say("PH-08", "letter", values, internal=True, block=True)
    return Say("PH-12", "letter", values, internal=True, block=True)


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield NoteHistory()


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    every, meant = reviews(facts, *REMINDING), review_of(facts, order.rest, *REMINDING)
    if templated(facts, *REMINDING) is None:
        yield Answer("elsewhere", done=False)
    elif meant is None:
        usage = code(f"@{facts.site.bot.username} {order.name} <partner>")
        names = ", ".join(code(one.partner.id) for one in every) or "nobody"
        yield Answer("which", {"order": usage, "partners": names}, done=False)
    elif not meant.is_begun:
        yield Answer("not_begun", {"partner": quoted(meant.partner.name)}, done=False)
    elif not meant.failed:
        yield Answer("nothing", {"partner": quoted(meant.partner.name)})
    elif meant.partner.id in cleared(facts):
        yield Answer("ready", {"partner": quoted(meant.partner.name)})
    elif agrees(facts.site.registry, meant.partner, order.by.username):
        yield _go_ahead(facts, order, meant)
    elif order.name == REMIND:
        yield _waiting(facts, meant) if was_asked(facts, meant.partner) else _question(facts, meant)
    else:
        manager = handle(meant.partner.account_manager)
        yield Answer("not_yours", {"partner": quoted(meant.partner.name), "manager": manager}, done=False)


def _go_ahead(facts: IssueFacts, order: Order, meant: Review) -> Answer:
    """Whoever has the review in hand is called, unless they said it themselves."""
    case = templated(facts, *REMINDING)
    desk = [name for name in (charged(facts, case) if case else ()) if name != order.by.username]
    values = {"partner": quoted(meant.partner.name), "desk": ", ".join(f"@{name}" for name in desk)}
    return Answer("cleared", values, marks=((CLEARED, meant.partner.id),))


def _question(facts: IssueFacts, meant: Review) -> Answer:
    values = {
        "manager": f"@{meant.partner.account_manager}",
        "partner": quoted(meant.partner.name),
        "failed": failed_lines(meant),
        "order": code(f"@{facts.site.bot.username} {GO_AHEAD} {meant.partner.id}"),
    }
    return Answer("asked", values, marks=((ASKED, asked_of(meant.partner)),))


def _waiting(facts: IssueFacts, meant: Review) -> Answer:
    go_ahead = code(f"@{facts.site.bot.username} {GO_AHEAD} {meant.partner.id}")
    values = {
        "manager": handle(meant.partner.account_manager),
        "partner": quoted(meant.partner.name),
        "order": go_ahead,
    }
    return Answer("waiting", values)
