"""The lines of a checklist: a description becomes its lines with their comments, and a task the words that name it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from bot.domain.prose import HIDDEN, numbered

ENDING = re.compile(r"(\r\n|\n|\r)")
# GitLab wants a blank behind the box, and one character in it (docs.gitlab.com/user/markdown, task lists).
TASK = re.compile(r"\s*+(?:(?:[-*+]|[0-9]{1,9}[.)])\s++)++\[(?P<box>[ \xa0xX~])\]\s")
OWNER = re.compile(r"\s*+owner:\s*+(?P<role>[a-z][a-z0-9_]*+)\s*+")
MARK = re.compile(r"\s*+t:(?P<id>[A-Za-z0-9][\w.-]*+)(?P<optional>\s++optional)?\s*+", re.ASCII)
COMMENT = re.compile(r"<!--(?:.*?-->|.*)", re.DOTALL)
ESCAPED = re.compile(r"\\(?=[^\w\s]|_)")
# Links and images; what they say is compared, where they lead is not.
LINK = re.compile(r"\[(?P<said>[^\[\]]*+)\]\([^()]*+\)")
WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Line:
    """One line that counts, with the comments in it."""

    at: int
    """Place among all lines, from 0."""
    raw: str
    said: str
    """Without its comments."""
    comments: tuple[str, ...]

    @property
    def mark(self) -> re.Match[str] | None:
        return next(filter(None, map(MARK.fullmatch, self.comments)), None)

    @property
    def owner(self) -> str:
        return next((hit["role"] for hit in map(OWNER.fullmatch, self.comments) if hit), "")


@lru_cache(maxsize=32)
def lines(text: str) -> tuple[Line, ...]:
    """The lines that count; one that begins inside of a comment is no heading and no task."""
    return tuple(_lines(text))


def _lines(text: str) -> Iterator[Line]:
    raws = ENDING.split(text)[::2]
    for at, said in numbered(text):
        hits: list[re.Match[str]] = []
        shown = raws[at].expandtabs(4).rstrip()
        if "<!--" in shown:
            hits = [hit for hit in HIDDEN.finditer(raws[at]) if not hit["code"] and hit["open"] is None]
            shown = HIDDEN.sub(lambda hit: hit["code"] or "", shown).rstrip()
        if shown == said:
            yield Line(at, raws[at], said, tuple(hit[0][4:-3] for hit in hits))


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """The words of a task to compare it by, without comments, links, emphasis, case and punctuation."""
    said = ESCAPED.sub("", html.unescape(COMMENT.sub(" ", text)))
    return " ".join(WORD.findall(LINK.sub(r"\g<said>", COMMENT.sub(" ", said)).casefold()))


def with_box(text: str, line: int, at: int, box: str) -> str:
    """The text with another sign in the box that is `at` so many characters into that line, counted from 0."""
    parts = ENDING.split(text)
    said = parts[2 * line]
    parts[2 * line] = f"{said[:at]}{box}{said[at + 1 :]}"
    return "".join(parts)
