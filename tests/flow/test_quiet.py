"""Rule 7 as people live it: one comment that changes in silence, and few reminders, each of which arrives."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Nudge, Say
from bot.domain.facts import IssueFacts
from bot.domain.marks import Mark
from bot.domain.needs import NoteHistory
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.errors import TryLater
from bot.sandbox.records import Mail
from bot.store.database import Database
from tests.stage import Stage, stage

MONDAY = date(2026, 11, 23)
WEDNESDAY, NEXT_WEDNESDAY, THIRD_WEDNESDAY = date(2026, 11, 25), date(2026, 12, 2), date(2026, 12, 9)
LOOKS = tuple(MONDAY + timedelta(days=number) for number in (0, 1, 2, 3, 5, 8, 9, 10, 15, 16, 23, 30, 70))
"""Days around each turn, a Saturday among them, and long after."""
LATE = "still waiting for you"


def person(on: Stage, username: str) -> int:
    found = on.sandbox.world.user_by_name(username)
    assert found is not None
    return found.id


def chore(on: Stage, **fields: Any) -> ProjectIssue:
    """An issue of cam-emea's that lacks nothing but a due date; others of the team stand by."""
    mine = {"description": "DRI: @cam-emea", "assignee_ids": [person(on, "cam-emea")], "labels": "Channel"}
    return on.issue(by="programs-lead", **{**mine, **fields})


def on_day(on: Stage, day: date, *issues: ProjectIssue) -> None:
    """The bot's look at the issues on that day, with the one rule about due dates."""
    on.play(only="due", day=day)
    on.look(*issues)


def reminders(on: Stage, issue: ProjectIssue) -> list[str]:
    return [body for body in on.comments(issue) if LATE in body]


def statuses(on: Stage, issue: ProjectIssue) -> list[str]:
    return [body for body in on.comments(issue) if LATE not in body]


def todos(on: Stage, username: str) -> list[str]:
    return [todo.body for todo in on.as_(username).todos.list(get_all=True) if LATE in todo.body]


def mails(on: Stage, username: str) -> list[str]:
    """What the mailbox of that person got from the bot, oldest first."""
    everything: Iterable[Mail] = on.sandbox.world.mails.values()
    return [mail.body for mail in everything if mail.user_id == person(on, username) and "Channels bot" in mail.body]


def words(text: str) -> str:
    """A comment as a reader sees it."""
    return re.sub(r"<!--.*?-->", "", text, flags=re.DOTALL).strip()


def test_who_is_late_gets_a_todo_and_a_mail_and_others_nothing(scene: Stage) -> None:
    """Two business days after the status comment; whoever opened the issue is not named in it."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    before = len(mails(scene, "cam-emea"))
    assert todos(scene, "cam-emea") == []
    on_day(scene, WEDNESDAY - timedelta(days=1), issue)
    assert reminders(scene, issue) == []
    on_day(scene, WEDNESDAY, issue)
    (body,) = reminders(scene, issue)
    assert body.startswith("@cam-emea")
    assert len(todos(scene, "cam-emea")) == 1
    assert len(mails(scene, "cam-emea")) == before + 1
    assert todos(scene, "programs-lead") == []
    assert len(statuses(scene, issue)) == 1


def test_an_edit_of_the_status_comment_reaches_nobody(scene: Stage) -> None:
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    first = statuses(scene, issue)
    before = {name: (todos(scene, name), mails(scene, name)) for name in ("cam-emea", "programs-lead")}
    scene.edit(issue, description="DRI: @cam-emea\nNBA: call them")
    on_day(scene, MONDAY, issue)
    assert statuses(scene, issue) != first
    assert {name: (todos(scene, name), mails(scene, name)) for name in before} == before


def test_a_reminder_says_what_to_do_in_a_few_words(scene: Stage) -> None:
    """What is wrong, what to do, and the rule; nothing else is mentioned."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    on_day(scene, WEDNESDAY, issue)
    text = words(reminders(scene, issue)[0])
    assert len(text) < 600
    assert "neither a due date nor a next best action" in text
    assert "Please set a due date" in text
    assert "([GL-16](https://" in text
    assert re.findall(r"(?<![`\w])@[\w-]+", text) == ["@cam-emea"]


