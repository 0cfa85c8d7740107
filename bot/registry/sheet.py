"""The sheet behind the licence form becomes one request a line, as it was sent in, and what could not be read.

What a request lacks or has wrong, seats in letters for example, stays as it is: the issue asks for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.domain.answers import read_answer
from bot.domain.licensing.request import INTEGRATION, KIND, REQUEST
from bot.domain.licensing.standing import FORM_KEY, called
from bot.domain.partners.partnernames import folded
from bot.domain.registry import Registry
from bot.domain.speech import clean, dictated
from bot.errors import AskAPerson
from bot.registry.columns import Bad, Unreadable, cells_of, columns_of
from bot.registry.export import Finder
from bot.registry.lines import Row, rows
from bot.registry.moments import has_day_first, moment, other_moment

COLUMNS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "timestamp": "timestamp time date submitted submittedon submittedat requestedon requestedat",
        "partner": "partner partnername partnercompany company companyname partneraccount account accountname",
        "kind": "kind licensekind licencekind kindoflicense licensetype licencetype type product deployment",
        "seats": "seats users usercount numberofusers numberofseats seatsrequested licenses numberoflicenses",
        "contact": "contact contactname licensecontact licencecontact partnerlicensecontact name fullname",
        "email": "email mail contactemail licenseemail licenceemail licensecontactemail partneremail",
        "renewal": "renewal isitarenewal renews",
        "requested_by": "requestedby requestor requester emailaddress username submittedby yourname youremail",
    }
)
"""What a column is for, and how forms call it, without case, blanks and signs."""
NEEDED: Final = ("timestamp", "partner", "kind", "seats")
ALLIANCES: Final = re.compile(r"allianc|integration", re.IGNORECASE)
NAMES: Final[Mapping[str, str]] = MappingProxyType({"self_managed": "self-managed", "saas": "SaaS"})


@dataclass(frozen=True, slots=True)
class Asked:
    """One line of the sheet: `key` is the same whenever it is read, `values` fill the template of that key.

    `submitted` begins with the day, written as ISO 8601 has it.
    """

    line: int
    key: str
    template: str
    partner: str
    submitted: str
    values: Mapping[str, str]
    turned: str = ""
    """The key of the line where day and month change places, as before a line told which comes first; empty: none."""
    near: str = ""
    """The id of the partner that is called nearly so, where the registry has none of that name."""
    is_known: bool = True


@dataclass(frozen=True, slots=True)
class Repeated:
    """A line that says what line `first` says: people send a form in twice."""

    line: int
    first: int


Line: TypeAlias = Asked | Unreadable | Repeated


def read_sheet(path: Path, registry: Registry) -> Iterator[Line]:
    """Line by line, what is repeated told as such. AskAPerson, with file and line, for a file that is no such sheet.

    Between slashes the month comes first, unless a line of the sheet tells otherwise.
    """
    finder, seen, day_first = Finder.of(registry), dict[str, int](), day_first_line(path) is not None
    columns, every = _opened(path)
    for row in every:
        try:
            found = _asked(row, columns, registry, finder, day_first=day_first)
        except Bad as bad:
            yield Unreadable(row.line, str(bad))
            continue
        first = seen.setdefault(found.key, row.line)
        yield found if first == row.line else Repeated(row.line, first)


def day_first_line(path: Path) -> int | None:
    """The first line that tells that days are written before months; AskAPerson where another tells the opposite."""
    columns, every = _opened(path)
    at, told = columns["timestamp"], dict[bool, int]()
    for row in every:
        order = has_day_first(row.cells[at]) if at < len(row.cells) else None
        if order is not None:
            told.setdefault(order, row.line)
    if len(told) > 1:
        what = f"in line {told[True]} the day comes first, and in line {told[False]} the month"
        raise AskAPerson(f"{path}:{max(told.values())}: {what}; write all days like 2026-11-02")
    return told.get(True)


def _opened(path: Path) -> tuple[Mapping[str, int], Iterator[Row]]:
    """Where the columns are, and the rows below their names."""
    every = rows(path)
    header = next(every, None)
    return columns_of(path, header or Row(1, ()), COLUMNS, NEEDED), every


def _asked(row: Row, columns: Mapping[str, int], registry: Registry, finder: Finder, *, day_first: bool) -> Asked:
    cell = cells_of(row, columns, NEEDED, formula=("=",))
    name, submitted = cell("partner"), moment(cell("timestamp"), day_first=day_first)
    turned = other_moment(cell("timestamp"), day_first=day_first)
    if not folded(name):
        raise Bad("there is no partner; write its id or name")
    ids = finder.ids(name)
    partner = registry.partner(ids[0]) if len(ids) == 1 else None
    shown = partner.name if partner else name
    kind = read_answer(KIND, cell("kind")).values
    template = INTEGRATION if not kind and ALLIANCES.search(cell("kind")) else REQUEST
    sort = template if template == INTEGRATION else kind[0] if len(kind) == 1 else cell("kind").casefold()
    # By the words of the line: what the registry knows of the partner changes, and would make it another line.
    words = f"{folded(name)}|{sort}"
    return Asked(
        line=row.line,
        key=_key(submitted, words),
        template=template,
        partner=clean(shown),
        submitted=submitted,
        values=_values(cell, shown, NAMES.get(sort, cell("kind")), called(registry, cell("requested_by"))),
        turned=_key(turned, words) if turned else "",
        near="" if partner else finder.near(name),
        is_known=partner is not None,
    )


def _key(submitted: str, words: str) -> str:
    return FORM_KEY + hashlib.sha256(f"{submitted}|{words}".encode()).hexdigest()[:12]


def _values(cell: Callable[[str], str], partner: str, kind: str, asker: str) -> dict[str, str]:
    """What nobody said is left out, and stays a place to fill in."""
    said = {
        "partner": dictated(partner),
        "kind": dictated(kind),
        "requested_by": f"@{asker}" if asker else dictated(cell("requested_by").replace("@", " at ")),
        "email": clean(cell("email")),
        **{name: dictated(cell(name)) for name in ("seats", "contact", "renewal")},
    }
    return {name: text for name, text in said.items() if text}
