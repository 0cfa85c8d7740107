"""A CSV file becomes who holds what, and what could not be read with its line and what to do."""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from bot.domain.partners.headcount import Accreditation, Held
from bot.domain.registry import Partner, Practitioners, Registry
from bot.errors import AskAPerson
from bot.registry.columns import Unreadable
from bot.registry.counting import MOST, practitioners_of
from bot.registry.export import Stranger, read

HEAD = "partner,e-mail,accreditation,earned_on\n"
ROW = "acme,pat@acme.example,PSE,2026-01-02\n"
TODAY = date(2026, 11, 22)
PAT = Held("acme", "pat@acme.example", Accreditation.PSE, date(2026, 1, 2))
REGISTRY = Registry(
    partners=(
        Partner("acme", "Acme Consulting", "emea", "cam-emea", aliases=("Acmé Group",)),
        Partner("bolt", "Bolt Services", "amer", "cam-amer", practitioners=Practitioners(1, 1, 1)),
        Partner("north", "Müller", "emea", "cam-emea"),
        Partner("south", "Mueller GmbH", "apac", "cam-apac"),
    )
)
Save = Callable[[str | bytes], Path]


@pytest.fixture
def save(tmp_path: Path) -> Save:
    def saved(content: str | bytes) -> Path:
        path = tmp_path / "export.csv"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return saved


GOOD = {
    "as we call the columns": HEAD + ROW,
    "a mark at the start": "\ufeff" + HEAD + ROW,
    "semicolons": (HEAD + ROW).replace(",", ";"),
    "tabs": (HEAD + ROW).replace(",", "\t"),
    "a line for spreadsheets": "sep=;\n" + (HEAD + ROW).replace(",", ";"),
    "line ends of another system": (HEAD + ROW).replace("\n", "\r\n"),
    "no last line end": (HEAD + ROW).rstrip(),
    "quotes and blanks": '"Partner ", E-Mail ,"ACCREDITATION",Earned On\n"acme", pat@acme.example ,"PSE",2026-01-02\n',
    "other names and an order of their own": (
        "Badge Name,Issued At,Recipient E-Mail,Company,Score\n"
        "PSE,2026-01-02T10:00:00Z,PAT@acme.example,Acme Consulting,9\n"
    ),
    "empty lines": f"{HEAD}\n,,,\n{ROW}\n",
    "a name written otherwise": HEAD + ROW.replace("acme,", '"ACME-Consulting, Inc.",'),
    "an alias without its accent": HEAD + ROW.replace("acme,", "acme group,"),
    "columns that say nothing more": f"{HEAD.rstrip()},status,expires_on\n{ROW}",
}


@pytest.mark.parametrize("text", GOOD.values(), ids=GOOD)
def test_an_export_is_read_whatever_it_looks_like(save: Save, text: str) -> None:
    assert list(read(save(text), REGISTRY)) == [PAT]


def test_everything_a_row_may_say(save: Save) -> None:
    text = "partner,name,accreditation,course,earned on,expires on,status\n"
    text += "bolt,Pat  Example,Trainer,CI/CD,2026-01-02,2027-01-02,revoked\n"
    assert list(read(save(text), REGISTRY)) == [
        Held("bolt", "pat example", Accreditation.TRAINER, date(2026, 1, 2), date(2027, 1, 2), "ci cd", is_active=False)
    ]


BAD_ROWS = {
    ",pat@acme.example,PSE,2026-01-02": "there is no partner; write its id or name",
    "acme,,PSE,2026-01-02": "there is no e-mail; without it nobody is counted",
    "acme,pat@acme.example,PSE,": "there is no earned_on; write the day like 2026-11-02",
    "acme,pat@acme.example,PSE,02/01/2026": "earned_on is '02/01/2026'; write the day like 2026-11-02",
    "acme,pat@acme.example,PSE,2026-02-29": "earned_on is '2026-02-29'; write the day like 2026-11-02",
    "acme,pat@acme.example,Git Associate,2026-01-02": (
        "'Git Associate' is no accreditation; write Sales Core, SA Core, PSE, Trainer"
    ),
    "acme,pat@acme.example,PSE,2026-01-02,2025-01-02": "it expires before it was earned; put the days right",
    "acme,pat@acme.example,PSE,2026-01-02,,perhaps": "'perhaps' is no status; write active or expired",
    "acme,pat@acme.example": "there are only 2 cells; look at the separators and quotes",
    '=HYPERLINK("x"),pat@acme.example,PSE,2026-01-02': "partner begins with '=', like a formula; write plain text",
    "acme,@SUM(A1),PSE,2026-01-02": "e-mail begins with '@', like a formula; write plain text",
    "acme,pat@acme.example,PSE,2026-01-02,+1": "expires_on begins with '+', like a formula; write plain text",
    "Mueller,pat@acme.example,PSE,2026-01-02": "'Mueller' may be north or south; write the id",
}


