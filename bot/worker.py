"""One subject, start to end: facts are read, rules decide, the plan is granted, the deeds are written down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Protocol, assert_never

import structlog

from bot import rights
from bot.apply import Apply
from bot.audit import Audit
from bot.delivery import Floor
from bot.domain.audible import has_last_word
from bot.domain.concern import concerns
from bot.domain.facts import Facts, IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.plan import Failure, Plan
from bot.domain.subject import DIGEST, Kind, Subject
from bot.domain.templated import Templated
from bot.errors import AskAPerson, Forbidden, NotThere
from bot.granted import Deed, Granted
from bot.inbox import Inbox
from bot.looks import Looks
from bot.mishaps import Mishaps
from bot.queue.leases import Dead, Done, Lease, Outcome
from bot.registry.registries import Registries
from bot.rules import Rules
from bot.snapshot import Snapshot
from bot.staleness import Patience, lags, lags_behind
from bot.sweeps.digests import Digests
from bot.sweeps.inspection import Inspection
from bot.sweeps.partners import Daily
from bot.sweeps.rota import Rota
from bot.talk.conversation import Conversation
from bot.talk.deeds import Trouble
from bot.talk.listening import Asked

log = structlog.get_logger(__name__)


class Sweeps(Protocol):
    """Carries out a sweep that somebody asked the running bot for."""

    def carry_out(self, sweep_id: str) -> None: ...


@dataclass(slots=True)
class Worker:
    """Turns leases into outcomes; safe to call from several threads at once."""

    snapshot: Snapshot
    rules: Rules
    apply: Apply
    audit: Audit
    inbox: Inbox
    sweeps: Sweeps
    looks: Looks
    conversation: Conversation
    registries: Registries
    digests: Digests
    daily: Daily
    rota: Rota
    inspection: Inspection
    request_timeout: float = 10.0
    patience: Patience = field(default_factory=Patience)

    def __call__(self, lease: Lease) -> Outcome:
        """Work on the leased subject; every trouble becomes an outcome, none is lost."""
        try:
            return self._reconcile(lease)
        except Exception as mishap:
            return Mishaps(self.inbox, self.digests.notices).outcome(lease, mishap)

    def _reconcile(self, lease: Lease) -> Outcome:
        work: dict[Kind, Callable[[Lease], Outcome]] = {
            "issue": self._issue,
            "comments": self._comments,
            "calendar": self._calendar,
            "partner": self._partner,
            "recurring": self._recurring,
            "practice": self._practice,
            "group": self._place,
            "project": self._place,
            "digest": self._digest,
            "site": self._site,
            "registry": self._registry,
            "sweep": self._sweep,
        }
        return work[lease.subject.kind](lease)

    def _calendar(self, lease: Lease) -> Outcome:
        facts = self.snapshot.calendar()
        return self._carry_out(lease, facts, self.rules.decide(facts))

    def _sweep(self, lease: Lease) -> Outcome:
        self.sweeps.carry_out(lease.subject.ref)
        return Done()

    def _issue(self, lease: Lease) -> Outcome:
        """Only the issue itself tells that it is gone: whatever else is missing, a person has to know."""
        issue = self._fresh(lease)
        try:
            return self._looked_at(lease, issue)
        except NotThere as absence:
            self.snapshot.gateway.issue(issue.project_id, issue.iid)
            raise AskAPerson(str(absence)) from absence

    def _looked_at(self, lease: Lease, issue: Issue) -> Outcome:
        """First what people ask for, then what the rules want of the issue as it is after that."""
        facts = self.snapshot.up_to_date(self.snapshot.bare(issue, self.looks.wrote(issue)))
        facts = replace(facts, overwrote=self.looks.overwrote(lease.subject))
        issue, is_behind = facts.issue, self.conversation.is_behind(facts.issue)
        if self.conversation.has_news(facts, lease.floor.note_id):
            facts, asked = self.conversation.listen(facts)
            is_behind = False
            if lags_behind(facts, lease.floor):
                self._look_again(lease)
            if asked:
                return self._answer(lease, facts, asked)
            self.conversation.remember(facts, -self.conversation.heal(facts, self._holding(lease)))
        facts = self.snapshot.complete(facts)
        outcome = self._judged(lease, facts)
        self.conversation.looked(issue, is_behind=is_behind)
        return outcome

    def _judged(self, lease: Lease, facts: IssueFacts) -> Outcome:
        """What the rules say of it is done; of an issue that is none of theirs, or over, the bot takes its leave."""
        plan = self.rules.decide(facts) if concerns(facts).holds else None
        if plan is not None and (facts.issue.is_open or plan.writes or plan.mistakes or has_last_word(facts, plan)):
            return self._carry_out(lease, facts, plan)
        if plan is None or not plan.failures:
            self.looks.passed_by(lease, facts)
        self._wake({*(plan.affects if plan else ())}, lease, facts)
        self._part(lease, facts)
        return self._outcome(lease, plan) if plan else Done()

    def _part(self, lease: Lease, facts: IssueFacts) -> None:
        granted = Granted()
        try:
            self.apply.part(facts, self._holding(lease), granted)
        finally:
            self._write_down(lease, granted)
        self.conversation.hearing.grew(facts.issue, granted.new_comments)

    def _answer(self, lease: Lease, facts: IssueFacts, asked: Sequence[Asked]) -> Outcome:
        granted = Granted()
        try:
            self._regret(self.conversation.answer(facts, asked, self._holding(lease), granted))
        finally:
            self._write_down(lease, granted)
            retold = {DIGEST} if facts.digest_of and granted.touched else set[Subject]()
            self._wake({*granted.touched, *retold} - {lease.subject}, lease)
        self.conversation.remember(facts, granted.comments)
        self.inbox.mark([lease.subject], "an order was carried out")
        return Done()

    def _regret(self, troubles: Iterable[Trouble]) -> None:
        """Who asked was told; so is whoever runs the bot."""
        for trouble in troubles:
            match trouble:
                case Failure():
                    self.inbox.count("handler_failures_total")
                case Forbidden():
                    rights.missing(self.digests.notices)
                case AskAPerson():
                    log.warning("GitLab refuses what was ordered", reason=str(trouble))
                case _:
                    assert_never(trouble)

    def _partner(self, lease: Lease) -> Outcome:
        partner_id = lease.subject.ref
        if self.registries.current().partner(partner_id) is None:
            return Done()
        facts = self.snapshot.partner(partner_id, self.daily.max_age(lease))
        overlooked = {*self.daily.overlooked(facts)}
        outcome = self._carry_out(lease, facts, self.rules.decide(facts))
        self.daily.looked(partner_id, facts.today)
        self._wake(overlooked, lease)
        return outcome

    def _recurring(self, lease: Lease) -> Outcome:
        facts = self.snapshot.recurring(lease.subject.ref)
        plan = self.rules.decide(facts)
        outcome = self._carry_out(lease, facts, plan)
        if not (plan.failures or self.apply.dry_run):
            self.rota.looked(facts)
        return outcome

    def _practice(self, lease: Lease) -> Outcome:
        facts = self.snapshot.practice()
        outcome = self._carry_out(lease, facts, self.rules.decide(facts))
        self.inspection.looked(facts.today)
        return outcome

    def _place(self, lease: Lease) -> Outcome:
        """Something happened to a group or project: whatever that concerns is looked at."""
        self._wake({*self.daily.concerned(lease.subject)}, lease)
        return Done()

    def _comments(self, lease: Lease) -> Outcome:
        """A comment was edited, of which neither the number of comments nor a newer one tells."""
        project_id, iid = Subject("issue", lease.subject.ref).issue_ref
        self.conversation.hearing.forget(project_id, iid)
        self.inbox.mark([Subject("issue", lease.subject.ref)], lease.cause)
        return Done()

    def _registry(self, lease: Lease) -> Outcome:
        """Partners of whom something else is known now are looked at."""
        granted, before = Granted(), frozenset(self.registries.current().partners)
        try:
            for said in self.registries.refresh(self._holding(lease), self.snapshot.today()):
                granted.deeds.append(Deed("registry", said))
        finally:
            self._write_down(lease, granted)
            news = (one for one in self.registries.current().partners if one not in before)
            self._wake({*self.daily.changed([one.id for one in news])}, lease)
        return Done()

    def _digest(self, lease: Lease) -> Outcome:
        facts = self.digests.fresh()
        outcome = self._carry_out(lease, facts, self.digests.plan(facts))
        self.digests.written(facts)
        return outcome

    def _site(self, lease: Lease) -> Outcome:
        for said in self.digests.notices.settle(self.snapshot.today(), self._holding(lease)):
            self._write_down(lease, Granted([Deed("report", said)]))
        return Done()

    def _fresh(self, lease: Lease) -> Issue:
        """The issue, not older than the webhook that named it; after three more looks it is taken as it is."""
        try:
            issue = self.snapshot.gateway.issue(*lease.subject.issue_ref)
        except NotThere:
            if lease.floor != Floor():
                self._look_again(lease)
            raise
        if lags(issue, lease.floor):
            self._look_again(lease)
        return issue

    def _look_again(self, lease: Lease) -> None:
        """Raise TryLater for the first looks; after those, count it and go on."""
        self.patience.spend(lease.subject)
        self.inbox.count("stale_reads_total")

    def _carry_out(self, lease: Lease, facts: Facts, plan: Plan) -> Outcome:
        self.patience.renew(lease.subject)
        granted = Granted(doubtful=lease.attempts > 1)
        try:
            self._grant(lease, facts, plan, granted)
        finally:
            self._write_down(lease, granted)
            # Of what was made for a partner, its other rules have to hear.
            touched = {*granted.touched} if lease.subject.kind == "partner" else {*granted.touched} - {lease.subject}
            self._wake({*plan.affects} - {lease.subject} | touched, lease, facts)
        return self._outcome(lease, plan)

    def _outcome(self, lease: Lease, plan: Plan) -> Outcome:
        if plan.mistakes:
            self.inbox.count("handler_failures_total")
        if len(plan.mistakes) < len(plan.failures):
            rights.missing(self.digests.notices, lease.subject)
        return Dead("; ".join(map(str, plan.failures))) if plan.failures else Done()

    def _grant(self, lease: Lease, facts: Facts, plan: Plan, granted: Granted) -> None:
        if not isinstance(facts, IssueFacts) or self.apply.dry_run:
            self.apply.grant(facts, plan, self._holding(lease), granted)
            return
        if plan.is_off:
            self.looks.kept_off(lease, facts)
            return
        if self.looks.was_refused(facts):
            return
        self.looks.begin(lease, facts, plan)
        self.apply.grant(facts, plan, self._holding(lease), granted, retell=self.looks.retell)
        if granted.changed and isinstance(facts.case, Templated):
            self.snapshot.templated.saw(granted.changed)
        self.conversation.hearing.grew(facts.issue, granted.new_comments)
        self.looks.end(lease, facts, plan, fields=len(plan.granted), granted=granted)
        if granted.changed and not plan.failures:
            rights.there(self.digests.notices, lease.subject)

    def _write_down(self, lease: Lease, granted: Granted) -> None:
        """Also what was done before something went wrong."""
        self.audit.write_down(lease.cause, lease.subject.key, granted.deeds)

    def _wake(self, subjects: set[Subject], lease: Lease, because: Facts | None = None) -> None:
        if subjects and isinstance(because, IssueFacts) and isinstance(because.case, Templated):
            self.snapshot.templated.wakes(because.issue.project)
        if subjects:
            self.inbox.mark(sorted(subjects), f"because of {lease.subject.key}")

    def _holding(self, lease: Lease) -> Callable[[], None]:
        return partial(lease.hold, 2 * self.request_timeout)
