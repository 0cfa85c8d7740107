"""What is wished for a partner becomes GitLab's state, step by step: each is found done, done, or told as refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Protocol, TypeAlias

from bot.domain.actions import Say
from bot.domain.changes import Proposal
from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import Issue
from bot.domain.marks import Marker
from bot.domain.plan import Plan, Wish
from bot.domain.record import Record, Request
from bot.domain.stepping import told_step
from bot.domain.steps import CloseTwin, Drop, KeepRecord, OpenCase, PartnerAction, Propose, Tell
from bot.domain.subject import Subject
from bot.errors import AskAPerson, BadToken
from bot.gateway import Gateway
from bot.granted import BeforeWrite, Deed, Granted
from bot.partners.keeping import FOLDER, NAME, Keeping, refused
from bot.partners.opening import Openings
from bot.partners.placing import Places, PlaceStep
from bot.partners.records import Records
from bot.partners.requests import Requests
from bot.voice.report import Reports
from bot.voice.told import Told
from bot.voice.wording import Wording

WordStep: TypeAlias = KeepRecord | Drop | Tell
"""What follows from the other steps, and is done last."""


class Proposals(Protocol):
    """Proposes changes of the registry by merge request."""

    def propose(self, texts: Mapping[str, str], proposal: Proposal, before_write: Callable[[], None]) -> str | None: ...


@dataclass(slots=True)
class Course:
    """How far a plan got: the record as it is to be kept, what was refused, and whether the place steps are off."""

    record: Record | None
    refused: list[Wish] = field(default_factory=list)
    is_stuck: bool = False

    def tracks(self, issue: Issue, opened_on: date) -> None:
        """The issue is the partner's tracking issue; the programme began when the first one was opened."""
        if self.record:
            place = (issue.project_id, issue.iid)
            self.record = replace(self.record, tracking=place, started_on=self.record.started_on or opened_on)


