"""The lines of a form: a description becomes what is said under each field, before anybody asks what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from bot.domain.answers import TAG, Field, Kind, spelt, tidy
from bot.domain.prose import prose

LONGEST_LABEL = 100
"""Characters, with its marks. It also keeps the search for a label short on lines without end."""
MOST_SEPARATORS = 4

HEADING = re.compile(r" *+#{1,6}+ ++")
ITEM = re.compile(r"\s*+(?P<mark>(?:(?:[-*+]|[0-9]{1,9}[.)])\s++)*+)(?P<box>\[[ \xa0xX~]\](?:\s++|$))?+")
SEPARATOR = re.compile(r"\s*+[*_`]*+\s*+(?:[:：=?]++|(?<=\s)[-–—]++(?=\s|$))[*_`]*+(?:\s*+[:：=])?+[*_`]*+\s*+")
BOLD = re.compile(r"(?P<mark>\*\*|__)(?P<label>[^*_]++)(?P=mark)\s*+")
LEADING_LINK = re.compile(r"(?P<marks>[*_]*+)\[(?P<said>[^\[\]]*+)\]\([^()]*+\)")
ASIDE = re.compile(r"\([^()]*+\)")
BAR = re.compile(r"(?<!\\)\|")
JOINT = re.compile(r"([,;|])")
RULE = re.compile(r"[-=:|\s]++")
"""What underlines a heading or the head of a table."""


@dataclass(frozen=True, slots=True)
class Place:
    """What stands in one place for a field, its lines kept apart by line feeds.

    Behind or below a heading it weighs less: sections are often called like a field.
    """

    text: str
    is_heading: bool = False


def fields_said(text: str, fields: Sequence[Field]) -> Mapping[str, Sequence[Place]]:
    """What stands under each field key, place by place."""
    reader = _Reader({spelt(name): one for one in reversed(fields) for name in (one.label, *one.aliases)})
    for line in prose(text):
        reader.read(line)
    reader.close()
    return reader.said


@dataclass(slots=True)
class _Reader:
    labels: Mapping[str, Field]
    """Each field by its folded label and aliases."""
    said: dict[str, list[Place]] = field(default_factory=dict)
    open: Field | None = None
    """The field whose answer may stand on the lines that follow."""
    is_heading: bool = False
    """The open field is a heading: blank lines may stand before its answer, and several lines be it."""
    lines: list[str] = field(default_factory=list)
    """What stands below the open field so far."""
    header: tuple[Field | None, ...] = ()
    """The fields in a row that is the head of a table when a rule follows it."""
    columns: tuple[Field | None, ...] = ()
    """The field of each column in the table that we are in."""

    def read(self, line: str) -> None:
        if self._is_row(line):
            self.close()
            self._read_row([cell.strip() for cell in BAR.split(line.strip().removeprefix("|").removesuffix("|"))])
            return
        self.header = self.columns = ()
        if heading := HEADING.match(line):
            self.close()
            self._open(self._parts(line[heading.end() :].rstrip("# ")), is_heading=True)
        elif not line:
            self._read_blank()
        elif RULE.fullmatch(line):
            self.is_heading = self.is_heading or not self.lines
        else:
            self._read_line(line)

    def close(self) -> None:
        """Ends the answer that the open field waited for."""
        if self.open:
            self._answer(self.open, "\n".join(self.lines), is_heading=self.is_heading)
        self.open = None
        self.lines.clear()

    def _answer(self, field: Field, said: str, *, is_heading: bool = False) -> None:
        self.said.setdefault(field.key, []).append(Place(said, is_heading))

    def _open(self, parts: Sequence[tuple[Field, str]], *, is_heading: bool) -> None:
        """Takes the answers that stand behind their labels; the last label may have its answer below."""
        for named, said in parts:
            self.close()
            if said:
                self._answer(named, said, is_heading=is_heading)
            else:
                self.open, self.is_heading = named, is_heading

    def _read_blank(self) -> None:
        goes_on = self.lines and _item(self.lines[-1])["box"]
        if not goes_on and (self.lines or not self.is_heading):
            self.close()

    def _read_line(self, line: str) -> None:
        item = _item(line)
        if parts := self._parts(line[item.end() :]):
            field, said = parts[-1]
            if not said and item["box"] and field.kind is Kind.YES_NO:
                parts[-1] = (field, item["box"])
            self._open(parts, is_heading=False)
        elif self.open:
            self.lines.append(line)
            if not self.is_heading and not item["mark"]:
                self.close()

    def _is_row(self, line: str) -> bool:
        if not BAR.search(line):
            return False
        if line.lstrip().startswith("|") or self.header or self.columns:
            return True
        return self._bare(BAR.split(line, maxsplit=1)[0].strip()) is not None

    def _read_row(self, cells: Sequence[str]) -> None:
        if all(not cell or RULE.fullmatch(cell) for cell in cells):
            self.columns = self.header or self.columns
            self.header = ()
            return
        fields = tuple(map(self._bare, cells))
        if self.columns:
            for field, cell in zip(self.columns, cells, strict=False):
                if field:
                    self._answer(field, cell)
        elif (len(cells) == 1 and fields[0]) or any(map(_both, fields, fields[1:])):
            self.header = fields
        else:
            self._read_cells(iter(zip(fields, cells, strict=True)))

    def _read_cells(self, cells: Iterator[tuple[Field | None, str]]) -> None:
        """A row with each value in the cell behind its field."""
        for named, cell in cells:
            if named:
                self._answer(named, next(cells, (None, ""))[1])
                continue
            for other, said in self._parts(cell):
                self._answer(other, said)

    def _bare(self, cell: str) -> Field | None:
        """The field that the cell names, when it says nothing else."""
        named = self._named(cell, alone=True)
        return named[0] if named and not tidy(named[1]) else None

    def _parts(self, content: str) -> list[tuple[Field, str]]:
        """The fields on one line, each with what stands behind it."""
        named = self._named(content, alone=True)
        if not named:
            return []
        parts = [(named[0], [""])]
        for piece in JOINT.split(named[1]):
            if other := self._named(piece.strip(), alone=False):
                parts.append((other[0], [other[1]]))
            else:
                parts[-1][1].append(piece)
        return [(field, "".join(pieces).strip(" ,;|")) for field, pieces in parts]

    def _named(self, content: str, *, alone: bool) -> tuple[Field, str] | None:
        """The field at the start of the text, and the rest; `alone`: no sign has to stand between them."""
        if link := LEADING_LINK.match(content):
            content = f"{link['marks']}{link['said']}{content[link.end() :]}"
        for split in islice(SEPARATOR.finditer(content, 0, LONGEST_LABEL), MOST_SEPARATORS):
            if field := self._labelled(content[: split.start()]):
                return field, content[split.end() :]
        if not alone:
            return None
        bold = BOLD.match(content)
        if bold and (field := self._labelled(bold["label"])):
            return field, content[bold.end() :]
        field = self._labelled(content)
        return (field, "") if field else None

    def _labelled(self, text: str) -> Field | None:
        return self.labels.get(spelt(ASIDE.sub(" ", TAG.sub(" ", text)))) if len(text) <= LONGEST_LABEL else None


def _item(line: str) -> re.Match[str]:
    """What marks the line as an item, if only by nothing at all."""
    return next(ITEM.finditer(line))


def _both(one: Field | None, other: Field | None) -> bool:
    return bool(one and other)
