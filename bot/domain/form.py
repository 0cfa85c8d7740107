"""Forms: a description becomes the values of the fields that a template asks for, whatever people did to its shape."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache

from bot.domain.answers import Answer, Field, Kind, read_answer, spelt
from bot.domain.formlines import Place, fields_said

__all__ = ["Field", "Kind", "Problem", "ProblemKind", "Reading", "read_form"]

MOST_SEEN = 5


class ProblemKind(StrEnum):
    """What is wrong with a field: nothing is said, nothing that its kind allows, or several things."""

    MISSING = "missing"
    UNREADABLE = "unreadable"
    CONTRADICTING = "contradicting"


@dataclass(frozen=True, slots=True)
class Problem:
    """A field without a value; `seen` is what people wrote, each once, the first five, never to be echoed raw."""

    field: Field
    kind: ProblemKind
    seen: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reading:
    """A form as it was read: `values` by field key, `problems` in the order asked.

    A value is the key of the choice ("yes" or "no" for a question), an ISO date, a handle without the @, a number such
    as 12.5, or words on one line. A field that is not required and was left free is in neither.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def read_form(text: str, fields: Sequence[Field]) -> Reading:
    """Reads every field, wherever and however often it stands outside of code blocks, quotes and comments."""
    return _read(text, tuple(fields))


@lru_cache(maxsize=64)
def _read(text: str, fields: tuple[Field, ...]) -> Reading:
    said = fields_said(text, fields)
    values: dict[str, str] = {}
    problems: list[Problem] = []
    for one in fields:
        match _judged(one, said.get(one.key, ())):
            case Problem(kind=ProblemKind.MISSING) if not one.required:
                pass
            case Problem() as problem:
                problems.append(problem)
            case value:
                values[one.key] = value
    return Reading(values, tuple(one for one in problems if not _is_spared(one, values)))


def _is_spared(problem: Problem, values: Mapping[str, str]) -> bool:
    spared = problem.field.spared_by
    return problem.kind is ProblemKind.MISSING and spared is not None and values.get(spared[0]) == spared[1]


def _judged(field: Field, places: Sequence[Place]) -> str | Problem:
    """The one value that all places give; headings count only where no other place says anything."""
    given = _given(field, places, is_heading=False) or _given(field, places, is_heading=True)
    seen = tuple(dict.fromkeys(answer.seen for answer in given))[:MOST_SEEN]
    # Of spellings that differ in case alone, or of texts in signs too, the first one stands.
    compared = spelt if field.kind is Kind.TEXT else str.casefold
    values = {compared(value): value for answer in reversed(given) for value in reversed(answer.values)}
    if not given:
        return Problem(field, ProblemKind.MISSING)
    if not values:
        return Problem(field, ProblemKind.UNREADABLE, seen)
    if len(values) > 1 or not all(answer.values for answer in given):
        return Problem(field, ProblemKind.CONTRADICTING, seen)
    return next(iter(values.values()))


def _given(field: Field, places: Sequence[Place], *, is_heading: bool) -> list[Answer]:
    answers = (read_answer(field, place.text) for place in places if place.is_heading is is_heading)
    return [answer for answer in answers if answer.seen]
