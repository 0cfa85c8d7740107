"""A report that has nothing to say becomes one that nobody has to look for, until it has, or a week has gone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.memory import Memory
from bot.voice.wording import NOTHING

BELIEVED: Final = timedelta(days=7)
"""For so long nobody asks GitLab: only who has another database can have written one."""


@dataclass(frozen=True, slots=True)
class Silences:
    """Remembers which reports were seen to say nothing when nothing was to be said."""

    memory: Memory
    now: Callable[[], datetime]

    def holds(self, name: str, wanted: str) -> bool:
        """Whether `wanted`, the digest of what is to be said, is nothing, and the report is known to say that."""
        since = self.memory.cursor(_cursor(name)) if wanted == NOTHING else None
        return bool(since) and self.now() - datetime.fromisoformat(str(since)) < BELIEVED

    def remember(self, name: str, *, is_silent: bool) -> None:
        """Whether the report says nothing, as was seen now."""
        if is_silent:
            self.memory.move_cursor(_cursor(name), self.now().isoformat())
        elif self.memory.cursor(_cursor(name)):
            self.memory.forget_cursor(_cursor(name))


def _cursor(name: str) -> str:
    return f"silence:{name}"