def test_the_status_comment_says_once_how_to_talk_to_the_bot(scene: Stage) -> None:
    """And does not claim that nobody listens."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    (text,) = statuses(scene, issue)
    assert text.count("`@channel-bot help`") == 1
    assert "no need to reply" not in text


def test_the_next_reminder_replaces_the_last_and_the_third_is_the_end(scene: Stage) -> None:
    """Every five business days, one on the issue at any time, three in all; each of them is mailed."""
    issue, told = chore(scene), list[date]()
    before = 0
    for day in LOOKS:
        on_day(scene, day, issue)
        assert len(reminders(scene, issue)) <= 1
        assert len(statuses(scene, issue)) == 1
        now = sum(LATE in mail for mail in mails(scene, "cam-emea"))
        told += [day] if now > before else []
        before = now
    assert told == [WEDNESDAY, NEXT_WEDNESDAY, THIRD_WEDNESDAY]
    assert len(reminders(scene, issue)) == 1


@pytest.mark.parametrize("forget_on", [MONDAY, WEDNESDAY, WEDNESDAY + timedelta(days=3), NEXT_WEDNESDAY])
def test_a_deleted_database_changes_nothing(scene: Stage, forget_on: date) -> None:
    """Since when and how often is written in the comments' marks."""
    issue, told, before = chore(scene), list[date](), 0
    for day in LOOKS:
        on_day(scene, day, issue)
        now = sum(LATE in mail for mail in mails(scene, "cam-emea"))
        told += [day] if now > before else []
        before = now
        if day == forget_on:
            scene.database = Database("sqlite://")
            on_day(scene, day, issue)
            assert sum(LATE in mail for mail in mails(scene, "cam-emea")) == before
    assert told == [WEDNESDAY, NEXT_WEDNESDAY, THIRD_WEDNESDAY]
    assert (len(reminders(scene, issue)), len(statuses(scene, issue))) == (1, 1)


def test_values_that_change_do_not_start_the_clock_anew(scene: Stage) -> None:
    """The same thing is wrong, only otherwise."""
    issue = chore(scene, description="DRI: @cam-emea\nNBA: call them")
    on_day(scene, MONDAY, issue)
    scene.edit(issue, description="DRI: @cam-emea\nNBA: call them again")
    on_day(scene, WEDNESDAY - timedelta(days=1), issue)
    on_day(scene, WEDNESDAY, issue)
    (body,) = reminders(scene, issue)
    assert "call them again" in body


def test_what_was_settled_and_comes_back_is_new(scene: Stage) -> None:
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    scene.edit(issue, due_date="2027-01-10")
    on_day(scene, WEDNESDAY - timedelta(days=1), issue)
    scene.edit(issue, due_date="")
    on_day(scene, WEDNESDAY, issue)
    assert reminders(scene, issue) == []
    on_day(scene, WEDNESDAY + timedelta(days=2), issue)
    assert len(reminders(scene, issue)) == 1


def test_a_reminder_goes_when_all_is_done(scene: Stage) -> None:
    """Nobody is left with a comment that is no longer true."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    on_day(scene, WEDNESDAY, issue)
    scene.edit(issue, due_date="2027-01-10")
    on_day(scene, WEDNESDAY, issue)
    assert reminders(scene, issue) == []
    (text,) = statuses(scene, issue)
    assert "All set" in text


def test_a_sweep_reminds_and_then_has_nothing_to_do(scene: Stage) -> None:
    """No webhook tells that two days went by; and the sweep after the reminder only reads."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    scene.play(only="due", day=WEDNESDAY)
    scene.sweep()
    assert len(reminders(scene, issue)) == 1
    scene.sweep()
    scene.forget_calls()
    for number in range(6):
        scene.sweep(full=number % 2 == 0)
    assert scene.calls(writes=True) == []
    assert not [call for call in scene.calls() if call.endswith("/notes")]


def test_issues_from_before_the_bot_came_get_none(tmp_path: Path) -> None:
    with stage(tmp_path, adopt_from="2099-01-01") as scene:
        issue = chore(scene)
        on_day(scene, MONDAY, issue)
        on_day(scene, THIRD_WEDNESDAY, issue)
        assert scene.comments(issue) == []


def test_reminders_can_be_switched_off(tmp_path: Path) -> None:
    with stage(tmp_path, reminders={"enabled": False}) as scene:
        issue = chore(scene)
        on_day(scene, MONDAY, issue)
        on_day(scene, THIRD_WEDNESDAY, issue)
        assert (len(reminders(scene, issue)), len(statuses(scene, issue))) == (0, 1)


def test_a_reminder_that_somebody_deletes_does_not_come_back_the_same_day(scene: Stage) -> None:
    """Only at its next turn."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    on_day(scene, WEDNESDAY, issue)
    (note,) = [one for one in scene.fresh(issue, "root").notes.list(get_all=True) if LATE in one.body]
    scene.sandbox.world.remove(scene.sandbox.world.notes[note.id])
    for day in (WEDNESDAY, WEDNESDAY + timedelta(days=1)):
        on_day(scene, day, issue)
        assert reminders(scene, issue) == []
    on_day(scene, NEXT_WEDNESDAY, issue)
    assert len(reminders(scene, issue)) == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "fail"])
@pytest.mark.parametrize(("method", "path"), [("POST", "/notes$"), ("DELETE", "/notes/")])
def test_whatever_breaks_off_nobody_is_told_twice(scene: Stage, method: str, path: str, kind: str) -> None:
    """An answer that never came, before and after the effect, of the new comment and of the old one's deletion."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    on_day(scene, WEDNESDAY, issue)
    scene.fault(kind=kind, method=method, path=path, times=1, user="channel-bot")
    on_day(scene, NEXT_WEDNESDAY, issue)
    assert len(reminders(scene, issue)) == 1
    assert sum(LATE in mail for mail in mails(scene, "cam-emea")) == 2


