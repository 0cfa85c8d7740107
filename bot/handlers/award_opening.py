"""An award issue is opened once for each partner and certification, as soon as all that the award asks for is there.

For a programme in which partners enrol that is when its tracking issue was closed as it should be; for others, when
the registry's numbers reach what is required. One that a person opened from the template counts as the award's issue;
of several the oldest stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Say
from bot.domain.closing import CLOSED, last_event
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.partners.awarding import award_key, award_labels, known
from bot.domain.partners.cases import Tracking
from bot.domain.partners.changes import certification
from bot.domain.partners.eligibility import failing
from bot.domain.partners.programme import BOT, Programme
from bot.domain.partners.provisioning import account_of, manager_of
from bot.domain.partners.readiness import awards_for, failing_lines, requirements
from bot.domain.partners.record import Request
from bot.domain.partners.steps import CloseTwin, Drop, OpenCase, Tell
from bot.domain.partners.tracking import Closing, manager_handle, partner_standing
from bot.domain.plan import distinct
from bot.domain.speech import code, quoted
from bot.domain.subject import Subject

HANDBOOK = ("AW-04", "AW-05", "AW-06")


@dataclass(frozen=True, slots=True)
class Settings:
    """The award is due `days` after it is opened, as the account manager is assigned with it."""

    enabled: bool = True
    days: int = 7


def award_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """A new one may be a second one."""
    award, created = known(facts), facts.issue.created_at
    if award and facts.issue.is_open and created and created.astimezone(facts.site.zone).date() == facts.today:
        yield Subject.partner(award.partner.id)


def tracking_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """Closed, it is what an award is opened for."""
    case = facts.case
    if isinstance(case, Tracking) and not facts.issue.is_open and not certification(case.partner, case.programme.key):
        yield Subject.partner(case.partner.id)


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[OpenCase | CloseTwin | Drop | Tell | Say]:
    asked = [one for one in facts.requests if one.what == "award"]
    for programme in facts.site.programmes.active:
        mine = [one for one in asked if one.values.get("certification") == programme.key]
        yield from _opened(facts, settings, programme, mine)
        there = [one.issue for one in awards_for(facts, programme) if one.issue.is_open]
        yield from (CloseTwin(twin, there[0]) for twin in there[1:])
    yield from map(Drop, asked)


def _opened(
    facts: PartnerFacts, settings: Settings, programme: Programme, asked: list[Request]
) -> Iterator[OpenCase | Tell | Say]:
    if certification(facts.partner, programme.key) or awards_for(facts, programme):
        return
    lacks, label = failing(requirements(facts, programme)), quoted(programme.name)
    is_over = facts.tracking is not None and not facts.tracking.issue.is_open and facts.record is not None
    if not lacks and (asked or programme.opened_by == BOT):
        yield _case(facts, settings, programme)
    elif not lacks:
        role = facts.site.registry.role(programme.opened_by)
        who = role.name if role else code(programme.opened_by)
        yield Say("AW-05", "theirs", {"certification": label, "who": who, "order": _order(facts, programme)})
    elif programme.is_tracked and is_over and facts.record and not facts.record.withdrawn_on:
        yield Say("AW-06", "lacking", {"certification": label, "rows": failing_lines(lacks)}, internal=True)
        yield from _withheld(facts, programme, failing_lines(lacks))
    for one in asked if lacks else ():
        values = {"certification": label, "rows": failing_lines(lacks)}
        yield Tell("AW-06", "lacking", f"award {one.key}", (one.by,), values)


def _withheld(facts: PartnerFacts, programme: Programme, rows: str) -> Iterator[Tell]:
    """Closed as it should be, the partner waits for its award: who can help hears once what keeps it away."""
    found = partner_standing(facts)
    event = last_event(found[0], CLOSED) if found and found[1].closing is Closing.VALID else None
    if event:
        registry = facts.site.registry
        manager = manager_handle(registry, facts.partner, facts.accounts)
        who = distinct((manager, registry.holder(programme.closes)))
        values = {"certification": quoted(programme.name), "rows": rows}
        yield Tell("AW-06", "lacking", f"closed {event.at}", who, values)


def _case(facts: PartnerFacts, settings: Settings, programme: Programme) -> OpenCase:
    manager, record, partner = manager_of(facts), facts.record_issue, facts.partner
    return OpenCase(
        key=award_key(partner, programme),
        kind="award",
        project=facts.site.home,
        partner=partner.id,
        programme=programme.key,
        values={"account_manager": manager.username if manager else partner.account_manager},
        assign=tuple(dict.fromkeys(one for one in (manager, _helper(facts)) if one)),
        labels=award_labels(facts.site.labels.base.name, facts.site.registry),
        due=facts.today + timedelta(days=settings.days) if manager else None,
        link=(record.project_id, record.iid) if record else None,
    )


def _helper(facts: PartnerFacts) -> Person | None:
    region = facts.site.registry.region(facts.partner.region)
    handles = (region.phd, region.phd_backup) if region else ()
    return next((one for one in (account_of(facts, handle) for handle in handles) if one), None)


def _order(facts: PartnerFacts, programme: Programme) -> str:
    return code(f"@{facts.site.bot.username} award open {facts.partner.id} {programme.key}")
