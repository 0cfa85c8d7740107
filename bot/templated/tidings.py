"""That issues are woken because of another becomes a word to all processes: to read again what they read before."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Final

from bot.memory import Memory

NAME: Final = "tidings:"


@dataclass(frozen=True, slots=True)
class Tidings:
    """The newest word about each project."""

    memory: Memory

    def heard(self, project: str) -> str:
        """Another text each time there was something to tell; empty as long as there was nothing."""
        return self.memory.cursor(f"{NAME}{project}") or ""

    def spread(self, project: str) -> str:
        """Tell of the project; what is heard from now on."""
        word = secrets.token_hex(8)
        self.memory.move_cursor(f"{NAME}{project}", word)
        return word
