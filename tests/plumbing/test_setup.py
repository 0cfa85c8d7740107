"""`setup` shows what the group lacks, writes it when told to, and then finds nothing left to do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.commands.setup import command
from bot.config import SHIPPED, load
from bot.handlers import milestone_windows
from tests.plumbing.scene import CHANNELS, GROUP, TEMPLATES, Scene, scene

GROUP_API = f"/groups/{GROUP.replace('/', '%2F')}"
PROJECT_API = f"/projects/{CHANNELS.replace('/', '%2F')}"
LABELS = len(load(SHIPPED[-1]).labels.all())
FILES = 3 + len(TEMPLATES)


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Scene]:
    with scene(tmp_path) as made:
        yield made


def signs(plan: dict[str, Any], area: str = "") -> list[tuple[str, str]]:
    return [(step["sign"], step["name"]) for step in plan["steps"] if area in ("", step["area"])]


def writes(stage: Scene, since: int) -> list[tuple[str, str]]:
    return [call for call in stage.requests()[since:] if call[0] != "GET"]


def test_a_bare_group_gets_everything_and_a_second_run_only_reads(stage: Scene) -> None:
    before = len(stage.requests())
    shown = stage.run(command)
    assert "Nothing was written. Run it again with --apply" in shown.output
    assert writes(stage, before) == []

    applied = stage.run(command, "--apply")
    assert applied.exit_code == 0, applied.output
    assert "Done." in applied.output
    assert len(stage.api("GET", f"{GROUP_API}/labels?per_page=100")) == LABELS
    assert [one["title"] for one in stage.api("GET", f"{GROUP_API}/milestones")]
    (hook,) = stage.api("GET", f"{GROUP_API}/hooks")
    assert hook["url"] == stage.bot.url
    assert hook["token_present"]
    assert hook["signing_token_present"]
    assert not hook["push_events"]
    assert hook["member_events"]
    file = stage.api("GET", f"{PROJECT_API}/repository/files/.gitlab%2Fissue_templates%2FChannel_Issue.md?ref=main")
    assert file["file_name"] == "Channel_Issue.md"

    before = len(stage.requests())
    again = stage.run(command, "--apply")
    assert "Nothing to do" in again.output
    assert f"= {LABELS} labels as they should be" in again.output
    assert len(stage.requests()) > before
    assert writes(stage, before) == []


def test_a_dry_run_in_the_configuration_wins_over_apply(stage: Scene) -> None:
    stage.configure("site.yml", "dry_run: false", "dry_run: true")
    before = len(stage.requests())
    result = stage.run(command, "--apply")
    assert "dry_run in site.yml is true and wins over --apply" in result.output
    assert writes(stage, before) == []
    assert stage.plan(command, "--apply")["applied"] is False


def test_programs_get_the_plan_as_json(stage: Scene) -> None:
    plan = stage.plan(command)
    assert plan["applied"] is False
    assert plan["changes"] == len(plan["steps"]) == LABELS + 10 + FILES
    assert plan["steps"][0] == {
        "sign": "+",
        "area": "label",
        "name": "Channel",
        "now": "",
        "then": "#1f75cb Where every Channels issue starts",
    }
    assert stage.plan(command, "--apply")["applied"] is True
    assert stage.plan(command) == {
        "applied": False,
        "dry_run": False,
        "changes": 0,
        "kept": {"label": LABELS, "board": 1, "milestone": 7, "file": FILES, "webhook": 2},
        "steps": [],
    }


def test_secrets_never_show(stage: Scene) -> None:
    for arguments in ((), ("--apply",), ("--rotate-secrets",), ("--format", "json")):
        output = stage.run(command, *arguments).output
        for name in ("WEBHOOK_SECRET", "WEBHOOK_SIGNING_TOKEN", "GITLAB_TOKEN", "GITLAB_OWNER_TOKEN", "MARK_KEY"):
            assert str(stage.environ[name]) not in output


@pytest.mark.parametrize(
    ("looks", "now"),
    [
        ({"color": "#000000"}, "#000000 Asked for in a Sales QBR"),
        ({"description": "mine"}, "#6699cc mine"),
    ],
    ids=["another colour", "another description"],
)
def test_a_label_that_looks_otherwise_is_put_right(stage: Scene, looks: dict[str, str], now: str) -> None:
    stage.prepare(command, "--apply")
    stage.api("PUT", f"{GROUP_API}/labels/QBR", **looks)
    (step,) = stage.plan(command, "--apply")["steps"]
    assert (step["sign"], step["now"], step["then"]) == ("~", now, "#6699cc Asked for in a Sales QBR")
    assert stage.plan(command)["steps"] == []


def test_a_label_of_the_group_above_serves_as_well(stage: Scene) -> None:
    stage.api("POST", "/groups/gitlab-com/labels", name="QBR", color="#123456")
    plan = stage.plan(command, "--apply")
    assert ("+", "QBR") not in signs(plan)
    assert plan["kept"]["label"] == 1
    assert stage.plan(command)["changes"] == 0


def test_a_label_of_the_same_name_on_the_project_is_reported(stage: Scene) -> None:
    stage.prepare(command, "--apply")
    stage.api("POST", f"{PROJECT_API}/labels", name="Stray", color="#123456")
    project = stage.sandbox.world.project_by_path(CHANNELS)
    assert project is not None
    stray = next(label for label in stage.sandbox.world.labels.values() if label.name == "Stray")
    with stage.sandbox.world.lock:
        stage.sandbox.world.index.forget(stray)
        stray.name = "QBR"
        stage.sandbox.world.index.put(stray)
    plan = stage.plan(command, "--apply")
    assert signs(plan) == [("!", "QBR")]
    assert "promote it" in plan["steps"][0]["then"]


def test_a_near_miss_among_the_milestones_is_mended_by_the_same_rules_as_in_a_sweep(stage: Scene) -> None:
    stage.prepare(command, "--apply")
    title = stage.plan(command)["kept"]
    assert title["milestone"] == 7
    stage.api("POST", f"{GROUP_API}/milestones", title="FY28Q1M2b")
    stage.api("POST", f"{GROUP_API}/milestones", title="Channel - FY28Q1 3c")
    plan = stage.plan(command, "--apply")
    assert [(sign, name.partition("](")[0]) for sign, name in signs(plan)] == [
        ("~", "FY28Q1M2b"),
        ("!", "[`Channel - FY28Q1 3c`"),
    ]
    titles = {one["title"] for one in stage.api("GET", f"{GROUP_API}/milestones?per_page=100")}
    assert "Channel - FY28Q1 2b" in titles
    before = len(stage.requests())
    again = stage.run(command, "--apply")
    assert "Nothing to do" in again.output
    assert "What is marked ! is for a person" in again.output
    assert writes(stage, before) == []


def test_a_rule_that_raises_is_reported(stage: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> list[object]:
        raise ZeroDivisionError("half of nothing")

    monkeypatch.setattr(milestone_windows, "decide_calendar", broken)
    steps = [step for step in stage.plan(command)["steps"] if step["area"] == "milestone"]
    assert [(step["sign"], step["name"]) for step in steps] == [("!", "milestone_windows")]
    assert "ZeroDivisionError: half of nothing" in steps[0]["then"]


def test_all_that_can_be_wished_of_milestones_is_shown(stage: Scene) -> None:
    stage.prepare(command, "--apply")
    made = stage.api("POST", f"{GROUP_API}/milestones", title="FY28Q1M1a")
    stage.api("POST", f"{PROJECT_API}/issues", title="Something to move", milestone_id=made["id"])
    steps = stage.plan(command, "--apply")["steps"]
    assert [(step["sign"], step["name"]) for step in steps] == [("~", "Channel - FY28Q1 1a"), ("~", "FY28Q1M1a")]
    assert "move 1 open issue" in steps[0]["then"]
    assert stage.plan(command)["changes"] == 0
