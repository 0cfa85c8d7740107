"""What is wished for a partner comes about once, whatever was there before and wherever the way there was cut off."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import pytest

from bot.domain.actions import Action, Say
from bot.domain.partners.changes import Enrolled
from bot.domain.partners.record import Request
from bot.domain.partners.steps import (
    KeepRecord,
    MakeGroup,
    MakeProject,
    OpenCase,
    PartnerAction,
    Propose,
    PutMember,
    PutTemplates,
    Tell,
)
from bot.errors import TryLater
from bot.granted import DONE, Granted
from tests.plumbing.partner_world import FOLDER, NAMED, PROJECT, TODAY, World, partner_world, record

MAINTAINER = 40
WRITES = 10
"""So many times an enrolment writes something."""
TRACKING = "CTP_Requirement_Tracking_Issue - Bolt Services"


@dataclass
class Spoiler:
    """Has the fault desk spoil every write from the one that is the `at`-th."""

    world: World
    kind: str
    at: int
    writes: int = 0

    def __call__(self) -> None:
        self.writes += 1
        self.world.mend()
        if self.writes >= self.at:
            self.world.fault(kind=self.kind, method="POST")
            self.world.fault(kind=self.kind, method="PUT")


@pytest.fixture
def world() -> Iterator[World]:
    with partner_world() as found:
        yield found


def enrolment(world: World) -> tuple[PartnerAction, ...]:
    """Everything that takes an invited partner to its tracking issue."""
    quinn, cam = world.person("quinn-example"), world.person("cam-amer")
    return (
        MakeGroup(FOLDER, "Bolt Services"),
        MakeGroup(f"{FOLDER}/collaboration", "Collaboration"),
        MakeGroup(f"{FOLDER}/internal", "Internal"),
        PutMember(f"{FOLDER}/collaboration", MAINTAINER, quinn),
        PutMember(f"{FOLDER}/collaboration", MAINTAINER, email="robin@bolt.example"),
        MakeProject(PROJECT, NAMED),
        PutTemplates(PROJECT, "ctp", "bolt"),
        OpenCase("tracking:ctp", "tracking", PROJECT, "bolt", "ctp", {}, (cam, quinn), (), date(2027, 5, 23)),
        Propose("bolt", Enrolled(TODAY)),
        KeepRecord(record(heard=("note 1",))),
        Tell("CT-05", "missing", "enrolled", ("cam-amer",)),
    )


def test_a_partner_is_enrolled(world: World) -> None:
    granted = world.grant(*enrolment(world))
    assert {deed.outcome for deed in granted.deeds} == {DONE}
    kept, there = world.facts(), world.everything()
    assert kept.record
    assert kept.record_issue
    assert kept.tracking
    assert kept.record.tracking == (kept.tracking.issue.project_id, kept.tracking.issue.iid)
    assert kept.record.started_on
    assert kept.tracking.issue.title == TRACKING
    assert there["groups"] == {
        FOLDER: ("Bolt Services", "private", "owner"),
        f"{FOLDER}/collaboration": ("Collaboration", "private", "owner"),
        f"{FOLDER}/internal": ("Internal", "private", "owner"),
    }


def test_a_second_time_nothing_is_written(world: World) -> None:
    steps = enrolment(world)
    world.grant(*steps)
    world.grant(*steps)  # the record's issue hears of the places that are there now
    assert world.writes(*steps) == []
    granted = world.grant(*steps)
    assert (granted.deeds, granted.touched) == ([], [])
    assert not world.granting.differs(world.facts(), world.plan())


@pytest.fixture(scope="module")
def finished() -> dict[str, object]:
    """The world as the whole plan leaves it."""
    with partner_world() as world:
        settle(world, *enrolment(world))
        return world.everything()


def settle(world: World, *steps: Action) -> None:
    """Carry out, and look once more, as those who were touched do."""
    world.grant(*steps)
    world.grant(*steps)


@pytest.mark.unmeasured
@pytest.mark.parametrize("length", [3, 6, 8, 10])
def test_a_plan_that_was_cut_short_is_finished_by_the_next(finished: dict[str, object], length: int) -> None:
    with partner_world() as world:
        steps = enrolment(world)
        world.grant(*steps[:length])
        settle(world, *steps)
        assert world.everything() == finished


@pytest.mark.unmeasured
@pytest.mark.parametrize(("kind", "at"), [("drop_after", 1), ("drop_before", 2), ("fail", 2)])
def test_every_single_write_gets_lost_once_or_its_answer_does(
    world: World, finished: dict[str, object], kind: str, at: int
) -> None:
    """Each run comes one write further than the one before."""
    steps, runs = enrolment(world), 0
    while runs < WRITES + 5:
        runs += 1
        spoiler = Spoiler(world, kind, at)
        try:
            world.grant(*steps, before_write=spoiler)
            break
        except TryLater:
            assert spoiler.writes >= at
    assert WRITES - 2 <= runs <= WRITES, "each write is spoiled once, and none that came about is tried again"
    world.mend()
    settle(world, *steps)
    assert world.everything() == finished


def test_what_is_no_longer_held_is_not_written(world: World, finished: dict[str, object]) -> None:
    """Another worker may have the partner: each run ends after one write."""
    steps, runs = enrolment(world), 0
    while runs < WRITES + 5:
        runs += 1
        writes = iter([True])

        def before_write(writes: Iterator[bool] = writes) -> None:
            if not next(writes, False):
                raise TryLater("the lease is over")

        try:
            world.grant(*steps, before_write=before_write)
            break
        except TryLater:
            assert not next(writes, False)
    assert runs == WRITES
    settle(world, *steps)
    assert world.everything() == finished


def test_the_deeds_until_trouble_are_told(world: World) -> None:
    steps, granted = enrolment(world), Granted()
    world.fault(kind="drop_before", method="POST", path="/projects$")
    with pytest.raises(TryLater):
        world.granting.grant(world.facts(), world.plan(*steps), lambda: None, granted)
    assert [deed.action.partition(" `")[0] for deed in granted.deeds] == [
        "make the private group",
        "make the private group",
        "make the private group",
        "make",
        "invite",
    ]
    assert {subject.key for subject in granted.touched} == {"partner:bolt"}


def test_what_stands_on_a_refused_step_is_not_tried(world: World) -> None:
    """The record is kept all the same and says what GitLab refused; the registry hears, people are told."""
    world.fault(kind="fail", status=403, method="POST", path="/groups$", times=1)
    granted = world.grant(*enrolment(world))
    assert world.everything()["groups"] == {}
    refused, *others = granted.deeds
    assert refused.outcome != DONE
    assert [deed.action.partition(" ")[0] for deed in others] == ["propose", "open", "write", "tell"]
    text = world.record_text()
    assert f"I could not make the private group `{FOLDER}`" in text
    settle(world, *enrolment(world))
    assert "I could not" not in world.record_text()


def test_without_an_owners_token_places_are_left_to_people() -> None:
    with partner_world(has_owner=False) as world:
        granted = world.grant(*enrolment(world), Say("CT-05", "missing"))
        assert [deed.action.partition(" ")[0] for deed in granted.deeds] == ["propose", "open", "write", "tell"]
        assert world.everything()["groups"] == {}


def test_the_bot_goes_on_where_people_made_the_places() -> None:
    with partner_world(has_owner=False) as world:
        steps = enrolment(world)
        region = world.owner.folder(FOLDER.rpartition("/")[0])
        assert region
        company = world.owner.create_folder(region.id, "Bolt Services", "bolt")
        inside = world.owner.create_folder(company.id, "Collaboration", "collaboration")
        world.owner.create_room(inside.id, NAMED, PROJECT.rpartition("/")[2])
        world.grant(*(step for step in steps if isinstance(step, OpenCase | KeepRecord)))
        kept = world.facts().record
        assert kept
        assert kept.is_running


def test_requests_that_were_heard_wait_no_longer(world: World) -> None:
    request = Request("note 1", "bolt", "enrol", "cam-amer", TODAY, (1, 999))
    world.requests.post(request)
    world.requests.post(request)
    assert world.facts().requests == (request,)
    world.grant(KeepRecord(record(heard=("note 1",))))
    assert world.facts().requests == ()
