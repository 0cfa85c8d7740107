"""A partner's two reports: what they say, when they are open, and what they keep to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
import requests

from bot.domain.actions import Say
from bot.domain.gitlab import Issue
from bot.domain.partners.record import Extension, Record, Request
from bot.domain.partners.steps import Drop, KeepRecord, MakeGroup, OpenCase, Tell
from bot.domain.plan import Failure, Plan
from bot.granted import Granted
from bot.partners.keeping import AUDIT
from bot.partners.records import HARDLY_CHANGES, Records
from bot.sandbox.example import PARTNER_PROJECT
from bot.voice.report import Reports
from tests.plumbing.partner_world import FOLDER, TODAY, World, partner_world, record
from tests.stage import HOME

MISSING = Say("PF-05", "missing")
VISIBLE = Say("PF-05", "visible", {"path": f"`{FOLDER}`", "visibility": "`public`"})
TRACKING = OpenCase("tracking:ctp", "tracking", PARTNER_PROJECT, "bolt", "ctp", {})


@pytest.fixture
def world() -> Iterator[World]:
    with partner_world() as found:
        yield found


def kept(world: World, begin: str = "CTP enrolment") -> Issue | None:
    found = [one for one in world.daily.issues_in(HOME) if one.title.startswith(begin)]
    assert len(found) <= 1
    return found[0] if found else None


def text(world: World, begin: str = "CTP enrolment") -> str:
    issue = kept(world, begin)
    assert issue
    return issue.description.partition("<!--")[0]


def test_there_is_no_issue_until_there_is_something_to_say(world: World) -> None:
    assert world.writes() == []
    assert not world.granting.differs(world.facts(), world.plan())


def test_a_record_on_its_way_is_open_and_closes_with_the_tracking_issue(world: World) -> None:
    world.grant(TRACKING, KeepRecord(record()))
    world.grant()
    issue, facts = kept(world), world.facts()
    assert issue
    assert issue.is_open
    assert [one.username for one in issue.assignees] == ["cam-amer"]
    assert facts.record
    assert facts.tracking
    started = facts.record.started_on
    assert started
    assert facts.site.programmes.active[1].deadline.due(started) == issue.due_date
    place = facts.tracking.issue
    assert f"| Tracking issue | {place.reference} |" in issue.description
    world.people("cam-amer").update_issue(place.project_id, place.iid, {"state_event": "close"})
    assert world.granting.differs(world.facts(), world.plan())
    world.grant()
    issue = kept(world)
    assert issue
    assert not issue.is_open
    assert world.facts().record == facts.record, "what is known stays"


def test_a_folder_alone_needs_no_open_issue(world: World) -> None:
    world.grant(KeepRecord(record(ctp=False)))
    issue = kept(world, "Partner folder: Bolt Services")
    assert issue
    assert not issue.is_open
    assert world.facts().record == record(ctp=False)
    assert "Tracking issue" not in issue.description
    assert world.writes(KeepRecord(record(ctp=False))) == []


def test_the_record_tells_extensions_and_a_withdrawal_without_echoing(world: World) -> None:
    reason = "Illness @all\n/close"
    extended = record(
        tracking=(1, 999),
        started_on=date(2026, 6, 1),
        extensions=(Extension(date(2027, 3, 1), "services-lead", TODAY, reason),),
    )
    world.grant(KeepRecord(extended))
    said = text(world)
    assert "Extended to 2027-03-01 by `@services-lead` on 2026-11-23: `Illness @all /close`" in said
    assert "| Deadline | 2027-03-01 |" in said
    assert "| Tracking issue | gone, or hidden from me |" in said
    world.grant(KeepRecord(replace(extended, withdrawn_on=TODAY, withdrawn_by="cam-amer")))
    assert "**Withdrawn** on 2026-11-23 by `@cam-amer`." in text(world)


def test_who_asked_is_linked(world: World) -> None:
    asked = world.people("cam-amer").create_issue(HOME, {"title": "Please enrol Bolt"})
    world.grant(KeepRecord(record(request=(asked.project_id, asked.iid))))
    assert f"`@cam-amer` asked for it on 2026-11-23 in {asked.reference}." in text(world)


def test_points_of_the_audit_stand_in_an_issue_of_their_own(world: World) -> None:
    plan = replace(world.plan(MISSING), wishes=(*world.plan(MISSING).wishes, *world.plan(VISIBLE, by=AUDIT).wishes))
    granted = Granted()
    world.granting.grant(world.facts(), plan, lambda: None, granted)
    assert [(deed.handler, deed.action) for deed in granted.deeds] == [
        ("partner_record", "open report"),
        ("partner_folder", "open report"),
    ]
    folder, own = kept(world, "Partner folder to be put right: Bolt Services"), kept(world, "About the partner")
    assert folder
    assert own
    assert folder.labels == {"Channel", "Channel Priority:1"}
    assert [one.username for one in folder.assignees] == ["cam-amer"]
    assert not world.granting.differs(world.facts(), plan)
    world.grant()
    folder = kept(world, "Partner folder")
    assert folder
    assert not folder.is_open
    assert "is as it should be" in folder.description


def test_what_is_internal_is_not_said_where_others_read_along() -> None:
    with partner_world(is_staffs=False) as world:
        secret = replace(MISSING, internal=True)
        plan = replace(world.plan(secret), wishes=(*world.plan(secret).wishes, *world.plan(VISIBLE, by=AUDIT).wishes))
        world.granting.grant(world.facts(), plan, lambda: None, Granted())
        assert kept(world, "About the partner") is None
        said = text(world, "Partner folder")
        assert "Something is to be put right in the partner's folder (1 in all)." in said
        assert FOLDER not in said


def test_people_are_told_once_on_the_record(world: World) -> None:
    step = Tell("CT-17", "missing", "late", ("cam-amer", "phd-amer"))
    world.grant(KeepRecord(record()), step)
    issue = kept(world)
    assert issue
    [note] = [one for one in world.daily.notes(issue.project_id, issue.iid) if not one.system]
    assert note.body.startswith("@cam-amer, @phd-amer: **Due date:**")
    assert "([CT-17](" in note.body
    assert world.writes(KeepRecord(record()), step) == []


def test_people_are_told_where_there_is_no_record(world: World) -> None:
    """Nobody enrolled the partner: there is an issue as long as it takes."""
    step = Tell("AW-04", "missing", "declined", ("cam-amer",))
    assert [deed.action.partition(" ")[0] for deed in world.grant(step).deeds] == ["open", "tell"]
    issue = kept(world, "About the partner: Bolt Services")
    assert issue
    assert "Due date" in issue.description
    world.grant(step)
    issue = kept(world, "About the partner: Bolt Services")
    assert issue
    assert not issue.is_open
    assert world.writes(step) == []
    assert len([one for one in world.daily.notes(issue.project_id, issue.iid) if not one.system]) == 1


def test_a_handler_that_failed_takes_nothing_from_the_reports(world: World) -> None:
    """It may have had more to say; what is asked for is kept all the same."""
    world.grant(MISSING)
    failed = replace(world.plan(), failures=(Failure("due", "KeyError: 'x'"),))
    assert not world.granting.differs(world.facts(), failed)
    world.granting.grant(world.facts(), failed, lambda: None, Granted())
    assert "Due date" in text(world, "About the partner")
    granted = Granted()
    failing: Plan = replace(failed, wishes=world.plan(KeepRecord(record())).wishes)
    world.granting.grant(world.facts(), failing, lambda: None, granted)
    assert world.facts().record == record()
    assert {subject.key for subject in granted.touched} == {"partner:bolt"}


def test_where_the_bot_is_told_to_keep_off_requests_wait(world: World) -> None:
    world.grant(KeepRecord(record()))
    issue = kept(world)
    assert issue
    world.people("cam-amer").update_issue(issue.project_id, issue.iid, {"add_labels": "bot::hands-off"})
    request = Request("note 2", "bolt", "withdraw", "cam-amer", TODAY, (1, 1))
    world.requests.post(request)
    wanted: Record = record(heard=("note 2",), withdrawn_on=TODAY)
    granted = world.grant(KeepRecord(wanted), Tell("CT-17", "missing", "late", ("cam-amer",)))
    assert (granted.deeds, granted.touched) == ([], [])
    assert world.facts().requests == (request,)
    assert world.facts().record == record()


def test_a_request_that_comes_to_nothing_is_ticked_off(world: World) -> None:
    request = Request("note 3", "bolt", "create", "cam-amer", TODAY, (1, 1))
    world.requests.post(request)
    assert [deed.action for deed in world.grant(Drop(request)).deeds] == ["tick off the request `create`"]
    assert world.facts().requests == ()
    assert world.grant(Drop(request)).deeds == []


def test_a_request_in_the_record_is_ticked_off_although_nothing_else_is_wished(world: World) -> None:
    """The process ended between writing the record and saying so in the database, or that one is new."""
    world.grant(KeepRecord(record(heard=("note 4",))))
    world.requests.post(Request("note 4", "bolt", "enrol", "cam-amer", TODAY, (1, 1)))
    assert world.granting.differs(world.facts(), world.plan())
    world.grant()
    assert world.facts().requests == ()


def test_who_goes_by_the_record_looks_again(world: World) -> None:
    granted = world.grant(KeepRecord(record(tracking=(1, 999), started_on=TODAY)))
    assert {subject.key for subject in granted.touched} == {"partner:bolt", "issue:1/999"}


def test_a_renamed_partner_keeps_its_record(world: World) -> None:
    world.grant(KeepRecord(record()))
    renamed = replace(world, partner=replace(world.partner, name="Bolt & Sons"))
    renamed.grant()
    issue = kept(world, "CTP enrolment: Bolt & Sons")
    assert issue
    assert renamed.facts().record == record()


def test_a_tracking_issue_that_was_lost_costs_no_time(world: World) -> None:
    """The deadline counts from the first one, and whoever knows records of some seconds ago hears at once."""
    world.records.all(0)
    world.grant(TRACKING, KeepRecord(record(started_on=date(2026, 6, 1))))
    _, now = world.records.all(60)["bolt"]
    assert now.started_on == date(2026, 6, 1)
    assert now.tracking


def test_places_appear_once_they_are_there(world: World) -> None:
    world.grant(KeepRecord(record()))
    assert "| Folder | not there yet |" in text(world)
    world.grant(MakeGroup(FOLDER, "Bolt Services"))
    world.grant()
    assert f"| Folder | [`{FOLDER}`](" in text(world)


def test_another_process_hears_of_a_record_at_once(world: World) -> None:
    """It believed its list for an hour; that it is an old one costs no call to learn."""
    other = Records(world.records.reports, world.records.memory)
    assert other.all(HARDLY_CHANGES) == {}
    world.grant(KeepRecord(record()))
    _, known = other.all(HARDLY_CHANGES)["bolt"]
    assert known.ctp
    requests.delete(f"{world.sandbox.url}/sandbox/requests", timeout=10)
    assert other.all(HARDLY_CHANGES)
    assert requests.get(f"{world.sandbox.url}/sandbox/requests", timeout=10).json() == []


def test_who_reads_a_record_says_so_for_a_writer_who_died(world: World) -> None:
    """Then everybody hears of it as soon as anybody looks."""
    reports, memory = world.records.reports, world.records.memory
    reader, believer = Records(reports, memory), Records(reports, memory)
    believer.all(0)
    reader.all(0)
    original = memory.cursor("records")
    world.grant(KeepRecord(record()))
    memory.move_cursor("records", original or "")
    assert believer.all(HARDLY_CHANGES) == {}
    reader.all(0)
    assert "bolt" in believer.all(HARDLY_CHANGES)


def test_a_list_that_was_read_while_somebody_wrote_is_not_believed(world: World) -> None:
    """The record may be missing in it."""
    reports, memory = world.records.reports, world.records.memory

    class Slow(Reports):
        """A list that GitLab sends while somebody writes."""

        def every(self) -> list[Issue]:
            found = super().every()
            world.records.written()
            return found

    slow = Records(Slow(reports.gateway, reports.marker, reports.wording, reports.site, memory), memory)
    slow.all(HARDLY_CHANGES)
    requests.delete(f"{world.sandbox.url}/sandbox/requests", timeout=10)
    slow.all(HARDLY_CHANGES)
    assert len(requests.get(f"{world.sandbox.url}/sandbox/requests", timeout=10).json()) == 1
