"""`serve`: the receiver, under gunicorn, and on a small machine the worker beside it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from types import FrameType

import click

FIRST_FD = 3
"""systemd hands sockets down from this descriptor on (sd_listen_fds(3))."""
PAUSE = 1.0
"""Seconds before a part that ended is started again."""


@click.command("serve")
@click.option("--bind", default="127.0.0.1:8080", show_default=True, help="host:port, unix:PATH or fd://N.")
@click.option("--with-worker", is_flag=True, help="Keep `channel-bot work` running beside it, for one small machine.")
def command(bind: str, with_worker: bool) -> None:
    """Receive webhooks until stopped."""
    if with_worker:
        keep_running({"receiver": ("serve", "--bind", _inherited(bind)), "worker": ("work",)})
        return
    from bot.web import serve  # noqa: PLC0415 - the process that only keeps two others running stays small

    serve(bind)


def _inherited(bind: str) -> str:
    """A socket that systemd holds is for this process by its pid; a child takes it by its number."""
    return f"fd://{FIRST_FD}" if os.environ.get("LISTEN_PID") == str(os.getpid()) else bind


def keep_running(parts: Mapping[str, tuple[str, ...]]) -> None:
    """Run each part (name -> arguments of channel-bot), start what ends anew, and end all on SIGTERM or SIGINT."""
    running: dict[int, str] = {}

    def stop(_number: int, _frame: FrameType | None) -> None:
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        for pid in running:
            os.waitpid(pid, 0)
        sys.exit(0)

    for name, arguments in parts.items():
        running[_start(arguments)] = name
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    while True:
        pid, status = os.wait()
        name = running.pop(pid)
        click.echo(f"channel-bot: the {name} ended ({status}); starting it again", err=True)
        time.sleep(PAUSE)
        running[_start(parts[name])] = name


def _start(arguments: tuple[str, ...]) -> int:
    command_line = [sys.executable, "-m", "bot", *arguments]
    return subprocess.Popen(command_line, pass_fds=_sockets()).pid  # noqa: S603 - our own command


def _sockets() -> range:
    return range(FIRST_FD, FIRST_FD + int(os.environ.get("LISTEN_FDS", "0")))
