"""A licence request becomes what somebody types into the licence system, to the letter."""

from __future__ import annotations

from datetime import date

from bot.domain.licensing.expiry import Expiry, expiry
from bot.domain.licensing.kinds import Licences
from bot.domain.licensing.request import Request
from bot.domain.speech import clean


def ends(request: Request, licences: Licences, today: date) -> Expiry:
    """When the licence ends if it is sent `today`; the day that the issue names for one that was sent counts."""
    if request.expires:
        return Expiry(request.expires)
    together = [one.expires for one in request.existing if one.expires and licences.co_terms(one.kind)]
    return expiry(
        request.sent_on or today,
        together if request.kind.co_term else (),
        is_renewal=bool(request.renewal),
        months=request.kind.term_months,
        warn_below=licences.short_below_days,
    )


def has_unknown_end(request: Request, licences: Licences) -> bool:
    """Whether it should end together with a licence of which nobody wrote down when it does."""
    together = (one for one in request.existing if licences.co_terms(one.kind))
    return request.kind.co_term and not request.renewal and any(one.expires is None for one in together)


def notes(request: Request) -> str:
    """`10 Ultimate NFR Licenses for Partner: Acme Consulting`."""
    kind = request.kind
    return f"{request.seats} {kind.plan} {kind.word} Licenses for Partner: {typed(request.company)}"


def typed(text: str) -> str:
    """Words of people's that stand in a code block: they cannot end it."""
    return clean(text).replace("`", "'")


def field_lines(request: Request, licences: Licences, today: date) -> tuple[tuple[str, str], ...]:
    """Each field of the licence system with its value."""
    return (
        ("Name", typed(request.contact.name)),
        ("Company", typed(request.company)),
        ("Email", typed(request.contact.email)),
        ("GitLab Plan", request.kind.plan),
        ("Trial", "[x] ticked"),
        ("Users count", str(request.seats)),
        ("Starts at", (request.sent_on or today).isoformat()),
        ("Expires at", ends(request, licences, today).day.isoformat()),
        ("Notes", notes(request)),
    )
