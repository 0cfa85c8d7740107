"""For a licence that may be granted stand ready the values to type in and the letter to the licence contact.

A further licence ends with the one that ends first; where that is soon, people say whether they want a renewal.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.actions import Check, Nudge, Say
from bot.domain.facts import IssueFacts
from bot.domain.letters import Letter
from bot.domain.licensing.expiry import Expiry
from bot.domain.licensing.request import ALLIANCE, Request
from bot.domain.licensing.standing import is_done, needs_of, standing
from bot.domain.licensing.values import ends, field_lines, has_unknown_end
from bot.domain.needs import Need
from bot.domain.speech import code

HANDBOOK = ("NF-05", "NF-08", "NF-10", "NF-11", "AL-05")
LETTER: Final = "letter"


@dataclass(frozen=True, slots=True)
class Settings:
    """Who has the request in hand hears again of what is open `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    now = standing(facts)
    if now is None or now.request is None or now.verdict is None or not facts.issue.is_open:
        return
    if not (now.is_sent or now.verdict.outcome.is_granted):
        return
    end = ends(now.request, facts.site.licences, facts.today)
    if not now.is_sent:
        yield Check("it ends on a day of some use", not end.is_short, str(end.day), "registry", internal=True)
        yield from _values(facts, settings, now.request, end)
    letter = now.case.letter
    if letter and not is_done(facts, now.case, LETTER) and (now.is_sent or not _is_unclear(now.request, end)):
        yield from _letter(settings, letter)


def _is_unclear(request: Request, end: Expiry) -> bool:
    return end.is_short and request.renewal is None


def _values(facts: IssueFacts, settings: Settings, request: Request, end: Expiry) -> Iterator[Say]:
    if _is_unclear(request, end):
        nudge = Nudge(settings.remind_after)
        yield Say("NF-05", "renewal_or_new", {"end": str(end.day)}, nudge, internal=True)
        return
    moves = _moving(request, end)
    *above, (_, start), (_, last), (_, notes) = field_lines(request, facts.site.licences, facts.today)
    width = max(len(name) for name, _ in above)
    values = {
        "lines": "\n".join(f"{name:<{width}}  {value}" for name, value in above),
        "start": start,
        "end": last,
        "notes": notes,
        "shared": str(end.day) if end.is_co_term else "",
        "months": str(request.kind.term_months),
        "moves": min(moves, default=""),
        "unknown": "yes" if has_unknown_end(request, facts.site.licences) else "",
    }
    if request.kind.key == ALLIANCE:
        yield Say("AL-05", "fields", {**values, "alliance": "yes"}, internal=True, block=True, passing=moves)
    else:
        yield Say("NF-10", "fields", {**values, "alliance": ""}, internal=True, block=True, passing=moves)


def _moving(request: Request, end: Expiry) -> frozenset[str]:
    """Which of the values follow the day on which somebody types them in."""
    if request.sent_on:
        return frozenset()
    return frozenset({"start"} if end.is_co_term or request.expires else {"start", "end"})


def _letter(settings: Settings, letter: Letter) -> Iterator[Say]:
    if letter.problem:
        yield Say("NF-08", "no_letter", {"problem": letter.problem}, Nudge(settings.remind_after), internal=True)
        return
    values = {
        "to": code(letter.to),
        "cc": ", ".join(map(code, letter.cc)),
        "subject": letter.subject,
        "text": letter.text.strip(),
    }
    yield Say("NF-08", "letter", values, internal=True, block=True)
