"""The sheet behind the licence form becomes one request a line, as it was sent in, and what could not be read.

What a request lacks or has wrong, seats in letters for example, stays as it is: the issue asks for it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.domain.answers import read_answer
from bot.domain.licensing.request import INTEGRATION, KIND, REQUEST
from bot.domain.licensing.standing import FORM_KEY, called
from bot.domain.partners.partnernames import folded
from bot.domain.registry import Registry
from bot.domain.speech import clean, dictated
from bot.registry.columns import Bad, Unreadable, cells_of, columns_of
from bot.registry.export import Finder
from bot.registry.lines import Row, rows

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
DAYS: Final = (
    (re.compile(r"(?P<y>\d{4})[-/](?P<m>\d\d?)[-/](?P<d>\d\d?)"), False),
    (re.compile(r"(?P<m>\d\d?)/(?P<d>\d\d?)/(?P<y>\d{4})"), True),
    (re.compile(r"(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4})"), False),
)
"""How spreadsheets write days, and whether day and month may stand the other way round."""
TIME: Final = re.compile(r"[T ,]+(?P<time>\d\d?:\d\d(?::\d\d)?)(?:\.\d+)?\s*(?P<half>[AaPp]\.?[Mm]\.?)?.*")
SERIAL: Final = re.compile(r"(?P<days>[3-9]\d{4})(?P<part>\.\d+)?")
"""A day as Excel counts them, since 30 December 1899."""
EPOCH: Final = date(1899, 12, 30)


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
    """Line by line, what is repeated told as such. AskAPerson, with file and line, for a file that is no such sheet."""
    every, finder, seen = rows(path), Finder.of(registry), dict[str, int]()
    header = next(every, None)
    columns = columns_of(path, header or Row(1, ()), COLUMNS, NEEDED)
    for row in every:
        try:
            found = _asked(row, columns, registry, finder)
        except Bad as bad:
            yield Unreadable(row.line, str(bad))
            continue
        first = seen.setdefault(found.key, row.line)
        yield found if first == row.line else Repeated(row.line, first)


def _asked(row: Row, columns: Mapping[str, int], registry: Registry, finder: Finder) -> Asked:
    cell = cells_of(row, columns, NEEDED, formula=("=",))
    name, submitted = cell("partner"), _moment(cell("timestamp"))
    if not folded(name):
        raise Bad("there is no partner; write its id or name")
    ids = finder.ids(name)
    partner = registry.partner(ids[0]) if len(ids) == 1 else None
    shown = partner.name if partner else name
    kind = read_answer(KIND, cell("kind")).values
    template = INTEGRATION if not kind and ALLIANCES.search(cell("kind")) else REQUEST
    sort = template if template == INTEGRATION else kind[0] if len(kind) == 1 else cell("kind").casefold()
    # By the words of the line: what the registry knows of the partner changes, and would make it another line.
    key = hashlib.sha256(f"{submitted}|{folded(name)}|{sort}".encode()).hexdigest()[:12]
    return Asked(
        line=row.line,
        key=f"{FORM_KEY}{key}",
        template=template,
        partner=clean(shown),
        submitted=submitted,
        values=_values(cell, shown, NAMES.get(sort, cell("kind")), called(registry, cell("requested_by"))),
        near="" if partner else finder.near(name),
        is_known=partner is not None,
    )


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


def _moment(text: str) -> str:
    """The day, and the time behind it if there is one, written the same however the sheet was saved."""
    if serial := SERIAL.fullmatch(text):
        seconds = round(float(serial["part"] or 0) * 86_400)
        moment = datetime.combine(EPOCH + timedelta(days=int(serial["days"])), datetime.min.time())
        return _written(moment + timedelta(seconds=seconds), is_timed=bool(serial["part"]))
    for pattern, may_be_turned in DAYS:
        if (hit := pattern.match(text)) and (day := _day(hit, may_be_turned=may_be_turned)):
            return _with_time(day, text[hit.end() :])
    raise Bad(f"timestamp is {clean(text)!r}; write it like 2026-11-02 10:15")


def _day(hit: re.Match[str], *, may_be_turned: bool) -> date | None:
    """Between slashes the month comes first, unless there is no such month."""
    year, month, day = int(hit["y"]), int(hit["m"]), int(hit["d"])
    for one in ((year, month, day), (year, day, month)) if may_be_turned else ((year, month, day),):
        try:
            return date(*one)
        except ValueError:
            continue
    return None


def _with_time(day: date, rest: str) -> str:
    hit = TIME.fullmatch(rest)
    if hit is None:
        if rest.strip():
            raise Bad(f"the time {clean(rest)!r} cannot be read; write it like 10:15")
        return day.isoformat()
    hour, minute, second = (*map(int, hit["time"].split(":")), 0)[:3]
    if hit["half"]:
        hour = hour % 12 + 12 * (hit["half"][0] in "pP")
    try:
        return _written(datetime(day.year, day.month, day.day, hour, minute, second), is_timed=True)  # noqa: DTZ001 - the sheet has no zone
    except ValueError:
        raise Bad(f"there is no time like {clean(rest)!r}; write it like 10:15") from None


def _written(moment: datetime, *, is_timed: bool) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if is_timed else f"{moment:%Y-%m-%d}"
