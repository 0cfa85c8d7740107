"""The `gitlab` command line, which we did not write, works on the sandbox."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.sandbox.core_parts import Play, play

Command = Callable[..., Any]


@pytest.fixture(scope="module")
def played() -> Iterator[Play]:
    with play() as made:
        yield made


@pytest.fixture
def gitlab_cli(played: Play, tmp_path: Path) -> Command:
    """Runs `gitlab ...` as the planner and reads the JSON it prints."""

    def run(*words: str) -> Any:
        server = ["--server-url", played.sandbox.url, "--private-token", "token-planner"]
        command = [sys.executable, "-m", "gitlab", *server, "-o", "json", *words]
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=30, check=False, env={"HOME": str(tmp_path)}, cwd=tmp_path
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.startswith(("{", "[")) else done.stdout

    return run


def test_who_and_where(gitlab_cli: Command) -> None:
    assert gitlab_cli("current-user", "get")["username"] == "planner"
    assert gitlab_cli("project", "get", "--id", "channel/channels")["path_with_namespace"] == "channel/channels"


def test_an_issue_is_opened_listed_and_changed(gitlab_cli: Command) -> None:
    made = gitlab_cli("project-issue", "create", "--project-id", "1", "--title", "By hand", "--labels", "a,b")
    assert made["labels"] == ["a", "b"]
    rows = gitlab_cli("project-issue", "list", "--project-id", "channel/channels", "--get-all")
    assert [row["title"] for row in rows] == ["By hand"]
    gitlab_cli("project-issue", "update", "--project-id", "1", "--iid", str(made["iid"]), "--state-event", "close")
    rows = gitlab_cli("project-issue", "list", "--project-id", "1", "--state", "closed", "--get-all")
    assert [row["iid"] for row in rows] == [made["iid"]]


def test_a_milestone_is_made(gitlab_cli: Command) -> None:
    words = ("--group-id", "channel", "--title", "FY27Q4 2b", "--due-date", "2026-12-31")
    assert gitlab_cli("group-milestone", "create", *words)["due_date"] == "2026-12-31"
