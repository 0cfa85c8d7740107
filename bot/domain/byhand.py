"""GitLab's journals become whether a due date or milestone was chosen by hand: then it is that person's."""

from __future__ import annotations

from bot.domain.facts import IssueFacts


def may_date(facts: IssueFacts) -> bool:
    """Whether nobody whose word counts set the due date, told from `facts.notes`."""
    lines = [note for note in facts.notes if note.system and "due date" in note.body]
    if lines:
        return not facts.guard.counts(lines[-1].author.id)
    return facts.issue.due_date is None or not facts.guard.counts(facts.issue.author.id)


def may_place(facts: IssueFacts) -> bool:
    """Whether nobody whose word counts put the issue on its milestone, told from `facts.milestone_events`."""
    if facts.issue.milestone is None:
        return True
    put = max(facts.milestone_events, key=lambda event: (event.at, event.id), default=None)
    return not facts.guard.counts(put.user_id if put else facts.issue.author.id)
