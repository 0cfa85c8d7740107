"""A plan becomes GitLab's state: one PUT an issue, milestones in order, then the words. A dry run writes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol, assert_never

from bot.domain.actions import (
    Ask,
    Assign,
    ChangeMilestone,
    CloseMilestone,
    CreateMilestone,
    MilestoneAction,
    MoveIssues,
    OpenIssue,
    SendMail,
)
from bot.domain.audible import audible, public
from bot.domain.facts import CalendarFacts, DigestFacts, Facts, IssueFacts, PartnerFacts, PracticeFacts, RecurringFacts
from bot.domain.gitlab import Issue
from bot.domain.partners.record import Request
from bot.domain.partners.steps import Tell
from bot.domain.plan import Plan
from bot.domain.putting import changes
from bot.domain.recurrence.opened import is_doubled
from bot.domain.reminding import Reminder
from bot.domain.subject import Subject
from bot.domain.telling import before, before_milestone, told
from bot.errors import AskAPerson, NotThere, TryLater
from bot.gateway import Gateway
from bot.granted import DONE, NOT_GRANTED, BeforeWrite, Deed, Granted, Retell
from bot.voice.edition import digest_edition
from bot.voice.reminders import Reminders
from bot.voice.report import DIGEST_REPORT, Reports
from bot.voice.status import StatusComments
from bot.voice.windowmarks import WindowMarks
from bot.voice.wording import Wording

CALENDAR_REPORT, PRACTICE_REPORT = "milestone_titles", "practice_access"


class PartnerSteps(Protocol):
    """Carries out what is wished for partners, and keeps what is asked for them."""

    def grant(self, facts: PartnerFacts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None: ...
    def differs(self, facts: PartnerFacts, plan: Plan) -> bool: ...
    def tell(self, issue: Issue, handler: str, step: Tell, before_write: BeforeWrite) -> bool: ...
    def propose(self, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None: ...


class Requests(Protocol):
    """Keeps what is asked for partners until it is carried out."""

    def post(self, request: Request) -> None: ...


class Openings(Protocol):
    """Opens issues, each once for its key."""

    def grant(self, plan: Plan, before_write: BeforeWrite, granted: Granted, *, ordered: bool = False) -> None: ...
    def draft(self, step: OpenIssue) -> Issue: ...
    def heal(self, prefix: str, before_write: BeforeWrite) -> None: ...


class Post(Protocol):
    """Sends letters, each at most once."""

    def send(self, facts: IssueFacts, mail: SendMail, before_write: BeforeWrite) -> str: ...


@dataclass(frozen=True, slots=True)
class Apply:
    """Grants plans. `before_write` runs before every write and raises when the subject may no longer be held."""

    gateway: Gateway
    status: StatusComments
    reminders: Reminders
    staff_only: Callable[[int], bool]
    """Whether nobody but staff reads along in a project (its id), asked anew each time."""
    reports: Reports
    wording: Wording
    marks: WindowMarks
    partners: PartnerSteps
    requests: Requests
    post: Post
    openings: Openings
    dry_run: bool = True

    def says_news(self, facts: Facts, plan: Plan) -> bool:
        """Whether granting the plan would write a comment or a report, or change one."""
        match facts:
            case IssueFacts():
                # Where staff alone reads, what is internal is said too; to know which it is, takes many calls.
                is_said = any(not self.status.differs(facts, said) for said in (public(plan), plan))
                return not is_said or self.reminders.differs(facts, public(plan))
            case CalendarFacts():
                return self.reports.differs(CALENDAR_REPORT, plan)
            case DigestFacts():
                return self.reports.differs(DIGEST_REPORT, plan, digest_edition(facts))
            case PartnerFacts():
                return self.partners.differs(facts, plan)
            case RecurringFacts():
                return False
            case PracticeFacts():
                return self.reports.differs(PRACTICE_REPORT, self._at_home(plan))
            case _:
                assert_never(facts)

    def reminder(self, facts: IssueFacts, plan: Plan, staff_only: Callable[[int], bool]) -> Reminder | None:
        """What people would be reminded of now; of what is internal, too, where staff alone reads along."""
        return self.reminders.wanted(facts, audible(plan, partial(staff_only, facts.issue.project_id)))

    def has_to_speak(self, facts: IssueFacts, plan: Plan) -> bool:
        """Whether there may be something to say about the issue; answered without asking GitLab."""
        return self.status.needs_look(facts, plan) or self.reminders.due(facts, plan)

    def grant(
        self, facts: Facts, plan: Plan, before_write: BeforeWrite, granted: Granted, *, retell: Retell | None = None
    ) -> None:
        """Make GitLab agree with the plan; `granted` says how far that got when TryLater or AskAPerson is raised.

        `retell`: what there is to say of an issue once its fields are written; without it, what there was before.
        """
        if self.dry_run:
            granted.deeds.extend(Deed(wish.handler, told(wish.action), outcome="dry run") for wish in plan.wishes)
            return
        match facts:
            case IssueFacts():
                self._issue(facts, plan, before_write, granted, retell)
            case CalendarFacts():
                refusals = self._milestones(facts, plan, before_write, granted)
                self._report(CALENDAR_REPORT, facts, plan, before_write, granted)
                _raise(refusals)
            case DigestFacts():
                self._report(DIGEST_REPORT, facts, plan, before_write, granted)
            case PartnerFacts():
                self.partners.grant(facts, plan, before_write, granted)
                self.openings.grant(plan, before_write, granted)
            case RecurringFacts():
                self.openings.grant(plan, before_write, granted)
                self.openings.heal(f"{facts.recurrence.key} " if is_doubled(facts) else "", before_write)
            case PracticeFacts():
                self._report(PRACTICE_REPORT, facts, self._at_home(plan), before_write, granted)
            case _:
                assert_never(facts)

    def _at_home(self, plan: Plan) -> Plan:
        """What of the plan may be said in the Channels project."""
        return audible(plan, lambda: self.staff_only(self.gateway.project(self.reports.site.home).id))

    def _issue(
        self, facts: IssueFacts, plan: Plan, before_write: BeforeWrite, granted: Granted, retell: Retell | None
    ) -> None:
        self._tell(facts, plan, before_write, granted)
        begun = len(granted.deeds)  # what was told has its own comment
        self._fields(facts, plan, before_write, granted)
        refusals = self._milestones(facts, plan, before_write, granted)
        self.openings.grant(plan, before_write, granted)
        self.partners.propose(plan, before_write, granted)
        if plan.mistakes or (plan.failures and not facts.issue.is_open):
            return  # a handler may have had more to say, and nobody would read so: the comment stays as it is
        facts, plan = retell(facts, plan, granted) if retell else (facts, plan)
        done = [(deed.handler, deed.action) for deed in granted.deeds[begun:] if deed.outcome == DONE]
        heard = audible(plan, partial(self.staff_only, facts.issue.project_id))
        granted.said("status", self.status.settle(facts, heard, done, before_write, doubtful=granted.doubtful))
        granted.said("reminder", self.reminders.settle(facts, heard, before_write, doubtful=granted.doubtful))
        _raise(refusals)

    def _tell(self, facts: IssueFacts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        """What people hear once comes first: an issue that is closed then is not looked at again."""
        for handler, step in plan.steps:
            if isinstance(step, Tell) and self.partners.tell(facts.issue, handler, step, before_write):
                granted.deeds.append(Deed(handler, told(step)))
                granted.said("told", "comment")

    def has_to_part(self, facts: IssueFacts) -> bool:
        """Whether an issue that people closed still carries what the bot asks for, as far as is remembered."""
        issue, off = facts.issue, facts.site.labels.hands_off.name
        is_theirs = self.dry_run or issue.is_open or issue.moved_to_id is not None or off in issue.labels
        return not is_theirs and (self.status.has_to_part(issue) or self.reminders.has_to_part(issue))

    def part(self, facts: IssueFacts, before_write: BeforeWrite, granted: Granted) -> None:
        """Tidy up on a closed issue, once."""
        if self.has_to_part(facts):
            granted.said("status", self.status.part(facts, before_write))
            granted.said("reminder", self.reminders.part(facts, before_write))

    def obey(self, facts: IssueFacts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        """Do what orders come to; what there is to say about it is the conversation's.

        GitLab writes down nobody's word for a label that is there already, so one that does not count goes first.
        """
        granted.touched.extend(plan.affects)
        issue, doubtful = facts.issue, [name for name in plan.fields.add_labels if name in facts.untrusted]
        if doubtful:
            before_write()
            self.gateway.update_issue(issue.project_id, issue.iid, {"remove_labels": ",".join(doubtful)})
        labels = (issue.labels | facts.untrusted) - {*doubtful}
        facts = replace(facts, issue=replace(issue, labels=labels), untrusted=frozenset())
        self._fields(facts, plan, before_write, granted)
        refusals = self._milestones(facts, plan, before_write, granted)
        self.openings.grant(plan, before_write, granted, ordered=True)
        for wish in plan.wishes:
            match wish.action:
                case Ask(request):
                    self.requests.post(request)
                    granted.touched.append(Subject.partner(request.partner))
                    granted.deeds.append(Deed(wish.handler, told(wish.action)))
                case SendMail():
                    granted.deeds.append(Deed(wish.handler, self.post.send(facts, wish.action, before_write)))
        _raise(refusals)

    def _fields(self, facts: IssueFacts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        issue, body = facts.issue, changes(facts, plan.fields)
        if not body:
            return
        if plan.fields.edits:
            self._reread(issue)
        before_write()
        answer = self.gateway.update_issue(issue.project_id, issue.iid, body)
        granted.changed = answer
        granted.deeds.extend(_deeds(issue, answer, plan))
        granted.refused = any(deed.outcome == NOT_GRANTED for deed in granted.deeds)

    def _reread(self, issue: Issue) -> None:
        """Nothing a person writes into a description may get lost: GitLab takes whatever comes last."""
        if self.gateway.issue(issue.project_id, issue.iid).updated_at != issue.updated_at:
            raise TryLater(f"{issue.reference} changed while its description was about to be written", 0.0)

    def _report(self, name: str, facts: Facts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        if plan.failures:
            return
        edition = digest_edition(facts) if isinstance(facts, DigestFacts) else None
        if said := self.reports.settle(name, plan, facts.today, before_write, edition):
            granted.deeds.append(Deed("report", said))

    def _milestones(self, facts: Facts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> list[AskAPerson]:
        """What GitLab refused for good; one refusal does not keep the others from being done."""
        refusals: list[AskAPerson] = []
        for handler, action in plan.milestones:
            if refusals and isinstance(action, MoveIssues | CloseMilestone):
                continue  # nothing is emptied or closed for the sake of something that did not happen
            outcome = DONE
            try:
                for touched in self._milestone(facts, action, before_write):
                    granted.touched.append(touched)
            except NotThere:
                raise
            except AskAPerson as refusal:
                refusals.append(refusal)
                outcome = str(refusal)
            granted.deeds.append(Deed(handler, told(action), before_milestone(action), outcome))
        return refusals

    def _milestone(self, facts: Facts, action: MilestoneAction, before_write: BeforeWrite) -> Iterator[Subject]:
        group = facts.site.group
        before_write()
        match action:
            case CreateMilestone(title, start, due):
                self.gateway.create_milestone(group, title, start, due, self.marks.on(self.wording.window(), title))
            case ChangeMilestone(milestone, title, start, due):
                fields = {"title": title, "start_date": start, "due_date": due}
                text = self.marks.after_change(milestone, title)
                # GitLab announces no rename and no new date, so the issues are told to look again here; they are read
                # first, because after the change nothing would ask for them again.
                issues = self.gateway.issues_of_milestone(group, milestone.title)
                self.gateway.update_milestone(group, milestone.id, **fields, description=text)
                yield from map(_subject, issues)
            case MoveIssues(issues, target):
                where = {"milestone_id": target.id if target else None}
                for issue in issues:
                    before_write()
                    self.gateway.update_issue(issue.project_id, issue.iid, where)
                    yield _subject(issue)
            case CloseMilestone(milestone, successor):
                words = self.wording.successor(successor) if successor else ""
                text = f"{milestone.description}\n\n{words}".strip()
                self.gateway.update_milestone(group, milestone.id, state_event="close", description=text)
            case _:
                assert_never(action)


def _deeds(issue: Issue, answer: Issue, plan: Plan) -> Iterator[Deed]:
    """GitLab may drop a value without an error (a person who cannot see the issue, say): that is written down."""
    assigned = {person.id for person in answer.assignees}
    for handler, action in plan.granted:
        dropped = isinstance(action, Assign) and action.person.id not in assigned
        yield Deed(handler, told(action), before(action, issue), NOT_GRANTED if dropped else DONE)


def _subject(issue: Issue) -> Subject:
    return Subject.issue(issue.project_id, issue.iid)


def _raise(refusals: list[AskAPerson]) -> None:
    if refusals:
        raise AskAPerson("; ".join(map(str, refusals)))
