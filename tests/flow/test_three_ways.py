"""The same people do the same things, and the end is the same: told by webhooks, found by sweeps, or after a loss.

The story holds every rule of the spine at once, in an order that crosses them.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import gitlab
import pytest

from bot.store.database import Database
from tests.flow.test_demo import demo
from tests.flow.test_story_c4_nfr import form
from tests.load import holds_now
from tests.stage import GROUP, HOME, Stage, stage

As = Callable[[str], gitlab.Gitlab]
DAY = "2026-12-03"
DIGEST = "Channel priorities - FY27Q4 2a"
TEMPLATE = "Template: `"
"""In the description of what the demo's sweep opens because its time has come."""


def story(as_: As) -> None:
    """Six issues, a request from a template, and five milestones, by five people."""
    cam, phd, ops = (as_(name).projects.get(HOME) for name in ("cam-emea", "phd-apac", "ops-lead"))
    group = as_("ops-lead").groups.get(GROUP)
    chore = cam.issues.create({"title": "Chore", "labels": "Channel Priority:1", "description": "DRI: @cam-emea"})
    near = group.milestones.create({"title": "FY27Q4M2b"})
    far = group.milestones.create({"title": "channel – fy28q3 1A"})
    group.milestones.create({"title": "FY27Q4 3c"})
    ops.issues.update(chore.iid, {"milestone_id": near.id})
    planned = phd.issues.create({"title": "Planned", "weight": 2, "description": "NBA: call (2026-12-20)"})
    ops.issues.update(planned.iid, {"milestone_id": far.id, "add_labels": "Channel Priority:4"})
    phd.issues.create({"title": "Bare"})
    crowd = cam.issues.create({"title": "Crowd", "description": "DRI: @cam-emea\nDRI: @cam-amer", "weight": 9})
    crowd.notes.create({"body": "Who takes this?"})
    late = cam.issues.create({"title": "Late", "description": "**DRI:** @phd-apac", "due_date": "2026-12-31"})
    ops.issues.update(late.iid, {"milestone_id": near.id, "add_labels": "Channel Priority::2,Channel Ops"})
    gone = cam.issues.create({"title": "Gone", "labels": "Channel Priority:3"})
    cam.issues.update(gone.iid, {"state_event": "close"})
    request = phd.issues.create({"title": "Request", "description": form()})
    ops.issues.update(request.iid, {"add_labels": "Channel Priority:1"})


def end(as_: As) -> dict[str, Any]:
    """What a person sees of the world, without ids, times and marks; what recurs has stories of its own."""
    home, group = as_("cam-emea").projects.get(HOME), as_("cam-emea").groups.get(GROUP)
    listed = [issue for issue in home.issues.list(get_all=True) if not _recurs(issue)]
    issues = {issue.title: _seen(issue) for issue in listed}
    milestones = sorted(
        (one.title, one.state, one.start_date, one.due_date) for one in group.milestones.list(get_all=True)
    )
    return {"issues": issues, "milestones": milestones}


def _recurs(issue: Any) -> bool:
    return TEMPLATE in (issue.description or "") and issue.author["username"] == "channel-bot"


def _seen(issue: Any) -> dict[str, Any]:
    notes = issue.notes.list(get_all=True, sort="asc", activity_filter="only_comments")
    return {
        "state": issue.state,
        "labels": sorted(issue.labels),
        "weight": issue.weight,
        "assignees": sorted(person["username"] for person in issue.assignees),
        "milestone": issue.milestone and issue.milestone["title"],
        "due": issue.due_date,
        "description": _text(issue.description or ""),
        "comments": [(note.author["username"], _points(note.body)) for note in notes],
    }


def _text(description: str) -> list[str]:
    """In which order issues got their numbers depends on when the bot opened its own, and so do the digest's lists."""
    return sorted(re.sub(r"#\d+", "#", _without_marks(description)).splitlines())


def _points(body: str) -> list[str]:
    """What a comment asks for; what it says was done depends on how many looks it took.

    The demo's registry was compared on the day of the story.
    """
    said = re.sub(r"data as of [\d-]+", "data as of", _without_marks(body))
    return [line for line in said.splitlines() if line.startswith(("- ", "**"))]


def _without_marks(text: str) -> str:
    return re.sub(r"<!-- channel-bot:.*?-->|http://127\.0\.0\.1:\d+|/issues/\d+|milestones/\d+", "", text).strip()


