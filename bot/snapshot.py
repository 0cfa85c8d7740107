"""A subject becomes facts: read fresh from GitLab, and only what the enabled handlers say they need."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, tzinfo
from functools import partial
from typing import assert_never

from bot import sources
from bot.accounts import Accounts
from bot.domain.facts import CalendarFacts, Guard, IssueFacts, PartnerFacts, PracticeFacts, RecurringFacts, Site
from bot.domain.genuine import own_marks
from bot.domain.gitlab import Issue
from bot.domain.needs import (
    AccountOf,
    Candidates,
    EpicsOf,
    HoldersOf,
    Initiatives,
    IssuesLabelled,
    IssuesOf,
    Journal,
    LabelHistory,
    Need,
    NoteHistory,
    OpenedFor,
    OpenIssuesIn,
    OpenWith,
    OverdueIssues,
    PartnerState,
    ProposedFor,
    StateHistory,
    Windows,
)
from bot.domain.origins import named_among
from bot.domain.partners.cases import Candidate, Tracking
from bot.domain.registry import Registry
from bot.domain.templated import Templated
from bot.errors import AskAPerson, BadToken, Forbidden, NotThere
from bot.gateway import Gateway
from bot.journals import Journals
from bot.milestones import MilestoneReader
from bot.partners.lately import FRESH
from bot.recent import Recent
from bot.rules import Rules
from bot.voice.windowmarks import WindowMarks

AT_HOME, ELSEWHERE = 3600.0, 60.0
"""Seconds for which it is believed whose word counts in the Channels project, and in another one of the team's."""
JOURNALS: tuple[Need, ...] = (LabelHistory(), NoteHistory(), StateHistory())
"""What a partner's cases are judged by."""
DOUBTFUL = 10
"""So many issues of a list are asked who labelled them, at one call each."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Reads facts. `day` overrides today, for `plan --at`; otherwise today is GitLab's own clock in the team's zone."""

    gateway: Gateway
    accounts: Accounts
    rules: Rules
    site: Site
    zone: tzinfo
    marks: WindowMarks
    guards: sources.Guards
    registry: Callable[[], Registry]
    partners: sources.Partners
    templated: sources.Templated
    openings: sources.Opened
    practices: sources.Practice
    epics: sources.Epics
    day: date | None = None
    recent: Recent[tuple[Issue, ...]] = field(default_factory=Recent)

    def today(self) -> date:
        return self.day or self.gateway.now().astimezone(self.zone).date()

    def issue(self, project_id: int, iid: int) -> IssueFacts:
        """Everything the rules need about one issue: one call, and one more for each further need."""
        return self.complete(self.bare(self.gateway.issue(project_id, iid)))

    def bare(self, issue: Issue, wrote: frozenset[str] | None = None) -> IssueFacts:
        """The facts that the issue alone tells, and what the bot is remembered to have written on it."""
        site = self._site()
        case = self.partners.case(issue, site)
        if isinstance(case, Templated):
            self.templated.saw(issue)
        return IssueFacts(self.today(), site, issue, guard=self._guard(issue), wrote=wrote, case=case)

    def up_to_date(self, facts: IssueFacts) -> IssueFacts:
        """With the case as it is this moment; another process may have written the partner's record since."""
        if not isinstance(facts.case, Tracking | Candidate):
            return facts
        self.partners.forget()
        return replace(facts, case=self.partners.case(facts.issue, facts.site))

    def partner(self, partner_id: str, max_age: float = FRESH) -> PartnerFacts:
        """Everything the rules may want to know about a partner of the registry; NotThere when it knows none.

        `max_age`: how many seconds old that may be which all partners have in common.
        """
        return self.partners.facts(partner_id, self.today(), self._site(), self._case_facts, max_age)

    def recurring(self, key: str) -> RecurringFacts:
        """What there is of a recurrence, by its key; NotThere when configuration has none."""
        facts = self.templated.recurring(key, self.today(), self._site())
        return self.listing(facts, self.rules.needs(facts))

    def listing(self, facts: RecurringFacts, needs: Iterable[Need]) -> RecurringFacts:
        """With what the issues of a recurrence list: these needs fulfilled, at one or more calls each."""
        for need in sorted(needs, key=repr):
            match need:
                case OpenWith(label):
                    found = tuple(map(_brief, self.gateway.issues(self.site.group, labels=(label,))))
                    facts = replace(facts, labelled={**facts.labelled, label: found})
                case EpicsOf(words):
                    facts = replace(facts, epics={**facts.epics, words: self.epics.of(words)})
                case Initiatives():
                    facts = replace(facts, initiatives=tuple(self.epics.initiatives()))
                case _:
                    raise TypeError(f"{need} is no need of a recurrence's")
        return facts

    def practice(self) -> PracticeFacts:
        """The practice group and all below it; NotThere when it is not."""
        return self.practices.facts(self.today(), self._site())

    def _case_facts(self, issue: Issue) -> IssueFacts:
        return self.read(self.bare(issue), JOURNALS)

    def _site(self) -> Site:
        return replace(self.site, registry=self.registry())

    def _guard(self, issue: Issue) -> Guard:
        partners = self.site.partners.casefold()
        if partners and issue.project.casefold().startswith(f"{partners}/"):
            return self.guards.outside()
        # Who may edit everything at home is the team's own affair and hardly changes; elsewhere it is others'.
        return self.guards.guard(issue.project_id, AT_HOME if issue.project == self.site.home else ELSEWHERE)

    def complete(self, facts: IssueFacts) -> IssueFacts:
        """With everything the rules want to know, which may be more once they know the first of it."""
        while needs := self.rules.needs(facts):
            facts = self.read(facts, needs)
        return facts

    def read(self, facts: IssueFacts, needs: Iterable[Need]) -> IssueFacts:
        """With these needs fulfilled, at one or more calls each."""
        for need in sorted(needs, key=repr):
            facts = self._attempted(facts, need)
        return replace(facts, read=facts.read | frozenset(needs))

    def _attempted(self, facts: IssueFacts, need: Need) -> IssueFacts:
        """What is hidden or gone elsewhere is no trouble of the issue's, but of those rules alone that ask for it."""
        try:
            return self._fulfilled(facts, need)
        except (NotThere, Forbidden) as refusal:
            if isinstance(need, Journal):
                raise
            return replace(facts, hidden={**facts.hidden, need: str(refusal)})

    def _fulfilled(self, facts: IssueFacts, need: Need) -> IssueFacts:
        match need:
            case AccountOf(handle):
                account = self.accounts.account(facts.issue.project_id, handle)
                return replace(facts, accounts={**facts.accounts, handle.lower(): account})
            case HoldersOf(role):
                return replace(facts, holders={**facts.holders, role: self.partners.holders(role)})
            case PartnerState(partner_id):
                return self._with_partner(facts, partner_id)
            case Windows() | IssuesLabelled() | OverdueIssues() | Candidates():
                return self._beyond(facts, need)
            case IssuesOf(template, fresh):
                there = self.templated.issues_of(template, facts.today, facts.site, fresh=fresh)
                return self._beside(facts, template, tuple(map(self.bare, there)))
            case OpenedFor(prefix):
                return replace(facts, opened={**facts.opened, **self.openings.opened(prefix)})
            case ProposedFor(partner_id):
                return replace(facts, proposed={**facts.proposed, partner_id: self.partners.proposed_for(partner_id)})
            case EpicsOf(words):
                return replace(facts, epics={**facts.epics, words: self.epics.of(words)})
            case OpenIssuesIn() | OpenWith() | Initiatives():
                raise TypeError(f"{need} is no need of an issue's")
            case _:
                return Journals(self.gateway, self.marks.marker).read(facts, need)

    def _beside(self, facts: IssueFacts, template: str, others: tuple[IssueFacts, ...]) -> IssueFacts:
        """With these issues, by which one that was moved away and came back is known by its first number."""
        issue = named_among(facts.issue, [one.issue for one in others])
        facts = replace(facts, issue=issue, others={**facts.others, template: others})
        return replace(facts, marks=own_marks(facts, self.marks.marker))

    def _with_partner(self, facts: IssueFacts, partner_id: str) -> IssueFacts:
        """What is refused about a partner, or gone, is no trouble of the issue's that asks."""
        try:
            found = self.partner(partner_id)
        except BadToken:
            raise
        except AskAPerson as refusal:
            return replace(facts, unread={**facts.unread, partner_id: str(refusal)})
        return replace(facts, partners={**facts.partners, partner_id: found})

    def _beyond(self, facts: IssueFacts, need: Windows | IssuesLabelled | OverdueIssues | Candidates) -> IssueFacts:
        """What the team's other issues and windows tell."""
        match need:
            case Windows():
                return replace(facts, windows=self.gateway.milestones(self.site.group))
            case IssuesLabelled():
                now, read = self.gateway.now(), partial(self._labelled_on, need)
                found = self.recent.of(need, now, facts.issue.updated_at, read)
                return replace(facts, labelled={**facts.labelled, need: found})
            case OverdueIssues():
                return replace(facts, overdue=tuple(self._milestones.overdue(facts.today)))
            case Candidates():
                there = map(self.bare, self.gateway.issues_in(facts.issue.project_id))
                return replace(facts, candidates=tuple(one for one in there if isinstance(one.case, Candidate)))
            case _:
                assert_never(need)

    def labelled(self, labels: Collection[str]) -> Mapping[str, tuple[Issue, ...]]:
        """The open issues with any of these labels by the title of their milestone, at a call for each label and page.

        Only what tells them apart is kept.
        """
        found: dict[str, dict[int, Issue]] = {}
        for label in labels:
            for issue in self.gateway.issues(self.site.group, labels=(label,)):
                if issue.milestone:
                    found.setdefault(issue.milestone.title, {})[issue.id] = replace(issue, description="")
        return {title: tuple(issues.values()) for title, issues in found.items()}

    def _labelled_on(self, need: IssuesLabelled) -> tuple[Issue, ...]:
        """One list for all spellings of a label; GitLab has no word for "any of these labels"."""
        issues = self.gateway.issues(self.site.group, milestone=need.milestone)
        there = [replace(one, description="") for one in issues if one.labels & {*need.labels}]
        return tuple(self.vouched(there, need.labels))

    def vouched(self, issues: Iterable[Issue], labels: Collection[str]) -> Iterator[Issue]:
        """Those that carry one of the labels by the word of somebody who counts.

        Beyond the first ones, where many are doubtful, none.
        """
        left = DOUBTFUL
        for issue in sorted(issues, key=lambda one: one.id):
            facts = self.bare(issue)
            if facts.guard.is_up and left:
                left -= 1
                facts = self.read(facts, {LabelHistory()})
            if not facts.guard.is_up or (LabelHistory() in facts.read and facts.issue.labels & {*labels}):
                yield issue

    def calendar(self) -> CalendarFacts:
        """All milestones of the group and of the Channels project, and the open issues of those a rule asks about."""
        return self._milestones.facts(self.today(), self.rules)

    @property
    def _milestones(self) -> MilestoneReader:
        return MilestoneReader(self.gateway, self.marks, self.site)


def _brief(issue: Issue) -> Issue:
    return replace(issue, description="")
