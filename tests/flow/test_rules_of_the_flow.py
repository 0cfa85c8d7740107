"""The rules of the flow (DESIGN section 4), each a test named after it, on real HTTP against the sandbox."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import ModuleType
from typing import Any, cast

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.delivery import Delivery, Floor
from bot.domain.actions import AddLabel, SetWeight
from bot.domain.facts import IssueFacts
from bot.domain.subject import CALENDAR, Subject
from bot.domain.windows import Window
from bot.errors import Incomplete, TryLater
from bot.queue.leases import Again, Dead, Done, Lease
from bot.rules import Handler, Rules
from bot.store.database import Database
from tests.stage import HOME, Stage, wait_until


def subject(issue: Any) -> Subject:
    return Subject.issue(issue.project_id, issue.iid)


def lease(scene: Stage, issue: Any, floor: Floor | None = None) -> Lease:
    """A lease on the issue, as the dispatcher hands it to the worker."""
    if floor:
        scene.bot.inbox.accept(
            Delivery(f"d-{issue.iid}-{floor}", "Issue Hook", "update", (subject(issue),), floor, ()), b"{}"
        )
    scene.bot.inbox.mark([subject(issue)], "a test", now=True)
    (one,) = scene.bot.inbox.claim("a test", 1)
    return one


@dataclass(frozen=True)
class On:
    """Settings of a handler made up for a test."""

    enabled: bool = True


def made_up(name: str, decide: Any) -> Handler:
    module = ModuleType(name)
    module.__dict__.update(decide=decide, HANDBOOK=())
    return Handler(name, "", (), module)


def add_handlers(scene: Stage, *handlers: Handler) -> None:
    """Let the made-up handlers speak beside the real ones."""
    extra = Rules({handler.name: On() for handler in handlers}, handlers)
    scene.bot.rules.enabled = (*scene.bot.rules.enabled, *extra.enabled)


# 3. The payload is a hint, never evidence


def test_rule_3_a_read_older_than_the_webhook_is_looked_at_again(scene: Stage) -> None:
    """After 2, 5 and 15 seconds; then the bot goes on with what it has, and counts that."""
    issue = scene.issue()
    ahead = Floor(updated_at=datetime.now(UTC) + timedelta(minutes=5))
    held = lease(scene, issue, ahead)
    pauses = []
    for _ in range(3):
        outcome = scene.bot.worker(held)
        assert isinstance(outcome, Again)
        pauses.append(outcome.after)
    assert pauses == [2.0, 5.0, 15.0]
    assert scene.fresh(issue).labels == []
    assert scene.bot.worker(held) == Done()
    assert "Channel" in scene.fresh(issue).labels
    assert [count.value for count in scene.bot.inbox.counters() if count.name == "stale_reads_total"] == [1]


def test_rule_3_a_lagging_replica_is_waited_for(scene: Stage) -> None:
    """The sandbox answers from the past once; the next look sees what the webhook saw."""
    issue = scene.issue()
    time.sleep(0.3)
    scene.edit(issue, add_labels="Channel Priority:1")
    floor = Floor(updated_at=datetime.fromisoformat(scene.fresh(issue).updated_at))
    scene.fault(method="GET", path=rf"/issues/{issue.iid}$", times=1, kind="stale", seconds=0.2)
    held = lease(scene, issue, floor)
    first, second = scene.bot.worker(held), scene.bot.worker(held)
    assert (isinstance(first, Again), second) == (True, Done())
    assert scene.fresh(issue).weight == 1


def test_rule_3_an_issue_a_replica_does_not_know_yet_is_waited_for(scene: Stage) -> None:
    """A webhook came, so the issue exists somewhere; after three looks it counts as gone."""
    issue = scene.issue()
    scene.fault(method="GET", path=rf"/issues/{issue.iid}$", times=1, kind="fail", status=404)
    held = lease(scene, issue, Floor(updated_at=datetime.fromisoformat(issue.updated_at)))
    first, second = scene.bot.worker(held), scene.bot.worker(held)
    assert (isinstance(first, Again), second) == (True, Done())
    assert "Channel" in scene.fresh(issue).labels


def test_rule_3_an_issue_that_is_gone_is_done(scene: Stage) -> None:
    issue = scene.issue()
    scene.as_("root").projects.get(issue.project_id, lazy=True).issues.delete(issue.iid)
    assert scene.bot.worker(lease(scene, issue)) == Done()


# 4. One worker at a time holds a subject


def test_rule_4_nothing_is_written_on_a_lease_about_to_end(scene: Stage) -> None:
    """Before each write the holder checks that its lease outlasts two request timeouts."""
    issue = scene.issue()
    held = lease(scene, issue)
    held.lose()
    outcome = scene.bot.worker(held)
    assert isinstance(outcome, Again)
    assert "ends too soon" in outcome.reason
    assert scene.calls(writes=True) == []


def test_rule_4_fifty_clicks_are_one_or_two_looks(scene: Stage) -> None:
    issue = scene.issue()
    looks = 0
    for number in range(50):
        scene.bot.inbox.accept(
            Delivery(f"click-{number}", "Issue Hook", "update", (subject(issue),), Floor(), ()), b"{}"
        )
    scene.forget_calls()
    scene.drain()
    looks = scene.calls().count(f"GET /api/v4/projects/{issue.project_id}/issues/{issue.iid}")
    assert looks in (1, 2)


# 5. No difference, no write; and nobody's last word is lost


def while_the_bot_writes(scene: Stage, issue: Any, **fields: Any) -> None:
    """The bot's next PUT reaches GitLab only after a person has changed these fields."""
    scene.fault(method="PUT", path=f"/issues/{issue.iid}", user="channel-bot", times=1, kind="delay", seconds=0.5)
    looking = threading.Thread(target=scene.look, args=(issue,))
    looking.start()
    wait_until(lambda: scene.calls().count(f"GET /api/v4/projects/1/issues/{issue.iid}/resource_weight_events") > 0)
    scene.edit(issue, **fields)
    looking.join()


