"""Orders: a comment becomes what its writer tells the bot to do, line by line.

An order is a line that begins with a mention of the bot. Code blocks, quotes and hidden text give none.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from difflib import get_close_matches

from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Note, Person
from bot.domain.prose import prose

BULLET = r"\s*+(?:(?:[-*+]|[0-9]{1,9}[.)])\s++)*+"
STOPS = ".!?,:"
REWRITTEN = "changed the description"
"""What GitLab writes down when somebody saves another description (app/services/system_notes)."""
MOST = 10
"""Orders that one comment may give; what follows is not read."""


@dataclass(frozen=True, slots=True)
class Command:
    """What people may tell the bot: its `name`, how to write it, and what it does, as a phrase for `help`.

    `sets` names what it settles, if anything: of several orders that settle the same thing the latest counts. What an
    `internal` one is answered with is for staff alone, so it is obeyed only where nobody else reads along.
    """

    name: str
    usage: str
    about: str
    sets: str = ""
    internal: bool = False


SMALL_TALK = (
    Command("help", "help", "what you can tell me"),
    Command("status", "status", "what is still open on this issue"),
    Command("why", "why", "which rules I go by here, and what I saw"),
    Command("hands-off", "hands-off", "I leave this issue alone", sets="hands"),
    Command("hands-on", "hands-on", "I care for this issue again, also for what you took back", sets="hands"),
)
"""The commands about the bot itself; all others are a handler's."""


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it was given: `name` is a command's, "" when it is none of them; `day` is the team's calendar date.

    What follows the name is `rest`; all of it, as written behind the mention, is `text`.
    """

    name: str
    rest: str
    text: str
    by: Person
    at: datetime
    day: date


@dataclass(frozen=True, slots=True)
class Spoken:
    """The lines of one comment that speak to the bot."""

    note: Note
    lines: tuple[str, ...]

    @property
    def key(self) -> str:
        return key_of(self.note)


def key_of(note: Note) -> str:
    """Changes when the text of the comment does; the answer carries it."""
    return f"{note.id}:{hashlib.sha256(note.body.encode(errors='replace')).hexdigest()[:16]}"


def spoken(note: Note, bot: str) -> Spoken | None:
    """What the comment tells the account called `bot`; None for nothing."""
    if note.system or f"@{bot}".lower() not in note.body.lower():
        return None
    mention = re.compile(rf"{BULLET}@{re.escape(bot)}(?![\w-])(?!\.\w)[:,.!]?+(?P<text>.*+)", re.IGNORECASE)
    hits = (mention.match(line) for line in prose(note.body))
    lines = tuple(hit["text"].strip() for hit in hits if hit)
    return Spoken(note, lines[:MOST]) if lines else None


def understood(text: str, names: Iterable[str]) -> tuple[str, str]:
    """The command that a line names, and the rest of the line; "" for none. `hands off` is read as `hands-off`."""
    words = text.split()
    for name in sorted(names, key=len, reverse=True):
        said = re.split(r"[\s-]", name)
        if [word.lower().rstrip(STOPS) for word in _split(words, len(said))] == said:
            return name, _rest(text, name)
    return "", text


def is_overtaken(facts: IssueFacts, order: Order) -> bool:
    """Whether a person whose word counts rewrote the description after the order was given.

    Told from `facts.notes`, which are read wherever orders are heard.
    """
    changes = (note for note in facts.notes if note.system and note.body.startswith(REWRITTEN))
    since = (note for note in changes if note.created_at and note.created_at > order.at)
    return any(facts.guard.counts(note.author.id) for note in since)


def nearest(text: str, names: Iterable[str]) -> str | None:
    """The command that the first words of a line were perhaps meant to be."""
    known = sorted(names)
    words = text.lower().split()
    tries = (" ".join(words[:2]), words[0] if words else "")
    return next((near[0] for one in tries if (near := get_close_matches(one, known, n=1, cutoff=0.7))), None)


def _split(words: list[str], count: int) -> list[str]:
    """The first `count` words, `hands-off` being two."""
    return list(_halves(words[:count]))[:count] if count > 1 else words[:1]


def _halves(words: list[str]) -> Iterator[str]:
    for word in words:
        yield from word.split("-")


def _rest(text: str, name: str) -> str:
    pattern = r"[\s-]+".join(map(re.escape, re.split(r"[\s-]", name)))
    return re.sub(rf"\s*{pattern}[{STOPS}\s]*", "", text, count=1, flags=re.IGNORECASE)
