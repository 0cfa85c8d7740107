"""Which recurrences are switched off becomes, once they are on again, the day since which that is so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.memory import Memory

NAME: Final = "pause:"
OFF: Final = "off"


@dataclass(frozen=True, slots=True)
class Pauses:
    """Remembered by memory alone: where that is lost, what was switched off counts as what the bot missed."""

    memory: Memory

    def rest(self, key: str) -> None:
        """It is switched off."""
        if self.memory.cursor(f"{NAME}{key}") != OFF:
            self.memory.move_cursor(f"{NAME}{key}", OFF)

    def resumed(self, key: str, today: date) -> date | None:
        """The day on which a recurrence that is on was switched on; None where it was never seen to be off."""
        known = self.memory.cursor(f"{NAME}{key}")
        if known is None:
            return None
        return today if known == OFF else date.fromisoformat(known)

    def went_on(self, key: str, today: date) -> None:
        """It is on, and was looked at."""
        if self.memory.cursor(f"{NAME}{key}") == OFF:
            self.memory.move_cursor(f"{NAME}{key}", today.isoformat())
