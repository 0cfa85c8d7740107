"""The bot's signed answers become the comments whose text is still the one that it obeyed."""

from __future__ import annotations

from bot.domain.facts import IssueFacts
from bot.domain.marks import Marker
from bot.domain.orders import key_of
from bot.domain.subject import Subject

GENUINE = "genuine"
"""Kind of mark: the key of a comment whose order the bot obeyed, and that nobody had edited until then."""


def genuine(facts: IssueFacts, marker: Marker) -> frozenset[int]:
    """Ids among `facts.notes`; what was refused is not among them."""
    place = Subject.issue(facts.issue.project_id, facts.issue.iid).key
    ours = [note for note in facts.notes if note.author.id in facts.guard.bots and not note.system]
    marks = [found.mark for note in ours for found in marker.find(note.body) if found.valid]
    heard = {mark.value for mark in marks if (mark.kind, mark.place) == (GENUINE, place)}
    return frozenset(note.id for note in facts.notes if heard and key_of(note) in heard)
