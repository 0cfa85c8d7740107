"""An open small win (priority 3) whose window is about to end is delegated or pushed out, and its DRI is asked which.

Nothing happens by itself. `push` goes one window on from where the issue stood when somebody said it, on any issue.
`delegate` names another DRI in the description and assigns them; nobody is unassigned.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Answer, Check, Nudge, Say, SetMilestone
from bot.domain.candidate import Unfit, accounts_named, candidate, named, put_in_charge
from bot.domain.carry import Obeyed, level_of, put_since, stood_on, window_of
from bot.domain.facts import IssueFacts
from bot.domain.milestones import linked, titled
from bot.domain.needs import MilestoneHistory, Need, Windows
from bot.domain.orders import Command, Order
from bot.domain.speech import code
from bot.domain.subject import CALENDAR
from bot.domain.windows import Window

HANDBOOK = ("GL-08",)
COMMANDS = (
    Command("push", "push", "move the issue to the next window", sets="milestone"),
    Command("delegate", "delegate @handle", "name another DRI in the description and assign them", sets="DRI"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """Issues of this `priority` are asked about from `days_before_end` days before their window ends."""

    enabled: bool = True
    priority: str = "3"
    days_before_end: int = 3

    def __post_init__(self) -> None:
        if self.days_before_end < 0:
            raise ValueError(f"days_before_end must be a number from 0 up, not {self.days_before_end}")


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    level, milestone = level_of(facts.issue, facts.site.labels), facts.issue.milestone
    window = window_of(milestone)
    if level is None or level.key != settings.priority or milestone is None or window is None:
        return
    ahead = window.due - timedelta(days=settings.days_before_end) > facts.today
    yield Check("its window is not about to end", ahead, window.due.isoformat(), "milestone")
    if not ahead:
        me = facts.site.bot.username
        orders = {"push": code(f"@{me} push"), "delegate": code(f"@{me} delegate @somebody")}
        ends = "ended" if window.due < facts.today else "ends"
        values = {**orders, "window": linked(milestone), "ends": ends, "end": window.due.isoformat()}
        yield Say("GL-08", "which", values, Nudge(0))


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    if order.name == "push":
        yield Windows()
        yield MilestoneHistory()
    else:
        yield from accounts_named(order)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Obeyed]:
    yield from _push(facts, order) if order.name == "push" else _delegate(facts, order)


def _push(facts: IssueFacts, order: Order) -> Iterator[Obeyed]:
    window, here = window_of(stood_on(facts, order.at)), Window.of(order.day)
    to = max(window.next(), here) if window else here.next()
    target = titled(facts.windows, to)
    if target is None:
        yield CALENDAR
        yield Answer("missing", {"to": code(to.title)}, done=False)
        return
    done = put_since(facts, order.at, target)
    if done is None:
        yield SetMilestone(target)
    yield Answer("overtaken", done=False) if done is False else Answer("pushed", {"to": linked(target)})


def _delegate(facts: IssueFacts, order: Order) -> Iterator[Obeyed]:
    handles = named(order)
    if len(handles) != 1:
        yield Answer("usage", {"order": code(f"@{facts.site.bot.username} delegate @handle")}, done=False)
        return
    found = candidate(facts, handles[0])
    if isinstance(found, Unfit):
        yield Answer("unfit", {"handle": code(f"@{handles[0]}"), "why": found.value}, done=False)
        return
    deeds = put_in_charge(facts, order, found)
    yield from deeds or ()
    if deeds is None:
        yield Answer("rewritten", done=False)
    else:
        yield Answer("delegated", {"handle": code(f"@{found.username}")})
