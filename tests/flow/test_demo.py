"""`channel-bot demo` as another program meets it: the description, parts that come back, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import gitlab
import pytest
import requests

from bot.environ import Environment
from tests.load import holds_now
from tests.soak import long

HOME = Path(__file__).parents[2]
PEOPLE = {"cam-emea", "cam-amer", "phd-emea", "ops-lead", "programs-lead", "pat-example"}
PROCESSES = 4
"""Sandbox, worker, and gunicorn's two."""
KEYS = [
    "gitlab_url", "bot_url", "sandbox_admin_url", "mail_url", "tokens", "bot_username", "projects", "groups",
    "config_dir", "registry_project", "env", "pids",
]  # fmt: skip


class Demo:
    """A demo that was started with --keep --describe."""

    def __init__(self, process: subprocess.Popen[str], file: Path) -> None:
        self.process, self.file = process, file

    @property
    def told(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads(self.file.read_text(encoding="utf-8"))
        return told

    def client(self, username: str) -> gitlab.Gitlab:
        return gitlab.Gitlab(self.told["gitlab_url"], private_token=self.told["tokens"][username], timeout=30)

    def channels(self, username: str) -> Any:
        return self.client(username).projects.get(self.told["projects"]["channels"])

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Another command of channel-bot, with nothing but the described variables."""
        environ = {"PATH": os.environ["PATH"], **self.told["env"]}
        command = [sys.executable, "-m", "bot", *arguments]
        return subprocess.run(command, env=environ, cwd=HOME, capture_output=True, text=True, timeout=60, check=False)

    def kill(self, name: str) -> float:
        """Seconds until the description has the new process id."""
        pid, start = self.told["pids"][name], time.monotonic()
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: self.told["pids"].get(name, pid) != pid)
        return time.monotonic() - start


def wait_until(holds: Callable[[], object], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds_now(holds, 0.02):
        assert time.monotonic() < deadline, "it did not happen in time"


def parts_of(supervisor: int) -> list[str]:
    """The command lines of the processes that a demo has started, its children's children among them."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = entry.read_bytes().decode().split("\0")
        except OSError:
            continue
        if {"bot.demo.part", "bot.demo.nursery"} & {*line} and str(supervisor) in line:
            found.append(" ".join(line))
    return found


def start(scratch: Path, *options: str) -> subprocess.Popen[str]:
    """A demo whose directory is made in `scratch`."""
    command = [sys.executable, "-m", "bot", "demo", *options]
    environ = {**os.environ, "TMPDIR": str(scratch)}
    return subprocess.Popen(command, cwd=HOME, env=environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


def whole(scratch: Path, *options: str) -> tuple[subprocess.Popen[str], str]:
    """A demo that has ended, and all that it printed."""
    process = start(scratch, *options)
    with process:
        said, _ = process.communicate(timeout=360)
    return process, said


def ending(said: str) -> str:
    """Why a story broke off, and what came before it."""
    return "\n".join(said.splitlines()[-120:])


@contextmanager
def demo(file: Path, *options: str) -> Iterator[Demo]:
    process = start(file.parent, "--keep", "--no-story", "--describe", str(file), *options)
    try:
        wait_until(lambda: file.exists() or process.poll() is not None, 60)
        assert process.poll() is None, process.stdout and process.stdout.read()
        yield Demo(process, file)
    finally:
        process.terminate()
        process.communicate(timeout=20)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with demo(tmp_path_factory.mktemp("demo") / "pair.json", "--at", "2026-12-03") as running:
        yield running


def test_the_description_has_the_keys_that_programs_rely_on(kept: Demo) -> None:
    told = kept.told

    assert list(told) == KEYS
    assert told["sandbox_admin_url"] == f"{told['gitlab_url']}/sandbox"
    assert requests.get(told["mail_url"], timeout=5).json() == []
    assert {"root", told["bot_username"]} | PEOPLE <= told["tokens"].keys()
    assert told["projects"]["channels"] == "gitlab-com/channel/channels"
    assert told["groups"]["channel"] == "gitlab-com/channel"
    assert told["pids"].keys() == {"receiver", "worker", "sandbox"}
    assert kept.file.stat().st_mode & 0o777 == 0o600


def test_a_mail_to_the_described_server_lies_in_the_described_mailbox(kept: Demo) -> None:
    message = EmailMessage()
    message["Subject"] = "Congratulations"
    host, _, port = kept.told["env"]["SMTP_URL"].removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port), timeout=5) as session:
        session.send_message(message, "bot@example.com", ["pat@acme.example"])

    [mail] = requests.get(kept.told["mail_url"], params={"to": "pat@acme.example"}, timeout=5).json()
    assert (mail["subject"], mail["from"]) == ("Congratulations", "bot@example.com")