@pytest.fixture(scope="module")
def swept(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The end when no webhook ever arrives and one full sweep looks at everything."""
    with stage(tmp_path_factory.mktemp("swept")) as scene:
        _on_the_day(scene)
        story(scene.as_)
        scene.sweep()
        return end(scene.as_)


def _on_the_day(scene: Stage) -> None:
    """As after `channel-bot setup`: the windows ahead exist."""
    scene.sandbox.world.clock.set(datetime.fromisoformat(DAY).replace(hour=18, tzinfo=UTC))
    scene.play()
    scene.look(calendar=True)


def test_a_sweep_alone_does_everything(swept: dict[str, Any]) -> None:
    """The end itself, spelt out once."""
    issues = swept["issues"]
    assert issues["Chore"]["milestone"] == "Channel - FY27Q4 2b"
    assert (issues["Chore"]["weight"], issues["Chore"]["assignees"]) == (1, ["cam-emea"])
    assert issues["Planned"]["labels"] == ["Channel", "Channel Priority:4", "DRI::missing"]
    assert (issues["Planned"]["milestone"], issues["Planned"]["due"]) == ("Channel - FY28Q3 1a", "2026-12-20")
    assert issues["Late"]["labels"] == ["Channel", "Channel Ops", "Channel Priority:2"]
    assert issues["Crowd"]["weight"] == 9
    silent = {title for title, issue in issues.items() if not issue["comments"]}
    assert silent == {"Gone", "Late", "Milestones that need a decision", DIGEST}
    assert "## Without a DRI: 2" in issues[DIGEST]["description"]
    request = issues["Request"]
    assert (request["labels"], request["assignees"]) == (
        ["Channel", "Channel Priority:1", "Partner Help Desk"],
        ["phd-emea"],
    )
    assert request["due"] == "2026-12-07"
    assert [line for _, lines in request["comments"] for line in lines if line.startswith("**Verdict: grant**")]
    assert issues["Gone"]["labels"] == ["Channel Priority:3"]
    assert ("Channel - FY28Q3 1a", "active", "2027-08-01", "2027-08-15") in swept["milestones"]
    assert ("FY27Q4M2b", "closed", None, None) in swept["milestones"]
    assert ("FY27Q4 3c", "active", None, None) in swept["milestones"]


def test_the_database_deleted_in_the_middle_changes_nothing(tmp_path: Path, swept: dict[str, Any]) -> None:
    with stage(tmp_path) as scene:
        _on_the_day(scene)
        story(scene.as_)
        scene.bot.sweeper.calendar()
        scene.bot.sweeper.issues(full=True)
        for lease in scene.bot.inbox.claim("a worker that dies", 2):
            scene.bot.worker(lease)
        scene.database = Database("sqlite://")
        scene.play()
        scene.sweep()
        assert end(scene.as_) == swept


def test_lost_answers_and_refusals_change_nothing(tmp_path: Path, swept: dict[str, Any]) -> None:
    """5xx, 429 with and without headers, and connections cut after the effect, all over the place; then one sweep."""
    with stage(tmp_path) as scene:
        _on_the_day(scene)
        story(scene.as_)
        for fault in (
            {"kind": "fail", "status": 502, "method": "PUT"},
            {"kind": "drop_after", "method": "POST"},
            {"kind": "drop_after", "method": "PUT"},
            {"kind": "rate_limit", "seconds": 1, "method": "POST"},
            {"kind": "rate_limit", "method": "PUT"},
            {"kind": "fail", "status": 500, "method": "GET", "path": "/issues"},
        ):
            scene.fault(times=2, user="channel-bot", **fault)
        scene.sweep()
        scene.sweep()
        assert end(scene.as_) == swept


def test_one_sweep_says_what_is_right_of_the_issue_as_it_leaves_it(tmp_path: Path) -> None:
    """The label that goes asks for a milestone, and the one that stays does not."""
    with stage(tmp_path) as scene:
        issue = scene.issue(labels="Channel,Channel Ops,Channel Priority:2", description="DRI: @cam-emea")
        scene.later(5)
        scene.edit(issue, add_labels="Channel Priority:Backlog", weight=5)
        scene.sweep()
        fresh = scene.fresh(issue)
        assert (sorted(fresh.labels), fresh.weight) == (["Channel", "Channel Ops", "Channel Priority:Backlog"], 5)
        assert not [body for body in scene.comments(issue) if "**Milestone:**" in body]


def test_webhooks_lead_to_the_same_end(tmp_path: Path, swept: dict[str, Any]) -> None:
    """Live: real deliveries, a receiver and a worker as processes of their own. Only the digest is made by a sweep."""
    with demo(tmp_path / "pair.json", "--at", DAY) as pair:
        story(pair.client)
        told = {title: issue for title, issue in swept["issues"].items() if title != DIGEST}
        deadline = time.monotonic() + 30
        while not holds_now(lambda: end(pair.client)["issues"] == told, 0.3) and time.monotonic() < deadline:
            pass
        assert end(pair.client)["issues"] == told
        assert pair.run("sweep", "--full", "--apply").returncode == 0
        assert end(pair.client) == swept
