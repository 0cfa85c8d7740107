"""Partners that a sweep would have something to do for become the ones to look at, or the issue in which it asks.

Where so few are due that their number holds the blast radius, nobody is judged beforehand. Of more, each is read once
by the sweep, and once more only where something is to be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.domain.actions import Say
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.errors import AskAPerson
from bot.partners.lately import BELIEVED
from bot.sweeps.partners import Daily
from bot.sweeps.survey import Surveyor

NAME: Final = "partner_radius"
"""Of the notice and its templates."""


@dataclass(slots=True)
class Crowd:
    """Partners as they were judged: what would be done is counted in `changing`; `doubtful` only need a look."""

    seen: int = 0
    changing: list[Subject] = field(default_factory=list)
    doubtful: list[Subject] = field(default_factory=list)

    @property
    def subjects(self) -> list[Subject]:
        """Those that want a look."""
        return [*self.changing, *self.doubtful]

    def points(self) -> Iterator[Say]:
        """What the operator should read about it. No partner is named: others may read along."""
        count = str(len(self.changing))
        command = code(f"channel-bot sweep --full --apply --allow {count}")
        yield Say("", "extent", {"count": count, "seen": str(self.seen), "allow": command})


def judged(partners: Iterable[Subject], surveyor: Surveyor, daily: Daily) -> Crowd:
    """What each of them comes to, by plans that nobody carries out; where that is nothing, the day's look is done.

    Raises TryLater when GitLab is busy; who is judged by then need not be again.
    """
    crowd, today = Crowd(), surveyor.snapshot.today()
    for partner in partners:
        crowd.seen += 1
        try:
            facts = surveyor.snapshot.partner(partner.ref, BELIEVED)
        except AskAPerson:
            # The worker tells people why.
            crowd.doubtful.append(partner)
            continue
        plan = surveyor.rules.decide(facts)
        if plan.writes or surveyor.apply.says_news(facts, plan):
            crowd.changing.append(partner)
        elif plan.failures or plan.affects or any(daily.overlooked(facts)):
            crowd.doubtful.append(partner)
        else:
            daily.looked(partner.ref, today)
    return crowd
