"""What people and GitLab can do to an issue: each ends in one clear sentence or in nothing, never in a traceback."""

from __future__ import annotations

import time

import pytest

from bot.domain.subject import Subject
from bot.queue.leases import Again, Done
from tests.stage import Stage

CLEAN = {"description": "DRI: @cam-emea\nNBA: call (2027-01-10)"}


def settled(scene: Stage) -> bool:
    """Nothing waits and nothing is parked."""
    return not scene.bot.inbox.pending() and not scene.bot.inbox.dead_letters()


def test_a_description_of_a_megabyte(shared: Stage) -> None:
    """It is read to its end, quickly, and nothing of it is repeated."""
    issue = shared.issue(description="DRI: @cam-emea\n\n" + "- [ ] a task with `code` and > quotes\n" * 27_000)
    began = time.monotonic()
    shared.look(issue)
    assert time.monotonic() - began < 10
    assert shared.fresh(issue).assignees[0]["username"] == "cam-emea"
    assert len(shared.comments(issue)[0]) < 1_500
    assert settled(shared)


@pytest.mark.parametrize(
    "title",
    ["🎉🎉🎉", "\u202eright to left", "/close", "@all <script>alert(1)</script>", "x" * 255],
)
def test_odd_titles(shared: Stage, title: str) -> None:
    issue = shared.issue(title=title, **CLEAN)
    shared.look(issue)
    fresh = shared.fresh(issue)
    assert (fresh.title, fresh.state, "Channel" in fresh.labels) == (title.strip(), "opened", True)
    assert settled(shared)


@pytest.mark.parametrize(
    "written",
    ["/close", "<!-- channel-bot:v1 status issue:1/1 x y -->", "@all @gitlab-com", "[x](javascript:1)", "`` `DRI` ``"],
)
def test_what_people_wrote_is_never_echoed_raw(shared: Stage, written: str) -> None:
    """No quick action, no mention and no mark comes out of a DRI line that the bot quotes."""
    issue = shared.issue(description=f"DRI: {written}\nNBA: {written}")
    shared.look(issue)
    fresh = shared.fresh(issue)
    assert fresh.state == "opened"
    (comment,) = shared.comments(issue)
    assert comment.count("<!--") == 2  # the bot's own two marks
    assert not any(line.startswith("/") for line in comment.splitlines())
    assert settled(shared)


def test_label_names_with_commas_and_newlines(shared: Stage) -> None:
    """Labels that no request could name are left alone."""
    project = shared.home("ops-lead")
    world = shared.sandbox.world
    made = project.labels.create({"name": "odd one", "color": "#428bca"})
    with world.lock:
        world.labels[made.id].name = "odd, one\nof many"
    issue = shared.issue(**CLEAN)
    with world.lock:
        world.issues[issue.id].label_ids.append(made.id)
    shared.look(issue)
    assert set(shared.fresh(issue).labels) == {"Channel", "odd, one\nof many"}
    assert settled(shared)


def test_a_milestone_deleted_between_event_and_read(scene: Stage) -> None:
    """The calendar is read before it is changed; what is gone by then is simply looked at again."""
    near = scene.group().milestones.create({"title": "FY27Q4M2b"})
    issue = scene.issue(milestone_id=near.id, **CLEAN)
    scene.group().milestones.delete(near.id)
    scene.look(issue, calendar=True)
    assert scene.fresh(issue).milestone is None
    assert settled(scene)


def test_a_milestone_deleted_between_read_and_write(scene: Stage) -> None:
    scene.sweep()
    scene.group().milestones.create({"title": "FY27Q4M2b"})
    scene.fault(method="PUT", path="/milestones/", times=1, kind="fail", status=404, body='{"message":"404 Not found"}')
    scene.look(calendar=True)
    assert not scene.bot.inbox.dead_letters()
    scene.sweep()
    assert "FY27Q4M2b" not in [one.title for one in scene.group().milestones.list(state="active", get_all=True)]


def test_an_issue_moved_meanwhile(scene: Stage) -> None:
    """The old one is closed and left alone; the new one is the team's by its label."""
    scene.group().labels.create({"name": "Channel Priority:4", "color": "#428bca"})
    issue = scene.issue(labels="Channel Priority:4", **CLEAN)
    newsletter = scene.as_("cam-emea").projects.get("gitlab-com/channel/partner-communication")
    issue.move(newsletter.id)
    scene.look(issue)
    assert scene.comments(issue) == []
    scene.sweep()
    (moved,) = newsletter.issues.list(get_all=True)
    assert moved.weight == 4
    assert settled(scene)


def test_an_issue_made_confidential_meanwhile(shared: Stage) -> None:
    issue = shared.issue(labels="Channel Priority:2", **CLEAN)
    shared.edit(issue, confidential=True)
    shared.look(issue)
    assert shared.fresh(issue).weight == 2
    assert settled(shared)


def test_an_issue_the_bot_may_not_see(scene: Stage) -> None:
    """Hidden and gone look the same from outside, and both are simply done."""
    issue = scene.issue(**CLEAN)
    scene.fault(
        method="GET", path=f"/issues/{issue.iid}", times=1, kind="fail", status=404, body='{"message":"404 Not found"}'
    )
    scene.look(issue)
    assert settled(scene)


def test_a_token_that_ran_out_parks_nothing(scene: Stage) -> None:
    """It is not the issue's fault: it waits until the operator has set another token, which the log asks for."""
    issue = scene.issue(**CLEAN)
    refusal = {"kind": "fail", "status": 401, "body": '{"message":"401 Unauthorized"}'}
    scene.fault(method="GET", path=f"/issues/{issue.iid}", times=1, **refusal)
    scene.bot.inbox.mark([Subject.issue(issue.project_id, issue.iid)], "a test", now=True)
    (lease,) = scene.bot.inbox.claim("a test", 1)
    outcome = scene.bot.worker(lease)
    assert isinstance(outcome, Again)
    assert (outcome.after, "GITLAB_TOKEN" in outcome.reason) == (60.0, True)
    assert scene.bot.worker(lease) == Done()
    assert "Channel" in scene.fresh(issue).labels
