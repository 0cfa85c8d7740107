"""Each step alone: done once it is found done, refused it becomes a point, and people's own deeds stay as they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import Issue, Person
from bot.domain.marks import Mark, Marker
from bot.domain.partners.steps import (
    CloseTwin,
    HideGroup,
    KeepRecord,
    MakeGroup,
    MakeProject,
    MoveProject,
    OpenCase,
    PartnerAction,
    PutDraft,
    PutMember,
    PutTemplates,
    Relate,
)
from bot.domain.places import Room
from bot.errors import BadToken, TryLater
from bot.gateway import Gateway
from bot.granted import DONE, Granted
from bot.sandbox.example import PARTNER_GROUP, PARTNER_PROJECT
from tests.plumbing.partner_world import FOLDER, PROJECT, World, partner_world, record
from tests.stage import HOME

DEVELOPER, MAINTAINER, OWNER = 30, 40, 50
COLLABORATION = f"{PARTNER_GROUP}/collaboration"
AWARD = "award:psp"


@dataclass(frozen=True, slots=True)
class Row:
    """A step, made where there is a world, and the write that does it, as method and the end of its path."""

    name: str
    step: Callable[[World], PartnerAction]
    write: tuple[str, str]


def award(world: World, **given: Any) -> OpenCase:
    people = (world.person("cam-amer"), world.person("phd-amer"))
    return replace(OpenCase(AWARD, "award", HOME, "bolt", "psp", {}, people, ("Channel",), date(2026, 12, 1)), **given)


def tracked(world: World, since: str = "") -> OpenCase:
    return OpenCase(f"tracking bolt{since}", "tracking", PARTNER_PROJECT, "bolt", "ctp", {})


def room(world: World) -> Room:
    found = world.owner.room(PARTNER_PROJECT)
    assert found
    return found


def opened(world: World, title: str, by: str = "cam-amer") -> Issue:
    return world.people(by).create_issue(HOME, {"title": title})


def shown(world: World) -> HideGroup:
    """A group that others can see."""
    for path in ("gitlab-com/channel", "gitlab-com/channel/partners", "gitlab-com/channel/partners/emea"):
        folder = world.owner.folder(path)
        assert folder
        world.owner.update_folder(folder.id, visibility="public")
    return HideGroup("gitlab-com/channel/partners/emea")


ROWS = (
    Row("make a group", lambda _: MakeGroup(FOLDER, "Bolt Services"), ("POST", "/groups$")),
    Row("hide a group", shown, ("PUT", r"/groups/\d+$")),
    Row(
        "let somebody in",
        lambda world: PutMember(COLLABORATION, MAINTAINER, world.person("quinn-example")),
        ("POST", "/members$"),
    ),
    Row(
        "raise somebody",
        lambda world: PutMember(COLLABORATION, DEVELOPER, world.person("kim-example")),
        ("PUT", r"/members/\d+$"),
    ),
    Row(
        "invite an address",
        lambda _: PutMember(COLLABORATION, DEVELOPER, email="robin@bolt.example"),
        ("POST", "/invitations$"),
    ),
    Row("make a project", lambda _: MakeProject(f"{COLLABORATION}/ctp", "CTP"), ("POST", "/projects$")),
    Row("move a project", lambda world: MoveProject(room(world), PARTNER_GROUP), ("PUT", "/transfer$")),
    Row("put the templates", lambda _: PutTemplates(PARTNER_PROJECT, "ctp", "bolt"), ("POST", "/commits$")),
    Row("open an award", award, ("POST", "/issues$")),
    Row(
        "relate two issues",
        lambda world: Relate(opened(world, "Candidate"), opened(world, "Tracking")),
        ("POST", "/links$"),
    ),
    Row(
        "close a twin",
        lambda world: CloseTwin(opened(world, "Award, again"), opened(world, "Award")),
        ("POST", "/links$"),
    ),
)


@pytest.fixture(scope="module")
def shared() -> Iterator[World]:
    """For steps that do not stand in each other's way."""
    with partner_world() as found:
        yield found


