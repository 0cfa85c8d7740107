"""What GitLab does not let the bot do becomes one issue for the operator, instead of silence about each thing."""

from __future__ import annotations

from typing import Final

from bot.domain.actions import Say
from bot.domain.subject import Subject
from bot.sweeps.notices import Notices

NAME: Final = "rights"
"""Of the notice and its templates."""
WAITING: Final = "lacking rights:"
"""Begins the name under which memory keeps that a subject is parked for that."""


def missing(notices: Notices, parked: Subject | None = None) -> None:
    """GitLab refused something for want of a role or a scope; `parked` waits for that."""
    if parked:
        notices.memory.move_cursor(f"{WAITING}{parked.key}", "yes")
    notices.post(NAME, (Say("", "refused"),))


def there(notices: Notices, subject: Subject) -> None:
    """GitLab let the bot write on the subject: whoever was asked to help has done it, unless others wait for more."""
    if not notices.is_open(NAME):
        return
    # First of all: of two that are done at once one has to be the last.
    notices.memory.forget_cursor(f"{WAITING}{subject.key}")
    others = [name.removeprefix(WAITING) for name in notices.memory.cursors(WAITING)]
    if not _need(notices, others):
        for key in others:
            notices.memory.forget_cursor(f"{WAITING}{key}")
        notices.post(NAME, ())


def _need(notices: Notices, keys: list[str]) -> bool:
    """Whether any of these subjects is parked, or about to be looked at again; what was dropped, or is gone, is not."""
    inbox = notices.inbox
    return bool(keys) and (inbox.pending(keys) > 0 or any(letter.name in keys for letter in inbox.dead_letters()))
