"""What the bot learns about a partner becomes the entry as it should read in the registry."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TypeAlias, assert_never

from bot.domain.registry import Certification, Licence, Partner, Practitioners


@dataclass(frozen=True, slots=True)
class Enrolled:
    """The training programme (CTP) began on this day; an earlier withdrawal is over."""

    on: date


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """The partner left the training programme on this day."""

    on: date


@dataclass(frozen=True, slots=True)
class Certified:
    """An award; `review_month` is 1 to 12 (None: as it stands), `issue` the reference of the award's issue."""

    cert: str
    awarded_on: date
    review_month: int | None = None
    issue: str = ""


@dataclass(frozen=True, slots=True)
class Practised:
    """How many people of the partner hold what, counted on the day `as_of`."""

    practitioners: Practitioners
    as_of: date


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The Partner Help Desk was through with the partner on this day."""

    on: date


@dataclass(frozen=True, slots=True)
class Advanced:
    """The partner came to this stage of its capabilities journey, as the registry calls it."""

    stage: str


@dataclass(frozen=True, slots=True)
class Licensed:
    """A licence of that kind was sent, in the issue of this reference.

    `replaces` is the last day of those whose place a renewal takes.
    """

    kind: str
    seats: int
    expires: date
    issue: str
    replaces: date | None = None


Change: TypeAlias = Enrolled | Withdrawn | Certified | Practised | Reviewed | Advanced | Licensed


@dataclass(frozen=True, slots=True)
class Proposal:
    """A change that one partner's entry should get; `partner_id` is the entry's `id`."""

    partner_id: str
    change: Change


def name_of(change: Change) -> str:
    """By which an answer to the change is remembered: `enrolled 2026-11-22`; an award's issue stands for its day.

    A licence whose issue says something else by now, as people correct its day, is another change.
    """
    match change:
        case Enrolled(on):
            return f"enrolled {on.isoformat()}"
        case Withdrawn(on):
            return f"withdrawn {on.isoformat()}"
        case Certified(cert, _, _, issue):
            return f"certified {cert} {issue}"
        case Licensed(kind, seats, expires, issue):
            return f"licensed {kind} {issue} {seats} until {expires.isoformat()}"
        case Practised(_, as_of):
            return f"practitioners {as_of.isoformat()}"
        case Reviewed(on):
            return f"reviewed {on.isoformat()}"
        case Advanced(stage):
            return f"advanced {stage}"
        case _:
            assert_never(change)


def changed(partner: Partner, change: Change) -> Partner:
    """The entry with the change in it, and nothing else."""
    match change:
        case Enrolled(on):
            return replace(partner, ctp=replace(partner.ctp, started_on=on, withdrawn_on=None))
        case Withdrawn(on):
            return replace(partner, ctp=replace(partner.ctp, withdrawn_on=on))
        case Certified():
            return replace(partner, certifications=_awarded(partner, change))
        case Licensed():
            return replace(partner, nfr=_licensed(partner, change))
        case Practised(practitioners, as_of):
            return replace(partner, practitioners=practitioners, as_of=as_of)
        case Reviewed(on):
            return replace(partner, last_phd_review=on)
        case Advanced(stage):
            return replace(partner, stage=stage)
        case _:
            assert_never(change)


def is_recorded(partner: Partner, change: Change, as_of: date | None = None) -> bool:
    """Whether the entry says so already, or something newer; `as_of` is the file's day, for entries without one.

    A certification counts by its day: its month and issue are the words of whoever wrote it down. A licence counts by
    its issue alone, since further ones end together and are often of as many seats; people may put the rest right.
    """
    match change:
        case Certified():
            held = certification(partner, change.cert)
            return held is not None and held.awarded_on >= change.awarded_on
        case Licensed():
            return any(one.issue == change.issue for one in partner.nfr)
        case Practised(practitioners):
            compared = partner.as_of or as_of
            newer = compared is not None and compared > change.as_of
            return newer or (compared == change.as_of and partner.practitioners == practitioners)
        case Reviewed(on):
            return partner.last_phd_review is not None and partner.last_phd_review >= on
        case Enrolled() | Withdrawn() | Advanced():
            return changed(partner, change) == partner
        case _:
            assert_never(change)


def certification(partner: Partner, cert: str) -> Certification | None:
    """What the partner holds of this name, in any case."""
    return next((one for one in partner.certifications if one.cert.casefold() == cert.casefold()), None)


def is_like(partner: Partner, change: Licensed) -> bool:
    """Whether a licence without an issue reads the same: perhaps an older one, perhaps this one written by hand."""
    return Licence(change.kind, change.seats, change.expires) in partner.nfr


def renewed(partner: Partner, change: Licensed) -> tuple[int, ...]:
    """Where among the partner's licences those stand whose place a renewal takes: all of that kind and end."""
    wanted = (change.kind, change.replaces)
    return tuple(at for at, one in enumerate(partner.nfr) if change.replaces and (one.kind, one.expires) == wanted)


def _licensed(partner: Partner, change: Licensed) -> tuple[Licence, ...]:
    now, was = Licence(change.kind, change.seats, change.expires, change.issue), renewed(partner, change)
    if not was:
        return (*partner.nfr, now)
    first, rest = was[0], was[1:]
    return tuple(now if at == first else one for at, one in enumerate(partner.nfr) if at not in rest)


def _awarded(partner: Partner, award: Certified) -> tuple[Certification, ...]:
    held = certification(partner, award.cert)
    if held is None:
        new = Certification(award.cert, award.awarded_on, award.review_month, award.issue)
        return (*partner.certifications, new)
    month, issue = award.review_month or held.review_month, award.issue or held.issue
    again = replace(held, awarded_on=award.awarded_on, review_month=month, issue=issue)
    return tuple(again if one is held else one for one in partner.certifications)
