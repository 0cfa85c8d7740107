"""An issue that was opened twice, or ended by the next of its kind, becomes what closes it with a link to the other."""

from __future__ import annotations

from bot.domain.gitlab import Issue

SUPERSEDED = "Superseded by "
"""Opens the description of an issue that gave way to another; once is enough, a person may reopen it."""


def gives_way(issue: Issue) -> bool:
    """Whether it may be closed in favour of another: not where it was before, and somebody opened it again."""
    return issue.is_open and not issue.description.startswith(SUPERSEDED)


def giving_way(issue: Issue, to: Issue) -> dict[str, object]:
    """The fields that close it in favour of the other."""
    text = f"{SUPERSEDED}{to.web_url}.\n\n{issue.description}"
    return {"description": text, "state_event": "close"}
