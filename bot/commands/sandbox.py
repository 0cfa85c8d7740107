"""`sandbox`: the GitLab emulator alone, to develop against."""

from __future__ import annotations

import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType
from typing import get_args

import click

from bot.commands._common import out, print_table
from bot.config import SHIPPED
from bot.errors import AskAPerson
from bot.sandbox import smtp
from bot.sandbox.clock import Clock
from bot.sandbox.example import dated, example_world, files_in, tokens_of
from bot.sandbox.server import Sandbox
from bot.sandbox.state import BrokenState
from bot.sandbox.world import Tier


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8929, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Keep the world in this file.")
@click.option("--tier", default="premium", show_default=True, type=click.Choice(get_args(Tier)), help="GitLab's plan.")
@click.option(
    "--smtp-port", default=0, show_default=True, type=click.IntRange(0, 65535), help="Where mails are taken; 0: any."
)
@click.option("--fd", type=int, hidden=True, help="A socket that listens already; instead of host and port.")
@click.option("--smtp-fd", type=int, hidden=True, help="Likewise, for mails; instead of --smtp-port.")
def command(
    *, host: str, port: int, state: Path | None, tier: Tier, smtp_port: int, fd: int | None, smtp_fd: int | None
) -> None:
    """Serve an example GitLab until stopped; with --state it goes on where it ended."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    inlet = _door(smtp.HOST, smtp_port, "--smtp-port") if smtp_fd is None else socket.socket(fileno=smtp_fd)
    if fd is not None:
        _sandbox(state, tier, inlet).serve_forever(fd)
        return
    with _door(host, port) as door:
        sandbox = _sandbox(state, tier, inlet)
        _introduce(sandbox, f"http://{host}:{door.getsockname()[1]}")
        sandbox.serve_forever(door.fileno())


def _door(host: str, port: int, option: str = "--port") -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as trouble:
        why = os.strerror(trouble.errno) if trouble.errno else str(trouble)
        raise AskAPerson(f"cannot listen on {host}:{port}: {why}; choose another {option}") from None


def _sandbox(state: Path | None, tier: Tier, inlet: socket.socket) -> Sandbox:
    try:
        clock = Clock()
        registry = dated(files_in(next(path for path in SHIPPED if path.is_dir()) / "registry"), clock.now().date())
        world = example_world("http://127.0.0.1", tier=tier, clock=clock, registry=registry)
        return Sandbox(world, state=state, smtp=inlet)
    except BrokenState as trouble:
        raise AskAPerson(str(trouble)) from None


def _introduce(sandbox: Sandbox, url: str) -> None:
    world = sandbox.world
    names = {user.username: user.name for user in world.users.values()}
    tokens = tokens_of(world)
    print_table("People", ["user", "name", "token"], [(user, names[user], token) for user, token in tokens.items()])
    out.print(f"A sandbox GitLab ({world.tier}) at {url}, what it holds at {url}/sandbox/world.")
    out.print(f"Mails are taken at {sandbox.smtp_url} and shown at {url}/sandbox/mails. Try:")
    out.print(f'  curl -H "PRIVATE-TOKEN: {next(iter(tokens.values()), "")}" {url}/api/v4/groups', highlight=False)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # Every change is on disk before it is answered, so there is nothing left to save.
    sys.exit(0)
