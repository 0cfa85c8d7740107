"""What a sweep would change becomes the verdict whether it may, and the issue in which it asks when it may not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from bot.domain.actions import Say
from bot.domain.gitlab import Issue
from bot.domain.speech import code
from bot.errors import AskAPerson

NAME: Final = "blast_radius"
"""Of the notice and its templates."""
MOST: Final = 1_000_000
"""What anybody may allow a sweep to change."""
SHOWN: Final = 20
"""Issues that the notice names."""


class TooMuch(AskAPerson):
    """More would change than a sweep may change by itself; nothing was done."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`most` issues or milestones, and the `share` of those seen where that are at least `of_at_least`."""

    most: int = 200
    share: float = 0.5
    of_at_least: int = 100

    def holds(self, changes: int, seen: int) -> bool:
        """Whether so many changes among so many issues need nobody's word."""
        is_crowd = seen >= self.of_at_least
        return changes <= self.most and not (is_crowd and changes > self.share * seen)


@dataclass(slots=True)
class Extent:
    """What would be changed, counted while a list is read; only the first issues are kept."""

    seen: int = 0
    changes: int = 0
    handlers: Counter[str] = field(default_factory=Counter)
    first: list[str] = field(default_factory=list)
    """Links to the first issues, as Markdown."""

    def add(self, issue: Issue, handlers: frozenset[str]) -> None:
        """One issue more, which these handlers would change."""
        self.changes += 1
        self.handlers.update(handlers)
        if len(self.first) < SHOWN:
            self.first.append(f"[{code(issue.reference)}]({issue.web_url})")

    def points(self) -> Iterator[Say]:
        """What the operator should read about it."""
        yield Say("", "extent", {"count": str(self.changes), "seen": str(self.seen), "allow": _command(self.changes)})
        for handler, count in self.handlers.most_common():
            yield Say("", "handler", {"handler": code(handler), "count": str(count)})
        for link in self.first:
            yield Say("", "issue", {"issue": link})
        if self.changes > len(self.first):
            yield Say("", "more", {"count": str(self.changes - len(self.first))})


def withheld(count: int) -> Say:
    """Stands for so many points that name an issue, where others than staff read along."""
    return Say("", "withheld", {"count": str(count)})


def too_much(what: str, count: int) -> TooMuch:
    """`what` names the number and the things, like `312 of 900 issues`."""
    return TooMuch(
        f"{what} would be changed, more than blast_radius in site.yml lets a sweep change by itself, so nothing was"
        f" done; look at `channel-bot plan`, and if that is right, sweep again with `--apply --allow {count}`"
    )


def _command(count: int) -> str:
    return code(f"channel-bot sweep --apply --allow {count}")
