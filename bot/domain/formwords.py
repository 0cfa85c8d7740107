"""What is wrong with a form becomes words: which fields lack something, and how what they ask for is written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.domain.answers import Kind
from bot.domain.form import Problem, ProblemKind
from bot.domain.speech import code, quoted


def fields_with(problems: Sequence[Problem], kind: ProblemKind) -> str:
    """`**Region** `x`, **Due** `y``: the fields of that trouble, and what people wrote; empty where none has it."""
    found = [(one.field.label, ", ".join(map(quoted, one.seen))) for one in problems if one.kind is kind]
    return ", ".join(f"**{name}** {seen}".strip() for name, seen in found)


def choices_of(problems: Collection[Problem]) -> str:
    """What may be chosen in the fields among these that offer a choice."""
    offered = ((one.field.label, one.field.choices) for one in problems if one.field.kind is Kind.CHOICE)
    return "; ".join(f"**{label}** is one of {', '.join(map(code, choices))}" for label, choices in offered)


def asks_for(problems: Collection[Problem], kind: Kind) -> bool:
    """Whether a field of that kind is among them."""
    return any(one.field.kind is kind for one in problems)
