"""Tasks become the lines of a list below what is said about them."""

from __future__ import annotations

from collections.abc import Iterable

from bot.domain.checklist import Task
from bot.domain.speech import clean
from bot.domain.tasklines import COMMENT


def listed(tasks: Iterable[Task]) -> str:
    """One line for each, in the words that it has on the issue."""
    return "\n".join(f"  - {clean(COMMENT.sub('', task.text))}" for task in tasks)
