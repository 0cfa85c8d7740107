"""The learning system's export becomes who holds what at which partner, and what could not be read, line by line."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.domain.partners.headcount import SPOKEN, Held, accreditation, course_called, is_active
from bot.domain.partners.partnernames import folded, nearly
from bot.domain.registry import Registry, names_of
from bot.domain.speech import clean
from bot.registry.columns import Bad, Unreadable, cells_of, columns_of
from bot.registry.lines import Row, rows

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "partner": "partner partnername company companyname account accountname organization organisation",
        "e-mail": "email emailaddress mail useremail learneremail recipientemail",
        "person": "person name fullname user username learner learnername practitioner recipient recipientname",
        "accreditation": "accreditation accreditations certification badge badgename credential credentialname",
        "course": "course coursename courses",
        "earned_on": "earnedon earned issuedon issuedat issued issuedate awardedon completedon completed date",
        "expires_on": "expireson expires expiresat expiry expirydate expirationdate expiration validuntil",
        "status": "status state",
    }
)
"""What a column is for, and how exports call it, without case, blanks and signs."""
NEEDED: Final = ("partner", "accreditation", "earned_on")
DAY: Final = re.compile(r"(\d{4}-\d\d-\d\d)([T ].*)?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Stranger:
    """A row of a company that the registry does not have."""

    line: int
    name: str
    near: str = ""


Read: TypeAlias = Held | Unreadable | Stranger


def read(path: Path, registry: Registry) -> Iterator[Read]:
    """Row by row. AskAPerson, with file and line, for a file that is no such export."""
    every, finder = rows(path), Finder.of(registry)
    header = next(every, None)
    columns = columns_of(path, header or Row(1, ()), COLUMNS, NEEDED, ("person", "e-mail"))
    for row in every:
        yield _row(row, columns, finder)


@dataclass(frozen=True, slots=True)
class Finder:
    """Partners by every name, first as people write it, then by its folded spelling."""

    exact: Mapping[str, str]
    alike: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, registry: Registry) -> Finder:
        exact = {name.casefold(): one.id for one in registry.partners for name in names_of(one)}
        alike: dict[str, tuple[str, ...]] = {}
        for one in registry.partners:
            for name in filter(None, map(folded, names_of(one))):
                alike[name] = tuple(dict.fromkeys((*alike.get(name, ()), one.id)))
        return cls(exact, alike)

    def ids(self, name: str) -> tuple[str, ...]:
        """Which partners it may be."""
        exact = self.exact.get(" ".join(name.split()).casefold())
        return (exact,) if exact else self.alike.get(folded(name), ())

    def near(self, name: str) -> str:
        """The id of the partner that is called nearly so."""
        return next(iter(self.alike.get(nearly(name, self.alike), ())), "")


def _row(row: Row, columns: Mapping[str, int], finder: Finder) -> Read:
    try:
        return _understood(row, columns, finder)
    except Bad as bad:
        return Unreadable(row.line, str(bad))


def _understood(row: Row, columns: Mapping[str, int], finder: Finder) -> Held | Stranger:
    """Of a company that is not in the registry nothing else is read."""
    cell = cells_of(row, columns, NEEDED)
    name = cell("partner")
    if not name:
        raise Bad("there is no partner; write its id or name")
    ids = finder.ids(name)
    if len(ids) > 1:
        raise Bad(f"{clean(name)!r} may be {' or '.join(ids)}; write the id")
    if not ids:
        return Stranger(row.line, clean(name), finder.near(name))
    return _held(cell, ids[0], "e-mail" if "e-mail" in columns else "person")


def _held(cell: Callable[[str], str], partner_id: str, who: str) -> Held:
    person = " ".join(unicodedata.normalize("NFKC", cell(who)).split()).casefold()
    if not person:
        raise Bad(f"there is no {who}; without it nobody is counted")
    found, active = accreditation(cell("accreditation")), is_active(cell("status"))
    if found is None:
        raise Bad(f"{clean(cell('accreditation'))!r} is no accreditation; write {', '.join(SPOKEN)}")
    if active is None:
        raise Bad(f"{clean(cell('status'))!r} is no status; write active or expired")
    earned_on, expires_on = _day("earned_on", cell("earned_on")), _day("expires_on", cell("expires_on"))
    if earned_on is None:
        raise Bad("there is no earned_on; write the day like 2026-11-02")
    if expires_on is not None and expires_on < earned_on:
        raise Bad("it expires before it was earned; put the days right")
    what, course = found
    return Held(partner_id, person, what, earned_on, expires_on, course_called(cell("course")) or course, active)


def _day(name: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(found[1] if (found := DAY.fullmatch(text)) else "")
    except ValueError:
        raise Bad(f"{name} is {clean(text)!r}; write the day like 2026-11-02") from None
