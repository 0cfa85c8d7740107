"""A licence request gets a verdict from the registry: who is authorized, how many seats are left, who is certified.

The verdict and what it rests on are for staff; a request that lies where partners read along is not looked into.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.domain.actions import Answer, Check, Nudge, Say
from bot.domain.facts import IssueFacts
from bot.domain.licensing.request import EXCEPTION
from bot.domain.licensing.standing import Standing, as_of, needs_of, standing
from bot.domain.licensing.verdict import Outcome, Verdict
from bot.domain.needs import Need
from bot.domain.orders import Command, Order
from bot.domain.speech import handle, quoted

HANDBOOK = ("NF-03", "NF-04", "NF-06", "NF-07")
COMMANDS = (Command("nfr check", "nfr check", "judge the license request in this issue anew", internal=True),)


@dataclass(frozen=True, slots=True)
class Settings:
    """Who has the request in hand hears again of what stands in its way `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    now = standing(facts)
    if now is None or not facts.issue.is_open:
        return
    if now.verdict is None:
        known = {"as_of": as_of(facts.site, now.case)}
        yield Say("NF-03", "needs_info", known, internal=True, block=True, leads=True)
    elif not now.is_sent:
        yield from _judged(facts, settings, now, now.verdict)


def _judged(facts: IssueFacts, settings: Settings, now: Standing, found: Verdict) -> Iterator[Check | Say]:
    for row in found.rows:
        if row.holds is not None:
            yield Check(row.claim, row.holds, row.seen, "registry", internal=True)
    known = {
        "outcome": found.outcome.value,
        "rows": "\n".join(f"| {row.sign} | {row.claim} | {row.seen} |" for row in found.rows),
        "as_of": as_of(facts.site, now.case),
    }
    yield Say("NF-03", "verdict", known, internal=True, block=True, leads=True)
    if doubt := now.doubt(EXCEPTION):
        by = handle(doubt.by) if doubt.by else "somebody"
        yield Say("NF-04", "doubtful", {"by": by}, Nudge(settings.remind_after), internal=True)
    yield from _in_the_way(facts, Nudge(settings.remind_after), now, found)


def _in_the_way(facts: IssueFacts, nudge: Nudge, now: Standing, found: Verdict) -> Iterator[Say]:
    partner, day = quoted(now.request.company if now.request else ""), as_of(facts.site, now.case)
    match found.outcome:
        case Outcome.UNKNOWN:
            near = facts.site.registry.partner_nearly(now.request.company) if now.request else None
            known = {"partner": partner, "as_of": day, "near": quoted(near.name) if near else ""}
            yield Say("NF-03", "unknown", known, nudge, internal=True)
        case Outcome.NOT_AUTHORIZED:
            yield Say("NF-03", "not_authorized", {"partner": partner, "as_of": day}, nudge, internal=True)
        case Outcome.OVER:
            seats = {"partner": partner, "over": str(found.over), "allowed": str(found.allowed)}
            if found.may_renew:
                yield Say("NF-04", "over_or_renewal", seats, nudge, internal=True)
            else:
                yield Say("NF-04", "over", seats, nudge, internal=True)
        case Outcome.UNCERTIFIED:
            yield Say("NF-06", "uncertified", {"partner": partner}, nudge, internal=True)
        case Outcome.ENCOURAGE:
            yield Say("NF-07", "encourage", {"partner": partner}, internal=True, block=True)
        case Outcome.GRANT | Outcome.EXCEPTION:
            return
        case _:
            assert_never(found.outcome)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    """The answer has no data: it stands wherever the order was given."""
    now = standing(facts)
    if now is None:
        yield Answer("no_request", done=False)
    elif now.verdict is None:
        yield Answer("incomplete", done=False)
    elif now.grant is not None:
        yield Answer("was_sent", {"day": str(now.grant.sent_on), "as_of": as_of(facts.site, now.case)})
    else:
        yield Answer("checked", {"outcome": now.verdict.outcome.value, "as_of": as_of(facts.site, now.case)})
