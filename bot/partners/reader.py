"""One partner of the registry becomes facts: what GitLab shows of it, what was asked, and its cases with journals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Final, Protocol

from bot.domain.cases import Case
from bot.domain.facts import Account, Guard, IssueFacts, PartnerFacts, Site
from bot.domain.gitlab import Issue, Person
from bot.domain.helping import DESK, help_request
from bot.domain.journey import JOURNEY, journey_key
from bot.domain.licensing.request import REQUESTS
from bot.domain.origins import traced
from bot.domain.partners.asked import BEGINNINGS, OURS
from bot.domain.partners.cases import Award, Candidate
from bot.domain.partners.folder import Tree
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import room_in
from bot.domain.partners.record import Record, Request
from bot.domain.partners.roster import listed
from bot.domain.registry import Partner
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway
from bot.opening import YEAR
from bot.partners.cases import Cases
from bot.partners.lately import BELIEVED, FRESH, STAFF_ONLY, Lately
from bot.partners.records import Records
from bot.partners.requests import Requests
from bot.partners.trees import Trees
from bot.registry.roles import Roles
from bot.templated.cases import TemplatedCases
from bot.voice.cases import AWARD, FOLDER

ROLES: Final = ("account_manager", "channel_services", "education_services", "partner_help_desk", "channel_programs")
"""Those by whom certifications go."""
JOURNEYS: Final = "Capabilities Journey Template"
LICENCE: Final = "License Template"
"""Words that the template of journeys has, and those for licences have, by which GitLab finds what began with one."""
Look = Callable[[Issue], IssueFacts]


class Proposed(Protocol):
    """Knows how far the proposed changes of a partner's registry entry are."""

    def of(self, partner_id: str) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class PartnerReader:
    """Reads from GitLab whatever belongs to a partner; `outside` tells whose word counts where partners are at home."""

    gateway: Gateway
    lately: Lately
    records: Records
    requests: Requests
    cases: Cases
    trees: Trees
    roles: Roles
    proposed: Proposed
    outside: Callable[[], Guard]
    bots: frozenset[str]
    """User names, lower case, of further accounts that are no people."""
    templated: TemplatedCases
    opened: Callable[[], Mapping[str, Issue]]
    """What the bot opened in a year, by key."""

    def case(self, issue: Issue, site: Site) -> Case | None:
        """What the issue is beyond an ordinary one; None for any other, which costs no call to tell."""
        desk, label = site.places.get(DESK), site.labels.needs_hands_on.name
        found = self.cases.of(issue, site) or self.templated.of(issue, site)
        return found or help_request(issue, desk, label, site.registry)

    def forget(self) -> None:
        """What was read of partners' records may be older than what woke us."""
        self.records.forget()

    def holders(self, role: str) -> frozenset[int]:
        return self.roles.holders(role)

    def proposed_for(self, partner_id: str) -> Mapping[str, str]:
        """How far the changes are that were proposed for a partner, by their names."""
        return self.proposed.of(partner_id)

    def facts(self, partner_id: str, today: date, site: Site, look: Look, max_age: float = FRESH) -> PartnerFacts:
        """Everything; NotThere when the registry knows no such partner. Each issue is read through `look`.

        What is no partner's own (lists of everybody's, accounts) may be `max_age` seconds old: that is for looks at
        many of them. What is about to be made is looked for once more anyway.
        """
        partner = site.registry.partner(partner_id)
        if partner is None:
            raise NotThere(f"the registry knows no partner {partner_id!r}")
        self.lately.keep_up()
        if max_age <= FRESH:
            self.lately.forget(STAFF_ONLY)
        issue, record = self.records.all(max_age).get(partner_id, (None, None))
        tree = self.trees.read(site, partner, site.programmes.active, max_age)
        tracking = self._tracking(record, look)
        candidates = tuple(self._candidates(tracking, site))
        forgotten = () if record else self._forgotten(partner_id, today)
        return PartnerFacts(
            today=today,
            site=site,
            partner=partner,
            tree=tree,
            record=record,
            record_issue=issue,
            requests=(*forgotten, *self.requests.pending(partner_id)),
            is_forgotten=bool(forgotten),
            tracking=self._with_members(tracking, candidates),
            candidates=candidates,
            awards=tuple(look(one) for one in self._awards(partner, site, max_age)),
            has_templates=self._has_templates(tree, site.programmes.tracked, partner),
            accounts={one.lower(): Account(one, self._user(one, max_age)) for one in _handles(partner, site)},
            staff=self.staff(site, max_age),
            holders={role: self.holders(role) for role in ROLES},
            proposed=self.proposed.of(partner.id),
            opened=self._opened(partner, today, site, max_age),
            licences=self._licences(partner, today, site, max_age),
        )

    def _opened(self, partner: Partner, today: date, site: Site, max_age: float) -> Mapping[str, Issue]:
        """Only the end of its licences has something opened for a partner, and that it is new."""
        since = partner.authorized_on or partner.agreements.mpa
        is_new = since is not None and today - since < YEAR
        found = self.opened() if partner.nfr or is_new else {}
        ours = {key: issue for key, issue in found.items() if partner.id in key.split()}
        key = journey_key(partner.id)
        by_hand = self._journeys(today, site, max_age).get(partner.id) if is_new and key not in ours else None
        return {**ours, key: by_hand} if by_hand else ours

    def _journeys(self, today: date, site: Site, max_age: float) -> Mapping[str, Issue]:
        """The journeys that began with the template, by partner; read once for all of them."""

        def read() -> Mapping[str, Issue]:
            found: dict[str, Issue] = {}
            for issue in self.gateway.issues_saying(site.home, JOURNEYS, created_after=today - YEAR):
                case = self.templated.of(issue, site)
                if case and case.partner and case.is_home and case.template.key == JOURNEY:
                    found.setdefault(case.partner.id, issue)
            return found

        return self.lately.of(("journeys", site.home, site.registry.commit, today), max_age, read)

    def _licences(self, partner: Partner, today: date, site: Site, max_age: float) -> tuple[IssueFacts, ...]:
        """Read, and told apart, once for all partners."""

        def read() -> Mapping[str, tuple[IssueFacts, ...]]:
            found: dict[str, tuple[IssueFacts, ...]] = {}
            for issue in traced(self.gateway.issues_saying(site.home, LICENCE, created_after=today - YEAR)):
                case = self.templated.of(issue, site)
                if case and case.partner and case.is_home and case.template.key in REQUESTS:
                    own = IssueFacts(today, site, issue, case=case)
                    found[case.partner.id] = (*found.get(case.partner.id, ()), own)
            return found

        asked = ("licences", site.home, site.registry.commit, today)
        return self.lately.of(asked, max_age, read).get(partner.id, ())

    def _forgotten(self, partner_id: str, today: date) -> tuple[Request, ...]:
        """What a record held that somebody deleted, or wiped; a new one may not be listed on its first day."""
        done = tuple(one for one in self.requests.carried_out(partner_id) if one.what in OURS)
        is_gone = any(one.what in BEGINNINGS for one in done) and all(one.on < today for one in done)
        return done if is_gone else ()

    def _tracking(self, record: Record | None, look: Look) -> IssueFacts | None:
        """None also when the issue was deleted, or hidden from the bot."""
        if record is None or record.tracking is None:
            return None
        try:
            return look(self.gateway.issue(*record.tracking))
        except NotThere:
            return None

    def _with_members(self, tracking: IssueFacts | None, candidates: Sequence[Issue]) -> IssueFacts | None:
        """Who works in the project, where people are named whom that is to be asked of."""
        if tracking is None or not (candidates or listed(tracking.issue.description)):
            return tracking
        people = self.gateway.members(tracking.issue.project_id)
        inside = {one.username.lower(): Account(one.username, one, member=True) for one in people}
        return replace(tracking, accounts=inside)

    def _candidates(self, tracking: IssueFacts | None, site: Site) -> Iterator[Issue]:
        if tracking:
            for issue in self.gateway.issues_in(tracking.issue.project_id):
                if isinstance(self.case(issue, site), Candidate):
                    yield issue

    def _awards(self, partner: Partner, site: Site, max_age: float) -> Iterator[Issue]:
        """Oldest first, those among them that people opened from the template."""
        read = lambda: tuple(self.gateway.issues_saying(site.home, AWARD))  # noqa: E731
        for issue in self.lately.of(("awards", site.home), max_age, read):
            case = self.case(issue, site)
            if isinstance(case, Award) and case.partner is not None and case.partner.id == partner.id:
                yield issue

    def _has_templates(self, tree: Tree, programme: Programme | None, partner: Partner) -> bool | None:
        room = room_in(tree, programme, partner) if programme else None
        if room is None or programme is None:
            return False
        path, reader = f"{FOLDER}/{programme.tracking_template}.md", self.trees.owner or self.gateway
        try:
            return reader.file(room.id, path, room.default_branch) is not None
        except Forbidden:
            # A Planner sees no files.
            return None

    def _user(self, handle: str, max_age: float) -> Person | None:
        """A name that nobody had may be somebody's by now; an account stays one for a while."""
        key, read = ("user", handle.lower()), partial(self.gateway.user, handle)
        return self.lately.of(key, max(max_age, BELIEVED), read) or self.lately.of(key, max_age, read)

    def staff(self, site: Site, max_age: float = FRESH) -> frozenset[int]:
        """Ids of the accounts that may be members anywhere.

        Whoever is in the group above all partners is of the company, and sees everything anyway.
        """
        guard = self.outside()
        members = self.lately.of(("members", site.group), max_age, partial(self.gateway.group_members, site.group))
        above = {one.person.id for one in members}
        others = (self._user(name, max_age) for name in sorted(self.bots))
        return guard.team | guard.bots | above | {one.id for one in others if one}


def _handles(partner: Partner, site: Site) -> frozenset[str]:
    """Whoever may be assigned or told."""
    region, manager = site.registry.region(partner.region), site.registry.colleague(partner.account_manager)
    contacts = (partner.contacts.primary, partner.contacts.admin)
    handles = (
        partner.account_manager,
        manager.manager if manager else "",
        *((region.phd, region.phd_backup) if region else ()),
        *(one.gitlab for one in contacts if one),
        *(site.registry.holder(role) for role in ROLES),
    )
    return frozenset(handle for handle in handles if handle)
