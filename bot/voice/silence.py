"""A report that has nothing to say becomes one that nobody has to look for, until it has, or a week has gone."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.memory import Memory
from bot.voice.wording import NOTHING

BELIEVED: Final = timedelta(days=7)
"""For so long nobody asks GitLab: only who has another database can have written one."""
SPEAKS: Final = "speaks "


@dataclass(frozen=True, slots=True)
class Silences:
    """Remembers which reports were seen to say nothing when nothing was to be said."""

    memory: Memory
    now: Callable[[], datetime]

    def known(self, name: str) -> str:
        """What is remembered of the report: another text as soon as anybody has it speak."""
        return self.memory.cursor(_cursor(name)) or ""

    def holds(self, known: str, wanted: str) -> bool:
        """Whether `wanted`, the digest of what is to be said, is nothing, and the report is known to say that."""
        if wanted != NOTHING or not known or known.startswith(SPEAKS):
            return False
        return self.now() - datetime.fromisoformat(known) < BELIEVED

    def breaks(self, name: str) -> None:
        """It is about to speak: who is killed after that leaves nobody in the belief that it does not."""
        self.memory.move_cursor(_cursor(name), f"{SPEAKS}{secrets.token_hex(8)}")

    def seen(self, name: str, known: str) -> None:
        """It says nothing, by a look that began when `known` was; somebody may have had it speak since."""
        if self.known(name) == known:
            self.memory.move_cursor(_cursor(name), self.now().isoformat())


def _cursor(name: str) -> str:
    return f"silence:{name}"
