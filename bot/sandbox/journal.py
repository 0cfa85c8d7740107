"""A change of an issue turns into the trace GitLab keeps of it: resource events and system notes.

Labels, weights, milestones and states are in the resource events only; assignees, dates, titles, descriptions, ticks,
confidentiality and moves are system notes only. From GitLab's source: the wording of the notes about assignees, due
dates and milestones' events, one milestone for another being a single "add". The other wording is background
knowledge, not verified.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache
from itertools import takewhile

from bot.sandbox.records import (
    Issue,
    Label,
    LabelEvent,
    Milestone,
    MilestoneEvent,
    Note,
    StateEvent,
    User,
    WeightEvent,
)
from bot.sandbox.world import World

TASK = re.compile(r"^\s*(?:>\s*)*(?:[-+*]|\d+[.)])\s+\[([ xX~])\]\s+(.+?)\s*$")
TOUCH_INTERVAL = timedelta(minutes=1)
FENCE = re.compile(r"^\s*(?:```|~~~)")


@lru_cache(maxsize=64)
def tasks(text: str | None) -> Sequence[tuple[str, bool]]:
    """The task items of a Markdown text, in order: (words, ticked). Items marked [~] are left out."""
    found: list[tuple[str, bool]] = []
    fenced = False
    for line in (text or "").splitlines():
        if FENCE.match(line):
            fenced = not fenced
        elif not fenced and (match := TASK.match(line)) and match[1] != "~":
            found.append((match[2], match[1] in "xX"))
    return tuple(found)


def say(world: World, issue: Issue, user: User, body: str, about: str) -> Note:
    """Writes a system note; what it tells of has touched the issue already, or touches it now."""
    now = world.clock.now()
    note = Note(world.next_id("notes"), issue.id, user.id, body, now, now, system=True, system_action=about)
    touch(world, issue)
    return world.add(note)


def touch(world: World, issue: Issue) -> None:
    """What a note does to its issue: at most once a minute."""
    now = world.clock.now()
    if now - issue.updated_at > TOUCH_INTERVAL:
        issue.updated_at = now


def labels_changed(world: World, issue: Issue, user: User, added: Sequence[Label], removed: Sequence[Label]) -> None:
    for action, labels in (("add", added), ("remove", removed)):
        for label in labels:
            number = world.next_id("label_events")
            world.add(LabelEvent(number, issue.id, user.id, world.clock.now(), action, label.id))


def weight_changed(world: World, issue: Issue, user: User) -> None:
    world.add(WeightEvent(world.next_id("weight_events"), issue.id, user.id, world.clock.now(), issue.weight))


def milestone_changed(world: World, issue: Issue, user: User, old: Milestone | None, new: Milestone | None) -> None:
    """One event for one change: when one milestone takes another's place, nothing tells of the other's end."""
    about = new or old
    if about is not None:
        number, now = world.next_id("milestone_events"), world.clock.now()
        action = "add" if new else "remove"
        world.add(MilestoneEvent(number, issue.id, user.id, now, action, about.id, issue.state))


def state_changed(world: World, issue: Issue, user: User, state: str) -> None:
    world.add(StateEvent(world.next_id("state_events"), issue.id, user.id, world.clock.now(), state))


def assignees_changed(world: World, issue: Issue, user: User, added: Sequence[User], removed: Sequence[User]) -> None:
    parts = [f"assigned to {_names(added)}"] if added else []
    parts += [f"unassigned {_names(removed)}"] if removed else []
    say(world, issue, user, " and ".join(parts), "assignee")


def due_date_changed(world: World, issue: Issue, user: User, old: date | None, new: date | None) -> None:
    text = f"changed due date to {new:%B %d, %Y}" if new else f"removed due date {old:%B %d, %Y}"
    say(world, issue, user, text, "start_date_or_due_date")


def title_changed(world: World, issue: Issue, user: User, old: str) -> None:
    before, after = _marked(old, issue.title)
    say(world, issue, user, f"changed title from **{before}** to **{after}**", "title")


def description_changed(world: World, issue: Issue, user: User, old: str | None) -> None:
    ticks = _ticks(tasks(old), tasks(issue.description))
    for words, ticked in ticks:
        state = "completed" if ticked else "incomplete"
        say(world, issue, user, f"marked the checklist item **{words}** as {state}", "task")
    if not ticks:
        say(world, issue, user, "changed the description", "description")


def confidentiality_changed(world: World, issue: Issue, user: User) -> None:
    text = "made the issue confidential" if issue.confidential else "made the issue visible to everyone"
    say(world, issue, user, text, "confidential")


def lock_changed(world: World, issue: Issue, user: User) -> None:
    verb = "locked" if issue.discussion_locked else "unlocked"
    say(world, issue, user, f"{verb} the discussion in this issue", "locked")


def _names(users: Sequence[User]) -> str:
    *others, last = [f"@{user.username}" for user in users]
    if not others:
        return last
    return f"{others[0]} and {last}" if len(others) == 1 else f"{', '.join(others)}, and {last}"


def _ticks(old: Sequence[tuple[str, bool]], new: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    pairs = zip(old, new, strict=False)
    return [after for before, after in pairs if before[0] == after[0] and before[1] != after[1]]


def _marked(old: str, new: str) -> tuple[str, str]:
    """Both titles with what differs between {- -} and {+ +}, as GitLab's in-line diff shows them."""
    head = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False))))
    ends = zip(reversed(old[head:]), reversed(new[head:]), strict=False)
    tail = len(list(takewhile(lambda pair: pair[0] == pair[1], ends)))
    return _mark(old, head, tail, "-"), _mark(new, head, tail, "+")


def _mark(text: str, head: int, tail: int, sign: str) -> str:
    end = len(text) - tail
    middle = text[head:end]
    return text[:head] + (f"{{{sign}{middle}{sign}}}" if middle else "") + text[end:]
