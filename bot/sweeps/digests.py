"""The tally of the open issues becomes the facts of the window's digest, and its plan where only staff can read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from bot.domain.actions import Say
from bot.domain.concern import subject_of
from bot.domain.facts import DigestFacts, Site
from bot.domain.plan import Plan
from bot.domain.speech import code
from bot.domain.tally import Tally
from bot.domain.tallying import Tallying
from bot.domain.windows import Window
from bot.memory import Memory
from bot.rules import Rules
from bot.snapshot import Snapshot
from bot.sweeps.notices import Notices

NAME: Final = "digest_withheld"
"""Of the notice and its templates."""
TALLY, WINDOW = "tally", "digest"
"""Where memory keeps the latest sweep's tally, and the window whose digest was written last."""


@dataclass(frozen=True, slots=True)
class Digests:
    """Knows when the digest is due and what it is made of. `staff_only` tells of a project by its id."""

    snapshot: Snapshot
    rules: Rules
    memory: Memory
    notices: Notices
    staff_only: Callable[[int], bool]

    def is_due(self) -> bool:
        """Whether a full sweep has counted the issues since, or this window has no digest yet."""
        window = Window.of(self.snapshot.today()).title
        return bool(self.memory.cursor(TALLY)) or self.memory.cursor(WINDOW) != window

    def counting(self) -> Tallying:
        """An empty count, as of today."""
        return Tallying(self._site(), self.snapshot.today())

    def keep(self, tally: Tally | None) -> None:
        """Store what a full sweep counted, for the next digest; None: that has to count for itself."""
        self.memory.move_cursor(TALLY, f"{self.snapshot.today()} {tally.to_json() if tally else ''}")

    def fresh(self) -> DigestFacts:
        """From the stored count, once; without one all open issues are listed. Raises Incomplete when that breaks off.

        Who asks again wants to know what has become of the issues since.
        """
        facts = self.facts(self._kept() or self._counted())
        self.memory.move_cursor(TALLY, "")
        return facts

    def facts(self, tally: Tally) -> DigestFacts:
        """The count as a rule sees it."""
        today = self.snapshot.today()
        return DigestFacts(today, self._site(), Window.of(today), tally)

    def is_safe(self) -> bool:
        """Whether nobody but staff would read the digest."""
        return self.staff_only(self.snapshot.gateway.project(self.snapshot.site.home).id)

    def plan(self, facts: DigestFacts) -> Plan:
        """What the digest should say: nothing, and word to the operator instead, where others than staff read along."""
        is_safe = self.is_safe()
        said = () if is_safe else (Say("", "withheld", {"project": code(self.snapshot.site.home)}),)
        self.notices.post(NAME, said)
        return self.rules.decide(facts) if is_safe else Plan(subject_of(facts))

    def written(self, facts: DigestFacts) -> None:
        """The window's digest is as it should be."""
        self.memory.move_cursor(WINDOW, facts.window.title)

    def _kept(self) -> Tally | None:
        day, _, text = (self.memory.cursor(TALLY) or "").partition(" ")
        try:
            return Tally.from_json(text) if day == self.snapshot.today().isoformat() else None
        except (ValueError, KeyError, TypeError, AttributeError):
            return None  # another version of the bot stored it

    def _counted(self) -> Tally:
        counting = self.counting()
        site = self._site()
        for issue in self.snapshot.gateway.issues(self.snapshot.site.group):
            counting.add(issue, self.snapshot.partners.case(issue, site))
        return counting.result()

    def _site(self) -> Site:
        return replace(self.snapshot.site, registry=self.snapshot.registry())
