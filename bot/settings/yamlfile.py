"""YAML text becomes plain data that remembers the line of every key, or a list of what is wrong with the text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeAlias, cast

import yaml

Plain: TypeAlias = "dict[str, Plain] | list[Plain] | str | int | float | bool | date | None"
Place: TypeAlias = tuple[str | int, ...]
"""Where in a file something is: keys and list positions from the outside in."""

MERGE: Final = "tag:yaml.org,2002:merge"
QUICK: Final[type[yaml.SafeLoader]] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""Ten times as fast where PyYAML was built with libyaml; only the other one says well what is wrong."""
PLAIN_TYPES: Final = (str, int, float, bool, date, datetime, type(None))


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong in one file; `text` says what it is and what to do. Lines count from 1."""

    path: Path
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.text}"


@dataclass(frozen=True, slots=True)
class Document:
    """A parsed file: its data, the line of each place, and what was wrong with it."""

    path: Path
    data: Plain = None
    lines: Mapping[Place, int] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()

    def line(self, place: Place) -> int:
        """The line of a place, or of the nearest thing around it that was written."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)

    def problem(self, place: Place, text: str) -> Problem:
        return Problem(self.path, self.line(place), text)


def read(path: Path) -> Document:
    """Read one file; every trouble, unreadable files included, comes back as a problem."""
    text = text_of(path)
    return parse(path, text) if isinstance(text, str) else Document(path, problems=(text,))


def text_of(path: Path) -> str | Problem:
    """What is written in the file, or why that cannot be said."""
    try:
        return path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line, byte = error.object[: error.start].count(b"\n") + 1, error.object[error.start]
        return Problem(path, line, f"this is not UTF-8 text (byte 0x{byte:02x}); save the file as UTF-8")
    except OSError as error:
        return Problem(path, 1, f"the file cannot be read: {error.strerror}; check that it exists and may be read")


def parse(path: Path, text: str) -> Document:
    """Parse the text of `path`; an empty text gives data None."""
    try:
        loader, node = _composed(text)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        return broken(path, line, "there is a character that no text file has; remove it")
    except yaml.MarkedYAMLError as error:
        return broken(path, *explained(text, error))
    reader = Reader(path, loader)
    data = reader.plain(node, (), ()) if node else None
    return Document(path, data, reader.lines, tuple(reader.problems))


def _composed(text: str) -> tuple[yaml.SafeLoader, yaml.Node | None]:
    try:
        loader = QUICK(text)
        return loader, loader.get_single_node()
    except (yaml.YAMLError, UnicodeError):
        loader = yaml.SafeLoader(text)
        return loader, loader.get_single_node()


def broken(path: Path, line: int, text: str) -> Document:
    return Document(path, problems=(Problem(path, line, text),))


def explained(text: str, error: yaml.MarkedYAMLError) -> tuple[int, str]:
    """The line and the sentence for text that is no YAML; a tab is the likeliest cause and named first."""
    mark = error.problem_mark or error.context_mark
    line = mark.line + 1 if mark else 1
    for number, written in enumerate(text.splitlines()[:line], start=1):
        if re.match(r" *\t\s*\S", written):
            return number, f"a YAML file is indented with spaces; line {number} has a tab"
    what = " ".join(filter(None, (error.context, error.problem)))
    return line, f"this is not YAML ({what}); look at this line and the one above it"


class Reader:
    """Turns one node tree into plain data and keeps `lines` and `problems` as it goes."""

    def __init__(self, path: Path, loader: yaml.SafeLoader) -> None:
        self.path = path
        self.loader = loader
        self.lines: dict[Place, int] = {}
        self.problems: list[Problem] = []

    def plain(self, node: yaml.Node, place: Place, around: tuple[yaml.Node, ...]) -> Plain:
        """The data of a node; `around` are the nodes it lies in, so that an anchor inside itself is found."""
        self.lines.setdefault(place, node.start_mark.line + 1)
        if any(node is outer for outer in around):
            self.complain(node, "an anchor contains itself here; write the value out")
            return None
        match node:
            case yaml.MappingNode():
                return self.mapping(node, place, (*around, node))
            case yaml.SequenceNode():
                return [self.plain(item, (*place, at), (*around, node)) for at, item in enumerate(node.value)]
            case _:
                return self.scalar(cast("yaml.ScalarNode", node))

    def mapping(self, node: yaml.MappingNode, place: Place, around: tuple[yaml.Node, ...]) -> dict[str, Plain]:
        found: dict[str, Plain] = {}
        for key, value in self.entries(node):
            if key.value in found:
                first = self.lines[(*place, key.value)]
                self.complain(key, f"key {key.value!r} was already written in line {first}; keep one of them")
                continue
            self.lines[(*place, key.value)] = key.start_mark.line + 1
            found[key.value] = self.plain(value, (*place, key.value), around)
        for merged in self.merged(node):
            inner = self.plain(merged, (*place, "<<"), around)
            if isinstance(inner, dict):
                self.adopt(place, inner, found)
            else:
                self.complain(merged, "'<<' takes over a mapping; name an anchor that is one")
        return found

    def adopt(self, place: Place, inner: dict[str, Plain], found: dict[str, Plain]) -> None:
        """Take over what `<<` names, except keys written out."""
        for key in inner.keys() - found.keys():
            found[key] = inner[key]
            self.lines[(*place, key)] = self.lines[(*place, "<<", key)]

    def entries(self, node: yaml.MappingNode) -> Iterator[tuple[yaml.ScalarNode, yaml.Node]]:
        """The keys and values written out; keys stay text, so that `on:` and `2:` are what they look like."""
        for key, value in node.value:
            if key.tag == MERGE:
                continue
            if isinstance(key, yaml.ScalarNode):
                yield key, value
            else:
                self.complain(key, "a key has to be a single word or text; put it in quotes if it has brackets")

    def merged(self, node: yaml.MappingNode) -> Iterator[yaml.Node]:
        for key, value in node.value:
            if key.tag == MERGE:
                yield from value.value if isinstance(value, yaml.SequenceNode) else (value,)

    def scalar(self, node: yaml.ScalarNode) -> Plain:
        try:
            value: Any = self.loader.construct_object(node)
        except ValueError:  # such as 2026-02-30, which looks like a date to YAML: whoever wants a date will say so
            return str(node.value)
        except yaml.MarkedYAMLError:
            self.complain(node, f"the tag {node.tag!r} means nothing here; remove it")
            return None
        if isinstance(value, PLAIN_TYPES):
            return cast("Plain", value)
        self.complain(node, f"the tag {node.tag!r} means nothing here; remove it")
        return None

    def complain(self, node: yaml.Node, text: str) -> None:
        self.problems.append(Problem(self.path, node.start_mark.line + 1, text))