def test_rule_5_a_weight_set_between_read_and_write_is_the_last_word(scene: Stage) -> None:
    """The bot wrote weight 1 over it, and label and weight agreed on the wrong one; the journals tell."""
    issue = scene.issue(labels="Channel Priority:1")
    while_the_bot_writes(scene, issue, weight=3)
    fresh = scene.fresh(issue)
    assert (fresh.weight, "Channel Priority:3" in fresh.labels) == (3, True)


def test_rule_5_a_label_set_between_read_and_write_is_the_last_word(scene: Stage) -> None:
    issue = scene.issue(labels="Channel Priority:1")
    while_the_bot_writes(scene, issue, add_labels="Channel Priority:2")
    fresh = scene.fresh(issue)
    assert (fresh.weight, "Channel Priority:2" in fresh.labels) == (2, True)


@pytest.mark.parametrize("echoes", [0, 1, 2])
def test_rule_5_the_weights_are_read_again_whatever_webhooks_came(scene: Stage, echoes: int) -> None:
    """One of the bot's own may be lost, and a stranger's come, so that their number tells nothing."""
    scene.play(only="priority")
    issue = scene.issue(labels="Channel Priority:1")
    held = lease(scene, issue)
    scene.bot.inbox.settle(held, scene.bot.worker(held))
    for number in range(echoes):
        delivery = Delivery(f"echo-{number}", "Issue Hook", "update", (subject(issue),), Floor(), ())
        scene.bot.inbox.accept(delivery, b"{}")
    scene.forget_calls()
    scene.drain()
    assert [call.rpartition("/")[2] for call in scene.calls() if "_events" in call] == ["resource_weight_events"]


# 6. Everything the bot creates has a key


