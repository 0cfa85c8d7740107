"""GitLab's lines about a due date become whether the bot may write another: a date that a person chose is theirs."""

from __future__ import annotations

from bot.domain.facts import IssueFacts


def may_date(facts: IssueFacts) -> bool:
    """Whether nobody whose word counts set the due date, told from `facts.notes`."""
    lines = [note for note in facts.notes if note.system and "due date" in note.body]
    if lines:
        return not facts.guard.counts(lines[-1].author.id)
    return facts.issue.due_date is None or not facts.guard.counts(facts.issue.author.id)
