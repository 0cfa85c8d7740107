"""An announcement names by what partners hear of it; the portal alone is not enough, and a special one needs a reason.

Material that legal has to review waits for that.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.asking import is_ticked, templated
from bot.domain.communications.keys import ANNOUNCEMENT
from bot.domain.communications.vehicles import ALONE, Vehicle, vehicles_of
from bot.domain.facts import IssueFacts

HANDBOOK = ("CO-05", "CO-07", "CO-08")


@dataclass(frozen=True, slots=True)
class Settings:
    """Legal's own rules are at `legal_link`; people hear again `remind_after` business days later."""

    enabled: bool = True
    legal_link: str = ""
    remind_after: int = 2


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case = templated(facts, ANNOUNCEMENT)
    if case is None or not facts.issue.is_open:
        return
    vehicles, values, again = vehicles_of(facts), case.form.values, Nudge(settings.remind_after)
    seen = ", ".join(sorted(one.value for one in vehicles)) or "none"
    yield Check("it names what reaches people", bool(vehicles - ALONE), seen, "description")
    if not vehicles:
        yield Say("CO-07", "none", {}, again)
    if vehicles == ALONE:
        yield Say("CO-07", "portal_alone", {}, again)
    if Vehicle.SPECIAL in vehicles and not values.get("urgency"):
        yield Say("CO-08", "no_reason", {}, again)
    if values.get("legal") == "yes" and not is_ticked(facts, f"{ANNOUNCEMENT}.legal"):
        yield Say("CO-05", "legal", {"link": settings.legal_link}, again)