@pytest.mark.parametrize("kind", ["drop_after", "fail"])
def test_rule_6_a_comment_whose_answer_was_lost_is_not_written_twice(scene: Stage, kind: str) -> None:
    """The POST arrived and the answer did not: the next try looks before it writes."""
    issue = scene.issue()
    effect = {"kind": kind} if kind == "drop_after" else {"kind": "fail", "status": 502}
    scene.fault(method="POST", path="/notes", times=1, **effect)
    held = lease(scene, issue)
    outcome = scene.bot.worker(held)
    assert isinstance(outcome, Again)
    scene.bot.inbox.settle(held, Again(0.0, outcome.reason))
    scene.drain()
    assert len(scene.comments(issue)) == 1


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_rule_6_a_milestone_whose_answer_was_lost_is_not_made_twice(scene: Stage, kind: str) -> None:
    scene.fault(method="POST", path="/milestones", times=1, kind=kind)
    scene.sweep()
    titles = [one.title for one in scene.group().milestones.list(get_all=True)]
    assert (len(titles), len(set(titles))) == (7, 7)


def test_rule_6_the_database_is_a_cache(scene: Stage) -> None:
    """Delete it mid-story, and the next sweep doubles nothing."""
    issue = scene.issue(labels="Channel Priority:1")
    scene.group().milestones.create({"title": "FY27Q4 3c"})
    scene.sweep()
    before = (scene.comments(issue), len(scene.home().issues.list(get_all=True)))
    scene.database = Database("sqlite://")
    scene.play()
    scene.forget_calls()
    scene.sweep()
    assert (scene.comments(issue), len(scene.home().issues.list(get_all=True))) == before
    assert scene.calls(writes=True) == []


def test_rule_6_a_comment_kept_up_to_date_without_the_database(scene: Stage) -> None:
    """The comment is found by its mark and edited, not written anew."""
    issue = scene.issue(description="DRI: @cam-emea", labels="Channel Ops")
    scene.look(issue)
    scene.database = Database("sqlite://")
    scene.play()
    scene.edit(issue, due_date="2027-01-10")
    scene.look(issue)
    (comment,) = scene.comments(issue)
    assert "All set" in comment


def twinned(scene: Stage) -> tuple[ProjectIssue, str]:
    """An issue with two status comments, as a worker cut off by a partition may leave behind, and their text."""
    issue = scene.issue()
    scene.look(issue)
    (comment,) = scene.comments(issue)
    bot = scene.as_("channel-bot").projects.get(issue.project_id, lazy=True).issues.get(issue.iid, lazy=True)
    bot.notes.create({"body": comment})
    return issue, comment


def test_rule_6_twins_are_healed(scene: Stage) -> None:
    """The oldest stays."""
    issue, comment = twinned(scene)
    scene.database = Database("sqlite://")
    scene.play()
    scene.look(issue)
    assert scene.comments(issue) == [comment]


def test_rule_6_a_twin_that_somebody_else_deletes_first_is_gone_all_the_same(scene: Stage) -> None:
    issue, _ = twinned(scene)
    scene.forget_everything()
    scene.fault(method="DELETE", path="/notes/", times=1, kind="fail", status=404)
    scene.look(issue)
    assert list(scene.bot.inbox.dead_letters()) == []


def test_rule_6_twin_reports_are_healed(scene: Stage) -> None:
    scene.group().milestones.create({"title": "FY27Q4 3c"})
    scene.look(calendar=True)
    (first,) = scene.home().issues.list(get_all=True)
    bot = scene.as_("channel-bot").projects.get(first.project_id, lazy=True)
    twin = bot.issues.create({"title": first.title, "description": first.description})
    scene.look(calendar=True)
    assert (scene.fresh(first).state, scene.fresh(twin).state) == ("opened", "closed")
    assert first.web_url in scene.fresh(twin).description