@pytest.fixture
def world() -> Iterator[World]:
    with partner_world() as found:
        yield found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_step_is_done_once_and_told_when_refused(shared: World, row: Row) -> None:
    """GitLab refuses it first; then it does it; then there is nothing left to do."""
    step, (method, path) = row.step(shared), row.write
    shared.fault(kind="fail", status=403, method=method, path=path, body='{"message":"403 Forbidden"}')
    refused = shared.grant(step)
    assert [deed.outcome == DONE for deed in refused.deeds] == [False, True], "refused, and the record says so"
    assert "I could not" in shared.record_text()
    assert refused.touched == []
    done = shared.grant(step)
    assert [deed.outcome for deed in done.deeds] == [DONE, DONE]
    assert done.touched
    shared.grant()
    assert shared.writes(step) == []


def test_nobody_is_lowered(shared: World) -> None:
    pat, cam = shared.person("pat-example"), shared.person("cam-emea")
    assert shared.writes(PutMember(COLLABORATION, DEVELOPER, pat)) == []
    assert shared.writes(PutMember(COLLABORATION, DEVELOPER, cam)) == [], "a member from above is one"


@pytest.mark.parametrize(
    ("person", "said"),
    [
        (lambda world: world.person("quinn-example"), "`@quinn-example` is blocked"),
        (lambda _: Person(9999, "gone-example"), "`@gone-example` is gone"),
    ],
)
def test_a_blocked_account_is_let_in_nowhere(world: World, person: Callable[[World], Person], said: str) -> None:
    quinn = world.person("quinn-example")
    world.people("root")._write("other", "POST", f"/users/{quinn.id}/block", lambda _: None)
    [deed, _] = world.grant(PutMember(COLLABORATION, MAINTAINER, person(world))).deeds
    assert said in deed.outcome
    assert said.replace("`", "") in world.record_text().replace("`", "")


def test_an_invitation_that_was_taken_back_is_not_made_again(world: World) -> None:
    step = PutMember(COLLABORATION, DEVELOPER, email="robin@bolt.example")
    world.grant(step)
    folder = world.owner.folder(COLLABORATION)
    assert folder
    world.owner._write("other", "DELETE", f"/groups/{folder.id}/invitations/robin%40bolt.example", lambda _: None)
    assert world.writes(step) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (MakeGroup("gitlab-com/channel/partners/nowhere/bolt", "Bolt"), "There is no group"),
        (HideGroup("gitlab-com/channel/partners/nowhere"), "There is no group"),
        (MoveProject(Room(9999, "a/b", "b", "a", "main", "", "private"), PARTNER_GROUP), "is gone"),
        (PutTemplates(PARTNER_PROJECT, "msp2", "bolt"), "knows no programme"),
        (OpenCase("award:x", "award", HOME, "bolt", "x", {}), "knows no programme"),
        (OpenCase("tracking:ctp", "tracking", PROJECT, "bolt", "ctp", {}), "answered 404"),
    ],
)
def test_what_cannot_be_is_said(shared: World, step: PartnerAction, said: str) -> None:
    deed, *_ = shared.grant(step).deeds
    assert said in deed.outcome
    assert "I could not" in shared.record_text()


def test_a_partner_of_a_region_that_is_gone_gets_no_award(shared: World) -> None:
    lost = replace(shared, partner=replace(shared.partner, region="mars"))
    granted = Granted()
    facts = replace(shared.facts(), partner=lost.partner)
    shared.granting.grant(facts, lost.plan(award(shared, key="award:mars")), lambda: None, granted)
    assert "regions.yml knows no region `mars`" in granted.deeds[0].outcome


def test_a_project_that_people_moved_is_not_made_again(world: World) -> None:
    world.owner.transfer_room(room(world).id, PARTNER_GROUP)
    deed, _ = world.grant(MakeProject(PARTNER_PROJECT, "Workspace")).deeds
    assert f"was moved to `{PARTNER_GROUP}/workspace`" in deed.outcome


def test_a_place_that_somebody_made_meanwhile_is_found(world: World) -> None:
    """It was not there at the look before, and GitLab says that it is taken."""
    assert world.granting.places
    lagging = _Lagging(world.owner)
    granting = replace(world.granting, places=replace(world.granting.places, owner=lagging))
    late = replace(world, granting=granting)
    for step in (MakeGroup(COLLABORATION, "Collaboration"), MakeProject(PARTNER_PROJECT, "Workspace")):
        lagging.lags = True
        assert late.grant(step).deeds == []


class _Lagging(Gateway):
    """Does not see once what is there."""

    def __init__(self, other: Gateway) -> None:
        super().__init__(other.url, other._token)
        self.lags = False

    def folder(self, group: int | str) -> Any:
        return None if group == COLLABORATION and self._late() else super().folder(group)

    def room(self, project: int | str) -> Any:
        return None if self._late() else super().room(project)

    def _late(self) -> bool:
        self.lags, lags = False, self.lags
        return lags


