"""The worker waits for GitLab and the database to answer, at first briefly, then longer."""

from __future__ import annotations

import threading
from itertools import islice
from pathlib import Path

import pytest

from bot.commands.work import pauses, wait_for_the_bot
from tests.stage import MARK_KEY, stage


class Stop(threading.Event):
    """Remembers how long it was waited for, and is told at the `last` time."""

    def __init__(self, last: int) -> None:
        super().__init__()
        self.last, self.waits = last, list[float]()

    def wait(self, timeout: float | None = None) -> bool:
        self.waits.append(timeout or 0.0)
        if len(self.waits) == self.last:
            self.set()
        return self.is_set()


def test_the_pause_grows_from_half_a_second_to_fifteen() -> None:
    assert [*islice(pauses(), 8)] == [0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 15.0, 15.0]


def test_each_try_that_fails_waits_longer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Until it is told to stop, and then there is no bot."""
    with stage(tmp_path) as scene:
        monkeypatch.setenv("CHANNEL_BOT_CONFIG", str(tmp_path / "config"))
        monkeypatch.setenv("GITLAB_URL", scene.sandbox.url)
        monkeypatch.setenv("GITLAB_TOKEN", scene.tokens["channel-bot"])
        monkeypatch.setenv("MARK_KEY", MARK_KEY)
        monkeypatch.setenv("DATABASE_URL", "sqlite://")
        scene.fault(kind="rate_limit", times=None, path="/user$", seconds=60)
        stop = Stop(last=4)
        assert wait_for_the_bot(stop) is None
        assert stop.waits == [0.5, 1.0, 2.0, 4.0]
        scene.sandbox.desk.faults.clear()
        assert wait_for_the_bot(Stop(last=1)) is not None
