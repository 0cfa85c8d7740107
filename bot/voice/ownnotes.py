"""The comments of an issue become those that the bot wrote of its own accord: its status, its reminders.

They are known by signed marks, in text by the bot, bound to the issue or to the one it was moved from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.domain.course import Course, Log, Since, later, log_of, log_text, since_of, since_text
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue, Note, Person
from bot.domain.marks import Mark, Marker
from bot.domain.needs import NoteHistory
from bot.domain.subject import Subject
from bot.errors import NotThere
from bot.gateway import Gateway

STATUS, SINCE, REMINDER, DATED = "status", "since", "reminder", "dated"
"""Kinds of marks: what the status comment says, since when, what a reminder was the how-manieth of, and on which
days people were reminded of what has days of its own, for when the reminder is gone."""
MOVED = "moved"
"""What a status comment says that came with the issue from another project: nothing that could still be right."""


@dataclass(frozen=True, slots=True)
class Found:
    """A status comment: the digest of what it says, and since when each point is said."""

    note_id: int
    digest: str
    since: Since | None = None
    """None: the comment does not tell."""
    is_own: bool = True
    """Whether the account of today wrote it, and so may edit it; a former one's is only taken for what it says."""
    is_edited: bool = False
    """Whether somebody else changed its words."""
    as_of: date | None = None
    """UTC day of the last change."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Status comments, the one that counts first; ids of the reminders the bot may delete; what they were about."""

    statuses: tuple[Found, ...] = ()
    reminders: tuple[int, ...] = ()
    log: Log = field(default_factory=dict)
    unmarked: frozenset[int] = frozenset()
    """Ids of the bot's comments in which no such mark holds, be it that somebody took it out."""


@dataclass(frozen=True, slots=True)
class OwnNotes:
    """`former` are usernames the bot had before, whose comments are its own."""

    gateway: Gateway
    marker: Marker
    bot: Person
    former: frozenset[str] = frozenset()

    def of(self, facts: IssueFacts) -> Ours:
        """From the notes that were read, else at one call (and one more for each place comments were moved from)."""
        issue, read = facts.issue, NoteHistory() in facts.read
        notes = facts.notes if read else self.gateway.notes(issue.project_id, issue.iid)
        return self._sorted(issue, [note for note in notes if self._is_ours(note)])

    def signed(self, issue: Issue, text: str, digest: str, course: Course) -> str:
        """The body of a status comment."""
        place, since = _place(issue), since_text(course.since)
        value = f"{digest} {_fingerprint(text, since)}"
        dated = [Mark(DATED, log_text(course.dated), place)] if course.dated else []
        marks = (Mark(STATUS, value, place), Mark(SINCE, since, place), *dated)
        return "\n\n".join([text, "\n".join(map(self.marker.write, marks))])

    def signed_reminder(self, issue: Issue, text: str, log: Log) -> str:
        """The body of a reminder."""
        return f"{text}\n\n{self.marker.write(Mark(REMINDER, log_text(log), _place(issue)))}"

    def signed_once(self, project_id: int, iid: int, kind: str, value: str, text: str) -> str:
        """The body of a comment that is known by such a mark."""
        return f"{text}\n\n{self.marker.write(Mark(kind, value, Subject.issue(project_id, iid).key))}"

    def values_of(self, project_id: int, iid: int, kind: str) -> frozenset[str]:
        """The values of such marks in the bot's comments on an issue, at one call (more where some came by a move)."""
        bodies = [note.body for note in self.gateway.notes(project_id, iid) if self._is_ours(note)]
        marks = [found.mark for body in bodies for found in self.marker.find(body) if found.valid]
        places = {mark.place for mark in marks if mark.kind == kind} - {Subject.issue(project_id, iid).key}
        issue = self.gateway.issue(project_id, iid) if places else None
        foreign = {place for place in places if issue and not self._was_moved_from(issue, place)}
        return frozenset(mark.value for mark in marks if mark.kind == kind and mark.place not in foreign)

    def _sorted(self, issue: Issue, notes: Iterable[Note]) -> Ours:
        origins: dict[str, bool] = {_place(issue): True}
        statuses: list[Found] = []
        reminders: list[int] = []
        log: Log = {}
        unmarked: set[int] = set()
        for note in notes:
            marks = self._marks(issue, note, origins)
            if STATUS in marks:
                statuses.append(self._found(issue, note, marks))
                log = later(log_of(marks[DATED].value), log) if DATED in marks else log
            elif REMINDER in marks:
                log = later(log, log_of(marks[REMINDER].value))
                reminders += [note.id] if note.author.id == self.bot.id else []
            else:
                unmarked.add(note.id)
        statuses.sort(key=lambda one: (not one.is_own, one.is_edited, one.note_id))
        return Ours(tuple(statuses), tuple(sorted(reminders)), log, frozenset(unmarked))

    def _marks(self, issue: Issue, note: Note, origins: dict[str, bool]) -> dict[str, Mark]:
        """The first mark of each kind that holds here."""
        marks: dict[str, Mark] = {}
        for found in self.marker.find(note.body):
            if found.valid and found.mark.kind in (STATUS, SINCE, REMINDER, DATED):
                place = found.mark.place
                if place not in origins:
                    origins[place] = self._was_moved_from(issue, place)
                if origins[place]:
                    marks.setdefault(found.mark.kind, found.mark)
        return marks

    def _found(self, issue: Issue, note: Note, marks: Mapping[str, Mark]) -> Found:
        said, _, fingerprint = marks[STATUS].value.partition(" ")
        since = marks[SINCE].value if SINCE in marks else ""
        actual = _fingerprint(self.marker.strip(note.body), since)
        return Found(
            note.id,
            said if marks[STATUS].place == _place(issue) else MOVED,
            since_of(since) if since else None,
            is_own=note.author.id == self.bot.id,
            # A comment of an older version carries no fingerprint.
            is_edited=bool(fingerprint) and fingerprint != actual,
            as_of=note.updated_at.date() if note.updated_at else None,
        )

    def _is_ours(self, note: Note) -> bool:
        return not note.system and (note.author.id == self.bot.id or note.author.username in self.former)

    def _was_moved_from(self, issue: Issue, place: str) -> bool:
        """A mark bound elsewhere came with a move, and is adopted, or with a clone, and is nothing of this issue's."""
        try:
            origin = self.gateway.issue(*Subject.parse(place).issue_ref)
        except (NotThere, ValueError):
            return False
        return origin.became(issue)


def _fingerprint(text: str, since: str) -> str:
    """Of the words, however they are broken into lines, and of the days that stand beside them."""
    return hashlib.sha256(f"{' '.join(text.split())}\n{since}".encode(errors="replace")).hexdigest()[:16]


def _place(issue: Issue) -> str:
    return Subject.issue(issue.project_id, issue.iid).key
