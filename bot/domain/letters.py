"""A letter to a partner, as somebody copies it into their mail program, or why there is none."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Letter:
    """`to` and `cc` are addresses; `problem`, Markdown that is safe to print, says what forbids it."""

    to: str = ""
    cc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    problem: str = ""
