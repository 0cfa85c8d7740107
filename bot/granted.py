"""What became of a plan: the deeds, and whom they concern."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.plan import Plan
from bot.domain.subject import Subject
from bot.voice.reminders import REMIND, WITHDRAW
from bot.voice.status import COMMENT

BeforeWrite = Callable[[], None]
"""Raises when what is about to be written may no longer be held."""
GROWTH = {COMMENT: 1, REMIND: 1, WITHDRAW: -1}
"""How many comments more an issue has after a deed."""
DONE, NOT_GRANTED = "done", "not granted"


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that was done, or would be in a dry run; the audit's words."""

    handler: str
    action: str
    before: str = ""
    outcome: str = DONE


@dataclass(slots=True)
class Granted:
    """What became of a plan: the deeds, and the subjects that should look again because of them."""

    deeds: list[Deed] = field(default_factory=list)
    touched: list[Subject] = field(default_factory=list)
    comments: int = 0
    refused: bool = False
    """Whether GitLab dropped a value without an error; asking for it again would only wake us again."""
    new_comments: int = 0
    """How many comments the issue has more than before."""
    changed: Issue | None = None
    """The issue as GitLab answered it after its fields were changed."""
    retold: Plan | None = None
    """What the rules say of it since, where that is what people were told."""
    doubtful: bool = False
    """Whether an earlier try may have written what neither the memory nor GitLab's count of comments shows yet."""

    def said(self, speaker: str, deed: str | None) -> None:
        """Write down what was done with a comment, if anything was."""
        if deed:
            self.deeds.append(Deed(speaker, deed))
            self.comments += 1
            self.new_comments += GROWTH.get(deed, 0)


Retell = Callable[[IssueFacts, Plan, Granted], tuple[IssueFacts, Plan]]
"""What was decided about an issue, and how far that is done, becomes what is to be said."""
