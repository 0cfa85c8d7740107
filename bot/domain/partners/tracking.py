"""A tracking issue becomes where its programme stands: what is done, by when it has to be, and whom to turn to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from bot.domain.closing import CLOSED, REOPENED, last_event, moment
from bot.domain.facts import Account, IssueFacts, PartnerFacts
from bot.domain.needs import AccountOf, HoldersOf, Need, NoteHistory, StateHistory
from bot.domain.partners.cases import Candidate, Tracking
from bot.domain.partners.deadlines import deadline_of, is_expired, was_in_time
from bot.domain.partners.progress import PARTNER, Completion, completion
from bot.domain.partners.record import Record
from bot.domain.places import StateEvent
from bot.domain.registry import Partner, Registry
from bot.domain.speech import dictated

MANAGER: Final = "account_manager"
SERVICES: Final = "channel_services"
EDUCATION: Final = "education_services"
DATED: Final = "changed due date"
"""GitLab's own words (app/services/system_notes/time_tracking_service.rb)."""


class Closing(StrEnum):
    """What became of a tracking issue as an issue."""

    OPEN = "open"
    MOVED = "moved"
    """It goes on elsewhere, where nobody follows it."""
    WITHDRAWN = "withdrawn"
    """Closed once the partner had given up."""
    VALID = "valid"
    """Closed complete, by whoever closes it."""
    UNDONE = "undone"
    """Closed too early, or by somebody else: the bot opens it again."""
    STANDS = "stands"
    """Closed like that once more by somebody of the team, after the bot opened it again."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a partner is on its way through the programme; `deadline` is the last day."""

    case: Tracking
    done: Completion
    closing: Closing
    deadline: date
    is_expired: bool
    """Whether the months ended before everything was done."""

    @property
    def is_live(self) -> bool:
        """Whether people are at work here: it is open, or will be in a moment, and nobody withdrew."""
        return self.closing in (Closing.OPEN, Closing.UNDONE) and self.case.record.withdrawn_on is None

    @property
    def is_running(self) -> bool:
        """Whether there is something left to do, and time to do it in."""
        return self.is_live and not self.is_expired and not self.done.is_complete


def needs_of(facts: IssueFacts) -> Iterator[Need]:
    """What has to be read to tell where a tracking or candidate issue stands."""
    case = facts.case
    if isinstance(case, Tracking | Candidate):
        yield from (NoteHistory(), StateHistory())
        owners = {task.owner for task in case.master.tasks} | {case.programme.closes}
        yield from (HoldersOf(owner) for owner in sorted(owners - {"", PARTNER}))
        contact = contact_handle(case.partner)
        yield from (AccountOf(handle) for handle in (case.partner.account_manager, contact) if handle)


def standing(facts: IssueFacts, holders: Mapping[str, frozenset[int]]) -> Standing:
    """Where it stands; TypeError for an issue that is no tracking issue. `holders` are ids by role key."""
    case = facts.case
    if not isinstance(case, Tracking):
        raise TypeError(f"{facts.issue.reference} is no tracking issue")
    event = None if facts.issue.is_open else last_event(facts, CLOSED)
    done = completion(facts, case.master, holders, event.at if event else None)
    last = deadline_of(case.record, case.programme) or case.programme.deadline.due(facts.today)
    is_late = _is_flagged(facts) or not was_in_time(done, last, facts.site.zone)
    is_over = is_expired(case.record, case.programme, facts.today) and is_late
    return Standing(case, done, _closing(facts, case, holders, done, event), last, is_over)


def partner_standing(facts: PartnerFacts) -> tuple[IssueFacts, Standing] | None:
    """The partner's tracking issue and where it stands; None while it is not known which that is."""
    tracking = facts.tracking
    if tracking is None or not isinstance(tracking.case, Tracking):
        return None
    return tracking, standing(tracking, facts.holders)


def last_word(facts: IssueFacts) -> StateEvent | None:
    """The time that the team closed the issue once more, after the bot opened it again; what others do is not heard."""
    was_undone = False
    found: StateEvent | None = None
    for event in sorted(facts.state_events, key=moment):
        is_ours = event.user_id in facts.guard.bots
        if event.state == REOPENED and (is_ours or facts.guard.counts(event.user_id)):
            was_undone, found = is_ours, None
        elif event.state == CLOSED and was_undone and facts.guard.counts(event.user_id):
            found = event
    return found


def contact_handle(partner: Partner) -> str:
    """Of the partner's primary contact; empty when nobody knows one."""
    return partner.contacts.primary.gitlab if partner.contacts.primary else ""


def manager_handle(registry: Registry, partner: Partner, accounts: Mapping[str, Account]) -> str:
    """Who looks after the partner: its account manager, and when they are gone, whoever is above."""
    account = accounts.get(partner.account_manager.lower())
    if account is None or account.person is None or account.person.is_active:
        return partner.account_manager
    colleague = registry.colleague(partner.account_manager)
    return (colleague.manager if colleague else "") or registry.holder(MANAGER)


def handle_of(facts: IssueFacts, partner: Partner, owner: str) -> str:
    """Who answers for the tasks of that owner; for a contact who is not there, the account manager."""
    registry = facts.site.registry
    manager = manager_handle(registry, partner, facts.accounts)
    if owner == PARTNER:
        account = facts.accounts.get(contact_handle(partner).lower())
        is_there = account is not None and account.member and account.person and account.person.is_active
        return contact_handle(partner) if is_there else manager
    return manager if owner == MANAGER else registry.holder(owner) or manager


def owner_name(registry: Registry, partner: Partner, owner: str) -> str:
    """What people call the owner of a section, safe to print."""
    if owner == PARTNER:
        return dictated(partner.name)
    role = registry.role(owner)
    return dictated(role.name if role else owner.replace("_", " ").capitalize())


def is_dated_by_team(facts: IssueFacts, record: Record) -> bool:
    """Whether somebody of the team set the due date by hand, and nobody extended the programme since."""
    lines = [note for note in facts.notes if note.system and note.created_at and DATED in note.body]
    if not lines or not facts.guard.counts(lines[-1].author.id):
        return False
    given = max((one.on for one in record.extensions), default=date.min)
    return lines[-1].created_at is not None and given < lines[-1].created_at.astimezone(facts.site.zone).date()


def _is_flagged(facts: IssueFacts) -> bool:
    """Whether it was told that the months are over: what is done after that does not count."""
    return facts.site.labels.certification.expired.name in facts.issue.labels | facts.withheld


def _closing(
    facts: IssueFacts,
    case: Tracking,
    holders: Mapping[str, frozenset[int]],
    done: Completion,
    event: StateEvent | None,
) -> Closing:
    if facts.issue.moved_to_id is not None:
        return Closing.MOVED
    if facts.issue.is_open:
        return Closing.OPEN
    if case.record.withdrawn_on:
        return Closing.WITHDRAWN
    closer, bots = event.user_id if event else None, facts.guard.bots
    if done.is_complete and closer not in bots and closer in holders.get(case.programme.closes, frozenset()):
        return Closing.VALID
    return Closing.STANDS if last_word(facts) else Closing.UNDONE
