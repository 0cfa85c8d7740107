"""An award issue becomes who answers for it, since when, and what of it is left to do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.domain.asking import chiefs
from bot.domain.candidate import Unfit, candidate
from bot.domain.checklist import Task
from bot.domain.facts import Account, IssueFacts
from bot.domain.gitlab import Issue, Person
from bot.domain.needs import AccountOf, HoldersOf, Need, NoteHistory, PartnerState
from bot.domain.partners.cases import Award
from bot.domain.partners.changes import certification
from bot.domain.partners.eligibility import Requirement, verdict
from bot.domain.partners.programme import Programme
from bot.domain.partners.progress import Completion, completion
from bot.domain.partners.readiness import journey, unread
from bot.domain.plan import distinct
from bot.domain.registry import Partner, Registry
from bot.domain.reversals import ASSIGNED

MANAGER: Final = "account_manager"
HELP_DESK: Final = "partner_help_desk"
PROGRAMS: Final = "channel_programs"
SERVICES: Final = "channel_services"
MAIL_TASK: Final = "cam.1"
COMMUNITY_TASK: Final = "phd.3"
"""Ids of tasks in the award's template."""
CLAIMED, SENT, DRAFT = "mail-claimed", "mail-sent", "draft"
"""Kinds of marks on the comments about a letter: its key, or for a draft its digest."""
NAME = re.compile(r"@([\w.-]*\w)")


@dataclass(frozen=True, slots=True)
class Known:
    """An award whose form says which partner is given what."""

    partner: Partner
    programme: Programme
    award: Award


@dataclass(frozen=True, slots=True)
class Charge:
    """The account manager who answers for an award, by handle; `person` None: no account has it, as far as was read."""

    handle: str
    person: Person | None
    is_assigned: bool

    @property
    def is_able(self) -> bool:
        return self.person is not None and self.person.is_active


@dataclass(frozen=True, slots=True)
class Clock:
    """The day from which an account manager's days count, and the day on which the first one's did."""

    start: date
    first: date
    source: str


def award_key(partner: Partner, programme: Programme) -> str:
    return f"award {partner.id} {programme.key}"


def letter_key(issue: Issue, partner: Partner, programme: Programme) -> str:
    """Of the letter that goes with the award in that issue; the same certification awarded again has another one."""
    return f"{award_key(partner, programme)} {issue.project_id}/{issue.iid}"


def known(facts: IssueFacts) -> Known | None:
    """None also for an issue that is no award."""
    match facts.case:
        case Award(partner=Partner() as partner, programme=Programme() as programme) as award:
            return Known(partner, programme, award)
    return None


def needs_of(facts: IssueFacts) -> Iterator[Need]:
    """What it takes to tell who answers for an award, and who ticked what, until the registry has it."""
    award = known(facts)
    if award and (facts.issue.is_open or not is_held(facts, award)):
        yield from (NoteHistory(), HoldersOf(MANAGER), HoldersOf(HELP_DESK))
        if NoteHistory() in facts.read:
            yield AccountOf(charge_of(facts, award).handle)


def charge_of(facts: IssueFacts, award: Known) -> Charge:
    """The registry's, or another one who is assigned; while nobody is, whoever was last."""
    handle = award.partner.account_manager
    holders = facts.holders.get(MANAGER, frozenset())
    named = [one for one in facts.issue.assignees if one.username.casefold() == handle.casefold()]
    others = [one for one in facts.issue.assignees if one.id in holders]
    for person in (*named, *others):
        return Charge(person.username, person, is_assigned=True)
    past = _assignments(facts, award)
    last = past[-1][1] if past else handle
    return Charge(last, facts.accounts.get(last.lower(), Account(last)).person, is_assigned=False)


def clock_of(facts: IssueFacts, award: Known, charge: Charge) -> Clock | None:
    """Since when this account manager has it, whoever stepped out and in again; None: nobody was assigned yet."""
    past = _assignments(facts, award)
    run: list[datetime] = []
    for at, handle in reversed(past):
        if handle.casefold() != charge.handle.casefold():
            break
        run.append(at)
    if run:
        return Clock(_day(facts, run[-1]), _day(facts, past[0][0]), "GitLab's line about the assignment")
    if not charge.is_assigned:
        return None
    created = facts.issue.created_at
    if created is None:
        return Clock(facts.today, facts.today, "first sight")
    return Clock(_day(facts, created), _day(facts, created), "assigned when it was opened")


def above(registry: Registry, handle: str) -> tuple[str, ...]:
    """Who hears when this account manager does not answer: their manager, and the lead of Channel Programs."""
    return chiefs(registry, (handle,), PROGRAMS)