def test_rule_6_a_persons_copy_of_a_mark_is_nothing(scene: Stage) -> None:
    """A mark counts only in text by the bot."""
    issue = scene.issue()
    scene.look(issue)
    (comment,) = scene.comments(issue)
    other = scene.issue()
    other.notes.create({"body": comment})
    scene.look(other)
    assert len(scene.comments(other)) == 1


def test_rule_6_a_mark_is_adopted_after_a_move_and_ignored_after_a_clone(scene: Stage) -> None:
    scene.group().labels.create({"name": "Channel", "color": "#428bca"})
    issue = scene.issue(description="DRI: @cam-emea")
    scene.look(issue)
    newsletter = scene.as_("cam-emea").projects.get("gitlab-com/channel/partner-communication")
    moved = newsletter.issues.get(_moved(issue, newsletter.id))
    scene.look(moved)
    assert len(scene.comments(moved)) == 1
    assert f"issue:{moved.project_id}/{moved.iid}" in scene.comments(moved)[0]

    source = scene.issue(description="DRI: @cam-emea")
    scene.look(source)
    bot = scene.as_("channel-bot").projects.get(source.project_id, lazy=True)
    clone = scene.issue(description="DRI: @cam-emea")
    bot.issues.get(clone.iid, lazy=True).notes.create({"body": scene.comments(source)[0]})
    scene.look(clone)
    assert len(scene.comments(clone)) == 2


def _moved(issue: Any, project_id: int) -> int:
    issue.move(project_id)
    return cast("int", issue.iid)


# 9. A handler that raises loses only its own wishes


def broken(_facts: IssueFacts, _settings: On) -> Iterator[AddLabel]:
    yield AddLabel("never")
    raise RuntimeError("a mistake in a rule")


def test_rule_9_a_handler_that_raises_loses_only_its_own_wishes(scene: Stage) -> None:
    """The others' wishes are granted, the subject is parked with the reason, and the comment stays as it was."""
    add_handlers(scene, made_up("broken", broken))
    issue = scene.issue(labels="Channel Priority:1")
    outcome = scene.bot.worker(lease(scene, issue))
    assert outcome == Dead("handler broken raised RuntimeError: a mistake in a rule")
    fresh = scene.fresh(issue)
    assert (fresh.weight, "never" in fresh.labels, scene.comments(issue)) == (1, False, [])


def test_rule_9_two_handlers_that_want_different_values_are_both_refused(scene: Stage) -> None:
    """Neither is done, and a person is asked."""
    add_handlers(
        scene,
        made_up("two", lambda _facts, _settings: iter([SetWeight(2)])),
        made_up("three", lambda _facts, _settings: iter([SetWeight(3)])),
    )
    issue = scene.issue(description="DRI: @cam-emea", due_date="2027-01-10")
    scene.look(issue)
    assert scene.fresh(issue).weight is None
    (comment,) = scene.comments(issue)
    assert "`two`, `three` want different values for the weight" in comment


def test_rule_9_temporary_trouble_is_tried_again_and_a_refusal_is_parked(scene: Stage) -> None:
    issue = scene.issue()
    scene.fault(method="PUT", path=f"/issues/{issue.iid}", times=1, kind="fail", status=503)
    held = lease(scene, issue)
    assert isinstance(scene.bot.worker(held), Again)
    scene.fault(
        method="PUT", path=f"/issues/{issue.iid}", times=1, kind="fail", status=403, body='{"message": "403 Forbidden"}'
    )
    outcome = scene.bot.worker(held)
    assert isinstance(outcome, Dead)
    assert "403" in outcome.reason


# 10. A list that could not be read to its end aborts what depends on absence


def test_rule_10_the_cursor_does_not_move_when_a_list_breaks_off(scene: Stage) -> None:
    for number in range(101):
        scene.issue(title=f"Chore {number}")
    scene.fault(method="GET", path="/groups/.*/issues.*[?&]page=2", times=20, kind="fail", status=500)
    with pytest.raises(Incomplete):
        scene.bot.sweeper.issues(full=True)
    assert scene.bot.sweeper.surveyor.memory.cursor("issues") is None


