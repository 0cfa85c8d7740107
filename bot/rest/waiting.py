"""How often a read is tried again while GitLab is busy or away, and for how long in all."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bot.rest.answers import TOO_MANY, Answer


@dataclass(frozen=True, slots=True)
class Bounds:
    """`seconds` of sleeping that this trouble may cost one read in all; `pauses` go before its further tries.

    Where GitLab names a pause, that one counts.
    """

    seconds: float
    pauses: tuple[float, ...]

    def pause(self, answer: Answer, slept: float, tries: int) -> float | None:
        """Seconds until the next try, when `tries` brought no more than this; None: it is not worth another."""
        if not answer.passing or tries > len(self.pauses):
            return None
        pause = self.pauses[tries - 1] if answer.pause is None else answer.pause
        return pause if slept + pause <= self.seconds else None


BRIEFLY: Final = Bounds(3.0, (0.5, 1.5))
"""For whoever can come back to it, and for a GitLab that may be away for hours."""
A_MINUTE: Final = Bounds(90.0, (0.5, 1.5, 4.5, 13.5, 40.5))
"""For a command that has nothing else to do: GitLab counts by the minute what it is asked."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """`busy` is for a GitLab that is asked too much; `sleep` is told the seconds of each pause."""

    busy: Bounds = BRIEFLY
    sleep: Callable[[float], None] = time.sleep

    def bounds(self, answer: Answer) -> Bounds:
        return self.busy if answer.status == TOO_MANY else BRIEFLY


SHORTLY: Final = Waiting()
