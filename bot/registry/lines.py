"""The bytes of a CSV file become its rows, each with the number of its first line, without reading the file at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO, TYPE_CHECKING, Final

from bot.errors import AskAPerson

if TYPE_CHECKING:
    from _csv import Reader

LONGEST: Final = 65_536
"""Characters of one line: no row of an export is longer."""
SEPARATORS: Final = ",;\t|"
SAVE: Final = "export it again as CSV with UTF-8"
STARTS: Final = {
    b"PK\x03\x04": f"this is a workbook, not a CSV file; {SAVE}",
    b"\xd0\xcf\x11\xe0": f"this is an old workbook, not a CSV file; {SAVE}",
    b"\xff\xfe": f"this is UTF-16, not UTF-8; {SAVE}",
    b"\xfe\xff": f"this is UTF-16, not UTF-8; {SAVE}",
    b"%PDF": f"this is a PDF, not a CSV file; {SAVE}",
}


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of one row, without blanks around them, and the line in which it begins."""

    line: int
    cells: tuple[str, ...]

    @property
    def trouble(self) -> str:
        """What keeps its bytes from being text; empty: nothing."""
        for char in "".join(self.cells):
            if "\udc80" <= char <= "\udcff":
                byte = ord(char) - 0xDC00
                return f"the byte 0x{byte:02x} is not UTF-8; the file may be Windows-1252 or Latin-1: {SAVE}"
        return ""


def rows(path: Path) -> Iterator[Row]:
    """All rows that are not empty, the header first. AskAPerson, with file and line, for what is no CSV file."""
    _look_at_the_start(path)
    with path.open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        lines, skipped = _lines(file, path), 0
        header = next(lines, "")
        if header.lower().startswith("sep="):  # a line for spreadsheets, before the header
            header, skipped = next(lines, ""), 1
        reader = csv.reader(chain([header], lines), delimiter=_separator(header), strict=True)
        yield from (row for row in _numbered(reader, skipped, path) if any(row.cells))


def _numbered(reader: Reader, skipped: int, path: Path) -> Iterator[Row]:
    """A quoted cell may hold line breaks, so that a row begins where the one before has ended."""
    line = 1 + skipped
    try:
        for cells in reader:
            yield Row(line, tuple(cell.strip() for cell in cells))
            line = reader.line_num + 1 + skipped
    except csv.Error as error:
        raise AskAPerson(f"{path}:{line}: this row cannot be read ({error}); look at its quotes") from error


def _look_at_the_start(path: Path) -> None:
    with path.open("rb") as file:
        start = file.read(1024)
    for magic, what in STARTS.items():
        if start.startswith(magic):
            raise AskAPerson(f"{path}:1: {what}")
    if b"\0" in start:
        raise AskAPerson(f"{path}:1: this is no text, or UTF-16; {SAVE}")


def _lines(file: IO[str], path: Path) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST + 1):
        number += 1
        if len(line) > LONGEST:
            raise AskAPerson(f"{path}:{number}: this line is longer than {LONGEST} characters; {SAVE}")
        if "\0" in line:
            raise AskAPerson(f"{path}:{number}: there is a character that no text file has; {SAVE}")
        yield line


def _separator(header: str) -> str:
    """What the header's columns are separated by: spreadsheets in Europe use semicolons."""
    return max(SEPARATORS, key=lambda char: (header.count(char), char == ","))