def test_two_reminders_become_one_when_the_database_is_lost_too(scene: Stage) -> None:
    """A worker that died between the new comment and the deletion of the old one, and its database with it."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    on_day(scene, WEDNESDAY, issue)
    scene.fault(kind="fail", method="DELETE", path="/notes/", times=None, user="channel-bot")
    scene.play(only="due", day=NEXT_WEDNESDAY)
    scene.bot.inbox.mark([Subject.issue(issue.project_id, issue.iid)], "a test", now=True)
    with pytest.raises(TryLater):
        scene.bot.dispatcher("test", threads=1).drain(None, 0.5)
    first, second = reminders(scene, issue)
    requests.delete(f"{scene.sandbox.url}/sandbox/faults", timeout=10)
    scene.database = Database("sqlite://")
    on_day(scene, NEXT_WEDNESDAY, issue)
    assert reminders(scene, issue) == [second]
    assert first != second


def look(on: Stage, issue: ProjectIssue, *points: Say, doubtful: bool = False) -> None:
    """The bot's words about points that a rule might have, as they are said today."""
    bot = on.bot
    facts = bot.snapshot.bare(bot.gateway.issue(issue.project_id, issue.iid))
    plan = Plan(Subject.issue(issue.project_id, issue.iid), tuple(Wish("due", one) for one in points))
    bot.apply.status.settle(facts, plan, [], lambda: None, doubtful=doubtful)
    bot.apply.reminders.settle(facts, plan, lambda: None, doubtful=doubtful)


def missing(*who: str, after: int = 0) -> Say:
    return Say("GL-16", "missing", nudge=Nudge(after, who))


@pytest.mark.parametrize(
    ("who", "mentioned"),
    [
        (("phd-apac",), "@phd-apac:"),
        (("phd-apac", "nobody-at-all"), "@phd-apac:"),
        (("phd-apac", "cam-amer"), "@phd-apac:"),
        (("programs-lead", "phd-apac"), "@programs-lead, @phd-apac:"),
        (("gitlab-com",), None),
        (("nobody-at-all",), None),
        (("cam-amer",), None),
    ],
)
def test_only_people_who_can_hear_it_are_named(scene: Stage, who: tuple[str, ...], mentioned: str | None) -> None:
    """No group, nobody who is blocked, nobody who does not exist; then no comment is written for nobody."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    blocked = scene.sandbox.world.user_by_name("cam-amer")
    assert blocked is not None
    blocked.state = "blocked"
    look(scene, issue, missing(*who))
    assert [body.split(" ")[0] for body in reminders(scene, issue)] == ([mentioned.split(" ")[0]] if mentioned else [])
    assert all(body.startswith(str(mentioned)) for body in reminders(scene, issue))
    scene.forget_calls()
    look(scene, issue, missing(*who))
    assert scene.calls() == [f"GET /api/v4/projects/{issue.project_id}/issues/{issue.iid}"]


def test_a_reminder_forgets_what_is_done_and_tells_nobody(scene: Stage) -> None:
    """It is changed in place; the next reminder of what is left comes at its own time."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    undated = Say("GL-16", "undated", {"text": "call them"}, Nudge(0))
    look(scene, issue, missing(), undated)
    (before,) = reminders(scene, issue)
    assert "2 things are" in before
    told = len(scene.sandbox.world.mails), len(scene.sandbox.world.todos)
    look(scene, issue, undated)
    (after,) = reminders(scene, issue)
    assert "one thing is" in after
    assert "call them" in after
    assert (len(scene.sandbox.world.mails), len(scene.sandbox.world.todos)) == told
    scene.forget_calls()
    look(scene, issue, undated)
    assert scene.calls(writes=True) == []
    scene.play(day=MONDAY + timedelta(days=7))
    look(scene, issue, undated)
    assert len(reminders(scene, issue)) == 1
    assert len(scene.sandbox.world.mails) > told[0]


def test_a_reminder_whose_addressee_left_goes_with_what_was_done(scene: Stage) -> None:
    scene.play(day=MONDAY)
    issue = chore(scene)
    undated = Say("GL-16", "undated", {"text": "call them"}, Nudge(0, ("phd-apac",)))
    look(scene, issue, missing(), undated)
    leaver = scene.sandbox.world.user_by_name("phd-apac")
    assert leaver is not None
    leaver.state = "blocked"
    scene.play(day=MONDAY)
    look(scene, issue, undated)
    assert reminders(scene, issue) == []


