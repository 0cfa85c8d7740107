"""One issue of a report that comes again becomes what tells it from the others: its key, its reader, its last day."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.facts import DigestFacts

DIGESTS = "digest:"


@dataclass(frozen=True, slots=True)
class Edition:
    """One issue of a series; `key` tells it from the others, `reader` (a handle) is its DRI.

    `values` are what its template gets beyond the points. `labels` and the further `assignees` (handles) it gets when
    it opens. `solo`: it ends no other one, its values count as news, and it keeps `record`, a text for the bot
    alone; an empty one leaves the one it has.
    """

    key: str
    due: date
    reader: str = ""
    values: Mapping[str, object] = field(default_factory=dict)
    solo: bool = False
    record: str = ""
    labels: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()

    @property
    def series(self) -> str:
        return self.key.partition(":")[0] + ":"


def digest_edition(facts: DigestFacts) -> Edition:
    """The digest of the facts' window, for the director."""
    window = facts.window
    values = {"window": window.title.removeprefix("Channel - "), "end": window.due.isoformat()}
    return Edition(f"{DIGESTS}{window.title}", window.due, facts.site.registry.director, values)