def test_a_member_whom_gitlab_does_not_show_is_told(world: World) -> None:
    """Else the partner would be looked at again and again."""
    world.fault(kind="fail", status=409, method="POST", path="/members$", body='{"message":"Member already exists"}')
    deed, _ = world.grant(PutMember(COLLABORATION, MAINTAINER, world.person("quinn-example"))).deeds
    assert "look at the group's members" in deed.outcome


def test_a_bad_owners_token_is_told_and_a_bad_daily_one_raised(world: World) -> None:
    world.fault(kind="fail", status=401, method="POST", path="/groups$", body='{"message":"401 Unauthorized"}')
    deed, _ = world.grant(MakeGroup(FOLDER, "Bolt Services")).deeds
    assert "GITLAB_OWNER_TOKEN" in deed.outcome
    world.fault(kind="fail", status=401, method="POST", path="/issues$", body='{"message":"401 Unauthorized"}')
    with pytest.raises(BadToken):
        world.grant(award(world))


def test_what_people_edited_in_a_project_stays(world: World) -> None:
    """Only the files that are missing are committed, in one commit."""
    at = room(world)
    name = ".gitlab/issue_templates/CTP_Requirement_Tracking_Issue.md"
    world.owner.commit_files(at.id, "main", "Our own words", {name: "Our own\n"})
    world.grant(PutTemplates(PARTNER_PROJECT, "ctp", "bolt"))
    assert world.owner.file(at.id, name, "main") == "Our own\n"
    readme = world.owner.file(at.id, "README.md", "main")
    assert readme
    assert readme.startswith("# Workspace"), "as it was"
    newest, before = world.owner.commits(at.id, "main", limit=2)
    assert (newest.message, before.message) == ("Add the issue templates and a README", "Our own words")


def test_an_award_is_opened_with_people_label_due_date_and_link(world: World) -> None:
    other = opened(world, "Where it began")
    world.grant(award(world, link=(other.project_id, other.iid)))
    issue = next(one for one in world.daily.issues_in(HOME) if "Award" in one.title)
    assert issue.title == "Partner_Certification_Award - Bolt Services - PSP"
    assert {one.username for one in issue.assignees} == {"cam-amer", "phd-amer"}
    assert issue.labels == {"Channel"}
    assert issue.due_date == date(2026, 12, 1)
    assert "- First certification: yes" in issue.description
    assert world.daily.linked(issue.project_id, issue.iid) == ((other.project_id, other.iid),)


def test_a_link_that_got_lost_is_made_at_the_next_look(shared: World) -> None:
    other = opened(shared, "Where it began")
    step = award(shared, link=(other.project_id, other.iid))
    shared.grant(replace(step, link=None))
    assert [call.rpartition("/")[2] for call in shared.writes(step)] == ["links"]


def test_where_there_is_one_assignee_the_others_are_mentioned() -> None:
    with partner_world(tier="free") as world:
        world.grant(award(world))
        [issue] = [one for one in world.daily.issues_in(HOME) if "Award" in one.title]
        assert [one.username for one in issue.assignees] == ["cam-amer"]
        assert "@phd-amer: this is yours as well" in issue.description


def test_an_issue_whose_answer_got_lost_is_found_at_once(world: World) -> None:
    world.fault(kind="drop_after", method="POST", path="/issues$")
    assert world.grant(award(world)).deeds[0].outcome == DONE
    assert len([one for one in world.daily.issues_in(HOME) if "Award" in one.title]) == 1


def test_a_forged_mark_makes_no_case(world: World) -> None:
    mark = Marker(b"another key").write(Mark("case", AWARD, "partner:bolt"))
    world.daily.create_issue(HOME, {"title": "Not it", "description": mark})
    world.grant(award(world))
    assert len([one for one in world.daily.issues_in(HOME) if "Award" in one.title]) == 1


def test_who_is_blocked_is_not_assigned() -> None:
    with partner_world(tier="free") as world:
        cam, phd = world.person("cam-amer"), world.person("phd-amer")
        world.grant(award(world, assign=(replace(cam, state="blocked"), phd)))
        [issue] = [one for one in world.daily.issues_in(HOME) if "Award" in one.title]
        assert [one.username for one in issue.assignees] == ["phd-amer"]


