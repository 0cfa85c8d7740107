"""What an event costs: one call when nothing is to do, two to set fields, three to comment (DESIGN, numbers)."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.delivery import Delivery, Floor
from tests.flow.test_rules_of_the_flow import lease, subject
from tests.soak import SOAK
from tests.stage import GROUP, HOME, ROOT, Stage, stage

COMPLETE = {"description": "DRI: @cam-emea", "due_date": "2027-01-10", "labels": "Channel,Channel Ops"}


def complete(on: Stage, **fields: Any) -> dict[str, Any]:
    """An issue that lacks nothing."""
    me = on.as_("cam-emea").users.list(username="cam-emea", get_all=True)[0].id
    return {**COMPLETE, "assignee_ids": [me], **fields}


def test_an_event_that_needs_nothing_costs_one_call(scene: Stage) -> None:
    issue = scene.issue(**complete(scene))
    scene.forget_calls()
    scene.look(issue)
    assert scene.calls() == [f"GET /api/v4/projects/{issue.project_id}/issues/{issue.iid}"]


def test_an_event_that_sets_fields_costs_two(scene: Stage) -> None:
    issue = scene.issue(**complete(scene, labels="Channel Ops"))
    scene.forget_calls()
    scene.look(issue)
    at = f"/api/v4/projects/{issue.project_id}/issues/{issue.iid}"
    assert scene.calls() == [f"GET {at}", f"PUT {at}"]


def test_two_more_when_label_and_weight_differ(scene: Stage) -> None:
    issue = scene.issue(**complete(scene, labels="Channel Ops,Channel Priority:4"))
    scene.forget_calls()
    scene.look(issue)
    at = f"/api/v4/projects/{issue.project_id}/issues/{issue.iid}"
    journals = [f"GET {at}/resource_label_events", f"GET {at}/resource_weight_events"]
    calls = scene.calls()
    assert calls[:4] == [f"GET {at}", *journals, f"PUT {at}"]
    # Somebody may have written at the same time, so one more look asks for the weights alone.
    assert calls[4:] == [f"GET {at}", f"GET {at}/resource_weight_events"]


def test_that_look_is_also_the_one_which_the_webhook_of_the_write_asks_for(scene: Stage) -> None:
    issue = scene.issue(**complete(scene, labels="Channel Ops,Channel Priority:4"))
    scene.forget_calls()
    held = lease(scene, issue)
    scene.bot.inbox.settle(held, scene.bot.worker(held))
    scene.bot.inbox.accept(Delivery("echo", "Issue Hook", "update", (subject(issue),), Floor(), ()), b"{}")
    assert len(scene.calls()) == 4
    scene.drain()
    at = f"/api/v4/projects/{issue.project_id}/issues/{issue.iid}"
    assert scene.calls()[4:] == [f"GET {at}", f"GET {at}/resource_weight_events"]


def test_what_the_written_fields_settle_is_never_said(scene: Stage) -> None:
    """The label that goes asks for a milestone; a comment about that would only be edited by the next look."""
    issue = scene.issue(**complete(scene, labels="Channel,Channel Ops,Channel Priority:2,Channel Priority:4"))
    scene.edit(issue, remove_labels="Channel Priority:4")
    scene.later(5)
    scene.edit(issue, add_labels="Channel Priority:4")
    scene.forget_calls()
    scene.look(issue)
    assert scene.calls(writes=True) == [f"PUT /api/v4/projects/{issue.project_id}/issues/{issue.iid}"]


def test_an_event_that_comments_costs_three(scene: Stage) -> None:
    issue = scene.issue(**complete(scene, labels="Channel Ops", due_date=None))
    scene.forget_calls()
    scene.look(issue)
    at = f"/api/v4/projects/{issue.project_id}/issues/{issue.iid}"
    assert scene.calls() == [f"GET {at}", f"PUT {at}", f"POST {at}/notes"]


def test_one_more_when_the_bots_own_comment_must_be_searched(scene: Stage) -> None:
    issue = scene.issue(**complete(scene, due_date=None))
    issue.notes.create({"body": "Who takes this?"})
    scene.forget_calls()
    scene.look(issue)
    at = f"/api/v4/projects/{issue.project_id}/issues/{issue.iid}"
    assert scene.calls() == [f"GET {at}", f"GET {at}/notes", f"POST {at}/notes"]


def test_one_put_for_all_fields(scene: Stage) -> None:
    """Rule 5: no difference, no write, and one PUT an issue for all its fields."""
    issue = scene.issue(description="DRI: @cam-emea\nNBA: call (2027-01-10)", labels="Channel Ops,Channel Priority:4")
    scene.look(issue)
    assert [call for call in scene.calls(writes=True) if "/issues/" in call] == [
        f"PUT /api/v4/projects/{issue.project_id}/issues/{issue.iid}"
    ]
    fresh = scene.fresh(issue)
    assert (fresh.weight, fresh.due_date, fresh.assignees[0]["username"]) == (4, "2027-01-10", "cam-emea")
    scene.forget_calls()
    scene.look(issue)
    assert scene.calls(writes=True) == []


@pytest.mark.kills
def test_a_days_sweeps_on_a_settled_world_only_read(scene: Stage) -> None:
    for number in range(5):
        scene.issue(title=f"Chore {number}", labels=f"Channel Priority:{number % 4 + 1}")
    scene.sweep()
    scene.forget_calls()
    for number in range(24 if SOAK else 4):
        scene.sweep(full=number % 2 == 0)
    assert scene.calls(writes=True) == []


def test_what_only_a_person_can_mend_costs_a_sweep_nothing(scene: Stage) -> None:
    """An unknown DRI or a weight off the scale needs more than the issue; that is read once for each state of it."""
    for number in range(12):
        scene.issue(title=f"Chore {number}", description=f"DRI: @nobody-{number}", weight=900)
    scene.sweep()
    scene.sweep()
    scene.forget_calls()
    scene.sweep()
    assert len(scene.calls()) <= 1 + 20
    assert not [call for call in scene.calls() if "_events" in call or "users" in call]


def test_a_full_sweep_costs_a_page_a_hundred_issues_and_a_constant(scene: Stage) -> None:
    """ceil(N/100) and at most 20 calls more."""
    settled = complete(scene)
    for number in range(120):
        scene.issue(title=f"Chore {number}", **settled)
    scene.sweep()
    scene.forget_calls()
    scene.sweep()
    assert len(scene.calls()) <= 2 + 20


ALLIANCES, NEWSLETTER = f"{GROUP}/alliances", f"{GROUP}/partner-communication"
CONSTANT = Counter({
    "/user": 1,
    # Where the team works, and which of the issues' projects others lead.
    f"/projects/{HOME}": 1,
    "/projects/1/members/all": 2,
    "/projects/2/members/all": 1,
    "/projects/3/members/all": 1,
    # Who is in the team, and whether nobody else would read the digest: that is asked anew each time.
    f"/groups/{GROUP}-team/members": 2,
    "/projects/1": 1,
    f"/groups/{GROUP}": 1,
    "/groups/gitlab-com": 1,
    # The registry, which nobody has begun here.
    f"/projects/{GROUP}/bot-registry/repository/commits": 1,
    f"/projects/{GROUP}/bot-registry/repository/tree": 1,
    # The calendar with the projects' milestones; what is open, and what was closed since.
    f"/groups/{GROUP}/milestones": 1,
    f"/groups/{GROUP}/issues": 2,
    # What recurs, and the digest.
    f"/projects/{HOME}/issues": 2,
    f"/projects/{ALLIANCES}/issues": 1,
    f"/projects/{NEWSLETTER}/issues": 1,
})  # fmt: skip
"""The calls of a full sweep of up to a hundred issues, by a new process, with all that recurs and nothing to do."""


def test_the_constant_of_a_sweep_by_a_process_of_its_own(tmp_path: Path) -> None:
    recurring = [*yaml.safe_load((ROOT / "config" / "recurrences.yml").read_text())]
    with stage(tmp_path, recurring=recurring) as on:
        on.issue(**complete(on))
        for _ in range(3):
            on.forget_calls()
            on.play()
            on.sweep()
        made = Counter(call.removeprefix("GET /api/v4").replace("%2F", "/") for call in on.calls())
        assert made == CONSTANT
        assert made.total() - 1 <= 20