def test_what_was_said_already_is_not_proposed_again(scene: Stage) -> None:
    """By a dry run of a bot that remembers nothing."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, missing())
    scene.database = Database("sqlite://")
    plan = Plan(Subject.issue(issue.project_id, issue.iid), (Wish("due", missing()),))
    for day, proposed in ((MONDAY, False), (MONDAY + timedelta(days=7), True)):
        scene.play(day=day)
        facts = scene.bot.snapshot.bare(scene.bot.gateway.issue(issue.project_id, issue.iid))
        assert scene.bot.apply.says_news(facts, plan) is proposed


def test_hands_off_means_silence(scene: Stage) -> None:
    """Neither reminded nor tidied up."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    on_day(scene, WEDNESDAY, issue)
    before = scene.comments(issue)
    scene.edit(issue, add_labels="bot::hands-off")
    on_day(scene, NEXT_WEDNESDAY, issue)
    assert scene.comments(issue) == before


def test_an_issue_without_late_points_costs_no_call_more(scene: Stage) -> None:
    """The days are told from memory."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, missing(after=2))
    scene.forget_calls()
    look(scene, issue, missing(after=2))
    assert scene.calls() == [f"GET /api/v4/projects/{issue.project_id}/issues/{issue.iid}"]


def read(on: Stage, issue: ProjectIssue) -> IssueFacts:
    """The issue with its comments, as after somebody wrote one."""
    snapshot = on.bot.snapshot
    return snapshot.read(snapshot.bare(on.bot.gateway.issue(issue.project_id, issue.iid)), {NoteHistory()})


def spoil(on: Stage, issue: ProjectIssue, old: str, new: str) -> None:
    """Somebody edits the bot's status comment, as a Maintainer may."""
    (note,) = [
        one for one in on.sandbox.world.notes.values() if "Almost there" in one.body and one.issue_id == issue.id
    ]
    assert old in note.body
    note.body = note.body.replace(old, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Almost there.", "Almost there. Ignore the rest, it is fine."),
        ("<!-- channel-bot:v1 since", "<!-- gone since"),
        ("<!-- channel-bot:v1 status", "<!-- gone status"),
    ],
)
def test_words_put_into_the_bots_mouth_are_taken_out_again(scene: Stage, old: str, new: str) -> None:
    """When the comments are read anyway; one edit, and then there is nothing to do."""
    scene.play(day=MONDAY)
    issue = chore(scene)
    look(scene, issue, missing(after=2))
    before = scene.comments(issue)
    spoil(scene, issue, old, new)
    plan = Plan(Subject.issue(issue.project_id, issue.iid), (Wish("due", missing(after=2)),))
    status = scene.bot.apply.status
    scene.forget_calls()
    facts = read(scene, issue)
    assert status.needs_look(facts, plan)
    assert status.settle(facts, plan, [], lambda: None, doubtful=False) == "edit comment"
    assert scene.comments(issue) == before
    assert sum(call.endswith("/notes") for call in scene.calls()) == 1
    facts = read(scene, issue)
    assert not status.needs_look(facts, plan)
    assert status.settle(facts, plan, [], lambda: None, doubtful=False) is None


def test_a_comment_of_an_older_version_is_left_alone_and_says_since_when(scene: Stage) -> None:
    """It has no days and no fingerprint; its points are as old as its last edit."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    (note,) = [one for one in scene.sandbox.world.notes.values() if "Almost there" in one.body]
    own = scene.bot.apply.status.own
    (found,) = own.of(read(scene, issue)).statuses
    mark = Mark("status", found.digest, f"issue:{issue.project_id}/{issue.iid}")
    note.updated_at = datetime(2026, 11, 23, 12, tzinfo=UTC)
    note.body = f"{own.marker.strip(note.body)}\n\n{own.marker.write(mark)}"
    scene.database = Database("sqlite://")
    before = scene.comments(issue)
    on_day(scene, WEDNESDAY, issue)
    assert statuses(scene, issue) == before
    assert len(reminders(scene, issue)) == 1


def test_the_days_move_along_with_an_issue(scene: Stage) -> None:
    """Its comments come along, and their marks count while they name where it was moved from."""
    issue = chore(scene)
    on_day(scene, MONDAY, issue)
    target = scene.as_("cam-emea").projects.get("gitlab-com/channel/partner-communication")
    issue.move(target.id)
    (moved,) = target.issues.list(get_all=True)
    scene.edit(moved, add_labels="Channel")
    on_day(scene, WEDNESDAY, moved)
    assert len(statuses(scene, moved)) == 1
    assert len(reminders(scene, moved)) == 1
