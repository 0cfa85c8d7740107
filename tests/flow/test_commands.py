"""The commands as a person or a pipeline calls them: what they print, what they write, how they end."""

from __future__ import annotations

import io
import json
import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import structlog
import yaml

from bot.cli import main
from bot.domain.subject import CALENDAR
from bot.environ import WHERE_FROM
from tests.stage import HOME, MARK_KEY, ROOT, Stage, stage


@pytest.fixture
def told(tmp_path: Path) -> Iterator[Told]:
    with stage(tmp_path) as made:
        yield Told(made, tmp_path)


class Told:
    """Runs `channel-bot` on a stage: in this process, which is quicker, or in one of its own."""

    def __init__(self, scene: Stage, directory: Path) -> None:
        self.scene, self.complaint = scene, ""
        self.site = directory / "config" / "site.yml"
        self.environ = {
            "CHANNEL_BOT_CONFIG": str(directory / "config"),
            "GITLAB_TOKEN": scene.tokens["channel-bot"],
            "GITLAB_URL": scene.sandbox.url,
            "MARK_KEY": MARK_KEY,
            "DATABASE_URL": f"sqlite:///{directory}/bot.db",
        }

    def __call__(self, *arguments: str, code: int = 0) -> str:
        said, complained = io.StringIO(), io.StringIO()
        with alone(self.environ, arguments), redirect_stdout(said), redirect_stderr(complained):
            ended = _exit_code()
        assert ended == code, said.getvalue() + complained.getvalue()
        self.complaint = complained.getvalue()
        return said.getvalue() if code == 0 else self.complaint

    def process(self, *arguments: str, code: int = 0) -> str:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "COVERAGE_PROCESS_START") if name in os.environ}
        done = subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            env={**kept, **self.environ, "PYTHONPATH": str(ROOT)},
            cwd=ROOT, capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stderr
        return done.stdout if code == 0 else done.stderr

    def json(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--format", "json"))


def _exit_code() -> object:
    try:
        main()
    except SystemExit as ended:
        return ended.code or 0
    return 0


@contextmanager
def alone(environ: dict[str, str], arguments: tuple[str, ...]) -> Iterator[None]:
    """What a command finds when it starts in a process of its own, and afterwards all as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with pytest.MonkeyPatch.context() as patch:
        for name in (*WHERE_FROM, *environ):
            patch.delenv(name, raising=False)
        for name, value in environ.items():
            patch.setenv(name, value)
        patch.setattr(sys, "argv", ["channel-bot", *arguments])
        patch.chdir(ROOT)
        yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()


def test_a_sweep_prints_the_plan_and_writes_with_apply(told: Told) -> None:
    """A second one of that day looks at the registry and the digest alone."""
    issue = told.scene.issue(labels="Channel Priority:1")
    printed = told("sweep")
    assert f"{HOME}#{issue.iid}" in printed
    assert "set weight 1" in printed
    assert told.scene.calls(writes=True) == []
    assert "looked at" in told.process("sweep", "--apply")
    assert told.scene.fresh(issue).weight == 1
    told.scene.forget_calls()
    assert told.json("sweep", "--full", "--apply") == {"subjects": 2, "error": None}
    assert told.scene.calls(writes=True) == []


def test_a_plan_for_a_settled_world_is_empty(told: Told) -> None:
    """What a comment or the report says already is not proposed again, even by a bot that remembers nothing."""
    issue = told.scene.issue(labels="Channel Priority:4")
    told.scene.group().milestones.create({"title": "FY27Q4 3c"})
    printed = told("plan")
    assert "say: **DRI:** nobody is named yet" in printed
    assert "say: **Milestone:** I cannot tell which window" in printed
    told("sweep", "--apply")
    assert "Nothing to do." in told("plan")
    assert told.json("sweep", "--full") == []
    told.scene.edit(issue, description="DRI: @cam-emea", due_date="2027-01-10")
    assert "say that all is set" in told("sweep")


def test_a_stateless_sweep_needs_no_database_and_doubles_nothing(told: Told) -> None:
    """From GitLab's facts and the bot's marks alone."""
    issue = told.scene.issue(labels="Channel Priority:1")
    del told.environ["DATABASE_URL"]
    told("sweep", "--stateless", "--apply")
    assert told.scene.fresh(issue).weight == 1
    told.scene.forget_calls()
    told("sweep", "--stateless", "--apply")
    assert (told.scene.calls(writes=True), len(told.scene.comments(issue))) == ([], 1)


def test_dry_run_in_the_configuration_wins_over_apply(told: Told) -> None:
    told.site.write_text(yaml.safe_dump(yaml.safe_load(told.site.read_text()) | {"dry_run": True}))
    told.scene.issue(labels="Channel Priority:1")
    assert "set weight 1" in told("sweep", "--apply")
    # A bot that runs may have read the file before; it is not asked.
    told.environ |= {"BOT_URL": "http://127.0.0.1:1", "BOT_TOKEN": "a-token"}
    assert "set weight 1" in told("sweep", "--apply")
    assert told.scene.calls(writes=True) == []


def test_a_plan_for_a_day(told: Told) -> None:
    """On another day other windows are ahead."""
    plans = told.json("plan", "--at", "2030-05-01")
    (calendar,) = [plan for plan in plans if plan["subject"] == CALENDAR.key]
    assert calendar["wishes"][0]["action"] == "create milestone `Channel - FY31Q2 1a`, 2030-05-01 to 2030-05-15"
    assert "'1 May' is no date" in told("plan", "--at", "1 May", code=2)


def test_explain_says_why(told: Told) -> None:
    issue = told.scene.issue(labels="Channel Priority:1", description="DRI: @cam-emea")
    printed = told("explain", f"{HOME}#{issue.iid}")
    assert "GL-05" in printed
    assert "so: set weight 1" in printed
    explained = told.json("explain", f"{HOME}#{issue.iid}")
    (dri,) = [rule for rule in explained["rules"] if rule["handler"] == "dri"]
    assert dri["rules"][0]["id"] == "GL-11"
    assert dri["rules"][0]["link"].startswith("https://")
    assert [check["holds"] for check in dri["checks"]] == [True, False]
    assert dri["actions"] == ["assign `@cam-emea`"]
    assert told.scene.calls(writes=True) == []


def test_explain_says_why_no_rule_speaks(told: Told) -> None:
    issue = told.scene.issue()
    told.scene.edit(issue, state_event="close")
    assert "No rule speaks about it" in told("explain", f"{HOME}#{issue.iid}")


def test_explain_of_what_is_not_there(told: Told) -> None:
    assert "404" in told("explain", f"{HOME}#999", code=1)


@pytest.mark.parametrize("ref", ["nope", "", "#12", "channels#12", f"{HOME}#0", f"{HOME}#twelve", f"{HOME}/12"])
def test_explain_of_what_is_no_reference(told: Told, ref: str) -> None:
    """Nobody is asked what it could mean: GitLab hears nothing."""
    told.scene.forget_calls()
    printed = told("explain", ref, code=2)
    assert f"{ref!r} is not an issue's reference; write it like group/project#12" in printed
    assert told.scene.calls() == []


def test_history_and_dead_letters(told: Told) -> None:
    issue = told.scene.issue(labels="Channel Priority:1")
    assert "Nothing yet" in told("history")
    assert "No dead letters" in told("inbox", "list")
    told.scene.fault(
        method="PUT", path=f"/issues/{issue.iid}", times=1, kind="fail", status=403, body='{"message":"403 Forbidden"}'
    )
    assert "left something undone" in told("sweep", "--apply", code=1)
    key = f"issue:{issue.project_id}/{issue.iid}"
    (letter,) = told.json("inbox", "list")["dead_letters"]
    assert (letter["name"], "403" in letter["reason"]) == (key, True)
    assert "403" in told("inbox", "list")
    told("inbox", "retry", key)
    told("sweep", "--full", "--apply")
    assert told.scene.fresh(issue).weight == 1
    assert "set weight 1" in told("history")
    assert [entry["subject"] for entry in told.json("history", "--subject", key)] == [key] * 4
    assert "nothing here is called" in told("inbox", "drop", "nothing", code=1)
    assert "nothing here is called" in told("inbox", "retry", "nothing", code=1)


def test_a_dropped_letter_is_given_up(told: Told) -> None:
    issue = told.scene.issue()
    told.scene.fault(
        method="PUT", path=f"/issues/{issue.iid}", times=1, kind="fail", status=403, body='{"message":"403 Forbidden"}'
    )
    told("sweep", "--apply", code=1)
    told("inbox", "drop", f"issue:{issue.project_id}/{issue.iid}")
    assert told.json("inbox", "list")["dead_letters"] == []


@pytest.mark.parametrize(
    ("changes", "code", "hint"),
    [
        ({"GITLAB_TOKEN": ""}, 2, "GITLAB_TOKEN is not set"),
        ({"GITLAB_TOKEN": "glpat-wrong"}, 1, "GITLAB_TOKEN"),
        ({"GITLAB_URL": "http://127.0.0.1:9"}, 75, "cannot be reached"),
        ({"GITLAB_URL": "gitlab"}, 2, "GITLAB_URL"),
        ({"CHANNEL_BOT_CONFIG": "/nowhere"}, 2, "/nowhere"),
        ({"DATABASE_URL": "mysql://x"}, 2, "DATABASE_URL"),
        ({"DATABASE_URL": "nonsense"}, 2, "DATABASE_URL: this is no URL"),
    ],
    ids=[
        "no token",
        "wrong token",
        "GitLab is away",
        "no URL",
        "no configuration",
        "no such database",
        "no database URL",
    ],
)
def test_exit_codes_a_pipeline_can_use(told: Told, changes: dict[str, str], code: int, hint: str) -> None:
    """1 a person has to look, 2 unusable configuration, 75 try again later; each with one clear sentence."""
    told.environ |= changes
    assert hint in told("sweep", code=code)


def test_a_command_waits_for_a_gitlab_that_is_asked_too_much(told: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    """And says so beside what it prints for programs."""
    slept = list[float]()
    monkeypatch.setattr("bot.commands._common.time", SimpleNamespace(sleep=slept.append))
    told.scene.fault(kind="rate_limit", times=1, path="/user$", seconds=40)
    assert isinstance(told.json("plan"), list)
    assert slept == [pytest.approx(40, abs=1)]
    assert "going on in 40 s" in told.complaint


def test_the_running_bot_that_does_not_answer(told: Told) -> None:
    told.environ |= {"BOT_URL": "http://127.0.0.1:9", "BOT_TOKEN": "some-token"}
    assert "check BOT_URL" in told.process("sweep", "--apply", code=75)


def test_unknown_commands_and_help(told: Told) -> None:
    assert "No such command" in told("dance", code=2)
    printed = told("--help")
    for name in (
        "check",
        "demo",
        "explain",
        "handlers",
        "history",
        "inbox",
        "plan",
        "sandbox",
        "serve",
        "setup",
        "sweep",
        "work",
    ):
        assert f"  {name} " in printed