@dataclass(frozen=True, slots=True)
class Granting:
    """Everything is looked at as it is now before it is made, so that a second run after any end does the rest."""

    places: Places | None
    """None: there is no owner's token, and people do what needs one."""
    openings: Openings
    keeping: Keeping
    requests: Requests
    told: Told
    wording: Wording
    proposals: Proposals
    texts: Callable[[], Mapping[str, str] | None]
    """The registry's files by name, None while its project has none."""

    @classmethod
    def on(
        cls,
        gateway: Gateway,
        owner: Gateway | None,
        *,
        marker: Marker,
        wording: Wording,
        reports: Reports,
        told: Told,
        records: Records,
        requests: Requests,
        proposals: Proposals,
        texts: Callable[[], Mapping[str, str] | None],
        staff_only: Callable[[], bool],
    ) -> Granting:
        """`owner` works with GITLAB_OWNER_TOKEN; `staff_only`: whether nobody but staff reads the Channels project."""
        renderer = wording.renderer
        return cls(
            places=Places(owner, gateway, renderer, told.memory) if owner else None,
            openings=Openings(gateway, marker, renderer, told),
            keeping=Keeping(gateway, reports, records, staff_only),
            requests=requests,
            told=told,
            wording=wording,
            proposals=proposals,
            texts=texts,
        )

    def post(self, request: Request) -> None:
        """Have a request carried out, once."""
        self.requests.post(request)

    def differs(self, facts: PartnerFacts, plan: Plan) -> bool:
        """Whether granting the plan would write a report or tick off a request, besides carrying out its steps."""
        record = _wanted(facts, plan)
        return bool(_heard(facts, record)) or (not plan.failures and self.keeping.differs(facts, plan, record))

    def grant(self, facts: PartnerFacts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        """Carry out the steps in order, then keep the record, tick off requests, and tell people.

        Raises TryLater, Unclear and BadToken, with what was done so far in `granted`; whatever GitLab refuses for good
        becomes a point of the record.
        """
        course = Course(_wanted(facts, plan))
        for handler, step in plan.steps:
            if not isinstance(step, WordStep):
                self._try(facts, handler, step, course, before_write, granted)
        issue = self._keep(facts, plan, course, before_write, granted)
        self._settle(facts, plan, course, granted)
        for handler, step in plan.steps:
            if isinstance(step, Tell) and issue is not None and self._tell(issue, handler, step, before_write):
                granted.deeds.append(Deed(handler, told_step(step)))

    def _try(
        self,
        facts: PartnerFacts,
        handler: str,
        step: PartnerAction,
        course: Course,
        before_write: BeforeWrite,
        granted: Granted,
    ) -> None:
        """One step, unless one that it stands on did not come about."""
        stands_on_others = isinstance(step, PlaceStep) or (isinstance(step, OpenCase) and step.kind == "tracking")
        if stands_on_others and course.is_stuck:
            return
        if isinstance(step, PlaceStep) and self.places is None:
            course.is_stuck = True
            return
        writes = 0
        try:
            for touched in self._carry_out(facts, step, course, before_write):
                writes += 1
                granted.touched.extend(touched)
        except AskAPerson as refusal:
            # A bad daily token is nothing that could still be told; a bad owner's token is.
            if isinstance(refusal, BadToken) and not isinstance(step, PlaceStep):
                raise
            course.refused.append(refused(told_step(step), str(refusal)))
            course.is_stuck |= stands_on_others
            granted.deeds.append(Deed(handler, told_step(step), outcome=str(refusal)))
        finally:
            if writes:
                granted.deeds.append(Deed(handler, told_step(step)))

    def _carry_out(
        self, facts: PartnerFacts, step: PartnerAction, course: Course, before_write: BeforeWrite
    ) -> Iterator[tuple[Subject, ...]]:
        """The subjects that should look again, for everything that was written."""
        match step:
            case OpenCase():
                yield from self._open(facts, step, course, before_write)
            case CloseTwin(issue, original):
                if self.openings.close(issue, original, before_write):
                    yield (_subject(issue), _subject(original))
            case Propose(partner, change):
                texts = self.texts()
                if texts is not None and self.proposals.propose(texts, Proposal(partner, change), before_write):
                    yield ()
            case KeepRecord() | Drop() | Tell():
                pass
            case _:
                if self.places and self.places.settle(facts, step, before_write):
                    yield (Subject.partner(facts.partner.id),)

    def _open(
        self, facts: PartnerFacts, step: OpenCase, course: Course, before_write: BeforeWrite
    ) -> Iterator[tuple[Subject, ...]]:
        started_on = course.record.started_on if course.record else None
        issue, is_new = self.openings.open(facts, step, started_on or facts.today, before_write)
        if step.kind == "tracking":
            course.tracks(issue, _opened_on(issue, facts))
        concerned = (Subject.partner(facts.partner.id), _subject(issue))
        if is_new:
            yield concerned
        if self.openings.tidy(facts, step, issue, before_write):
            yield concerned

    def _keep(
        self, facts: PartnerFacts, plan: Plan, course: Course, before_write: BeforeWrite, granted: Granted
    ) -> Issue | None:
        """Both reports; where a handler failed that may have had more to say, only a record that is news."""
        is_news = course.record != facts.record
        if plan.failures and not (is_news or course.refused):
            return facts.record_issue
        told = replace(plan, wishes=(*plan.wishes, *course.refused))
        issue, done = self.keeping.keep(facts, told, course.record, before_write)
        if done:
            granted.deeds.append(Deed(NAME, done))
        if is_news:
            keepers = [(handler, step) for handler, step in plan.steps if isinstance(step, KeepRecord)]
            granted.deeds.extend(Deed(handler, told_step(step)) for handler, step in keepers)
            granted.touched.extend(_concerned(facts, course.record))
        folder = None if plan.failures else self.keeping.keep_folder(facts, plan, before_write)
        if folder:
            granted.deeds.append(Deed(FOLDER, folder))
        return issue

    def _settle(self, facts: PartnerFacts, plan: Plan, course: Course, granted: Granted) -> None:
        """The requests that came to something, or to nothing, wait no longer."""
        pending = {one.key for one in facts.requests}
        drops = [(handler, step) for handler, step in plan.steps if isinstance(step, Drop)]
        dropped = [(handler, step) for handler, step in drops if step.request.key in pending]
        keys = {*_heard(facts, course.record), *(step.request.key for _, step in dropped)}
        if keys:
            self.requests.settle(sorted(keys))
        granted.deeds.extend(Deed(handler, told_step(step)) for handler, step in dropped)

    def _tell(self, issue: Issue, handler: str, step: Tell, before_write: BeforeWrite) -> bool:
        text = self.wording.sentence(handler, Say(step.rule, step.topic, step.values))
        values = {
            "who": ", ".join(f"@{name}" for name in step.who),
            "text": text,
            "rule": step.rule,
            "link": self.wording.link(step.rule),
        }
        body = self.wording.renderer.note(NAME, "told", values)
        return self.told.tell(issue.project_id, issue.iid, step.key, body, before_write)


def _wanted(facts: PartnerFacts, plan: Plan) -> Record | None:
    """The record as the plan wants it kept: the last one wished for, else as it is."""
    wished = [step.record for _, step in plan.steps if isinstance(step, KeepRecord)]
    return wished[-1] if wished else facts.record


def _heard(facts: PartnerFacts, record: Record | None) -> frozenset[str]:
    """Keys of the requests that are carried out and still wait."""
    return frozenset(one.key for one in facts.requests if record and one.key in record.heard)


def _concerned(facts: PartnerFacts, record: Record | None) -> Iterator[Subject]:
    """Whoever goes by the record."""
    yield Subject.partner(facts.partner.id)
    if record and record.tracking:
        yield Subject.issue(*record.tracking)


def _opened_on(issue: Issue, facts: PartnerFacts) -> date:
    return issue.created_at.astimezone(facts.site.zone).date() if issue.created_at else facts.today


def _subject(issue: Issue) -> Subject:
    return Subject.issue(issue.project_id, issue.iid)
