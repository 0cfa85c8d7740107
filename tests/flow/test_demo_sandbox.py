"""`channel-bot sandbox` as a person starts it: it introduces itself, keeps its world, and says why it cannot start."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import gitlab

HOME = Path(__file__).parents[2]


class Session:
    """A sandbox in a process of its own, and what it said before it listened."""

    def __init__(self, *options: str) -> None:
        command = [sys.executable, "-m", "bot", "sandbox", *options]
        self.process = subprocess.Popen(command, cwd=HOME, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        assert self.process.stdout is not None
        self.said = ""
        while "curl" not in self.said and (line := self.process.stdout.readline()):
            self.said += line

    @property
    def client(self) -> gitlab.Gitlab:
        [url] = re.findall(r"at (http://[\w.:]+),", self.said)
        [token] = re.findall(r"cam-emea .*(glpat-[\w-]+)", self.said)
        return gitlab.Gitlab(url, private_token=token, timeout=10)

    def end(self, number: int = 0) -> int:
        """Send the signal, if it has not ended by itself; its exit status."""
        self.process.send_signal(number)
        self.process.communicate(timeout=20)
        return self.process.returncode


def test_it_shows_a_token_for_each_person_and_ends_when_told() -> None:
    session = Session("--port", "0", "--tier", "free")
    client = session.client
    client.auth()

    assert client.user is not None
    assert client.user.username == "cam-emea"
    assert "(free)" in session.said
    assert session.end(signal.SIGTERM) == 0


def test_a_killed_one_goes_on_from_its_file(tmp_path: Path) -> None:
    options = ("--port", "0", "--state", str(tmp_path / "gitlab.json"))
    first = Session(*options)
    first.client.projects.get("gitlab-com/channel/channels").issues.create({"title": "Remember me"})
    first.end(signal.SIGKILL)

    second = Session(*options)
    [issue] = second.client.projects.get("gitlab-com/channel/channels").issues.list(get_all=True)
    assert issue.title == "Remember me"
    assert second.end(signal.SIGINT) == 0


def test_a_broken_file_and_a_taken_port_are_named(tmp_path: Path) -> None:
    broken = tmp_path / "gitlab.json"
    broken.write_text("{", encoding="utf-8")
    session = Session("--port", "0", "--state", str(broken))
    assert session.end() == 1
    assert session.said.startswith(f"channel-bot: {broken}:1: not JSON")

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        session = Session("--port", port)
        assert session.end() == 1
    assert f"cannot listen on 127.0.0.1:{port}: Address already in use; choose another --port" in session.said
