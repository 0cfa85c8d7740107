"""Commands of `channel-bot` become processes with nothing left to load: one loads everything, and forks for each."""

from __future__ import annotations

import gc
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from typing import IO

from bot.demo.part import follow
from bot.demo.processes import signal_group

LOADED = ("forecast", "import", "setup", "sweep")
"""The commands that a story gives."""


class Nursery:
    """A process that runs commands one after the other under the same variables; `close` ends it, from any thread.

    It belongs to the thread that makes it, and ends with it.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._said, self._told = (tempfile.TemporaryFile(buffering=0) for _ in range(2))  # noqa: SIM115 - `close` does
        self._line, theirs = socket.socketpair()
        fds = self._said.fileno(), self._told.fileno(), theirs.fileno()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603 - our own commands only
                [sys.executable, "-P", "-m", "bot.demo.nursery", *map(str, (os.getpid(), *fds))],
                env=environ, pass_fds=fds, stdin=subprocess.DEVNULL, process_group=0,
            )  # fmt: skip

    def run(self, arguments: Sequence[str], timeout: float) -> tuple[int, str]:
        """A command's exit status and what it printed, with its messages to people unless that went well.

        TimeoutError after `timeout` seconds.
        """
        for file in (self._said, self._told):
            file.seek(0)
            file.truncate()
        self._line.settimeout(timeout)
        try:
            self._line.sendall(f"{json.dumps(list(arguments))}\n".encode())
            status = self._line.recv(64)
        except TimeoutError:
            took = f"`channel-bot {' '.join(arguments)}` took longer than {timeout:.0f} s"
            raise TimeoutError(f"{took} and had only said:\n{self._printed().strip()}") from None
        except ConnectionError:
            status = b""
        ended = int(status or self._process.wait())
        return ended, self._printed() if ended else _all_of(self._said)

    def interrupt(self) -> None:
        """Have it end, and the command that runs."""
        signal_group(self._process.pid, signal.SIGTERM)

    def close(self) -> None:
        """End it, and what runs there."""
        signal_group(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._line.close()
        self._said.close()
        self._told.close()

    def _printed(self) -> str:
        return _all_of(self._said) + _all_of(self._told)


def _all_of(file: IO[bytes]) -> str:
    """What another process wrote there, whose place in it is ours."""
    return os.pread(file.fileno(), os.fstat(file.fileno()).st_size, 0).decode("utf-8", "replace")


def run(arguments: Sequence[str], outputs: Sequence[int], line: socket.socket) -> int:
    """Run the command in a process of its own, with `outputs` for what it prints and its messages.

    Its exit status, or minus the signal.
    """
    nursery = os.getpid()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    follow(nursery)
    line.close()
    for at, output in enumerate(outputs, start=1):
        os.dup2(output, at)
    sys.argv = ["channel-bot", *arguments]
    from bot.cli import main as channel_bot  # noqa: PLC0415 - loaded long ago

    channel_bot()
    sys.exit()


def main() -> None:
    """`python -m bot.demo.nursery PARENT SAID TOLD LINE`: arguments come in on the line, a JSON list for each command.

    SAID, TOLD and LINE are descriptors, of two files and a socket. Each command is answered with its exit status.
    """
    parent, said, told, line = map(int, sys.argv[1:])
    follow(parent)
    import click  # noqa: PLC0415 - the parent may be gone before all of that is loaded

    from bot.cli import cli  # noqa: PLC0415 - likewise

    for name in LOADED:
        cli.get_command(click.Context(cli), name)
    gc.freeze()
    with socket.socket(fileno=line) as asked, asked.makefile("rb") as lines:
        for one in lines:
            asked.sendall(b"%d\n" % run(json.loads(one), (said, told), asked))


if __name__ == "__main__":
    main()