def test_rule_10_no_milestone_is_made_from_half_a_list(scene: Stage) -> None:
    scene.fault(method="GET", path="/groups/.*/milestones", times=20, kind="fail", status=500)
    with pytest.raises(TryLater):
        scene.bot.snapshot.calendar()
    assert scene.calls(writes=True) == []


# 13. Today is an argument everywhere


def test_rule_13_today_is_the_date_in_the_configured_zone(scene: Stage) -> None:
    """At 03:00 UTC it is still yesterday in Denver."""
    scene.sandbox.world.clock.set(datetime(2026, 12, 1, 3, 0, tzinfo=UTC))
    scene.bot.gateway.version()
    assert str(scene.new_bot().snapshot.today()) == "2026-11-30"


def test_the_audit_knows_what_was_done_before_something_went_wrong(scene: Stage) -> None:
    """The fields are set, the comment is refused: both are in the books, and what follows is woken."""
    near = scene.group().milestones.create({"title": "FY27Q4M2b"})
    issue = scene.issue(labels="Channel Priority:1", milestone_id=near.id)
    scene.fault(method="POST", path="/notes", times=1, kind="rate_limit", seconds=60)
    outcome = scene.bot.worker(lease(scene, issue))
    assert isinstance(outcome, Again)
    assert "set weight 1" in [entry.action for entry in scene.bot.audit.history()]
    assert scene.bot.inbox.pending([CALENDAR.key]) == 1


def test_rule_9_a_handler_that_cannot_say_what_it_needs_decides_nothing(scene: Stage) -> None:
    """It would decide from facts that nobody read: absence is no fact."""

    def needs(_facts: IssueFacts, _settings: On) -> Iterator[AddLabel]:
        raise RuntimeError("a mistake in a rule")

    handler = made_up("careless", lambda _facts, _settings: iter([AddLabel("never")]))
    handler.module.__dict__["needs"] = needs
    add_handlers(scene, handler)
    issue = scene.issue(labels="Channel Priority:1")
    outcome = scene.bot.worker(lease(scene, issue))
    assert outcome == Dead("handler careless raised RuntimeError: a mistake in a rule")
    assert (scene.fresh(issue).weight, "never" in scene.fresh(issue).labels) == (1, False)


def test_rule_9_a_handler_that_says_what_nobody_understands_loses_only_its_words(scene: Stage) -> None:
    add_handlers(scene, made_up("chatty", lambda _facts, _settings: iter(["please"])))
    issue = scene.issue(labels="Channel Priority:1")
    outcome = scene.bot.worker(lease(scene, issue))
    assert isinstance(outcome, Dead)
    assert "handler chatty yields 'please'" in outcome.reason
    assert scene.fresh(issue).weight == 1


def test_rule_9_one_refused_milestone_keeps_no_other_from_being_made(scene: Stage) -> None:
    """A project nobody configured has the title already; the rest of the calendar is seen to all the same."""
    group = scene.group("root")
    other = scene.as_("root").projects.create({"name": "Side show", "namespace_id": group.id})
    windows = [one.title for one in Window.ahead(scene.bot.snapshot.today(), 6)]
    other.milestones.create({"title": windows[2]})
    held = calendar_lease(scene)
    outcome = scene.bot.worker(held)
    assert isinstance(outcome, Dead)
    assert "already being used" in outcome.reason
    assert {one.title for one in scene.group().milestones.list(get_all=True)} == {*windows} - {windows[2]}


def calendar_lease(scene: Stage) -> Lease:
    scene.bot.inbox.mark([CALENDAR], "a test", now=True)
    (one,) = scene.bot.inbox.claim("a test", 1)
    return one


