"""What pydantic found wrong in a file becomes sentences for the person who edits it, each with its line."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.settings.yamlfile import Document, Place, Problem

Schema = Mapping[str, Any]
"""A JSON Schema, or a part of one."""

KINDS: Final = {
    "bool_type": "true or false",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "string_type": "text",
    "list_type": "a list (lines that start with '- ')",
    "tuple_type": "a list (lines that start with '- ')",
    "dict_type": "a mapping (lines like 'key: value')",
    "model_type": "a mapping (lines like 'key: value')",
    "dataclass_type": "a mapping (lines like 'key: value')",
    "date_type": "a date like 2026-01-31",
    "date_parsing": "a date like 2026-01-31",
    "date_from_datetime_parsing": "a date like 2026-01-31",
}


def complaints(document: Document, error: ValidationError, schema: Schema) -> Iterator[Problem]:
    """One problem for each finding; `schema` describes the wrapper whose only key holds the file."""
    for found in error.errors(include_url=False):
        place = tuple(part for part in found["loc"][1:] if part != "[key]")
        if found["type"] == "value_error":
            yield refused(document, found, place)
        else:
            yield document.problem(place, sentence(found, place, known_keys(schema, found["loc"][:-1])))


def refused(document: Document, found: ErrorDetails, place: Place) -> Problem:
    """What a class says about its content; a sentence that begins with one of its keys is about that key's line."""
    text = str(found["ctx"]["error"])
    key, _, rest = text.partition(" ")
    if isinstance(found["input"], dict) and key in found["input"]:
        return document.problem((*place, key), f"{called((*place, key))} {rest}")
    return document.problem(place, f"{called(place)}: {text}")


def sentence(found: ErrorDetails, place: Place, known: Collection[str]) -> str:
    """What is wrong at `place` and what to do about it."""
    match found["type"]:
        case "extra_forbidden" | "unexpected_keyword_argument":
            return unknown("key", str(place[-1]), known)
        case "missing":
            return f"missing key {str(place[-1])!r}{inside(place)}; add it"
        case kind:
            return f"{called(place)} must be {wanted(kind, found)}, not {shown(found['input'])}{quoting(kind, found)}"


def wanted(kind: str, found: ErrorDetails) -> str:
    """What should be there instead, in words that follow "must be"."""
    match kind:
        case "enum" | "literal_error":
            return f"one of {found['ctx']['expected']}"
        case "string_too_long":
            return f"at most {found['ctx']['max_length']} characters long"
        case _:
            return KINDS.get(kind) or found["msg"].removeprefix("Input should be ").lower()


def unknown(what: str, name: str, known: Collection[str]) -> str:
    """`unknown key 'dayz', did you mean 'days'?`, or the names there are when none is near."""
    near = get_close_matches(name, known, n=1)
    if near:
        return f"unknown {what} {name!r}, did you mean {near[0]!r}?"
    return f"unknown {what} {name!r}; there is {', '.join(sorted(known)) or 'none at all'}"


def called(place: Place) -> str:
    """`gitlab.tier`, `priority.levels[2].weight`."""
    text = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
    return repr(text) if text else "the file"


def inside(place: Place) -> str:
    return f" in {called(place[:-1])}" if len(place) > 1 else ""


def shown(value: object) -> str:
    match value:
        case None:
            return "empty"
        case bool():
            return str(value).lower()
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str() if len(value) > 40:
            return f"{value[:40]!r}..."
        case _:
            return repr(value)


def quoting(kind: str, found: ErrorDetails) -> str:
    return "; put it in quotes" if kind == "string_type" and isinstance(found["input"], bool | int | float) else ""


def known_keys(schema: Schema, place: tuple[str | int, ...]) -> frozenset[str]:
    """The keys that `schema` allows at `place`; empty where it does not say."""
    part: Schema = schema
    for step in place:
        part = inner(schema, part, step)
    return frozenset(resolved(schema, part).get("properties", {}))


def inner(schema: Schema, part: Schema, step: str | int) -> Schema:
    part = resolved(schema, part)
    found: Schema = part.get("items", {}) if isinstance(step, int) else part.get("properties", {}).get(step, {})
    return found or (part.get("additionalProperties") or {})


def resolved(schema: Schema, part: Schema) -> Schema:
    if "$ref" not in part:
        return part
    name = part["$ref"].rsplit("/", 1)[-1]
    found: Schema = schema["$defs"][name]
    return found
