"""What the bot wrote into a project becomes those of its issues that hold a text, at the cost of what changed lately.

GitLab cannot look for a mark, so the bot lists whatever it wrote: hundreds of issues more each year. It does so where
that is one page, and where its memory knows nothing; else it lists what changed since, and reads those it knows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.domain.gitlab import Issue
from bot.gateway import Gateway
from bot.kept import OVERLAP
from bot.memory import Memory
from bot.rest.calls import PAGE

LONGEST: Final = timedelta(days=1)
"""From further back than this nothing is listed twice."""


@dataclass(frozen=True, slots=True)
class _Held:
    """The issues (iids) that hold the text, of all that changed before `until`."""

    until: datetime
    iids: frozenset[int]

    def __str__(self) -> str:
        return f"{self.until.isoformat()} {','.join(map(str, sorted(self.iids)))}"

    @classmethod
    def parse(cls, text: str) -> _Held:
        until, _, iids = text.partition(" ")
        return cls(datetime.fromisoformat(until), frozenset(map(int, filter(None, iids.split(",")))))


@dataclass(frozen=True, slots=True)
class OwnIssues:
    """The issues of the account `me` (its id) in a project; processes on one database share what they know."""

    gateway: Gateway
    memory: Memory
    project: str
    me: int

    def holding(self, text: str) -> list[Issue]:
        """Those whose description holds the text, open or closed, oldest first; one page costs one call."""
        name = f"holding:{self.project}:{self.me}:{text}"
        began, known = self.gateway.now(), self.memory.cursor(name)
        held = _Held.parse(known) if known else None
        listed = self.gateway.issues_by_me(self.project, updated_after=held.until if held else None)
        found = {one.iid: one for one in listed}
        if held:
            found |= {one.iid: one for one in self._read(held.iids - found.keys())}
        holding = {iid: one for iid, one in found.items() if text in one.description}
        self._remember(name, held, _Held(began - OVERLAP, frozenset(holding)), len(listed))
        return [holding[iid] for iid in sorted(holding)]

    def _read(self, iids: Iterable[int]) -> Iterable[Issue]:
        wanted = sorted(iids)
        for first in range(0, len(wanted), PAGE):
            yield from self.gateway.issues_by_me(self.project, iids=wanted[first : first + PAGE])

    def _remember(self, name: str, held: _Held | None, now: _Held, count: int) -> None:
        """What one page holds is as well listed again; what is known already is not written down each time."""
        if held is None and count <= PAGE:
            return
        if held is None or now.iids != held.iids or now.until - held.until > LONGEST:
            self.memory.move_cursor(name, str(now))