def test_twins_of_a_case_give_way_to_the_oldest(world: World) -> None:
    """As two workers that were cut off from each other would have opened them."""
    world.grant(award(world))
    [first] = [one for one in world.daily.issues_in(HOME) if "Award" in one.title]
    world.daily.create_issue(HOME, {"title": first.title, "description": first.description})
    copied = world.people("cam-amer").create_issue(HOME, {"title": first.title, "description": first.description})
    world.grant(award(world))
    states = {one.iid: one.state for one in world.daily.issues_in(HOME) if "Award" in one.title}
    assert states == {first.iid: "opened", first.iid + 1: "closed", copied.iid: "opened"}
    assert world.writes(award(world)) == []


def test_who_is_enrolled_anew_has_one_open_tracking_issue(world: World) -> None:
    """What was begun before the withdrawal is closed with a link, once."""
    first, again = tracked(world), tracked(world, " 2027-01-11")
    world.grant(first)
    world.grant(again)
    old, new = sorted(world.daily.issues_in(PARTNER_PROJECT), key=lambda one: one.iid)[-2:]
    assert (old.state, new.state) == ("closed", "opened")
    (said,) = [note.body for note in world.daily.notes(old.project_id, old.iid) if not note.system]
    assert f"A new enrolment has begun and goes on in {new.reference}" in said
    assert world.writes(first) == [], "an older case closes no newer one"
    world.people("cam-amer").update_issue(old.project_id, old.iid, {"state_event": "reopen"})
    assert world.writes(again) == [], "who opens it again is left alone"


def test_a_case_of_another_partner_or_key_is_not_taken_for_this_one(world: World) -> None:
    world.grant(award(world))
    world.grant(award(world, key="award:psp:2027"))
    assert len([one for one in world.daily.issues_in(HOME) if "Award" in one.title]) == 2


def test_a_twin_is_closed_once_with_a_comment_that_links_the_original(shared: World) -> None:
    twin, original = opened(shared, "Award, again"), opened(shared, "Award")
    step = CloseTwin(twin, original)
    shared.grant(step)
    bodies = [note.body for note in shared.daily.notes(twin.project_id, twin.iid) if not note.system]
    assert len(bodies) == 1
    assert original.reference in bodies[0]
    assert not shared.daily.issue(twin.project_id, twin.iid).is_open
    shared.people("cam-amer").update_issue(twin.project_id, twin.iid, {"state_event": "reopen"})
    assert shared.writes(step) == [], "who opens it again is left alone"


@pytest.mark.parametrize("lost", ["/links$", "/notes$", r"/issues/\d+$"])
def test_a_twin_is_closed_although_an_answer_got_lost(shared: World, lost: str) -> None:
    twin, original = opened(shared, "Award, again"), opened(shared, "Award")
    method = "PUT" if lost.endswith("+$") else "POST"
    shared.fault(kind="drop_after", method=method, path=lost)
    with suppress(TryLater):
        shared.grant(CloseTwin(twin, original))
    shared.grant(CloseTwin(twin, original))
    assert not shared.daily.issue(twin.project_id, twin.iid).is_open
    assert len([note for note in shared.daily.notes(twin.project_id, twin.iid) if not note.system]) == 1
    assert len(shared.daily.linked(twin.project_id, twin.iid)) == 1


def test_a_letter_is_drafted_once(shared: World) -> None:
    issue = opened(shared, "Award")
    granted = shared.grant(PutDraft(issue, "bolt", "psp"))
    assert [deed.action for deed in granted.deeds][:1] != []
    assert shared.registrar.drafted == [issue.reference]
    assert shared.grant(PutDraft(issue, "bolt", "psp")).deeds == []
    assert shared.grant(PutDraft(issue, "bolt", "nothing")).deeds == []


def test_the_daily_account_that_may_not_open_issues_in_a_project_is_told_of(world: World) -> None:
    world.fault(kind="fail", status=403, method="POST", path="/issues$", body='{"message":"403 Forbidden"}')
    step = OpenCase("tracking:ctp", "tracking", PARTNER_PROJECT, "bolt", "ctp", {})
    world.grant(step, KeepRecord(record()))
    facts: PartnerFacts = world.facts()
    assert facts.record
    assert facts.record.tracking is None
    assert "I could not open the tracking issue" in world.record_text()
