"""What the rules have to say about an issue becomes its one status comment, edited in place.

The comment is found by a signed mark; the database only remembers where it was. Editing a comment notifies nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from bot.domain.facts import Issue, IssueFacts, Note, Person
from bot.domain.marks import Mark, Marker
from bot.domain.plan import Plan
from bot.domain.subject import Subject
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway
from bot.memory import Known, Memory
from bot.wording import NOTHING, Deeds, Wording, digest

KIND = "status"


@dataclass(frozen=True, slots=True)
class Found:
    """A status comment seen on the issue, and the digest its mark carries."""

    note_id: int
    digest: str
    is_own: bool = True
    """Whether the account of today wrote it, and so may edit it; a former one's is only taken for what it says."""


@dataclass(frozen=True, slots=True)
class StatusComments:
    """Keeps one comment an issue.

    `former` are usernames the bot had before, whose comments are its own. Issues created before `adopt_from` get none.
    """

    gateway: Gateway
    marker: Marker
    memory: Memory
    wording: Wording
    bot: Person
    former: frozenset[str] = frozenset()
    adopt_from: date | None = None

    def needs_look(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether the comment may differ from what should be said; answered without asking GitLab."""
        issue = facts.issue
        if self.adopt_from and issue.created_at and issue.created_at.date() < self.adopt_from:
            return False
        known = self.memory.status_of(issue.project_id, issue.iid)
        if known is None:
            return bool(plan.points) or issue.user_notes_count > 0
        unseen = known.note_id is None and known.notes_count != issue.user_notes_count
        return unseen or known.digest != digest(plan.points)

    def differs(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether the comment says something else than it should; GitLab is asked when the memory does not know."""
        if not self.needs_look(facts, plan):
            return False
        issue = facts.issue
        known = self._known(issue)
        ours = [known] if known else self._ours(issue) if issue.user_notes_count else []
        return (ours[0].digest if ours else NOTHING) != digest(plan.points)

    def settle(
        self, facts: IssueFacts, plan: Plan, done: Deeds, before_write: Callable[[], None], *, doubtful: bool
    ) -> str | None:
        """Make the comment say what the plan says; returns what was done, None for nothing.

        `done` is what was just done about the issue, by which handler.
        `doubtful`: an earlier try may have written one that GitLab's comment count does not show yet.
        """
        if not self.needs_look(facts, plan):
            return None
        issue, wanted = facts.issue, digest(plan.points)
        found = self._find(issue, before_write, doubtful=doubtful)
        if found is None and wanted == NOTHING:
            self._remember(issue, None, NOTHING)
            return None
        if found is not None and found.digest == wanted:
            self._remember(issue, found.note_id, wanted)
            return None
        before_write()
        if found is None:
            note_id, deed = self._create(facts, plan, done), "comment"
        else:
            note_id, deed = self._edit(facts, found.note_id, plan, done), "edit comment"
        self._remember(issue, note_id, wanted, more=found is None)
        return deed

    def _body(self, facts: IssueFacts, plan: Plan, done: Deeds) -> str:
        mark = Mark(KIND, digest(plan.points), _place(facts.issue))
        return f"{self.wording.status(plan, done, facts.today)}\n\n{self.marker.write(mark)}"

    def _create(self, facts: IssueFacts, plan: Plan, done: Deeds) -> int:
        issue = facts.issue
        return self.gateway.create_note(issue.project_id, issue.iid, self._body(facts, plan, done)).id

    def _edit(self, facts: IssueFacts, note_id: int, plan: Plan, done: Deeds) -> int:
        issue = facts.issue
        try:
            self.gateway.edit_note(issue.project_id, issue.iid, note_id, self._body(facts, plan, done))
        except (NotThere, Forbidden):
            # Somebody deleted it since, or it is a former bot's, which only that account may edit.
            self.memory.forget_status(issue.project_id, issue.iid)
            return self._create(facts, plan, done)
        return note_id

    def _find(self, issue: Issue, before_write: Callable[[], None], *, doubtful: bool) -> Found | None:
        if known := self._known(issue):
            return known
        if not issue.user_notes_count and not doubtful:
            return None
        ours = self._ours(issue)
        for twin in (one for one in ours[1:] if one.is_own):
            before_write()
            self.gateway.delete_note(issue.project_id, issue.iid, twin.note_id)
        return ours[0] if ours else None

    def _known(self, issue: Issue) -> Found | None:
        known = self.memory.status_of(issue.project_id, issue.iid)
        return Found(known.note_id, known.digest) if known and known.note_id else None

    def _ours(self, issue: Issue) -> list[Found]:
        """Every status comment of the issue, own ones first, oldest first; more than one own is a mishap."""
        notes = self.gateway.notes(issue.project_id, issue.iid)
        found = [one for note in notes if (one := self._read(issue, note))]
        return sorted(found, key=lambda one: (not one.is_own, one.note_id))

    def _read(self, issue: Issue, note: Note) -> Found | None:
        if note.author.id != self.bot.id and note.author.username not in self.former:
            return None
        for found in self.marker.find(note.body):
            if found.valid and found.mark.kind == KIND and self._is_bound(issue, found.mark.place):
                bound_here = found.mark.place == _place(issue)
                said = found.mark.value if bound_here else "moved"
                return Found(note.id, said, is_own=note.author.id == self.bot.id)
        return None

    def _is_bound(self, issue: Issue, place: str) -> bool:
        """A mark bound elsewhere came with a move, and is adopted, or with a clone, and is nothing of this issue's."""
        if place == _place(issue):
            return True
        try:
            origin = self.gateway.issue(*Subject.parse(place).issue_ref)
        except (NotThere, ValueError):
            return False
        return origin.moved_to_id == issue.id

    def _remember(self, issue: Issue, note_id: int | None, said: str, *, more: bool = False) -> None:
        count = issue.user_notes_count + more
        self.memory.remember_status(issue.project_id, issue.iid, Known(note_id, said, count))


def _place(issue: Issue) -> str:
    return Subject.issue(issue.project_id, issue.iid).key
