"""What people do through the real python-gitlab, and what comes of it, becomes a screenplay on the terminal."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any, TypeVar

import gitlab
import requests
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

T = TypeVar("T")
HIDDEN = re.compile(r"\s*<!--.*?-->", re.DOTALL)
ALL_SET = "**All set"
ASKING = "**Almost there"
STATUS, ANSWER = "<!-- channel-bot:v1 status ", "<!-- channel-bot:v1 answer "
TICKS = frozenset({"white_check_mark", "no_entry_sign"})
"""What the bot puts on a comment when it is done with it."""


PATIENCE = 120.0
"""Seconds until what is expected must happen: GitLab, which counts by the minute, may have the bot wait for one."""


class Unmet(Exception):
    """What the story expects did not happen in time; the text is for the person who watches."""


@dataclass(frozen=True, slots=True)
class View:
    """An issue as a person sees it; `comment` is the bot's on what is open, and `comments` counts those."""

    labels: tuple[str, ...]
    weight: int | None
    assignees: tuple[str, ...]
    milestone: str | None
    due_date: str | None
    comments: int
    comment: str

    @property
    def is_all_set(self) -> bool:
        return self.comment.startswith(ALL_SET)

    @property
    def asks(self) -> bool:
        return ASKING in self.comment

    def changes(self, former: View) -> Iterator[str]:
        """`weight: none → 1` for each field that is another; the comment's text is told elsewhere."""
        for name in (one.name for one in fields(self) if one.name not in ("comment", "comments")):
            before, after = getattr(former, name), getattr(self, name)
            if before != after:
                yield f"{name.replace('_', ' ')}: {_shown(before)} → {_shown(after)}"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a token of their own."""

    username: str
    client: gitlab.Gitlab

    @classmethod
    def sign_in(cls, url: str, username: str, token: str) -> Person:
        return cls(username, gitlab.Gitlab(url, private_token=token, timeout=PATIENCE, retry_transient_errors=True))

    def project(self, path: str) -> Any:
        return self.client.projects.get(path)

    def group(self, path: str) -> Any:
        return self.client.groups.get(path)


@dataclass(slots=True)
class Stage:
    """Prints acts and lines, and waits for what is to happen. `patience` in seconds for each expectation."""

    console: Console
    bot: str
    """The bot's username."""
    is_cancelled: Callable[[], bool]
    patience: float = PATIENCE
    acts: int = 0
    _shown_comment: dict[str, str] = field(default_factory=dict)

    def act(self, title: str) -> None:
        self.acts += 1
        self.console.print()
        self.console.rule(Text(f"{self.acts}. {title}", style="bold"), align="left")

    def says(self, who: str, what: str) -> None:
        style = "green" if who == self.bot else "cyan"
        self.console.print(Text.assemble((f"{who:>14}  ", style), what), soft_wrap=True)

    def expect(self, what: str, look: Callable[[], T], holds: Callable[[T], bool]) -> tuple[T, float]:
        """Look until it holds; what was seen and the seconds it took. Unmet after `patience` seconds."""
        start, seen = time.monotonic(), None
        while (gone := time.monotonic() - start) < self.patience:
            if self.is_cancelled():
                raise Unmet("interrupted")
            seen, looked = look(), time.monotonic() - start
            if holds(seen):
                return seen, gone
            # Where looking takes long, the machine is needed for what is waited for.
            time.sleep(max(0.1, 2 * (looked - gone)))
        raise Unmet(f"waited {self.patience:.0f} s in vain until {what}. Last seen: {seen}")

    def bot_follows(self, what: str, issue: Any, left: View, holds: Callable[[View], bool]) -> View:
        """Wait for the bot's part, from the issue as the person `left` it, and print what changed."""
        view, seconds = self.expect(what, lambda: self.view(issue), holds)
        for change in view.changes(left):
            self.says(self.bot, change)
        if view.comment and view.comment != self._shown_comment.get(issue.web_url):
            wrote = "edits its comment:" if left.comments else "comments:"
            self.says(self.bot, f"{wrote} ({issue.references['short']})")
            self.shows(view.comment)
            self._shown_comment[issue.web_url] = view.comment
        self.took(seconds)
        return view

    def answers(self, issue: Any, note_id: int) -> None:
        """Wait until the bot has answered this comment, and print how."""

        def look() -> tuple[set[str], list[str]]:
            now = issue.manager.get(issue.iid)
            notes = [one for one in now.notes.list(iterator=True) if one.id > note_id]
            ours = [one.body for one in notes if _is_comment_of(one, self.bot) and ANSWER in one.body]
            asked = now.notes.get(note_id)
            return {one.name for one in asked.awardemojis.list(iterator=True)}, ours

        (emojis, said), seconds = self.expect("the bot answers", look, lambda seen: bool(seen[1] and seen[0] & TICKS))
        self.says(self.bot, f"answers, and ticks it off with :{max(emojis & TICKS)}:")
        self.shows(plain(said[0]))
        self.took(seconds)

    def shows(self, text: str) -> None:
        """Print what the bot wrote."""
        self.console.print(Panel(Text(text), border_style="green", padding=(0, 1)))

    def took(self, seconds: float) -> None:
        self.console.print(Text(f"{'':>14}  after {seconds:.1f} s", style="dim"))

    def view(self, issue: Any) -> View:
        """The issue as it is now, through the eyes of whoever holds it."""
        now = issue.manager.get(issue.iid)
        notes = now.notes.list(iterator=True)
        ours = [note.body for note in notes if _is_comment_of(note, self.bot) and STATUS in note.body]
        return View(
            labels=tuple(sorted(now.labels)),
            weight=getattr(now, "weight", None),
            assignees=tuple(person["username"] for person in now.assignees),
            milestone=now.milestone["title"] if now.milestone else None,
            due_date=now.due_date,
            comments=len(ours),
            comment=plain(ours[0]) if ours else "",
        )


def plain(text: str) -> str:
    """A text without what GitLab hides."""
    return HIDDEN.sub("", text).strip()


def json_of(url: str, timeout: float = PATIENCE, put: object = None) -> Any:
    """The JSON that an address answers, told something or just asked; requests.RequestException when it does not."""
    return requests.request("GET" if put is None else "PUT", url, json=put, timeout=timeout).json()


def writes(log: Sequence[Mapping[str, Any]], users: tuple[str, ...]) -> list[str]:
    """The requests of the sandbox's log by which `users` changed something."""
    return [f"{one['method']} {one['path']}" for one in log if one["method"] != "GET" and one["user"] in users]


def _is_comment_of(note: Any, username: str) -> bool:
    return not note.system and bool(note.author["username"] == username)


def _shown(value: object) -> str:
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return "none" if value is None else str(value)