def test_rule_5_what_gitlab_takes_no_notice_of_is_asked_for_once(scene: Stage) -> None:
    """A guest cannot see a confidential issue, so GitLab drops the assignment; asking again would wake us for ever."""
    guest = scene.as_("root").users.create(
        {"username": "guest-example", "name": "Guest", "email": "guest@acme.example", "reset_password": True}
    )
    scene.as_("root").projects.get(HOME).members.create({"user_id": guest.id, "access_level": 10})
    issue = scene.issue(description="DRI: @guest-example", confidential=True, labels="Channel")
    scene.look(issue)
    assert "not granted" in [entry.outcome for entry in scene.bot.audit.history()]
    assert "guest-example" not in scene.comments(issue)[0]
    scene.look(issue)
    scene.forget_calls()
    scene.look(issue)
    scene.sweep()
    assert [call for call in scene.calls(writes=True) if "/issues/" in call] == []


def asked_sweep(scene: Stage, id_: str) -> None:
    scene.bot.sweeper.requested.ask(id_, full=True)


def test_as_many_sweeps_as_threads_do_not_wait_for_each_other(scene: Stage) -> None:
    """A sweep gives its thread back while others work on its subjects."""
    issue = scene.issue(labels="Channel Priority:1")
    for id_ in ("one", "two", "three"):
        asked_sweep(scene, id_)
    scene.drain()
    states = [scene.bot.sweeper.requested.state(id_) for id_ in ("one", "two", "three")]
    assert [state and (state["state"], state["error"]) for state in states] == [("done", None)] * 3
    assert scene.fresh(issue).weight == 1


def test_a_sweep_that_fails_says_so_to_who_waits_for_it(scene: Stage) -> None:
    refusal = {"kind": "fail", "status": 403, "body": '{"message":"403 Forbidden"}'}
    scene.fault(method="GET", path="/groups/.*/issues", times=1, user="channel-bot", **refusal)
    asked_sweep(scene, "one")
    scene.drain()
    state = scene.bot.sweeper.requested.state("one")
    assert state is not None
    assert (state["state"], "403" in str(state["error"])) == ("failed", True)


def test_a_sweep_under_other_rules_looks_at_everything(scene: Stage) -> None:
    """What was right under yesterday's settings may not be under today's."""
    issue = scene.issue(labels="Channel Priority:1")
    scene.play(only="base_label")
    scene.sweep()
    scene.play()
    scene.sweep(full=False)
    assert scene.fresh(issue).weight == 1


def test_a_full_sweep_notices_who_has_joined_since(scene: Stage) -> None:
    """Nothing about the issue has changed; the person it names may be assigned now."""
    issue = scene.issue(description="DRI: @pat-example")
    scene.sweep()
    scene.sweep()
    pat = scene.as_("root").users.list(username="pat-example", get_all=True)[0]
    scene.as_("root").projects.get(HOME).members.create({"user_id": pat.id, "access_level": 30})
    scene.play()
    scene.sweep()
    assert [person["username"] for person in scene.fresh(issue).assignees] == ["pat-example"]


def test_a_milestone_whose_issues_may_not_move_is_not_closed(scene: Stage) -> None:
    scene.sweep()
    right = scene.bot.snapshot.calendar().milestones[0].title
    near = scene.group().milestones.create({"title": right.lower()})
    issue = scene.issue(milestone_id=near.id)
    refusal = {"kind": "fail", "status": 403, "body": '{"message":"403 Forbidden"}'}
    scene.fault(method="PUT", path=f"/issues/{issue.iid}", times=1, user="channel-bot", **refusal)
    held = calendar_lease(scene)
    outcome = scene.bot.worker(held)
    scene.bot.inbox.settle(held, outcome)
    assert isinstance(outcome, Dead)
    assert scene.group().milestones.get(near.id).state == "active"
    scene.sweep()
    assert (scene.fresh(issue).milestone["title"], scene.group().milestones.get(near.id).state) == (right, "closed")
