"""The words behind an order become the partner that somebody means, a day and a reason."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from typing import Final, Literal

from bot.domain.facts import IssueFacts
from bot.domain.orders import STOPS, Order
from bot.domain.partners.folder import homes
from bot.domain.partners.partnernames import folded
from bot.domain.partners.record import Request, What
from bot.domain.registry import Partner, Registry, names_of
from bot.domain.speech import code

DAY = re.compile(r"(?<!\S)\d{4}-\d{1,2}-\d{1,2}(?!\w)")
AROUND: Final = f"`'\"<>()[] {STOPS}"
MOST_CHOICES: Final = 5


@dataclass(frozen=True, slots=True)
class Named:
    """Whom the beginning of a text names, and what follows; `partner` None: nobody, and `rest` is all of it."""

    partner: Partner | None
    rest: str


def partner_named(registry: Registry, text: str) -> Partner | None:
    """The partner that the whole text names, however it is spelt."""
    name = text.strip().strip(AROUND)
    found = registry.partner_called(name)
    alike = [one for one in registry.partners if folded(name) in {*map(folded, names_of(one))} - {""}]
    return found or (alike[0] if len(alike) == 1 else None)


def beginning(registry: Registry, text: str) -> Named:
    """The partner that the longest beginning of the text names."""
    words = text.split()
    for count in range(len(words), 0, -1):
        partner = partner_named(registry, " ".join(words[:count]))
        if partner:
            return Named(partner, " ".join(words[count:]))
    return Named(None, " ".join(words))


def choices(registry: Registry, text: str) -> str:
    """The ids of the partners that somebody may have meant, as Markdown; all of them when nothing is near."""
    known = {folded(name): one.id for one in registry.partners for name in names_of(one)}
    near = get_close_matches(folded(text), known, MOST_CHOICES, 0.5)
    every = sorted({one.id for one in registry.partners})[:MOST_CHOICES]
    return ", ".join(code(one) for one in dict.fromkeys([known[name] for name in near] or every))


def day_in(text: str) -> tuple[str, str, str]:
    """What stands before the first day, the day as written, what follows it; without a day all of it stands before."""
    hit = DAY.search(text)
    return (
        (text[: hit.start()].strip(), hit[0], text[hit.end() :].strip(f"{STOPS} ")) if hit else (text.strip(), "", "")
    )


def real_day(text: str) -> date | None:
    """None for a day that no calendar has, such as 29 February of most years."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Meant:
    """Whom an order is about, and the words that follow; `trouble` says why that is nobody."""

    partner: Partner | None = None
    rest: str = ""
    trouble: Literal["", "elsewhere", "other", "unknown"] = ""


def meant(facts: IssueFacts, text: str) -> Meant:
    """In the Channels project whom the text begins with; in a partner's folder that partner, named or not."""
    registry, here = facts.site.registry, partner_here(facts)
    named = beginning(registry, text)
    if here:
        is_other = named.partner is not None and named.partner.id != here.id
        return Meant(trouble="other") if is_other else Meant(here, named.rest)
    if not is_home(facts):
        return Meant(trouble="elsewhere")
    return Meant(named.partner, named.rest) if named.partner else Meant(trouble="unknown")


def is_home(facts: IssueFacts) -> bool:
    return facts.issue.project == facts.site.home


def partner_here(facts: IssueFacts) -> Partner | None:
    """The partner in whose folder the issue lies."""
    site, at = facts.site, facts.issue.project.casefold()
    for partner in site.registry.partners:
        if any(at.startswith(f"{home.casefold()}/") for home in homes(site.partners, site.registry, partner)):
            return partner
    return None


def request_of(
    facts: IssueFacts, order: Order, what: What, partner: str, values: dict[str, str] | None = None
) -> Request:
    """The order as a request; the same order is always the same request."""
    said = f"{order.at.isoformat()} {order.by.id} {order.text}"
    key = hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]
    at = (facts.issue.project_id, facts.issue.iid)
    return Request(key, partner, what, order.by.username, order.day, at, values or {})
