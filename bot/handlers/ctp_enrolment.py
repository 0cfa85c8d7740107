"""An enrolled partner has a project of its own in collaboration, and in it the tracking issue that engages everybody.

The project is made empty and gets its templates in one commit, so it cannot land in the templates folder. Every step is
found done or done again: whatever broke off is finished at the next look. Without the right to make groups and projects
the bot says what a person has to do, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.actions import Check, Say
from bot.domain.facts import PartnerFacts
from bot.domain.partners.asked import wanted, written
from bot.domain.partners.changes import Change, Enrolled, Withdrawn, is_recorded, name_of
from bot.domain.partners.eligibility import entry_verdict, failing
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import by_bot, by_hand, ctp_steps, folder_steps, project_of
from bot.domain.partners.record import Record
from bot.domain.partners.showing import instruction, reference, requirement_checks
from bot.domain.partners.steps import PartnerAction, Propose, Tell
from bot.domain.speech import clean, code

HANDBOOK = ("CT-05", "CT-06", "CT-07", "CT-10", "CT-11")
ROLE = "channel_services"


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing but whether the rule is on: the names of project and issue are in certifications.yml."""

    enabled: bool = True


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | PartnerAction]:
    record = wanted(facts)
    if record is None or not record.ctp:
        return
    yield from written(facts)
    if facts.is_forgotten:
        yield Tell("CT-06", "rebuilt", "rebuilt", (facts.partner.account_manager,))
    programme = facts.site.programmes.tracked
    if record.withdrawn_on:
        yield from _proposed(facts, Withdrawn(record.withdrawn_on))
    elif record.tracking is None:
        yield from _begun(replace(facts, record=record), programme)
    else:
        yield from _followed(facts, record, programme)


def _begun(facts: PartnerFacts, programme: Programme | None) -> Iterator[Check | Say | PartnerAction]:
    """What was asked for may have become wrong before it was done."""
    if programme is None:
        yield Say("CT-05", "no_programme")
        return
    rows = entry_verdict(facts.site.registry, facts.partner, programme, facts.today)
    yield from requirement_checks(rows)
    lacking = failing(rows)
    yield Check("the tracking issue is there", False, "not opened yet", "record")
    if lacking:
        claims = "; ".join(clean(row.claim) for row in lacking)
        yield Say("CT-05", "stopped", {"claims": claims})
    else:
        yield from _provided(facts, programme)


def _provided(facts: PartnerFacts, programme: Programme) -> Iterator[Say | PartnerAction]:
    """Where the bot sees no files, nobody would be told of the templates once the project is there."""
    if facts.tree.region is None:
        return
    steps = (*folder_steps(facts), *ctp_steps(facts, programme))
    yield from by_bot(facts, steps)
    room = project_of(facts, programme)
    if room and facts.has_templates is None:
        who, at = (facts.partner.account_manager,), {"path": code(room.path)}
        yield Tell("CT-07", "templates_unseen", f"templates {room.path}", who, at)
    for step in by_hand(facts, steps):
        do = instruction(step)
        asked = {"kind": do.kind, "step": do.step, "at": do.at, "above": do.above, "name": do.name}
        yield Say("CT-06", "by_hand", {**asked, "who": do.who, "role": do.role})


def _followed(
    facts: PartnerFacts, record: Record, programme: Programme | None
) -> Iterator[Check | Say | PartnerAction]:
    """The folder is kept whole as long as the programme runs."""
    tracking = facts.tracking
    yield Check("the tracking issue is there", tracking is not None, _seen(facts), "record")
    if tracking is None:
        again = code(f"@{facts.site.bot.username} ctp enrol {facts.partner.id}")
        yield Say("CT-10", "tracking_gone", {"again": again})
        who = (facts.partner.account_manager, facts.site.registry.holder(ROLE))
        told = tuple(dict.fromkeys(name for name in who if name))
        yield Tell("CT-10", "tracking_gone", f"tracking gone {record.tracking}", told, {"again": again})
        return
    if record.started_on:
        yield from _proposed(facts, Enrolled(record.started_on))
    if programme and tracking.issue.is_open:
        yield from _provided(replace(facts, record=record), programme)


def _seen(facts: PartnerFacts) -> str:
    return reference(facts.tracking.issue if facts.tracking else None) or "gone or hidden"


def _proposed(facts: PartnerFacts, change: Change) -> Iterator[Check | Propose]:
    """What somebody closed without merging is not proposed again."""
    name = name_of(change)
    is_there = is_recorded(facts.partner, change, facts.site.registry.as_of)
    seen = "recorded" if is_there else facts.proposed.get(name, "not proposed yet")
    yield Check("the registry says so", is_there, seen, "registry partners.yml")
    if not is_there and name not in facts.proposed:
        yield Propose(facts.partner.id, change)
