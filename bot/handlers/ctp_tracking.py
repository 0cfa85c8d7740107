"""A tracking issue shows each role how far it is, what is open and by when, and is assigned to whoever has to know.

The account manager and the partner's primary contact are assigned to it. The last day counts from the record; the due
date only shows it, and whoever of the team chose another one keeps it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Assign, Check, Say, SetDueDate
from bot.domain.candidate import candidate
from bot.domain.facts import IssueFacts, Tier
from bot.domain.gitlab import Person
from bot.domain.needs import Candidates, Need
from bot.domain.partners.charting import candidate_rows, number_rows, role_rows
from bot.domain.partners.eligibility import verdict
from bot.domain.partners.showing import requirement_checks
from bot.domain.partners.tracking import (
    Standing,
    contact_handle,
    is_dated_by_team,
    manager_handle,
    needs_of,
    owner_name,
    standing,
)
from bot.domain.speech import code, dictated

HANDBOOK = ("CT-11", "CT-12", "CT-13")


@dataclass(frozen=True, slots=True)
class Settings:
    """Of the open tasks of each role the first `tasks_shown` are named."""

    enabled: bool = True
    tasks_shown: int = 3


def tracking_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)
    yield Candidates()


def decide_tracking(facts: IssueFacts, settings: Settings) -> Iterator[Check | Assign | SetDueDate | Say]:
    now = standing(facts, facts.holders)
    yield from _checks(facts, now)
    if not now.is_live:
        return
    yield _progress(facts, settings, now)
    yield from _assigned(facts, now)
    if facts.issue.due_date != now.deadline and not is_dated_by_team(facts, now.case.record):
        yield SetDueDate(now.deadline)


def _checks(facts: IssueFacts, now: Standing) -> Iterator[Check]:
    case, registry = now.case, facts.site.registry
    for owner, progress in now.done.roles.items():
        claim = f"{owner_name(registry, case.partner, owner)} has done all of its tasks"
        seen = f"{progress.done} of {progress.total}"
        yield Check(claim, not progress.open, seen, "description and GitLab's own lines")
    yield Check("there is time left", not now.is_expired, f"until {now.deadline}", "the partner's record")
    yield from requirement_checks(verdict(registry, case.partner, case.programme, facts.today))


def _progress(facts: IssueFacts, settings: Settings, now: Standing) -> Say:
    case, registry = now.case, facts.site.registry
    as_of = case.partner.as_of or registry.as_of
    values = {
        "partner": dictated(case.partner.name),
        "deadline": now.deadline.isoformat(),
        "manager": code(f"@{manager_handle(registry, case.partner, facts.accounts)}"),
        "contact": code(f"@{contact_handle(case.partner)}") if contact_handle(case.partner) else "",
        "roles": role_rows(facts, now, settings.tasks_shown),
        "numbers": number_rows(case.partner, case.programme),
        "as_of": as_of.isoformat() if as_of else "",
        "candidates": candidate_rows(facts.candidates),
    }
    return Say("CT-13", "progress", values, block=True)


def _assigned(facts: IssueFacts, now: Standing) -> Iterator[Check | Assign]:
    """On a plan with one assignee that is the account manager; the contact is named in the block."""
    partner, there = now.case.partner, {one.id for one in facts.issue.assignees}
    named = [handle for handle in (partner.account_manager, contact_handle(partner)) if handle]
    found = [candidate(facts, handle) for handle in named]
    missing = [one for one in found if isinstance(one, Person) and one.id not in there]
    yield Check("whoever can be assigned is", not missing, f"{len(there)} assigned", "assignees")
    yield from map(Assign, missing[:1] if facts.site.tier is Tier.FREE else missing)
