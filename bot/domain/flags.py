"""A claim about an issue becomes a label that says so, as long as it holds."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.actions import AddLabel, RemoveLabel
from bot.domain.gitlab import Issue


def flag(issue: Issue, name: str, *, wanted: bool) -> Iterator[AddLabel | RemoveLabel]:
    """What it takes for the issue to carry that label just when it is wanted."""
    if wanted and name not in issue.labels:
        yield AddLabel(name)
    if not wanted and name in issue.labels:
        yield RemoveLabel(name)
