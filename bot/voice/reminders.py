"""What stays open on an issue becomes one short comment that mentions who is late, and replaces the one before it.

Unlike an edit of the status comment this notifies people, so it comes seldom. The comment's mark says what people were
reminded of, how often and when; the database only saves looking for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date

from bot.accounts import Accounts
from bot.domain.asking import opened_on
from bot.domain.course import Course, Log, later
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.plan import Plan, distinct
from bot.domain.reminding import (
    Cadence,
    Point,
    Reminder,
    When,
    addressed,
    after,
    assigned,
    carried_on,
    is_adopted,
    is_answerable,
    key_of,
    nudged,
    reminder,
)
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.memory import Memory, Said
from bot.voice.ownnotes import OwnNotes
from bot.voice.wording import Wording, digest

BeforeWrite = Callable[[], None]
REMIND, REPLACE, CORRECT, WITHDRAW = "remind", "replace reminder", "edit reminder", "withdraw reminder"
"""What may have been done: a comment more, one in place of the last, the last one changed, or a comment less."""


@dataclass(frozen=True, slots=True)
class Reminders:
    """Keeps at most one reminder an issue. Issues created before `adopt_from` get none.

    What is to be said comes without the points that not everybody who reads along may know (`audible`).
    """

    gateway: Gateway
    memory: Memory
    wording: Wording
    own: OwnNotes
    accounts: Accounts
    cadence: Cadence
    adopt_from: date | None = None

    def due(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether people may have to be reminded today; answered without asking GitLab."""
        if not self.speaks(facts, plan) or not nudged(plan.points):
            return False
        said = self._said(facts)
        return said is None or self._wanted(facts, plan, said.course) is not None

    def differs(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether people would be reminded now; GitLab is asked when the memory does not know."""
        return self.wanted(facts, plan) is not None

    def wanted(self, facts: IssueFacts, plan: Plan) -> Reminder | None:
        """The reminder that people would get now; GitLab is asked when the memory does not know."""
        if not self.due(facts, plan):
            return None
        return self._wanted(facts, plan, self._read(facts, plan, self._said(facts)).course)

    def course(self, facts: IssueFacts) -> Course:
        """How the issue's points went so far, as its comments tell."""
        if not facts.issue.user_notes_count:
            return Course({}, {})
        ours = self.own.of(facts)
        return Course(next((one.since for one in ours.statuses if one.since), {}), ours.log)

    def settle(self, facts: IssueFacts, plan: Plan, before_write: BeforeWrite, *, doubtful: bool = False) -> str | None:
        """After the status comment: remind whom it is time to remind; returns what was done, None for nothing.

        `doubtful`: an earlier try may have written a reminder that the memory does not know of.
        """
        said = self._said(facts)
        if not self.speaks(facts, plan) or not (said or nudged(plan.points)):
            return None
        if doubtful or said is None or self._wanted(facts, plan, said.course):
            # What is to be created is looked for first, always: nobody is told twice because a process died.
            said = self._read(facts, plan, said)
        wanted = self._wanted(facts, plan, said.course)
        if wanted:
            return self._remind(facts, wanted, said, before_write)
        return self._tidy(facts, plan, said, before_write)

    def has_to_part(self, issue: Issue) -> bool:
        """Whether a reminder, as far as is remembered, still stands there."""
        said = self.memory.said_of(issue.project_id, issue.iid)
        return said is not None and bool(said.reminders)

    def part(self, facts: IssueFacts, before_write: BeforeWrite) -> str | None:
        """On an issue that was closed, remind nobody any more; what was done, None for nothing."""
        said = self._said(facts)
        if said is None or not said.reminders:
            return None
        self._delete(facts, said.reminders, before_write)
        self._remember(facts, replace(said, reminders=()))
        return WITHDRAW

    def speaks(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether people are reminded of anything on the issue at all."""
        return self.cadence.enabled and not plan.is_off and is_adopted(facts.issue, self.adopt_from)

    def _said(self, facts: IssueFacts) -> Said | None:
        return self.memory.said_of(facts.issue.project_id, facts.issue.iid)

    def _wanted(self, facts: IssueFacts, plan: Plan, course: Course) -> Reminder | None:
        return reminder(facts.issue, facts.site.bot, plan.points, course, self._when(facts))

    def _when(self, facts: IssueFacts) -> When:
        return When(facts.today, facts.site.workdays, self.cadence, opened_on(facts))

    def _read(self, facts: IssueFacts, plan: Plan, said: Said | None) -> Said:
        """What the comments tell, beside what the memory knows."""
        ours = self.own.of(facts)
        known = said.course.since if said else next((one.since for one in ours.statuses if one.since), {})
        log = later(said.course.log, ours.log) if said else ours.log
        course = Course(carried_on(plan.points, known, facts.today), log)
        return Said(course, ours.reminders, facts.today, said.words if said else None)

    def _remind(self, facts: IssueFacts, wanted: Reminder, said: Said, before_write: BeforeWrite) -> str | None:
        issue, log = facts.issue, after(said.course, wanted, facts.today)
        course = replace(said.course, log=log)
        who = tuple(name for name in wanted.who if self._is_there(facts, name))
        if not who:
            # Nobody can hear it; that is tried again at the next turn, not at every look.
            self._remember(facts, replace(said, course=course))
            return None
        before_write()
        body = self._body(facts, replace(wanted, who=who), log)
        note = self.gateway.create_note(issue.project_id, issue.iid, body)
        self._delete(facts, said.reminders, before_write)
        self._remember(facts, Said(course, (note.id,), facts.today, digest(wanted.points)))
        return REPLACE if said.reminders else REMIND

    def _tidy(self, facts: IssueFacts, plan: Plan, said: Said, before_write: BeforeWrite) -> str | None:
        """Of several reminders the newest stays, and says only what is still so; edits notify nobody."""
        when = self._when(facts)
        open_now = [(point, when.turned(point)) for point in nudged(plan.points)]
        course = said.course.without_settled({key_of(point) for point, here in open_now if here is None})
        keys = said.course.latest & course.latest
        still_open = tuple(here for point, here in open_now if here and key_of(point) in keys)
        deed, kept, words = None, said.reminders[-1:], digest(still_open)
        if kept and (keys != said.course.latest or said.words not in (None, words)):
            deed = self._correct(facts, kept[0], still_open, course.log, before_write)
            kept = kept if deed == CORRECT else ()
        self._delete(facts, said.reminders[: len(said.reminders) - len(kept)], before_write)
        tidied = Said(course, kept, said.day, words if kept else None)
        if tidied != self._said(facts):
            self._remember(facts, tidied)
        return deed

    def _correct(
        self, facts: IssueFacts, note_id: int, points: tuple[Point, ...], log: Log, before_write: BeforeWrite
    ) -> str:
        """Have the reminder speak of these points alone; WITHDRAW when there is nothing, or nobody to say it to."""
        issue = facts.issue
        names = distinct(name for point in points for name in addressed(issue, facts.site.bot, point[1]))
        who = tuple(name for name in names if self._is_there(facts, name))
        if not who:
            return WITHDRAW
        before_write()
        body = self._body(facts, Reminder(who, points), log)
        with suppress(NotThere):
            self.gateway.edit_note(issue.project_id, issue.iid, note_id, body)
        return CORRECT

    def _body(self, facts: IssueFacts, heard: Reminder, log: Log) -> str:
        """On a case the rules say whose it is, not a line of its description."""
        issue, bot = facts.issue, self.own.bot
        whose, is_theirs = assigned(issue, bot, heard), is_answerable(issue, bot, heard)
        return self.own.signed_reminder(
            issue, self.wording.reminder(heard, whose, is_theirs=is_theirs and facts.case is None), log
        )

    def _delete(self, facts: IssueFacts, note_ids: tuple[int, ...], before_write: BeforeWrite) -> None:
        for note_id in note_ids:
            before_write()
            with suppress(NotThere):
                self.gateway.delete_note(facts.issue.project_id, facts.issue.iid, note_id)

    def _is_there(self, facts: IssueFacts, name: str) -> bool:
        """Whether an account that can be notified has this name; people of the issue are known."""
        issue = facts.issue
        known = next((one for one in (*issue.assignees, issue.author) if one.username == name), None)
        person = known or self.accounts.account(issue.project_id, name).person
        return person is not None and person.is_active

    def _remember(self, facts: IssueFacts, said: Said) -> None:
        self.memory.remember_said(facts.issue.project_id, facts.issue.iid, said)