def desk_of(facts: IssueFacts, award: Known) -> tuple[str, ...]:
    """The handles of the region's Partner Help Desk, who stands in last."""
    region = facts.site.registry.region(award.partner.region)
    return tuple(name for name in ((region.phd, region.phd_backup) if region else ()) if name)


def helper_of(facts: IssueFacts, award: Known) -> Person | Unfit | None:
    """Whom of the Help Desk to assign, or why not; None: the registry names nobody for the region."""
    found = [candidate(facts, handle) for handle in desk_of(facts, award)]
    fit = [one for one in found if isinstance(one, Person)]
    return next(iter([*fit, *found]), None)


def helpers(facts: IssueFacts, award: Known) -> tuple[str, ...]:
    """Whom of the Help Desk to remind: who is assigned, else whom the registry names and who is there."""
    holders = facts.holders.get(HELP_DESK, frozenset())
    assigned = tuple(one.username for one in facts.issue.assignees if one.id in holders)
    found = (facts.accounts.get(name.lower(), Account(name)).person for name in desk_of(facts, award))
    able = tuple(one.username for one in found if one and one.is_active)
    return assigned or able[:1] or (facts.site.registry.holder(HELP_DESK),)


def progress_of(facts: IssueFacts, award: Known) -> Completion:
    """How far the tasks are; the manager in charge and the region's Help Desk may tick without a role's group."""
    manager = charge_of(facts, award).person
    named = {handle.casefold() for handle in desk_of(facts, award)}
    desk = {one.id for one in facts.issue.assignees if one.username.casefold() in named}
    more = {MANAGER: {manager.id} if manager else set(), HELP_DESK: desk}
    holders = {role: facts.holders.get(role, frozenset()) | ids for role, ids in more.items()}
    return completion(facts, award.award.master, holders)


def left(found: Completion, owner: str = "") -> tuple[Task, ...]:
    """What has to be done yet, of one role or of all; what is optional may stay open, and what is in doubt is done."""
    return tuple(task for task in found.open if not task.optional and owner in ("", task.owner))


def unsure(found: Completion) -> tuple[Task, ...]:
    """What is ticked and has to be confirmed by whoever it is for."""
    return tuple(doubt.task for doubt in found.doubtful if not doubt.task.optional)


def requirements_of(facts: IssueFacts, award: Known) -> tuple[Requirement, ...]:
    """Everything that is asked for the award; of the way to it what was read."""
    rows = verdict(facts.site.registry, award.partner, award.programme, facts.today)
    if award.partner.id in facts.unread:
        return (*rows, unread(facts.today))
    state = facts.partners.get(award.partner.id)
    return (*rows, *(journey(state, award.programme) if state else ()))


def journey_needs(facts: IssueFacts) -> Iterator[Need]:
    """What `requirements_of` wants of the way to an award."""
    award = known(facts)
    if award and award.programme.is_tracked:
        yield PartnerState(award.partner.id)


def marked(facts: IssueFacts, kind: str) -> frozenset[str]:
    """What the bot's own comments on the issue remember of that kind."""
    return frozenset(mark.value for mark in facts.marks if mark.kind == kind)


def labels_of(facts: IssueFacts) -> tuple[str, ...]:
    """The labels of an award."""
    return award_labels(facts.site.labels.base.name, facts.site.registry)


def award_labels(base: str, registry: Registry) -> tuple[str, ...]:
    roles = (registry.role(key) for key in (SERVICES, HELP_DESK))
    return distinct((base, *(role.label for role in roles if role and role.label)))


def is_held(facts: IssueFacts, award: Known) -> bool:
    """Whether the registry has the certification, from this award or a later one."""
    held, created = certification(award.partner, award.programme.key), facts.issue.created_at
    return held is not None and not (created and held.awarded_on < created.astimezone(facts.site.zone).date())


def _assignments(facts: IssueFacts, award: Known) -> list[tuple[datetime, str]]:
    """When which account manager was assigned, oldest first, as GitLab's own lines tell."""
    people = facts.site.registry.people
    managers = {one.handle.casefold() for one in people if MANAGER in one.roles} | {
        award.partner.account_manager.casefold(),
        *(one.username.casefold() for one in facts.issue.assignees if one.id in facts.holders.get(MANAGER, ())),
    }
    found = (
        (note.created_at, name)
        for note in facts.notes
        if note.system and note.created_at
        for hit in ASSIGNED.finditer(note.body)
        if not hit["un"]
        for name in NAME.findall(hit["people"])
    )
    return sorted((at, name) for at, name in found if name.casefold() in managers)


def _day(facts: IssueFacts, at: datetime) -> date:
    return at.astimezone(facts.site.zone).date()
