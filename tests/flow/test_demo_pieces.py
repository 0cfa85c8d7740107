"""The demo's pieces by themselves: the configuration it adapts, the supervisor's patience, what the stage tells."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path

import pytest
from rich.console import Console

from bot.config import SHIPPED
from bot.demo.agenda import shortened
from bot.demo.forms import filled
from bot.demo.nursery import Nursery
from bot.demo.pair import absolute, adapted
from bot.demo.processes import surroundings
from bot.demo.stage import Stage, Unmet, View, writes
from bot.demo.story import near_miss
from bot.demo.supervisor import Part, Supervisor
from bot.domain.windows import Window

QUIET = View((), None, (), None, None, 0, "")


def test_only_the_named_values_of_a_file_change() -> None:
    text = (
        "# Which\ndry_run: true\n\ngitlab:\n  url: https://gitlab.com   # where\n  tier: premium\ngroups:\n  url: x\n"
    )

    assert adapted(text, {"dry_run": "false", "gitlab.url": "http://127.0.0.1:1"}) == text.replace(
        "dry_run: true", "dry_run: false"
    ).replace("https://gitlab.com   #", "http://127.0.0.1:1 #")


def test_a_key_that_the_shipped_file_lost_is_named() -> None:
    text = (SHIPPED[-1] / "site.yml").read_text(encoding="utf-8")

    with pytest.raises(LookupError, match=r"no gitlab\.address"):
        adapted(text, {"gitlab.address": "x"})


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("sqlite:///var/bot.db", f"sqlite:///{Path('var/bot.db').resolve()}"),
        ("sqlite:////tmp/bot.db", "sqlite:////tmp/bot.db"),
        ("sqlite://", "sqlite://"),
        ("postgresql://bot@localhost/bot", "postgresql://bot@localhost/bot"),
    ],
)
def test_the_database_is_the_same_from_every_directory(told: str, meant: str) -> None:
    assert absolute(told) == meant


def test_a_form_is_filled_in_field_by_field() -> None:
    form = "- Seats:\n- Kind: a / b\n\nSeats are counted.\n"

    assert filled(form, {"Kind": "a", "Seats": r"\1"}) == "- Seats: \\1\n- Kind: a\n\nSeats are counted.\n"
    with pytest.raises(LookupError, match="no field 'Seat'"):
        filled(form, {"Seat": "1"})


def test_what_comes_is_told_on_one_line_without_markdown() -> None:
    assert shortened("**Window over:** [`2a`](http://127.0.0.1/a) ended") == "Window over: 2a ended"
    assert len(shortened("x" * 100)) == 72


def test_parts_hear_nothing_of_the_variables_of_another_bot() -> None:
    around = surroundings({"GITLAB_URL": "http://here"}, {"SMTP_URL": "smtp://real", "LANG": "C"}, ["SMTP_URL"])

    assert "SMTP_URL" not in around
    assert around["LANG"] == "C"
    assert around["GITLAB_URL"] == "http://here"


def test_a_near_miss_is_how_people_write_a_window() -> None:
    assert near_miss(Window.of(date(2026, 12, 20))) == "FY27Q4M2b"


def test_what_changed_is_told_field_by_field() -> None:
    now = View(("Channel",), 1, ("cam-emea",), None, None, 1, "**All set, thank you!**")

    assert list(now.changes(QUIET)) == ["labels: none → Channel", "weight: none → 1", "assignees: none → cam-emea"]
    assert now.is_all_set


def test_only_the_writes_of_the_bot_are_counted() -> None:
    log = [
        {"method": "GET", "path": "/a", "user": "bot"},
        {"method": "PUT", "path": "/b", "user": "cam-emea"},
        {"method": "POST", "path": "/c", "user": "bot"},
    ]

    assert writes(log, ("bot",)) == ["POST /c"]


def test_what_does_not_happen_in_time_is_told_with_what_was_seen() -> None:
    stage = Stage(Console(file=io.StringIO()), "channel-bot", lambda: False, patience=0.2)

    with pytest.raises(Unmet, match=r"waited 0 s in vain until pigs fly\. Last seen: a pig"):
        stage.expect("pigs fly", lambda: "a pig", lambda seen: seen == "a bird")


def test_an_interrupted_story_waits_no_longer() -> None:
    stage = Stage(Console(file=io.StringIO()), "channel-bot", lambda: True)

    with pytest.raises(Unmet, match="interrupted"):
        stage.expect("pigs fly", lambda: "a pig", lambda seen: seen == "a bird")


def test_a_part_that_cannot_start_is_tried_again_with_growing_pauses(tmp_path: Path) -> None:
    complaints: list[str] = []
    starts: list[int] = []

    def complain(text: str) -> None:
        complaints.append(text)
        if len(complaints) == 2:
            supervisor.stop()

    supervisor = Supervisor(lambda: starts.append(supervisor.pids()["odd"]), complain)
    supervisor.run([Part("odd", ("no-such-command",), surroundings({}, {}, ()), tmp_path / "odd.log")])

    assert len({*starts}) == 4
    first, second = complaints
    assert first.startswith("odd ends as soon as it starts (exit status 2), next try in 1.0 s:")
    assert "No such command 'no-such-command'" in first
    assert "next try in 2.0 s" in second


def test_a_command_that_hangs_is_ended(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda: None, lambda text: None)
    environ = surroundings({}, {}, ())

    with pytest.raises(TimeoutError, match=r"`channel-bot sandbox --port 0` took longer than 1 s"):
        supervisor.command(["sandbox", "--port", "0"], environ, 1.0)
    assert supervisor.command(["--version"], environ, 20.0)[1].startswith("channel-bot, version ")
    status, said = supervisor.command(["sandbox", "--port", "nowhere"], environ, 20.0)
    assert (status, "'nowhere' is not a valid integer" in said, "version" in said) == (2, True, False)

    supervisor.stop()
    supervisor.run(())
    assert supervisor.command(["--version"], environ, 20.0) == (-15, "")
    supervisor.dismiss()


def test_ending_the_supervisor_ends_a_command_that_runs(tmp_path: Path) -> None:
    supervisor = Supervisor(lambda: None, lambda text: None)
    ended: list[tuple[int, str]] = []
    thread = threading.Thread(
        target=lambda: ended.append(supervisor.command(["sandbox", "--port", "0"], surroundings({}, {}, ()), 30.0))
    )
    thread.start()
    threading.Timer(1.0, supervisor.stop).start()
    supervisor.run(())
    thread.join(10)

    assert [status for status, _ in ended] == [-15]
    supervisor.dismiss()


def test_a_command_whose_nursery_was_killed_says_so() -> None:
    nursery = Nursery(surroundings({}, {}, ()))
    assert nursery.run(["--version"], 20.0)[0] == 0
    os.kill(nursery._process.pid, signal.SIGKILL)

    assert [nursery.run(["--version"], 20.0)[0] for _ in range(2)] == [-9, -9]
    nursery.close()


@pytest.mark.parametrize("linux", [True, False])
def test_a_part_whose_parent_is_not_there_any_more_ends(linux: bool) -> None:
    code = f"from bot.demo.part import follow; import time; follow(1, linux={linux}); time.sleep(20)"

    assert subprocess.run([sys.executable, "-c", code], timeout=10, check=False).returncode == -9


def test_a_part_ends_with_its_parent_where_the_kernel_does_not_help() -> None:
    child = "import os, time; from bot.demo.part import follow; follow(os.getppid(), linux=False); time.sleep(20)"
    parent = f"import subprocess, sys, time; subprocess.Popen([sys.executable, '-c', {child!r}]); time.sleep(1)"

    # The pipe stays open as long as the child lives.
    assert subprocess.run([sys.executable, "-c", parent], stdout=subprocess.PIPE, timeout=10, check=True).stdout == b""
