"""What serves an objective (OKR) is in its epic: an issue of the first priority without one is asked about.

The bot offers the quarter's epics, or where to make one. A plan without epics gets a hint, and nobody is reminded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.carry import level_of
from bot.domain.facts import IssueFacts, Tier
from bot.domain.fiscal import Quarter
from bot.domain.needs import EpicsOf, Need
from bot.domain.okr import epic_line, new_epic, okr_epics, okr_words
from bot.domain.speech import code

HANDBOOK = ("GL-17",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Issues of these `priorities`, by the keys of labels.yml, serve an objective from the quarter `since` on.

    Whoever answers for one hears `remind_after` business days later; at most `most` epics are offered. ValueError for
    a quarter that is none.
    """

    enabled: bool = True
    priorities: tuple[str, ...] = ("1",)
    since: str = "FY21Q3"
    remind_after: int = 2
    most: int = 10

    def __post_init__(self) -> None:
        Quarter.named(self.since)


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if _lacks(facts, settings) and _has_epics(facts):
        yield EpicsOf(okr_words(Quarter.of(facts.today)))


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    if not _serves(facts, settings):
        return
    epic, quarter = facts.issue.epic, Quarter.of(facts.today)
    if not _has_epics(facts):
        yield Check("the plan has epics", False, facts.site.tier.value, "the issue")
        yield Say("GL-17", "relate", {"quarter": quarter.name}, block=True)
        return
    yield Check("it is in an epic", epic is not None, epic.title if epic else "none", "the issue")
    if epic is not None:
        return
    found, nudge = okr_epics(facts.epics.get(okr_words(quarter), ()), quarter), Nudge(settings.remind_after)
    if found:
        offered = ", ".join(map(epic_line, found[: settings.most]))
        yield Say("GL-17", "choose", {"quarter": quarter.name, "epics": offered}, nudge)
    else:
        title = code(f"{okr_words(quarter)}: ...")
        yield Say(
            "GL-17", "make", {"quarter": quarter.name, "title": title, "link": new_epic(facts.site, quarter)}, nudge
        )


def _serves(facts: IssueFacts, settings: Settings) -> bool:
    level = level_of(facts.issue, facts.site.labels)
    is_since = Quarter.of(facts.today) >= Quarter.named(settings.since)
    return level is not None and level.key in settings.priorities and is_since


def _has_epics(facts: IssueFacts) -> bool:
    return facts.issue.has_epics and facts.site.tier is not Tier.FREE


def _lacks(facts: IssueFacts, settings: Settings) -> bool:
    return _serves(facts, settings) and facts.issue.epic is None
