"""The bot's own comments become what it remembers in them: its marks, and which orders it obeyed as they still read."""

from __future__ import annotations

from bot.domain.facts import IssueFacts
from bot.domain.marks import Mark, Marker
from bot.domain.orders import key_of
from bot.domain.subject import Subject

GENUINE = "genuine"
"""Kind of mark: the key of a comment whose order the bot obeyed, and that nobody had edited until then."""


def own_marks(facts: IssueFacts, marker: Marker) -> tuple[Mark, ...]:
    """The marks that were written for this issue in comments of the bot's, oldest first."""
    places = {Subject.issue(facts.issue.project_id, number).key for number in (facts.issue.iid, facts.issue.number)}
    ours = (note for note in facts.notes if note.author.id in facts.guard.bots and not note.system)
    found = (found for note in ours for found in marker.find(note.body))
    return tuple(one.mark for one in found if one.valid and one.mark.place in places)


def genuine(facts: IssueFacts, marker: Marker) -> frozenset[int]:
    """Ids among `facts.notes`; what was refused is not among them."""
    heard = {mark.value for mark in own_marks(facts, marker) if mark.kind == GENUINE}
    return frozenset(note.id for note in facts.notes if heard and key_of(note) in heard)
