"""AW-13 as a table of cases: which closed awards are recorded, from which day, and which are not."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Say
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.partners.changes import Certified
from bot.domain.partners.steps import Propose, Tell
from bot.domain.registry import Certification, Practitioners
from bot.domain.subject import Subject
from bot.handlers.award_record import Settings, award_affects, decide_partner
from tests.awards import ACME, ALL, BACKUP, LEAD, TASKS, award, event, partner, ticked, words
from tests.builders import BOT
from tests.handlers.test_award_close import FORM, MOST, TWICE, closed
from tests.stage import Stage

HELD = replace(ACME, certifications=(Certification("psp", date(2026, 11, 22), 11),))
LONG_AGO = replace(ACME, certifications=(Certification("psp", date(2024, 11, 22), 11),))
WRONG = (ticked("2026-11-22", "cam.1", LEAD),)
TOLD = (ticked("2026-11-23 02:00", "cam.1"),)
REFERENCE = "gitlab-com/channel/channels#42"


def recorded(day: int, month: int = 11) -> Propose:
    return Propose("acme", Certified("psp", date(2026, 11, day), month, REFERENCE))


@dataclass(frozen=True)
class Case:
    """A partner with one award, and what is wished: steps, and topics said on its record."""

    name: str
    award: IssueFacts
    steps: tuple[Any, ...] = ()
    says: tuple[str, ...] = ()
    more: tuple[tuple[str, Any], ...] = ()
    of: Any = ACME

    @property
    def facts(self) -> PartnerFacts:
        return partner(self.of, awards=(self.award,), today="2026-11-25", **dict(self.more))


CASES = (
    Case("an open award is recorded nowhere", award(*ALL)),
    Case("a complete one is, from the day of the e-mail", closed(*ALL, notes=TOLD), (recorded(23),)),
    Case("or from the day it was closed", closed(*ALL), (recorded(24),)),
    Case("or from today, where nothing tells", closed(*ALL, state_events=()), (recorded(25),)),
    Case("what is recorded is done", closed(*ALL, partner=HELD), of=HELD),
    Case("an earlier one was another", closed(*ALL, partner=LONG_AGO), (recorded(24),), of=LONG_AGO),
    Case(
        "what was proposed is people's to decide",
        closed(*ALL),
        more=(("proposed", {f"certified psp {REFERENCE}": "closed !12"}),),
    ),
    Case(
        "whatever became of an earlier award",
        closed(*ALL),
        (recorded(24),),
        more=(("proposed", {"certified psp gitlab-com/channel/channels#7": "closed !12"}),),
    ),
    Case("a twin that the bot closed is none", closed(*ALL, state_events=(event("2026-11-24", "closed", BOT),))),
    Case("nor is one that was moved", closed(*ALL, moved_to_id=5)),
    Case("nor one that says not what it is about", closed(*ALL, programme=None)),
    Case("closed too early it is opened again first", closed(*MOST)),
    Case(
        "whoever insists has the last word, and their chiefs hear",
        closed(*MOST, state_events=TWICE),
        (Tell("AW-13", "insisted", f"closed open {REFERENCE}", ("emea-lead", "programs-lead"), {}),),
        ("insisted",),
    ),
    Case("a tick that is somebody else's to make is confirmed first", closed(*ALL, notes=WRONG)),
    Case(
        "and who insists on it is told of",
        closed(*ALL, notes=WRONG, state_events=TWICE),
        (Tell("AW-13", "insisted", f"closed open {REFERENCE}", ("emea-lead", "programs-lead"), {}),),
        ("insisted",),
    ),
    Case(
        "what anybody of the Help Desk ticked is theirs",
        closed(*ALL, holders={}, assignees=(), notes=(ticked("2026-11-22", "phd.1", BACKUP),)),
        (recorded(24),),
    ),
    Case(
        "a partner that lacks something is not recorded",
        closed(*ALL),
        says=("not_recorded",),
        of=replace(ACME, practitioners=Practitioners(pse=2)),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_what_becomes_of_the_partner(case: Case) -> None:
    decided = tuple(decide_partner(case.facts, Settings()))
    said = [one for one in decided if isinstance(one, Say)]
    steps = [replace(one, values={}) if isinstance(one, Tell) else one for one in decided if one not in said]
    assert tuple(steps) == case.steps
    assert tuple(one.topic for one in said) == case.says
    assert all(one.internal for one in said)
    for one in said:
        assert REFERENCE in words("award_record", one)


def test_a_closed_award_has_its_partner_looked_at_until_it_is_recorded() -> None:
    assert list(award_affects(award(*ALL), Settings())) == []
    assert list(award_affects(closed(*ALL), Settings())) == [Subject.partner("acme")]
    assert list(award_affects(closed(*ALL, partner=HELD), Settings())) == []
    assert list(award_affects(closed(*ALL, partner=LONG_AGO), Settings())) == [Subject.partner("acme")]
    assert list(award_affects(closed(*ALL, partner=LONG_AGO, created_at=None), Settings())) == []


def test_the_second_close_stands(scene: Stage) -> None:
    """And is told on the partner's record."""
    scene.play()
    opened: ProjectIssue = scene.issue(description=FORM + TASKS)
    scene.edit(opened, state_event="close")
    scene.look(opened)
    assert scene.fresh(opened).state == "opened"
    scene.edit(opened, state_event="close")
    scene.look(opened)
    scene.look(opened)
    assert scene.fresh(opened).state == "closed"
    texts = [one.description for one in scene.home().issues.list(get_all=True, state="opened")]
    (record,) = (
        text for text in texts if "was closed twice while something was still to do or to be confirmed" in text
    )
    assert "- Share the social media kit" in record
