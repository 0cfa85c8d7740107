"""Issues from before the bot came become one list of what they lack, instead of a comment on each."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from bot.domain.actions import Say
from bot.domain.audible import public
from bot.domain.gitlab import Issue
from bot.domain.plan import Plan, distinct
from bot.domain.reminding import is_adopted
from bot.domain.speech import code

NAME: Final = "adoption"
"""Of the notice and its templates."""
SHOWN: Final = 100
"""Issues that the list names; the others are only counted."""


@dataclass(slots=True)
class Backlog:
    """The issues created before `adopt_from` that want something, gathered while all issues are read."""

    adopt_from: date | None
    count: int = 0
    lines: list[tuple[str, str]] = field(default_factory=list)
    """A link to the issue and the rules that miss something, both as Markdown."""

    def add(self, issue: Issue, plan: Plan) -> None:
        """Keep the issue if it is an old one and the plan has something to say; whatever is internal stays unsaid."""
        if is_adopted(issue, self.adopt_from):
            return
        missing = distinct(handler for handler, say in public(plan).points if not say.block)
        if not missing:
            return
        self.count += 1
        if len(self.lines) < SHOWN:
            rules = ", ".join(code(handler) for handler in missing)
            self.lines.append((f"[{code(issue.reference)}]({issue.web_url})", rules))

    def points(self) -> Iterator[Say]:
        """The list as its notice shows it."""
        for issue, missing in self.lines:
            yield Say("", "issue", {"issue": issue, "missing": missing})
        if self.count > len(self.lines):
            yield Say("", "more", {"count": str(self.count - len(self.lines))})


def withheld(count: int) -> Say:
    """Stands for so many points that name an issue, where others than staff read along."""
    return Say("", "withheld", {"count": str(count)})
