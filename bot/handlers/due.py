"""An issue says when it will be done, or what its next best action is and by when: a due date or an `NBA:` line.

The date of the NBA becomes the due date where there is none. A due date after the end of the milestone is pointed out.
Nobody works on the backlog, so nothing there is asked for a date or given one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import Answer, Check, Nudge, Say, SetDueDate, WriteLine
from bot.domain.facts import IssueFacts
from bot.domain.intro import NextAction, dri_handles, next_action
from bot.domain.orders import Command, Order, is_overtaken
from bot.domain.speech import clean, code, dictated, quoted

HANDBOOK = ("GL-16",)
COMMANDS = (Command("nba", "nba next step (YYYY-MM-DD)", "write down the next best action and its date", sets="NBA"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """`fill_from_nba` lets the date of the NBA become the due date of an issue that has none.

    Issues of the priorities `unplanned` need no date. People hear again of what is missing after `remind_after`
    business days. `longest_nba` characters are the most that `nba` writes down.
    """

    enabled: bool = True
    fill_from_nba: bool = True
    unplanned: tuple[str, ...] = ("Backlog",)
    remind_after: int = 2
    longest_nba: int = 120


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | SetDueDate | Say]:
    issue, nba = facts.issue, next_action(facts.issue.description)
    yield Check("there is a due date", issue.due_date is not None, _shown(issue.due_date), "due date")
    yield Check("there is an NBA", nba is not None, nba.text if nba else "none", "description")
    if nba is not None:
        yield from _of_nba(facts, settings, nba)
    elif issue.due_date is None and _is_planned(facts, settings):
        yield Say("GL-16", "missing", nudge=Nudge(settings.remind_after))
    yield from _of_milestone(facts, settings)


def _of_nba(facts: IssueFacts, settings: Settings, nba: NextAction) -> Iterator[Check | SetDueDate | Say]:
    text, nudge = quoted(nba.text), Nudge(settings.remind_after)
    undated = facts.issue.due_date is None and _is_planned(facts, settings)
    if nba.bad_date is not None:
        yield Say("GL-16", "bad_date", {"written": quoted(nba.bad_date), "text": text}, nudge)
    elif nba.due is None and undated:
        yield Say("GL-16", "undated", {"text": text}, nudge)
    elif nba.due is not None and nba.due < facts.today:
        yield Check("the NBA is still ahead", False, nba.due.isoformat(), "description")
        yield Say("GL-16", "past", {"text": text, "date": nba.due.isoformat()}, Nudge(0))
    elif nba.due is not None and undated and settings.fill_from_nba:
        yield SetDueDate(nba.due)


def _of_milestone(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    due, milestone = facts.issue.due_date, facts.issue.milestone
    if due is None or milestone is None or milestone.due is None:
        return
    inside = due <= milestone.due
    yield Check("the due date is inside the milestone", inside, f"{due} and {milestone.due}", "due date and milestone")
    if not inside:
        values = {"due": due.isoformat(), "milestone": quoted(milestone.title), "end": milestone.due.isoformat()}
        yield Say("GL-16", "after_milestone", values, Nudge(settings.remind_after))


def _is_planned(facts: IssueFacts, settings: Settings) -> bool:
    levels = (facts.site.labels.priority.level_of(label) for label in facts.issue.labels)
    return not any(level.key in settings.unplanned for level in levels if level)


def _shown(day: date | None) -> str:
    return day.isoformat() if day else "none"


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Check | SetDueDate | WriteLine | Answer]:
    """`nba next step (YYYY-MM-DD)`: the line is written into the description, and its date where none was chosen."""
    nba = next_action(f"NBA: {clean(order.rest)}") or NextAction("")
    text, due = dictated(nba.text), nba.due
    yield Check("a next step is given", bool(text), text or "none", "the comment")
    yield Check("its date is given", due is not None, _shown(due), "the comment")
    crowd = [name for name in dri_handles(f"DRI: {clean(order.rest)}") if name.lower() == "all" or "/" in name]
    if "<!--" in order.rest:
        yield Answer("hidden", done=False)
    elif crowd:
        yield Answer("crowd", {"handle": code(f"@{crowd[0]}")}, done=False)
    elif nba.bad_date is not None:
        yield Answer("bad_date", {"written": quoted(nba.bad_date), "text": quoted(text)}, done=False)
    elif due is None or not text:
        yield Answer("usage", {"usage": code(f"@{facts.site.bot.username} nba next step (YYYY-MM-DD)")}, done=False)
    elif due < order.day:
        yield Answer("over", {"date": due.isoformat()}, done=False)
    elif len(text) > settings.longest_nba:
        yield Answer("too_long", {"length": str(len(text)), "most": str(settings.longest_nba)}, done=False)
    elif next_action(facts.issue.description) != NextAction(text, due) and is_overtaken(facts, order):
        yield Answer("overtaken", done=False)
    else:
        yield from _written(facts, settings, text, due)


def _written(facts: IssueFacts, settings: Settings, text: str, due: date) -> Iterator[SetDueDate | WriteLine | Answer]:
    nba, old = next_action(facts.issue.description), facts.issue.due_date
    if nba != NextAction(text, due):
        yield WriteLine("NBA", f"{text} ({due})")
    # A due date that says what the NBA said came from there, and goes along with it.
    follows = settings.fill_from_nba and _is_planned(facts, settings)
    if follows and old != due and (old is None or (nba is not None and nba.due == old)):
        yield SetDueDate(due)
        old = due
    values = {"text": code(text), "date": due.isoformat()}
    yield Answer("noted", values) if old in (None, due) else Answer("noted_beside", {**values, "due": _shown(old)})
