"""The account manager and the partner's primary contact are assigned to the tracking issue, and are people who can act.

Who cannot is named in the partner's record, once to somebody else too; the tracking issue itself assigns whoever came.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Check, Say
from bot.domain.facts import PartnerFacts
from bot.domain.partners.asked import wanted
from bot.domain.partners.provisioning import contact_of, invitation_of, manager_of, outsiders
from bot.domain.partners.steps import Tell
from bot.domain.speech import code, quoted

HANDBOOK = ("CT-12",)
ROLE = "channel_services"


@dataclass(frozen=True, slots=True)
class Settings:
    """An invitation that nobody accepted is brought up after `invitation_days` days."""

    enabled: bool = True
    invitation_days: int = 7

    def __post_init__(self) -> None:
        if self.invitation_days < 1:
            raise ValueError(f"invitation_days must be a number from 1 up, not {self.invitation_days}")


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | Tell]:
    record = wanted(facts)
    is_over = facts.tracking is not None and not facts.tracking.issue.is_open
    if record is None or not record.ctp or record.withdrawn_on or is_over:
        return
    yield from _manager(facts)
    yield from _contact(facts, settings)


def _manager(facts: PartnerFacts) -> Iterator[Check | Say | Tell]:
    handle, person = facts.partner.account_manager, manager_of(facts)
    yield Check("the account manager has an account that works", person is not None, f"@{handle}", "registry, GitLab")
    values = {"manager": code(f"@{handle}")}
    if person is None:
        yield Say("CT-12", "manager_gone", values)
        yield Tell("CT-12", "manager_gone", f"manager {handle}", _above(facts), values)
        return
    if facts.tracking is None:
        return
    assigned = {one.id for one in facts.tracking.issue.assignees}
    names = ", ".join(f"@{one.username}" for one in facts.tracking.issue.assignees)
    yield Check("the account manager is assigned", person.id in assigned, names or "nobody", "tracking issue")
    if person.id not in assigned:
        yield Say("CT-12", "manager_new", values)
        yield Tell("CT-12", "manager_new", f"new manager {handle}", _above(facts), values)


def _above(facts: PartnerFacts) -> tuple[str, ...]:
    """The manager of whoever looks after the partner, else Channel Services."""
    registry = facts.site.registry
    colleague = registry.colleague(facts.partner.account_manager)
    name = (colleague.manager if colleague else "") or registry.holder(ROLE)
    return (name,) if name else ()


def _contact(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | Tell]:
    contact, person = facts.partner.contacts.primary, contact_of(facts)
    seen = f"@{person.username}" if person else "no account is known"
    yield Check("the primary contact has an account", person is not None, seen, "registry, GitLab")
    if contact is None:
        yield Say("CT-12", "contact_missing")
    elif person is None:
        if contact.gitlab:
            yield Say("CT-12", "contact_unknown", {"contact": code(f"@{contact.gitlab}")})
        yield from _invited(facts, settings, quoted(contact.name))


def _invited(facts: PartnerFacts, settings: Settings, name: str) -> Iterator[Say | Tell]:
    seat, contact = invitation_of(facts), facts.partner.contacts.primary
    known = contact.gitlab.casefold() if contact else ""
    came = [one for one in outsiders(facts) if one.username.casefold() != known]
    if seat is None:
        names = ", ".join(code(f"@{one.username}") for one in came)
        if came:
            yield Say("CT-12", "contact_came", {"contact": name, "names": names})
        return
    on = seat.invited_on or facts.today
    values = {"contact": name, "on": on.isoformat(), "days": str((facts.today - on).days)}
    yield Say("CT-12", "contact_awaited", values)
    if facts.today >= on + timedelta(days=settings.invitation_days):
        who = (facts.partner.account_manager,) if manager_of(facts) else _above(facts)
        yield Tell("CT-12", "contact_awaited", f"invitation {on.isoformat()}", who, values)
