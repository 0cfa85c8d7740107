"""What is wished for a partner becomes GitLab's state, step by step: each is found done, done, or told as refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Protocol, TypeAlias, assert_never

from bot.domain.actions import Say
from bot.domain.facts import PartnerFacts, Site
from bot.domain.gitlab import Issue
from bot.domain.marks import Marker
from bot.domain.partners.changes import Proposal
from bot.domain.partners.programme import Programme
from bot.domain.partners.record import Record
from bot.domain.partners.steps import (
    CloseTwin,
    Drop,
    KeepRecord,
    OpenCase,
    PartnerAction,
    Propose,
    PutDraft,
    Relate,
    Tell,
)
from bot.domain.plan import Plan, Wish
from bot.domain.registry import Partner
from bot.domain.subject import Subject
from bot.errors import AskAPerson, BadToken
from bot.gateway import Gateway
from bot.granted import BeforeWrite, Deed, Granted
from bot.partners.course import Course
from bot.partners.keeping import FOLDER, NAME, Keeping
from bot.partners.lately import Lately
from bot.partners.opening import WORDS, Openings
from bot.partners.placing import Places, PlaceStep
from bot.partners.records import Records
from bot.partners.requests import Requests
from bot.voice.report import Reports
from bot.voice.told import Told
from bot.voice.wording import Wording

Addition: TypeAlias = CloseTwin | Relate | PutDraft | Propose
"""What is added to issues and a registry that are there; nothing else stands on it."""
WordStep: TypeAlias = KeepRecord | Drop | Tell
"""What follows from the other steps, and is done last."""


class Drafts(Protocol):
    """Keeps the letter of an award ready in its issue."""

    def put(
        self, site: Site, issue: Issue, partner: Partner, programme: Programme, before_write: BeforeWrite
    ) -> bool: ...


class Proposals(Protocol):
    """Proposes changes of the registry by merge request."""

    def propose(self, texts: Mapping[str, str], proposal: Proposal, before_write: Callable[[], None]) -> str | None: ...
    def propose_changes(
        self, texts: Mapping[str, str], key: str, proposals: Sequence[Proposal], before_write: Callable[[], None]
    ) -> str | None: ...


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
    drafts: Drafts
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
        lately: Lately,
        records: Records,
        requests: Requests,
        drafts: Drafts,
        proposals: Proposals,
        texts: Callable[[], Mapping[str, str] | None],
        staff_only: Callable[[], bool],
    ) -> Granting:
        """`owner` works with GITLAB_OWNER_TOKEN; `staff_only`: whether nobody but staff reads the Channels project."""
        renderer = wording.renderer
        return cls(
            places=Places(owner, gateway, renderer, told.memory) if owner else None,
            openings=Openings(gateway, marker, renderer, told),
            keeping=Keeping(gateway, reports, records, lately, staff_only),
            requests=requests,
            told=told,
            wording=wording,
            drafts=drafts,
            proposals=proposals,
            texts=texts,
        )

    def differs(self, facts: PartnerFacts, plan: Plan) -> bool:
        """Whether granting the plan would write a report or tick off a request, besides carrying out its steps."""
        record = _wanted(facts, plan)
        return bool(_heard(facts, record)) or (not plan.failures and self.keeping.differs(facts, plan, record))

    def grant(self, facts: PartnerFacts, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        """Carry out the steps in order, then keep the record, tick off requests, and tell people.

        Raises TryLater, Unclear and BadToken, with what was done so far in `granted`; whatever GitLab refuses for good
        becomes a point of the record.
        """
        course = Course(facts, before_write, granted, _wanted(facts, plan))
        for handler, step in plan.steps:
            if not isinstance(step, WordStep):
                self._try(course, handler, step)
        if plan.steps:
            # What goes by the record's issue goes by what that is now.
            self.keeping.records.forget()
        issue = self._keep(course, plan)
        self._settle(course, plan)
        is_off = issue is not None and facts.site.labels.hands_off.name in issue.labels
        for handler, step in plan.steps:
            if isinstance(step, Tell) and issue is not None and not is_off:
                self._tell(course, issue, handler, step)

    def propose(self, plan: Plan, before_write: BeforeWrite, granted: Granted) -> None:
        """Propose what an issue came to for its partners; AskAPerson, with the lines, where the file takes no edit."""
        for handler, step in plan.proposals:
            texts = self.texts()
            done = texts and self.proposals.propose_changes(texts, step.key, step.proposals, before_write)
            if done:
                granted.deeds.append(Deed(handler, done))

    def _try(self, course: Course, handler: str, step: PartnerAction) -> None:
        """One step, unless one that it stands on did not come about."""
        stands_on_others = isinstance(step, PlaceStep) or (isinstance(step, OpenCase) and step.kind == "tracking")
        if stands_on_others and course.is_stuck:
            return
        if isinstance(step, PlaceStep) and self.places is None:
            course.is_stuck = True
            return
        writes = 0
        try:
            for touched in self._carry_out(course, step):
                writes += 1
                course.granted.touched.extend(touched)
        except AskAPerson as refusal:
            # A bad daily token is nothing that could still be told; a bad owner's token is.
            if isinstance(refusal, BadToken) and not isinstance(step, PlaceStep):
                raise
            course.is_refused(handler, step, str(refusal))
            course.is_stuck |= stands_on_others
        finally:
            if writes:
                course.did(handler, step)

    def _carry_out(self, course: Course, step: PartnerAction) -> Iterator[tuple[Subject, ...]]:
        """The subjects that should look again, for everything that was written."""
        facts = course.facts
        match step:
            case OpenCase():
                yield from self._open(course, step)
            case CloseTwin() | Relate() | PutDraft() | Propose():
                yield from self._add(course, step)
            case KeepRecord() | Drop() | Tell():
                pass
            case _:
                if self.places and self.places.settle(facts, step, course.before_write):
                    yield (Subject.partner(facts.partner.id),)

    def _add(self, course: Course, step: Addition) -> Iterator[tuple[Subject, ...]]:
        facts, before_write = course.facts, course.before_write
        match step:
            case CloseTwin(issue, original):
                if self.openings.close(issue, original, before_write):
                    yield (_subject(issue), _subject(original))
            case Relate(issue, other):
                if self.openings.link(issue, (other.project_id, other.iid), before_write):
                    yield (_subject(other),)
            case PutDraft(issue, _, key):
                programme = facts.site.programmes.get(key)
                if programme and self.drafts.put(facts.site, issue, facts.partner, programme, before_write):
                    yield (_subject(issue),)
            case Propose(partner, change):
                texts = self.texts()
                if texts is not None and self.proposals.propose(texts, Proposal(partner, change), before_write):
                    yield ()
            case _:
                assert_never(step)

    def _open(self, course: Course, step: OpenCase) -> Iterator[tuple[Subject, ...]]:
        facts, before_write = course.facts, course.before_write
        started_on = course.record.started_on if course.record else None
        issue, is_new = self.openings.open(facts, step, started_on or facts.today, before_write)
        if step.kind == "tracking":
            course.tracks(issue, _opened_on(issue, facts))
        concerned = (Subject.partner(facts.partner.id), _subject(issue))
        if is_new:
            yield concerned
        if self.openings.tidy(facts, step, issue, before_write):
            yield concerned

    def _keep(self, course: Course, plan: Plan) -> Issue | None:
        """Both reports; where a handler failed that may have had more to say, only a record that is news."""
        facts, granted, is_news = course.facts, course.granted, course.record != course.facts.record
        if plan.failures and not (is_news or course.refused):
            course.is_kept = True
            return facts.record_issue
        told = replace(plan, wishes=(*plan.wishes, *course.refused))
        issue, done = self.keeping.keep(facts, told, course.record, course.before_write)
        if issue is None:
            # What somebody has to hear needs a place, if only for a while.
            issue, done = self.keeping.keep(facts, replace(told, wishes=_tidings(plan)), None, course.before_write)
        if done:
            granted.deeds.append(Deed(NAME, done))
        # Where the bot was told to keep off, what is asked for waits.
        course.is_kept = bool(done) or not is_news
        if done and is_news:
            granted.touched.extend(_concerned(facts, course.record))
            for handler, step in plan.steps:
                if isinstance(step, KeepRecord):
                    course.did(handler, step)
        folder = None if plan.failures else self.keeping.keep_folder(facts, plan, course.before_write)
        if folder:
            granted.deeds.append(Deed(FOLDER, folder))
        return issue

    def _settle(self, course: Course, plan: Plan) -> None:
        """The requests that came to something, or to nothing, wait no longer."""
        lost = course.record.heard if course.record and not course.is_kept else ()
        pending = {one.key for one in course.facts.requests} - {*lost}
        keys = {*_heard(course.facts, course.record)} if course.is_kept else set()
        for handler, step in plan.steps:
            if isinstance(step, Drop) and step.request.key in pending:
                keys.add(step.request.key)
                course.did(handler, step)
        if keys:
            self.requests.settle(sorted(keys))

    def _tell(self, course: Course, issue: Issue, handler: str, step: Tell) -> None:
        if self.tell(issue, handler, step, course.before_write):
            course.did(handler, step)

    def tell(self, issue: Issue, handler: str, step: Tell, before_write: BeforeWrite) -> bool:
        """Comment on the issue, unless that was done before; whether it was done now."""
        who = ", ".join(f"@{name}" for name in step.who)
        text = self.wording.sentence(handler, Say(step.rule, step.topic, step.values))
        values = {"who": who, "text": text, "rule": step.rule, "link": self.wording.link(step.rule)}
        body = self.wording.renderer.text(WORDS, topic="told", **values).strip()
        return self.told.tell(issue.project_id, issue.iid, step.key, body, before_write)


def _wanted(facts: PartnerFacts, plan: Plan) -> Record | None:
    """The record as the plan wants it kept: the last one wished for, else as it is."""
    wished = [step.record for _, step in plan.steps if isinstance(step, KeepRecord)]
    return wished[-1] if wished else facts.record


def _tidings(plan: Plan) -> tuple[Wish, ...]:
    """What people are to be told, as points."""
    tells = ((handler, step) for handler, step in plan.steps if isinstance(step, Tell))
    return tuple(Wish(handler, Say(step.rule, step.topic, step.values)) for handler, step in tells)


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
