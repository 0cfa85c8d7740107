"""What GitLab does not let the bot do becomes one issue for the operator, instead of silence about each thing."""

from __future__ import annotations

from typing import Final

from bot.domain.actions import Say
from bot.sweeps.notices import Notices

NAME: Final = "rights"
"""Of the notice and its templates."""


def missing(notices: Notices) -> None:
    """GitLab refused something for want of a role or a scope."""
    notices.post(NAME, (Say("", "refused"),))


def there(notices: Notices) -> None:
    """GitLab let the bot write: whoever was asked to help has done it."""
    if notices.is_open(NAME):
        notices.post(NAME, ())
