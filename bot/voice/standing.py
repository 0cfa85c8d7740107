"""The mark of a report that stands alone under its key becomes how the bot left it, and so what people did since."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

REOPENINGS = 1
"""How many times the bot opens again what a person closed while it still asks for something."""
OPEN, CLOSED = "open", "closed"


@dataclass(frozen=True, slots=True)
class Standing:
    """The digest of what the report says, whether the bot left it open, and how often it did so against a person."""

    digest: str
    is_open: bool = True
    reopened: int = 0

    @classmethod
    def parse(cls, text: str) -> Self:
        """What `str` wrote."""
        digest, state, reopened = text.split()
        return cls(digest, state == OPEN, int(reopened))

    def __str__(self) -> str:
        return f"{self.digest} {OPEN if self.is_open else CLOSED} {self.reopened}"

    def next(self, digest: str, *, is_open: bool, asks: bool) -> Standing:
        """How the bot leaves it next: `is_open` is how it is, `asks` whether it has anything to ask for."""
        if not asks:
            return Standing(digest, is_open=False)
        if not self.is_open:
            return Standing(digest)
        was_closed = not is_open and self.reopened < REOPENINGS
        return Standing(digest, reopened=self.reopened + was_closed)

    def event_to(self, after: Standing, *, is_open: bool) -> dict[str, str]:
        """What GitLab is told so that the issue, open or not, becomes what `after` says; a person's word stands."""
        is_meant = self.is_open != after.is_open or self.reopened != after.reopened
        if not is_meant or is_open == after.is_open:
            return {}
        return {"state_event": "reopen" if after.is_open else "close"}


def everything(points: str, values: Mapping[str, object], record: str) -> str:
    """The digest of all that such a report says: of its points' digest, its values and its record."""
    return hashlib.sha256(json.dumps([points, values, record], sort_keys=True, default=str).encode()).hexdigest()[:16]
