"""docs/sandbox.md is so: its commands work in the order they stand there, and it tells of all that can be turned."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import requests

from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.faults import DEFAULT_SECONDS, DEFAULT_STATUS, KEYS, Kind
from bot.sandbox.server import Sandbox
from bot.sandbox.wire import create_app
from tests.sandbox import curl
from tests.sandbox.edge_parts import receiver

PAGE = (Path(__file__).parents[2] / "docs/sandbox.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
RUN = [block for block in BLOCKS if not block.startswith("channel-bot") and "glpat-..." not in block]
ROW = re.compile(r"^\| (?P<names>`[^|]+`) \| (?P<text>.+) \|$", re.MULTILINE)
TOLD = {name: row["text"] for row in ROW.finditer(PAGE) for name in re.findall(r"`([^`]+)`", row["names"])}


@contextmanager
def environ(directory: Path, *, with_curl: bool) -> Iterator[tuple[Sandbox, dict[str, str]]]:
    """An example sandbox with a receiver beside it, and the variables under which the page's commands reach them."""
    tools = directory / "bin"
    tools.mkdir()
    if not with_curl:
        (tools / "curl").write_text(f'#!/bin/sh\nexec {sys.executable} -I -S {curl.__file__} "$@"\n')
        (tools / "curl").chmod(0o755)
    (directory / ".curlrc").write_text("fail\nsilent\nshow-error\nmax-time = 10\n")
    with receiver() as got, Sandbox(example_world("http://127.0.0.1")) as sandbox:
        tokens = tokens_of(sandbox.world)
        yield (
            sandbox,
            {
                "PATH": f"{tools}:{Path(sys.executable).parent}:/usr/bin:/bin",
                "HOME": str(directory),
                "GITLAB": sandbox.url,
                "CAM": tokens["cam-emea"],
                "LEAD": tokens["ops-lead"],
                "OWNER": tokens["channel-bot-owner"],
                "ROOT": tokens["root"],
                "RECEIVER": got.url,
            },
        )


def lines(block: str, variables: dict[str, str], directory: Path) -> str:
    done = subprocess.run(
        ["sh", "-euxc", block], env=variables, cwd=directory, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout


@pytest.mark.unmeasured
@pytest.mark.parametrize("with_curl", [True, False], ids=["curl", "its stand-in"])
def test_the_commands_of_the_page_work(tmp_path: Path, with_curl: bool) -> None:
    if with_curl and shutil.which("curl", path="/usr/bin:/bin") is None:
        pytest.skip("there is no curl; its stand-in runs the page")
    assert len(RUN) == 12
    with environ(tmp_path, with_curl=with_curl) as (sandbox, variables):
        printed = [lines(block, variables, tmp_path) for block in RUN]
        world = sandbox.world
        issue, closed = world.issues[1], world.issues[2]
        assert ([world.labels[id_].name for id_ in issue.label_ids], issue.weight) == (["Channel Priority:1"], 2)
        assert (issue.milestone_id, closed.state) == (1, "closed")
        assert '"action":"add"' in printed[1].replace(" ", "")
        first, again = list(world.hook_logs.values())[:2]
        assert first.idempotency_key == again.idempotency_key
        assert '"title": "QBR deck"' in printed[6]
        assert {'"state":"merged"', '"title":"Initial commit"'} <= set(
            re.findall(r'"(?:state|title)":"[^"]+"', printed[3])
        )
        assert [mail.to for mail in world.mails.values()] == ["phd-emea@example.com"]
        folder = world.group_by_path("gitlab-com/channel/partners/americas/bolt")
        robin = world.user_by_name("robin-example")
        assert folder is not None
        assert robin is not None
        assert world.effective_access(robin, folder) == 40
        assert requests.get(f"{sandbox.url}/sandbox/faults", timeout=5).json() == []
        assert requests.get(f"{sandbox.url}/sandbox/clock", timeout=5).json()["now"].startswith("2026-12-17T08:00:")


def test_every_fault_is_told_with_its_defaults() -> None:
    assert set(Kind) - TOLD.keys() == set()
    for defaults in (DEFAULT_STATUS, DEFAULT_SECONDS):
        untold = [kind for kind, value in defaults.items() if f"{value:g}" not in TOLD[kind]]
        assert not untold, f"docs/sandbox.md does not tell the default of {', '.join(untold)}"


def test_every_field_of_a_fault_is_told() -> None:
    assert KEYS - TOLD.keys() == set()


def test_every_page_of_the_desk_and_every_key_is_told() -> None:
    """A refusal names the keys there are."""
    with Sandbox(example_world("http://127.0.0.1")) as sandbox:
        rules = create_app(sandbox.world, sandbox.desk).url_map.iter_rules()
        pages = {rule.rule for rule in rules if rule.rule.startswith("/sandbox/")}
        assert len(pages) == 13
        assert {page for page in pages if f"`{page}`" not in PAGE} == set()
        for page in ("clock", "hooks", "limits"):
            refusal = requests.put(f"{sandbox.url}/sandbox/{page}", json={"?": 1}, timeout=5).json()["error"]
            known = refusal.partition("known are ")[2].split(", ")
            assert known
            assert [key for key in known if f"`{key}`" not in PAGE] == [], f"docs/sandbox.md, {page}"
