"""What a method wants to ask or write into what goes over the wire: dates, sets, truth values and files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class File:
    """A file to send along: a body that holds one goes out as a form of several parts, not as JSON."""

    name: str
    content: bytes
    mime: str


Part: TypeAlias = tuple[str, bytes, str]


def in_query(query: Mapping[str, object]) -> dict[str, object]:
    return {key: _asked(value) for key, value in query.items()}


def in_body(body: Mapping[str, object] | None) -> dict[str, object] | None:
    """Everything but the files."""
    if body is None:
        return None
    return {key: _written(value) for key, value in body.items() if not isinstance(value, File)}


def files_in(body: Mapping[str, object] | None) -> dict[str, Part] | None:
    """The files alone, None when there are none."""
    given = (body or {}).items()
    return {key: (file.name, file.content, file.mime) for key, file in given if isinstance(file, File)} or None


def _asked(value: object) -> object:
    match value:
        case bool():
            return str(value).lower()
        case date():
            return value.isoformat()
    return value


def _written(value: object) -> object:
    match value:
        case date():
            return value.isoformat()
        case frozenset() | set():
            return sorted(value)
    return value
