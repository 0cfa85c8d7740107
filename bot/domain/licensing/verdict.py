"""A licence request and the registry become a verdict: whether it may be granted, and what that rests on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Final

from bot.domain.licensing.kinds import Licences
from bot.domain.licensing.request import Request, has_ended
from bot.domain.registry import Partner, Status
from bot.domain.speech import code

AUTHORIZED: Final = "The partner is authorized"


class Outcome(StrEnum):
    """What comes of a request, as people read it."""

    GRANT = "grant"
    ENCOURAGE = "grant, and encourage"
    """Granted, although nobody at the partner is certified yet."""
    EXCEPTION = "grant, by exception"
    """More than the limit, and somebody approved of it."""
    OVER = "over the limit"
    UNCERTIFIED = "nobody is certified"
    NOT_AUTHORIZED = "not authorized"
    UNKNOWN = "unknown partner"

    @property
    def is_granted(self) -> bool:
        return self in {Outcome.GRANT, Outcome.ENCOURAGE, Outcome.EXCEPTION}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that was looked at; `holds` None: it is only to be known. `seen` is safe to print."""

    claim: str
    seen: str
    holds: bool | None = None

    @property
    def sign(self) -> str:
        return {True: "✅", False: "❌", None: "ℹ️"}[self.holds]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`over` seats are too many; `allowed` is what may still be granted.

    `may_renew`: the form leaves open whether it takes the place of another one, and then it would not be too many.
    """

    outcome: Outcome
    rows: tuple[Row, ...]
    over: int = 0
    allowed: int = 0
    may_renew: bool = False


def verdict(request: Request, licences: Licences, today: date, *, has_exception: bool = False) -> Verdict:
    """`has_exception`: whether more seats than the limit were approved of."""
    partner, kind = request.partner, request.kind
    if kind.is_for_partners and partner is None:
        # Nothing is known of what it has, and no track says what it may have.
        return Verdict(Outcome.UNKNOWN, (Row(AUTHORIZED, "not in the registry", False),))
    ours = partner if kind.is_for_partners else None
    there = _there(request, today)
    limit = kind.limit(partner.track if partner else None)
    over = max(there + request.seats - limit, 0)
    allowed = max(limit - there, 0)
    fits = _there(replace(request, renewal=True), today) + request.seats <= limit
    may_renew = bool(over) and request.renewal is None and fits
    rows = (
        *([_authorized(ours)] if ours else []),
        Row("Other licenses", _existing(request, licences, today)),
        *([Row("Also asked for", _asked(request))] if request.beside else []),
        Row("Seats after the grant", f"{there} + {request.seats} of {limit}", not over),
        *([_certified(ours)] if ours else []),
    )
    return Verdict(_outcome(request, licences, over, has_exception=has_exception), rows, over, allowed, may_renew)


def _there(request: Request, today: date) -> int:
    return sum(one.seats for one in request.running(today))


def is_certified(partner: Partner | None) -> bool:
    """Whether somebody at the partner is a certified Solutions Architect or Professional Services Engineer."""
    return partner is not None and bool(partner.practitioners.sa_core or partner.practitioners.pse)


def _outcome(request: Request, licences: Licences, over: int, *, has_exception: bool) -> Outcome:
    partner, kind = request.partner, request.kind
    lacks_people = kind.is_for_partners and not is_certified(partner)
    if kind.is_for_partners and partner and partner.status is not Status.AUTHORIZED:
        return Outcome.NOT_AUTHORIZED
    if over and not has_exception:
        return Outcome.OVER
    if lacks_people and licences.certification_required:
        return Outcome.UNCERTIFIED
    if over:
        return Outcome.EXCEPTION
    return Outcome.ENCOURAGE if lacks_people else Outcome.GRANT


def _authorized(partner: Partner) -> Row:
    return Row(AUTHORIZED, partner.status.value, partner.status is Status.AUTHORIZED)


def _existing(request: Request, licences: Licences, today: date) -> str:
    """All licences of the partner that run, each with its end."""
    there = [one for one in request.existing if not has_ended(one, today)]
    said = (f"{one.seats} {_called(licences, one.kind)} until {one.expires or 'an unknown day'}" for one in there)
    return ", ".join(said) or "none"


def _called(licences: Licences, key: str) -> str:
    kind = licences.get(key)
    return kind.name if kind else code(key)


def _asked(request: Request) -> str:
    """What waits beside it counts for nothing until it is sent."""
    return ", ".join(f"{seats} {request.kind.name} in {issue}" for issue, seats in request.beside.items())


def _certified(partner: Partner) -> Row:
    people = partner.practitioners
    seen = f"Solutions Architects: {people.sa_core}, Services Engineers: {people.pse}"
    return Row("Somebody is certified (SA or PSE)", seen, is_certified(partner))
