"""What licences.yml may hold, and the kinds of licences it becomes."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from bot.domain.licensing.kinds import LicenceKind, Licences
from bot.domain.registry import Track
from bot.settings.certifications import one_line, programme_key
from bot.settings.section import Section

Seats = Annotated[int, Field(ge=1, le=10_000)]


class LicenceLimits(Section):
    """Seats of one kind that a partner may have in all, by its track."""

    select: Seats
    open: Seats


class LicenceKindSettings(Section):
    """One kind of licence."""

    name: Annotated[str, AfterValidator(one_line)]
    """As people read it."""
    word: Annotated[str, AfterValidator(one_line)] = "NFR"
    """What the notes in the licence system call it."""
    plan: Annotated[str, AfterValidator(one_line)] = "Ultimate"
    term_months: Annotated[int, Field(ge=1, le=60)] = 12
    limits: LicenceLimits | None = None
    """Left out: not only partners of the registry may have it, and `most` is the limit."""
    most: Seats = 10
    """The limit where there are none by track."""
    default_seats: Seats | None = None
    """Taken where the request names no number; left out: it is asked for."""
    co_term: bool = True
    """It ends together with the partner's other licences that do."""


class LicenceSettings(Section):
    """licences.yml."""

    certification_required: bool = False
    """False: who has nobody certified gets the licence, and a letter that encourages."""
    short_below_days: Annotated[int, Field(ge=0, le=366)] = 30
    """Below so many days an end shared with an older licence is asked about."""
    same_within_days: Annotated[int, Field(ge=0, le=366)] = 7
    """So many days after one request, another of the same kind for the same partner is the same."""
    kinds: dict[Annotated[str, AfterValidator(programme_key)], LicenceKindSettings]
    """By the key that partners.yml has; `alliance` is that of integration licences."""


def licences(settings: LicenceSettings) -> Licences:
    kinds = tuple(_kind(key, one) for key, one in settings.kinds.items())
    return Licences(kinds, settings.certification_required, settings.short_below_days, settings.same_within_days)


def _kind(key: str, one: LicenceKindSettings) -> LicenceKind:
    limits = {Track.SELECT: one.limits.select, Track.OPEN: one.limits.open} if one.limits else {}
    return LicenceKind(
        key=key,
        name=one.name,
        word=one.word,
        plan=one.plan,
        term_months=one.term_months,
        limits=limits,
        most=one.most,
        default_seats=one.default_seats,
        co_term=one.co_term,
    )
