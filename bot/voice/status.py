"""What the rules have to say about an issue becomes its one status comment, edited in place.

The comment is found by a signed mark; the database only remembers where it was. Editing a comment notifies nobody.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from bot.domain.audible import public
from bot.domain.course import Course, Since, later
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.needs import NoteHistory
from bot.domain.partners.progress import unticked
from bot.domain.plan import Plan
from bot.domain.reminding import carried_on, is_adopted, key_of
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway
from bot.memory import Known, Memory, Said
from bot.voice.ownnotes import Found, Ours, OwnNotes
from bot.voice.wording import NOTHING, Deeds, Wording, digest

EDITED, CLOSED = "edited", "closed"
"""What a comment says that somebody else changed, nothing that could be right, and one on an issue that is closed."""

COMMENT, EDITED_COMMENT = "comment", "edit comment"
"""What was done, in the words of the audit."""


@dataclass(frozen=True, slots=True)
class StatusComments:
    """Keeps one comment an issue. Issues created before `adopt_from` get none.

    What is to be said comes without the points that not everybody who reads along may know (`audible`).
    """

    gateway: Gateway
    memory: Memory
    wording: Wording
    own: OwnNotes
    adopt_from: date | None = None

    def needs_look(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether the comment may differ from what should be said; answered without asking GitLab.

        `plan` is all there is to say. Who reads along changes without a word from GitLab, so where something is
        internal, that is looked at anew each day.
        """
        everybodys = public(plan)
        if everybodys == plan or not is_adopted(facts.issue, self.adopt_from):
            return self._may_differ(facts, plan)
        said = self._said(facts)
        is_judged = said is not None and said.day == facts.today
        return not is_judged or (self._may_differ(facts, plan) and self._may_differ(facts, everybodys))

    def differs(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether the comment says something else than it should; GitLab is asked when the memory does not know."""
        if not self._may_differ(facts, plan):
            return False
        return _says(self._found(facts, self._look(facts))) != digest(plan.points)

    def settle(
        self, facts: IssueFacts, plan: Plan, done: Deeds, before_write: Callable[[], None], *, doubtful: bool
    ) -> str | None:
        """Make the comment say what the plan says; returns what was done, None for nothing.

        `done` is what was just done about the issue, by which handler.
        `doubtful`: an earlier try may have written one that GitLab's comment count does not show yet.
        """
        if not self._may_differ(facts, plan):
            self._judged(facts)
            return None
        ours = self._look(facts, doubtful=doubtful)
        self._delete_twins(facts, ours, before_write)
        found = self._found(facts, ours)
        said = self._said_now(facts, plan, found, ours)
        if _says(found) == digest(plan.points):
            self._remember(facts, plan, said, found.note_id if found else None)
            return None
        before_write()
        text = self.wording.status(plan, done, facts.today, self.own.bot.username)
        body = self.own.signed(facts.issue, text, digest(plan.points), said.course)
        note_id = self._edit(facts, found, body) if found else self._create(facts, body)
        self._remember(facts, plan, said, note_id, more=found is None)
        return EDITED_COMMENT if found else COMMENT

    def has_to_part(self, issue: Issue) -> bool:
        """Whether the comment, as it is remembered, still asks for something."""
        known = self.memory.status_of(issue.project_id, issue.iid)
        return known is not None and known.note_id is not None and known.digest not in {NOTHING, CLOSED}

    def part(self, facts: IssueFacts, before_write: Callable[[], None]) -> str | None:
        """On an issue that was closed, ask for nothing any more; what was done, None for nothing."""
        issue, said = facts.issue, self._said(facts)
        known = self.memory.status_of(issue.project_id, issue.iid)
        if known is None or known.note_id is None or not self.has_to_part(issue):
            return None
        before_write()
        body = self.own.signed(
            issue, self.wording.closed(unticked(facts)), CLOSED, said.course if said else Course({}, {})
        )
        try:
            self.gateway.edit_note(issue.project_id, issue.iid, known.note_id, body)
        except (NotThere, Forbidden):
            self.memory.forget_status(issue.project_id, issue.iid)
            return None
        self.memory.remember_status(issue.project_id, issue.iid, replace(known, digest=CLOSED))
        return EDITED_COMMENT

    def _may_differ(self, facts: IssueFacts, plan: Plan) -> bool:
        """`needs_look` for exactly what is to be said."""
        issue = facts.issue
        if not is_adopted(issue, self.adopt_from):
            return False
        known = self.memory.status_of(issue.project_id, issue.iid)
        if known is None:
            return bool(plan.points) or issue.user_notes_count > 0
        unseen = known.note_id is None and known.notes_count != issue.user_notes_count
        return unseen or known.digest != digest(plan.points) or self._was_changed(facts, plan)

    def _was_changed(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether comments that were read anyway show one that somebody changed, or one too many."""
        if NoteHistory() not in facts.read:
            return False
        ours = self.own.of(facts)
        return len(ours.statuses) > 1 or _says(self._found(facts, ours)) != digest(plan.points)

    def _look(self, facts: IssueFacts, *, doubtful: bool = False) -> Ours | None:
        """The bot's comments; None when the memory knows enough, or nobody has said anything yet."""
        issue = facts.issue
        if NoteHistory() in facts.read:
            return self.own.of(facts)
        known = self.memory.status_of(issue.project_id, issue.iid)
        if known and known.note_id and self._said(facts):
            return None
        return self.own.of(facts) if issue.user_notes_count or doubtful else None

    def _found(self, facts: IssueFacts, ours: Ours | None) -> Found | None:
        """The comment that counts: as it was read, else as it is remembered."""
        if ours and ours.statuses:
            return ours.statuses[0]
        known = self.memory.status_of(facts.issue.project_id, facts.issue.iid)
        if known is None or known.note_id is None:
            return None
        is_edited = ours is not None and known.note_id in ours.unmarked
        if ours is not None and not is_edited and facts.guard.is_up:
            return None  # somebody took it away; at home that is the team's word, here it may be anybody's
        return Found(known.note_id, known.digest, is_edited=is_edited)

    def _said(self, facts: IssueFacts) -> Said | None:
        return self.memory.said_of(facts.issue.project_id, facts.issue.iid)

    def _said_now(self, facts: IssueFacts, plan: Plan, found: Found | None, ours: Ours | None) -> Said:
        """What the memory knows, else what the comments tell; points that neither knows are new today."""
        said, seen = self._said(facts), ours or Ours()
        since = said.course.since if said else since_of(found, plan, facts.today)
        log = later(said.course.log, seen.log) if said else seen.log
        reminders = tuple(sorted({*(said.reminders if said else ()), *seen.reminders}))
        course = Course(carried_on(plan.points, since, facts.today), log)
        return Said(course, reminders, facts.today, said.words if said else None)

    def _delete_twins(self, facts: IssueFacts, ours: Ours | None, before_write: Callable[[], None]) -> None:
        for twin in (one for one in (ours.statuses[1:] if ours else ()) if one.is_own):
            before_write()
            with suppress(NotThere):
                self.gateway.delete_note(facts.issue.project_id, facts.issue.iid, twin.note_id)

    def _create(self, facts: IssueFacts, body: str) -> int:
        return self.gateway.create_note(facts.issue.project_id, facts.issue.iid, body).id

    def _edit(self, facts: IssueFacts, found: Found, body: str) -> int:
        issue = facts.issue
        try:
            self.gateway.edit_note(issue.project_id, issue.iid, found.note_id, body)
        except (NotThere, Forbidden):
            # Somebody deleted it since, or it is a former bot's, which only that account may edit.
            self.memory.forget_status(issue.project_id, issue.iid)
            return self._create(facts, body)
        return found.note_id

    def _remember(self, facts: IssueFacts, plan: Plan, said: Said, note_id: int | None, *, more: bool = False) -> None:
        issue = facts.issue
        self.memory.remember_said(issue.project_id, issue.iid, said)
        known = Known(note_id, digest(plan.points), issue.user_notes_count + more)
        self.memory.remember_status(issue.project_id, issue.iid, known)

    def _judged(self, facts: IssueFacts) -> None:
        said = self._said(facts)
        if said and said.day != facts.today:
            self.memory.remember_said(facts.issue.project_id, facts.issue.iid, replace(said, day=facts.today))


def since_of(found: Found | None, plan: Plan, today: date) -> Since:
    """Since when the points are said, as the comment tells; one of an older version says them since its last edit."""
    if found is None:
        return {}
    if found.since is None and found.as_of and _says(found) == digest(plan.points):
        return {key_of(point): min(found.as_of, today) for point in plan.points}
    return found.since or {}


def _says(found: Found | None) -> str:
    if found is None:
        return NOTHING
    return EDITED if found.is_edited else found.digest
