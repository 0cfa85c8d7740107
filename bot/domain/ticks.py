"""Ticks: GitLab's own lines become who ticked or unticked which task, and when.

GitLab writes one line for each box that one edit changed, as long as the number and the words of the boxes stayed. It
writes none for `[~]`, and for any other edit only that the description changed. Older lines say "task", and repeat the
task as it stands in the description; newer ones say "checklist item", put a backslash before each sign, and keep of a
comment its words alone, such as "t:legal.1" (app/services/system_notes/issuables_service.rb).
"""

from __future__ import annotations

import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.domain.checklist import Task
from bot.domain.gitlab import Note
from bot.domain.tasklines import ESCAPED, plain

LINE = re.compile(
    r"\s*marked the (?:checklist item|task) \*\*(?P<text>.*)\*\* as (?P<state>completed|incomplete)\.?\s*", re.DOTALL
)
MARK = re.compile(r"(?:<!--\s*+|(?<!\S))t:(?P<id>[A-Za-z0-9][\w.-]*+)(?:\s++optional)?(?:\s*+-->)?\s*\Z", re.ASCII)
CUT = re.compile(r"(?:…|\.\.\.)\s*\Z")
SHORTEST_CUT = 20
"""Letters that are left of a task's text that was cut off; less could be any task's."""


@dataclass(frozen=True, slots=True)
class Tick:
    """One box that somebody ticked (`done`) or unticked; `id` is the task's, "" where the line does not tell."""

    text: str
    user_id: int
    username: str
    at: datetime
    done: bool
    id: str = ""


def ticks(notes: Sequence[Note]) -> tuple[Tick, ...]:
    """What GitLab's own lines among the comments tell, oldest first; what people write in that form counts nothing."""
    told = sorted(
        ((note.created_at, note.id, note) for note in notes if note.system and note.created_at), key=lambda one: one[:2]
    )
    found = ((at, note, LINE.fullmatch(note.body)) for at, _, note in told)
    return tuple(_tick(note, at, line) for at, note, line in found if line)


def last_tick(ticks: Sequence[Tick], task: Task) -> Tick | None:
    """The latest change of that task's box: by id, by its words, and last by words that were cut off."""
    if not ticks:
        return None
    for is_meant in (_same_id, _same_words, _cut_words):
        if meant := [tick for tick in ticks if is_meant(tick, task)]:
            return meant[-1]
    return None


def is_said(tick: Tick, task: Task) -> bool:
    """Whether the box stood before the task's own words, as far as GitLab repeats them, when it was ticked."""
    return plain(tick.text) == plain(task.text) or _cut_words(tick, task)


def _tick(note: Note, at: datetime, line: re.Match[str]) -> Tick:
    said = ESCAPED.sub("", html.unescape(line["text"]))
    mark = MARK.search(said)
    text = (said[: mark.start()] if mark else said).strip()
    person = note.author
    return Tick(text, person.id, person.username, at, line["state"] == "completed", mark["id"] if mark else "")


def _same_id(tick: Tick, task: Task) -> bool:
    return bool(tick.id) and tick.id == task.id


def _same_words(tick: Tick, task: Task) -> bool:
    """Not when both have ids that differ: then two tasks say the same."""
    return not (tick.id and task.id) and bool(plain(task.text)) and plain(tick.text) == plain(task.text)


def _cut_words(tick: Tick, task: Task) -> bool:
    words = plain(tick.text)
    return bool(CUT.search(tick.text)) and len(words) >= SHORTEST_CUT and plain(task.text).startswith(words)
