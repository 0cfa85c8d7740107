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
from bot.sandbox.example import example_world, files_in, tokens_of
from bot.sandbox.server import Sandbox
from bot.sandbox.state import BrokenState
from bot.sandbox.world import Tier, World


@click.command("sandbox")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", default=8929, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free one.")
@click.option("--state", type=click.Path(dir_okay=False, path_type=Path), help="Keep the world in this file.")
@click.option("--tier", default="premium", show_default=True, type=click.Choice(get_args(Tier)), help="GitLab's plan.")
@click.option("--fd", type=int, hidden=True, help="A socket that listens already; instead of host and port.")
def command(host: str, port: int, state: Path | None, tier: Tier, fd: int | None) -> None:
    """Serve an example GitLab until stopped; with --state it goes on where it ended."""
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, _leave)
    if fd is not None:
        _sandbox(state, tier).serve_forever(fd)
        return
    with _door(host, port) as door:
        sandbox = _sandbox(state, tier)
        _introduce(sandbox.world, f"http://{host}:{door.getsockname()[1]}")
        sandbox.serve_forever(door.fileno())


def _door(host: str, port: int) -> socket.socket:
    try:
        return socket.create_server((host, port), backlog=128)
    except OSError as trouble:
        why = os.strerror(trouble.errno) if trouble.errno else str(trouble)
        raise AskAPerson(f"cannot listen on {host}:{port}: {why}; choose another --port") from None


def _sandbox(state: Path | None, tier: Tier) -> Sandbox:
    try:
        registry = files_in(next(path for path in SHIPPED if path.is_dir()) / "registry")
        return Sandbox(example_world("http://127.0.0.1", tier=tier, registry=registry), state=state)
    except BrokenState as trouble:
        raise AskAPerson(str(trouble)) from None


def _introduce(world: World, url: str) -> None:
    names = {user.username: user.name for user in world.users.values()}
    tokens = tokens_of(world)
    print_table("People", ["user", "name", "token"], [(user, names[user], token) for user, token in tokens.items()])
    out.print(f"A sandbox GitLab ({world.tier}) at {url}, what it holds at {url}/sandbox/world. Try:")
    out.print(f'  curl -H "PRIVATE-TOKEN: {next(iter(tokens.values()), "")}" {url}/api/v4/groups', highlight=False)


def _leave(_signal: int, _frame: FrameType | None) -> None:
    # Every change is on disk before it is answered, so there is nothing left to save.
    sys.exit(0)
