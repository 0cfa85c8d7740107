"""A registry entry and a programme become the verdict: each requirement, what was seen, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final

from bot.domain.partners.agreements import EVERYBODY, regions_verdict
from bot.domain.partners.programme import AGREEMENTS, APPROVED, INVITED, Programme
from bot.domain.registry import Partner, Registry, Status

PARTNERS: Final = "registry partners.yml"
CATALOGUE: Final = "config certifications.yml"
STALE: Final = 30
"""Days after which a mirror is called old."""
AGREEMENT_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {"mpa": "master partner agreement (MPA)", "msp_agreement": "managed services agreement"}
)
"""Those whose key does not read as what it is."""
NUMBER_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "sales_core": "people with the Sales Core accreditation",
        "sa_core": "people with the Solutions Architect Core accreditation",
        "pse": "certified Professional Services Engineers (PSE)",
        "trainers": "GitLab Certified Trainers",
        "trainer_courses": "different courses that its trainers are certified for",
    }
)
NUMBER_RULES: Final[Mapping[str, str]] = MappingProxyType(
    {"pse": "AW-04", "trainers": "TC-02", "trainer_courses": "TC-02"}
)
"""The handbook's rule of each number; AW-01 of the others."""


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that a programme asks of a partner, and what was found.

    `claim` is a sentence that is true when it holds; `needed` and `seen` are plain text, `seen` as people wrote it in
    `source`. `as_of` is the day the source was last compared with what it mirrors; None: nobody said. `rule` is the
    handbook's id.
    """

    key: str
    claim: str
    needed: str
    seen: str
    holds: bool
    source: str
    as_of: date | None
    rule: str


def verdict(registry: Registry, partner: Partner, programme: Programme, today: date) -> tuple[Requirement, ...]:
    """Everything that an award asks for: what a partner needs to begin, then the numbers."""
    return (*entry_verdict(registry, partner, programme, today), *_numbers(registry, partner, programme))


def entry_verdict(registry: Registry, partner: Partner, programme: Programme, today: date) -> tuple[Requirement, ...]:
    """What a partner needs to begin."""
    as_of = partner.as_of or registry.as_of
    return (
        _catalogue(programme),
        _status(partner, as_of),
        *(_signed(partner, name, today, as_of) for name in agreements_for(programme)),
        *_admission(partner, programme, today, as_of),
        _regions(registry, partner, as_of),
    )


def failing(requirements: Iterable[Requirement]) -> tuple[Requirement, ...]:
    return tuple(one for one in requirements if not one.holds)


def is_stale(as_of: date | None, today: date, days: int = STALE) -> bool:
    """Whether a mirror may no longer show what is so; one without a day may not."""
    return as_of is None or today - as_of > timedelta(days=days)


def agreements_for(programme: Programme) -> tuple[str, ...]:
    """What has to be signed, by the keys of the registry: what everybody signs, then what the programme adds."""
    return tuple(dict.fromkeys((EVERYBODY, *(name for name in programme.entry if name in AGREEMENTS))))


def agreement_name(key: str) -> str:
    """`training addendum`."""
    return AGREEMENT_NAMES.get(key) or key.replace("_", " ")


def number_name(key: str) -> str:
    """`GitLab Certified Trainers`."""
    return NUMBER_NAMES.get(key) or key.replace("_", " ")


def _catalogue(programme: Programme) -> Requirement:
    seen = "active" if programme.active else "not active"
    claim = f"{programme.name} can be earned today"
    return Requirement("programme", claim, "active", seen, programme.active, CATALOGUE, None, "AW-02")


def _status(partner: Partner, as_of: date | None) -> Requirement:
    holds = partner.status is Status.AUTHORIZED
    claim, needed = "the partner is authorized in the Channel programme", Status.AUTHORIZED.value
    return Requirement("status", claim, needed, partner.status.value, holds, PARTNERS, as_of, "AW-01")


def _signed(partner: Partner, name: str, today: date, as_of: date | None) -> Requirement:
    day: date | None = getattr(partner.agreements, name)
    claim = f"the {agreement_name(name)} is signed"
    return Requirement(name, claim, "signed", _day(day, "not signed"), _came(day, today), PARTNERS, as_of, "KT-01")


def _admission(partner: Partner, programme: Programme, today: date, as_of: date | None) -> Iterator[Requirement]:
    if INVITED in programme.entry:
        day = partner.ctp.invited_on
        claim, seen = "the partner is invited to the programme", _day(day, "not invited")
        yield Requirement(INVITED, claim, "invited", seen, _came(day, today), PARTNERS, as_of, "CT-05")
    if APPROVED in programme.entry:
        who = partner.ctp.approved_by
        claim, seen = "the programme team approved of it", who or "nobody did"
        yield Requirement(APPROVED, claim, "somebody's approval", seen, bool(who), PARTNERS, as_of, "CT-05")


def _regions(registry: Registry, partner: Partner, as_of: date | None) -> Requirement:
    found = regions_verdict(registry, partner)
    seen = ", ".join(found.regions)
    if len(found.regions) > 1:
        seen += "; approved" if found.is_fine else f"; without approval: {', '.join(found.unapproved)}"
    claim, needed = "agreements are for one region, or leadership approved of more", "one region, or an approval"
    return Requirement("region", claim, needed, seen, found.is_fine, PARTNERS, as_of, "KT-02")


def _numbers(registry: Registry, partner: Partner, programme: Programme) -> Iterator[Requirement]:
    as_of = partner.as_of or registry.as_of
    for name, least in programme.competency.items():
        seen: int = getattr(partner.practitioners, name)
        claim, rule = f"{number_name(name)}: at least {least}", NUMBER_RULES.get(name, "AW-01")
        yield Requirement(name, claim, f"at least {least}", str(seen), seen >= least, PARTNERS, as_of, rule)


def _came(day: date | None, today: date) -> bool:
    """A day ahead is a plan."""
    return day is not None and day <= today


def _day(day: date | None, without: str) -> str:
    return day.isoformat() if day else without