def test_the_described_variables_are_all_that_another_command_needs(kept: Demo) -> None:
    environment = Environment.read(kept.told["env"])

    for name in ("GITLAB_URL", "GITLAB_TOKEN", "GITLAB_OWNER_TOKEN", "MARK_KEY", "WEBHOOK_SECRET", "BOT_URL"):
        assert environment.require(name) == kept.told["env"][name]
    for name in ("WEBHOOK_SIGNING_TOKEN", "BOT_TOKEN", "DATABASE_URL", "CHANNEL_BOT_CONFIG"):
        assert environment.require(name) == kept.told["env"][name]
    again = kept.run("setup", "--format", "json")
    assert json.loads(again.stdout)["changes"] == 0, again.stderr


def test_the_registry_project_is_private_and_the_bots_to_write(kept: Demo) -> None:
    project = kept.client(kept.told["bot_username"]).projects.get(kept.told["registry_project"])

    assert project.visibility == "private"
    assert project.permissions["project_access"]["access_level"] == 30


def test_the_sandbox_starts_at_the_date_it_is_told(kept: Demo) -> None:
    issue = kept.channels("cam-emea").issues.create({"title": "What day is it?"})

    assert issue.created_at.startswith("2026-12-03T09:")


@pytest.mark.kills
@pytest.mark.parametrize("name", ["receiver", "worker", "sandbox"])
def test_a_killed_part_is_back_at_once_and_the_pair_still_works(kept: Demo, name: str) -> None:
    assert kept.kill(name) < 0.5 or kept.kill(name) < 0.5, "it was not even the second time"

    channels = kept.channels("cam-emea")
    made = channels.issues.create({"title": f"After the {name} died", "labels": "Channel Priority:2"})
    wait_until(lambda: channels.issues.get(made.iid).weight == 2)


@pytest.mark.kills
def test_a_killed_receiver_refuses_no_connection(kept: Demo) -> None:
    os.kill(kept.told["pids"]["receiver"], signal.SIGKILL)

    assert requests.get(f"{kept.told['bot_url']}/healthz", timeout=20).json() == {"ok": True}
    wait_until(lambda: len(parts_of(kept.process.pid)) == PROCESSES)


def test_terminating_the_demo_ends_everything_it_started(kept: Demo) -> None:
    wait_until(lambda: len(parts_of(kept.process.pid)) == PROCESSES)
    kept.process.terminate()
    said, _ = kept.process.communicate(timeout=20)

    assert kept.process.returncode == 0
    assert parts_of(kept.process.pid) == []
    assert f"{kept.told['gitlab_url']}/gitlab-com/channel/channels" in said
    assert not Path(kept.told["config_dir"]).exists()


@pytest.mark.kills
def test_a_killed_demo_leaves_no_process(tmp_path: Path) -> None:
    with demo(tmp_path / "pair.json", "--tier", "free") as running:
        wait_until(lambda: len(parts_of(running.process.pid)) == PROCESSES)
        running.process.kill()
        running.process.wait()

        wait_until(lambda: not parts_of(running.process.pid), 10)


def test_the_story_is_played_to_its_end_and_leaves_nothing(tmp_path: Path) -> None:
    process, said = whole(tmp_path)

    assert process.returncode == 0, ending(said)
    assert "32. A sweep finds nothing left to do" in said
    assert "reads: Congratulations, Bolt Services: GitLab Certified Training Partner" in said
    assert "partners.yml: certifications: [{cert: ctp, awarded_on: " in said
    assert "Verdict: grant" in said
    assert "proposes to the registry: Record a license of Acme Consulting" in said
    assert "takes Notice::approved off" in said
    assert "New and noteworthy: - List prices of the services packages go up" in said
    assert "writes nothing" in said
    assert "glpat-" not in said
    assert "whsec_" not in said
    assert parts_of(process.pid) == []
    assert list(tmp_path.iterdir()) == []


@long
def test_a_demo_that_cannot_start_says_why_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "pair.json"
    (tmp_path / "a-file").touch()
    options = ("--describe", str(file), "--database", f"sqlite:///{tmp_path}/a-file/bot.db")
    process, said = whole(tmp_path, *options)

    assert process.returncode == 1
    assert "`channel-bot setup --apply` ended with exit status 75" in said
    assert "channel-bot: " in said.splitlines()[-1]
    assert not file.exists()
    assert parts_of(process.pid) == []