@pytest.mark.parametrize("row", BAD_ROWS)
def test_a_row_that_cannot_be_read_says_why_and_the_others_are_read(save: Save, row: str) -> None:
    head = "partner,e-mail,accreditation,earned_on,expires_on,status\n"
    text = f"{head}{ROW}{row}\n{ROW}"
    assert list(read(save(text.replace('x"', "x'").replace('("x', "('x")), REGISTRY)) == [
        PAT,
        Unreadable(3, BAD_ROWS[row]),
        PAT,
    ]


def test_a_row_begins_where_the_one_before_has_ended(save: Save) -> None:
    text = f'{HEAD}acme,"pat@acme.example",PSE,"2026-01-02\n"\nacme,,PSE,2026-01-02\n'
    assert [one.line for one in read(save("sep=,\n" + text), REGISTRY) if isinstance(one, Unreadable)] == [5]


def test_a_company_that_is_not_in_the_registry_is_told_with_the_one_it_may_be(save: Save) -> None:
    text = HEAD + "Acme Consultng,pat,whatever,never\nZeta\u202e,kim,PSE,2026-01-02\n"
    assert list(read(save(text), REGISTRY)) == [Stranger(2, "Acme Consultng", "acme"), Stranger(3, "Zeta")]


def test_a_row_in_another_encoding_says_which_byte(save: Save) -> None:
    text = (HEAD + ROW).encode() + "Müller,pat@acme.example,PSE,2026-01-02\n".encode("cp1252")
    (_, bad) = read(save(text), REGISTRY)
    what = "the byte 0xfc is not UTF-8; the file may be Windows-1252 or Latin-1: export it again as CSV with UTF-8"
    assert bad == Unreadable(3, what)


NO_EXPORTS: dict[str, tuple[str | bytes, str]] = {
    "empty": ("", ":1: there is no column partner, accreditation, earned_on, person (or e-mail); the first row names"),
    "no person": ("partner,accreditation,earned_on\n", ":1: there is no column person (or e-mail); the first row"),
    "twice the same": (
        "partner,Company" + HEAD[7:],
        ":1: the columns 'partner' and 'Company' both say partner; keep one",
    ),
    "the same name twice": ("partner,partner" + HEAD[7:], ":1: the columns 'partner' and 'partner' both say partner"),
    "UTF-16": ((HEAD + ROW).encode("utf-16"), ":1: this is UTF-16, not UTF-8; export it again as CSV with UTF-8"),
    "UTF-16 without its mark": ((HEAD + ROW).encode("utf-16-le"), ":1: this is no text, or UTF-16; export it again"),
    "a workbook": (b"PK\x03\x04\x00", ":1: this is a workbook, not a CSV file; export it again as CSV with UTF-8"),
    "a header in another encoding": (b"partn\xe9r,e-mail\n", ":1: the byte 0xe9 is not UTF-8"),
    "a quote that never ends": (
        HEAD + ROW + 'acme,"pat' + ROW * 3,
        ":3: this row cannot be read (unexpected end of data)",
    ),
    "a line without end": (HEAD + "x" * 70_000, ":2: this line is longer than 65536 characters; export it again"),
    "a character no text has": (HEAD + ROW * 40 + "ac\0me", ":42: there is a character that no text file has"),
}


@pytest.mark.parametrize(("content", "says"), NO_EXPORTS.values(), ids=NO_EXPORTS)
def test_what_is_no_export_is_refused_with_file_and_line(save: Save, content: str | bytes, says: str) -> None:
    path = save(content)
    with pytest.raises(AskAPerson) as refusal:
        list(read(path, REGISTRY))
    assert str(refusal.value).startswith(f"{path}{says}")


@pytest.mark.unmeasured
def test_a_huge_file_is_read_row_by_row(save: Save) -> None:
    path = save(HEAD + ROW * 20_000)
    tracemalloc.start()
    found = practitioners_of(path, REGISTRY, TODAY)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert [(one.partner.id, one.then.pse) for one in found.counts] == [("acme", 1)]
    assert most < path.stat().st_size / 2


def test_of_many_bad_rows_the_first_are_told_and_all_are_counted(save: Save) -> None:
    found = practitioners_of(save(HEAD + "acme\n" * (MOST + 5) + "Zeta,a,b,c\n" * 3), REGISTRY, TODAY).oddities
    assert (len(found.unreadable), found.bad_rows) == (MOST, MOST + 5)
    assert (len(found.strangers), found.strange_rows) == (1, 3)
    many = "".join(f"Company {chr(65 + at % 26)}{at},a,b,c\n" for at in range(MOST + 5))
    assert len(practitioners_of(save(HEAD + many), REGISTRY, TODAY).oddities.strangers) == MOST


def test_partners_without_a_row_and_accreditations_without_one_stay_as_they_are(save: Save) -> None:
    found = practitioners_of(
        save(HEAD + ROW.replace("acme", "bolt", 1).replace("2026-01-02", "2027-01-02")), REGISTRY, TODAY
    )
    assert [(one.partner.id, one.then) for one in found.counts] == [("bolt", Practitioners(1, 1, 0))]
    assert [one.id for one in found.absent] == ["acme", "north", "south"]
    assert found.silent == (Accreditation.SALES_CORE, Accreditation.SA_CORE, Accreditation.TRAINER)
