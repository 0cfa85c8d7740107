"""An open issue whose window is over goes where its priority says, at once or when somebody gives the word.

In mode `propose` nothing moves until a person says `rollover apply`; in mode `apply` the table decides. What is carried
over again and again gets a label, and the director hears of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal

from bot.domain.actions import AddLabel, Answer, Check, MoveIssues, Nudge, Say, SetMilestone
from bot.domain.carry import Ending, Endings, Fate, Obeyed, carried, is_decided, put_since, stood_on, times
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Milestone
from bot.domain.milestones import is_near_miss, linked, titled
from bot.domain.needs import LabelHistory, MilestoneHistory, Need, OverdueIssues, Windows
from bot.domain.orders import Command, Order
from bot.domain.speech import code
from bot.domain.subject import CALENDAR, Subject
from bot.domain.windows import Window

HANDBOOK = ("GL-15",)
WHAT_IT_DOES = "carry over what was left open when its window ended"
COMMANDS = (Command("rollover apply", "rollover apply", WHAT_IT_DOES, sets="milestone"),)
ON_END: Mapping[str, Fate] = {"1": "escalate", "2": "next", "3": "propose", "4": "unset", "Backlog": "unset"}


@dataclass(frozen=True, slots=True)
class Settings:
    """`mode` is propose or apply; `on_end` says by priority what happens `days_after_end` days after a window's end.
    Carried over `flag_from` times, an issue is flagged. One order on a digest moves at most `most` issues.
    """

    enabled: bool = True
    mode: Literal["propose", "apply"] = "propose"
    on_end: Mapping[str, Fate] = field(default_factory=lambda: dict(ON_END))
    days_after_end: int = 1
    flag_from: int = 3
    most: int = 50

    def __post_init__(self) -> None:
        for name in ("days_after_end", "flag_from", "most"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be a number from 1 up, not {getattr(self, name)}")


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    ending = _ending(facts, settings)
    is_flagged = facts.site.labels.carried_often.name in facts.issue.labels
    if ending or is_flagged:
        yield MilestoneHistory()
    if not is_flagged and len(carried(facts)) >= settings.flag_from:
        # Somebody may have taken the label off, which says that it was read.
        yield LabelHistory()
    if ending and (ending.fate, settings.mode) == ("next", "apply"):
        yield Windows()


def affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    ending = _ending(facts, settings)
    if ending and Windows() in facts.read and titled(facts.windows, ending.to) is None:
        yield CALENDAR


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | SetMilestone | AddLabel | Say]:
    ending, milestone = _ending(facts, settings), facts.issue.milestone
    yield Check("its window is not over", ending is None, code(milestone.title) if milestone else "none", "milestone")
    past = carried(facts)
    count = len(past)
    if ending:
        yield Check("its priority says where it goes", ending.fate != "propose", ending.fate, "labels and settings")
        done = tuple(_end(facts, settings, ending, count))
        yield from done
        count += any(isinstance(one, SetMilestone) and one.milestone for one in done)
    if count >= settings.flag_from and (count > len(past) or not is_decided(facts, past[-1])):
        yield from _flag(facts, count)


def _end(facts: IssueFacts, settings: Settings, ending: Ending, count: int) -> Iterator[SetMilestone | Say]:
    over = {"window": linked(ending.milestone), "end": ending.window.due.isoformat(), "times": times(count)}
    values = {**over, "to": code(ending.to.title), "order": code(f"@{facts.site.bot.username} rollover apply")}
    match ending.fate, settings.mode:
        case (("next" | "unset"), "apply"):
            # A title that is about to be put right is waited for, and so is a window that does not exist yet.
            target = titled(facts.windows, ending.to)
            if (target or ending.fate == "unset") and not is_near_miss(ending.milestone):
                yield SetMilestone(target if ending.fate == "next" else None)
        case "escalate", _:
            yield Say("GL-15", "escalated", values, _director(facts), internal=True)
        case _:
            yield Say("GL-15", "over", {**values, "fate": ending.fate}, Nudge(0))


def _flag(facts: IssueFacts, count: int) -> Iterator[AddLabel | Say]:
    """Until a person plans it anew, or takes the label off."""
    label = facts.site.labels.carried_often.name
    if label not in facts.issue.labels:
        yield AddLabel(label)
    yield Say("GL-15", "often", {"times": times(count)}, _director(facts), internal=True)


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield Windows()
    yield OverdueIssues() if facts.digest_of else MilestoneHistory()


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Obeyed]:
    if facts.digest_of:
        yield from _carry_all(facts, settings, order)
        return
    stood = stood_on(facts, order.at)
    ending = Endings(facts.site, settings.on_end).of(facts.issue, stood, order.day)
    target = titled(facts.windows, ending.to) if ending and ending.fate != "unset" else None
    push = code(f"@{facts.site.bot.username} push")
    if ending is None:
        yield (
            Answer("not_over", {"window": linked(stood), "push": push}, done=False)
            if stood
            else Answer("no_window", done=False)
        )
    elif target or ending.fate == "unset":
        yield from _put(facts, settings, order, target)
    else:
        yield CALENDAR
        yield Answer("missing", {"to": code(ending.to.title)}, done=False)


def _put(facts: IssueFacts, settings: Settings, order: Order, target: Milestone | None) -> Iterator[Obeyed]:
    done = put_since(facts, order.at, target)
    if done is None:
        yield SetMilestone(target)
        if target and len(carried(facts)) + 1 >= settings.flag_from:
            yield AddLabel(facts.site.labels.carried_often.name)
    if done is False:
        yield Answer("overtaken", done=False)
    else:
        yield Answer("moved", {"to": linked(target)}) if target else Answer("cleared")


def _carry_all(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Obeyed]:
    """What the table moves by itself: whatever window is over gives way to that of the day of the order."""
    found, window = Endings(facts.site, settings.on_end).among(facts.overdue, order.day), Window.of(order.day)
    move, clear, target = found["next"], found["unset"], titled(facts.windows, window)
    count, most = len(move) + len(clear), settings.most
    if count > most:
        yield Answer("too_many", {"count": str(count), "most": str(most)}, done=False)
    elif move and target is None:
        yield CALENDAR
        yield Answer("missing", {"to": code(window.title)}, done=False)
    else:
        yield from (MoveIssues(issues, to) for issues, to in ((move, target), (clear, None)) if issues)
        # How many were moved is not said: a look that was cut off may have moved some of them before.
        left = len(found["propose"]) + len(found["escalate"])
        yield Answer("carried", {"left": str(left), "to": code(window.title)})


def _ending(facts: IssueFacts, settings: Settings) -> Ending | None:
    endings, issue = Endings(facts.site, settings.on_end), facts.issue
    return endings.of(issue, issue.milestone, facts.today, settings.days_after_end)


def _director(facts: IssueFacts) -> Nudge:
    return Nudge(0, (facts.site.registry.director,) if facts.site.registry.director else ())
