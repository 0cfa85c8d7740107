"""Each method of the gateway against the sandbox GitLab."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
import requests

from bot.accounts import Accounts
from bot.domain.facts import Account
from bot.domain.labels import Label
from bot.errors import AskAPerson, Forbidden, NotThere, TryLater, Unclear
from bot.gateway import Gateway
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from tests.plumbing.gateway.parts import GROUP, HOME, Desk

P1, P2 = "Channel Priority:1", "Channel Priority:2"


def test_who_and_when_and_what(desk: Desk) -> None:
    assert desk.bot.me().username == "channel-bot"
    assert desk.bot.me() is desk.bot.me()
    assert desk.bot.version() == desk.sandbox.world.version
    desk.sandbox.world.clock.set(datetime(2027, 2, 1, 9, tzinfo=UTC))
    assert desk.bot.now(max_age=0).date() == date(2027, 2, 1)


def test_an_issue_is_one_call(desk: Desk) -> None:
    made = desk.open("Résumé 🚀", description="a\nb", labels=[P1, "emoji 🎉"], due_date=date(2027, 1, 8))
    read = desk.bot.issue(desk.home, made.iid)
    assert read == made
    assert (read.title, read.description, read.due_date) == ("Résumé 🚀", "a\nb", date(2027, 1, 8))
    assert read.labels == {P1, "emoji 🎉"}
    assert (read.reference, read.author.username, read.is_open) == (f"{HOME}#{made.iid}", "cam-emea", True)
    assert (read.has_weight, read.weight, read.milestone, read.user_notes_count) == (True, None, None, 0)
    assert read.updated_at is not None
    assert read.updated_at.tzinfo is not None


def test_all_changes_go_in_one_request(desk: Desk) -> None:
    made = desk.open("one", labels=[P1])
    person = desk.bot.user("CAM-EMEA")
    assert person is not None
    changes = {"add_labels": (P2,), "remove_labels": frozenset({P1}), "weight": 2, "assignee_ids": [person.id]}
    changed = desk.bot.update_issue(desk.home, made.iid, {**changes, "due_date": date(2027, 3, 5)})
    assert (changed.labels, changed.weight, changed.assignees) == (frozenset({P2}), 2, (person,))
    assert changed.due_date == date(2027, 3, 5)
    assert changed == desk.bot.issue(desk.home, made.iid)


def test_the_journals_tell_who_and_when(desk: Desk) -> None:
    made = desk.open("journal", labels=[P1])
    desk.bot.update_issue(desk.home, made.iid, {"remove_labels": [P1], "add_labels": [P2], "weight": 2})
    cam, bot = desk.cam.me().id, desk.bot.me().id
    events = desk.bot.label_events(desk.home, made.iid)
    assert (events[0].user_id, events[0].action, events[0].label) == (cam, "add", P1)
    assert {(one.user_id, one.action, one.label) for one in events[1:]} == {(bot, "remove", P1), (bot, "add", P2)}
    assert [(one.user_id, one.weight) for one in desk.bot.weight_events(desk.home, made.iid)] == [(bot, 2)]


def test_there_are_no_weight_events_without_weights() -> None:
    with Sandbox(example_world("http://127.0.0.1", tier="free")) as sandbox:
        gateway = Gateway.connect(sandbox.url, tokens_of(sandbox.world)["cam-emea"])
        home = gateway.project(HOME).id
        made = gateway.create_issue(home, {"title": "free"})
        assert (made.has_weight, gateway.weight_events(home, made.iid)) == (False, ())
        gateway.close()


def test_comments_without_gitlabs_own(desk: Desk) -> None:
    made = desk.open("comments")
    desk.cam.update_issue(desk.home, made.iid, {"title": "comments, renamed"})
    first = desk.cam.create_note(desk.home, made.iid, "DRI?")
    second = desk.bot.create_note(desk.home, made.iid, "Nobody yet.")
    edited = desk.bot.edit_note(desk.home, made.iid, second.id, "cam-emea.")
    assert desk.bot.notes(desk.home, made.iid) == (first, edited)
    assert [(one.body, one.author.username) for one in (first, edited)] == [
        ("DRI?", "cam-emea"),
        ("cam-emea.", "channel-bot"),
    ]
    desk.bot.delete_note(desk.home, made.iid, second.id)
    assert desk.bot.notes(desk.home, made.iid) == (first,)
    with pytest.raises(NotThere):
        desk.bot.delete_note(desk.home, made.iid, second.id)


def test_a_hundred_and_one_issues_are_two_pages(desk: Desk) -> None:
    before = [issue.id for issue in desk.bot.issues(GROUP, state="all")]
    made = [desk.open(f"issue {number}") for number in range(101)]
    desk.cam.update_issue(desk.home, made[0].iid, {"state_event": "close"})
    read = [issue.id for issue in desk.bot.issues(GROUP, state="all")]
    assert sorted(read) == sorted(before + [issue.id for issue in made])
    assert made[0].id not in [issue.id for issue in desk.bot.issues(GROUP)]
    assert len([issue for issue in desk.bot.issues(GROUP, state="closed") if issue.id == made[0].id]) == 1


def test_what_changed_since(desk: Desk) -> None:
    made = desk.open("early")
    desk.sandbox.world.clock.advance(timedelta(hours=2))
    since = desk.bot.now(max_age=0) - timedelta(hours=1)
    assert made.id not in [issue.id for issue in desk.bot.issues(GROUP, updated_after=since)]
    desk.cam.update_issue(desk.home, made.iid, {"title": "late"})
    assert [issue.title for issue in desk.bot.issues(GROUP, updated_after=since)] == ["late"]


def test_the_bots_own_issues_are_found_by_their_mark(desk: Desk) -> None:
    mark = "<!-- channel-bot report:calendar -->"
    found = desk.bot.create_issue(HOME, {"title": "Report", "description": f"text\n{mark}"})
    desk.bot.create_issue(HOME, {"title": "Another", "description": "no mark"})
    desk.open("A copy", description=mark)
    desk.bot.update_issue(desk.home, found.iid, {"state_event": "close"})
    assert [issue.iid for issue in desk.bot.find_issues(HOME, mark)] == [found.iid]


def test_milestones_from_creation_to_close(desk: Desk) -> None:
    start, due = date(2026, 11, 23), date(2026, 12, 4)
    made = desk.bot.create_milestone(GROUP, "Channel - FY27Q4 2b", start, due, "ours")
    assert (made.start, made.due, made.description, made.is_active) == (start, due, "ours", True)
    assert (made.group_id, made.project_id) == (desk.bot.group(GROUP).id, None)
    issue = desk.open("dated", milestone_id=made.id)
    other = desk.open("closed", milestone_id=made.id)
    desk.cam.update_issue(desk.home, other.iid, {"state_event": "close"})
    assert [one.iid for one in desk.bot.issues_of_milestone(GROUP, made.title)] == [issue.iid]
    assert issue.milestone == made
    changed = desk.bot.update_milestone(
        GROUP, made.id, title="FY27Q4 2b", due_date=due + timedelta(3), state_event="close"
    )
    assert (changed.title, changed.due, changed.state) == ("FY27Q4 2b", date(2026, 12, 7), "closed")
    assert changed in desk.bot.milestones(GROUP)
    assert changed not in desk.bot.project_milestones(HOME)
    with pytest.raises(AskAPerson, match="GitLab answered 400 to POST"):
        desk.bot.create_milestone(GROUP, "FY27Q4 2b", start, due)


def test_places_are_asked_for_once(desk: Desk) -> None:
    before = desk.calls()
    # The owner asked for neither yet; a project tells of the group that it lies in.
    project, group, asked = desk.owner.project(HOME), desk.owner.group(GROUP), desk.calls()
    assert asked == before + 1
    assert (desk.bot.project(HOME), desk.bot.group(GROUP), desk.calls()) == (project, group, asked)
    assert (desk.bot.project(HOME), desk.bot.group(GROUP)) == (project, group)
    assert desk.calls() == asked
    assert (project.path, group.path) == (HOME, GROUP)
    assert project.web_url.endswith(HOME)
    assert project in desk.bot.projects_in("gitlab-com")
    assert desk.bot.locate(f" {HOME}#12 ") == (project.id, 12)


@pytest.mark.parametrize("ref", ["12", "#12", "channels#12", f"{HOME}#", f"{HOME}#0", f"{HOME}#x", f"{HOME}!12"])
def test_what_is_no_reference_is_said_so(desk: Desk, ref: str) -> None:
    with pytest.raises(AskAPerson, match="write it like group/project#12"):
        desk.bot.locate(ref)


def test_hidden_and_missing_look_alike(desk: Desk) -> None:
    with pytest.raises(NotThere, match="gone, or hidden from the bot"):
        desk.bot.issue(desk.home, 999)
    with pytest.raises(NotThere):
        desk.bot.locate("gitlab-com/nowhere#1")


def test_labels(desk: Desk) -> None:
    label = Label("needs: a look", "for setup", "#112233")
    assert desk.bot.create_group_label(GROUP, label) == label
    changed = desk.bot.update_group_label(GROUP, "needs: a look", color="#445566", new_name="needs a/b look")
    assert changed == Label("needs a/b look", "for setup", "#445566")
    assert changed in desk.bot.group_labels(GROUP)


def test_hooks_of_group_and_project(desk: Desk) -> None:
    with pytest.raises((Forbidden, NotThere)):
        desk.bot.group_hooks(GROUP)
    secrets = {"token": "made-up", "signing_token": "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}
    events = {"issues_events": True, "milestone_events": True, "push_events": False}
    made = desk.owner.create_group_hook(GROUP, "http://127.0.0.1:9/a", **secrets, **events)
    assert (made.url, made.events) == ("http://127.0.0.1:9/a", frozenset({"issues_events", "milestone_events"}))
    assert (made.has_token, made.has_signing_token, made.alert_status) == (True, True, "executable")
    assert "made-up" not in repr(made)
    changed = desk.owner.update_group_hook(GROUP, made.id, "http://127.0.0.1:9/b", note_events=True)
    assert (changed.url, "note_events" in changed.events) == ("http://127.0.0.1:9/b", True)
    assert changed in desk.owner.group_hooks(GROUP)
    single = desk.owner.create_project_hook(HOME, "http://127.0.0.1:9/c", issues_events=True, push_events=False)
    moved = desk.owner.update_project_hook(HOME, single.id, "http://127.0.0.1:9/d")
    assert moved in desk.owner.project_hooks(HOME)


def test_files_are_written_in_one_commit_and_only_when_they_differ(desk: Desk) -> None:
    branch = desk.owner.default_branch(HOME)
    files = {".gitlab/issue_templates/General.md": "## Été\n", "docs/a b.md": "one\n"}
    assert desk.owner.file(HOME, "docs/a b.md", branch) is None
    assert desk.owner.commit_files(HOME, branch, "Install templates", files) is True
    assert desk.owner.file(HOME, ".gitlab/issue_templates/General.md", branch) == "## Été\n"
    assert desk.owner.commit_files(HOME, branch, "Install templates", files) is False
    assert desk.owner.commit_files(HOME, branch, "Change one", {**files, "docs/a b.md": "two\n"}) is True
    assert desk.owner.file(HOME, "docs/a b.md", branch) == "two\n"


def test_people(desk: Desk) -> None:
    members = {person.username for person in desk.bot.members(desk.home)}
    assert {"cam-emea", "channel-bot"} <= members
    assert desk.bot.user("nobody-example") is None
    assert (desk.bot.is_group(GROUP), desk.bot.is_group("nobody-example")) == (True, False)


def test_accounts(desk: Desk) -> None:
    accounts = Accounts(desk.bot)
    person = desk.bot.user("cam-emea")
    assert accounts.account(desk.home, "@CAM-EMEA") == Account("CAM-EMEA", person, member=True)
    assert accounts.account(desk.home, GROUP) == Account(GROUP, is_group=True)
    assert accounts.account(desk.home, "nobody-example") == Account("nobody-example")


def test_token_rights(desk: Desk) -> None:
    assert desk.bot.token_scopes() in (None, {"api"})


def fault(desk: Desk, **order: object) -> None:
    assert requests.post(f"{desk.sandbox.url}/sandbox/faults", json=order, timeout=10).ok


@pytest.mark.parametrize(("kind", "weight"), [("drop_before", None), ("drop_after", 3)])
def test_a_write_whose_connection_drops_is_unclear(desk: Desk, kind: str, weight: int | None) -> None:
    """Both look alike from here, which is why such a write is never repeated."""
    made = desk.open("torn")
    fault(desk, kind=kind, method="PUT")
    with pytest.raises(Unclear, match="the connection broke"):
        desk.bot.update_issue(desk.home, made.iid, {"weight": 3})
    assert desk.bot.issue(desk.home, made.iid).weight == weight


def test_a_read_outlasts_dropped_connections(desk: Desk) -> None:
    made = desk.open("read")
    fault(desk, kind="drop_after", method="GET", times=1)
    assert desk.bot.issue(desk.home, made.iid) == made


def test_a_slow_gitlab_is_not_waited_for(desk: Desk) -> None:
    made = desk.open("slow")
    hasty = Gateway.connect(desk.sandbox.url, tokens_of(desk.sandbox.world)["channel-bot"], timeout=0.1)
    fault(desk, kind="delay", method="PUT", seconds=0.4)
    with pytest.raises(Unclear, match=r"nothing came within 0\.1 s"):
        hasty.update_issue(desk.home, made.iid, {"weight": 3})
    hasty.close()


def test_nobody_at_home_is_no_traceback(desk: Desk) -> None:
    desk.sandbox.stop()
    with pytest.raises(TryLater, match="it cannot be reached") as error:
        desk.bot.update_issue(desk.home, 1, {"weight": 3})
    assert not isinstance(error.value, Unclear)
