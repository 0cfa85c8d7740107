"""Debian's binaries become a PostgreSQL server of our own on loopback, ended with the tests that wanted it."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

PLACES = "/usr/lib/postgresql"
USER = "tester"
START = 30.0


class NoPostgres(Exception):
    """No server can be had here; the text says why."""


@contextlib.contextmanager
def server(*, synced: bool = False) -> Iterator[str]:
    """A fresh server; yields the URL of its `postgres` database. Raises NoPostgres.

    Unless `synced`, it leaves out the disk's syncs, as the machine's power stays on while the tests run, and clears up
    nothing.
    """
    binaries = _binaries()
    home = Path(tempfile.mkdtemp(prefix="channel-bot-postgres-"))
    account = _account(home)
    process: subprocess.Popen[bytes] | None = None
    try:
        _run(binaries, "initdb", home, account)
        port = _free_port()
        process = _start(binaries, home, port, account, synced=synced)
        yield _when_ready(process, home, port)
    finally:
        if process is not None:
            # https://www.postgresql.org/docs/current/server-shutdown.html: SIGQUIT ends it without saving anything.
            process.send_signal(signal.SIGQUIT)
            process.wait(timeout=START)
        shutil.rmtree(home, ignore_errors=True)


def _binaries() -> Path:
    found = sorted(Path(PLACES).glob("*/bin/initdb"), key=lambda path: path.parts[-3].rjust(4), reverse=True)
    if found:
        return found[0].parent
    on_path = shutil.which("initdb")
    if on_path is None or not (Path(on_path).resolve().parent / "postgres").exists():
        raise NoPostgres(f"no initdb and postgres under {PLACES}/*/bin nor on PATH; apt-get install postgresql")
    return Path(on_path).resolve().parent


def _account(home: Path) -> int | None:
    """PostgreSQL refuses to run as root, so root runs it as somebody else; None: as whoever we are."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            entry = pwd.getpwnam(name)
            os.chown(home, entry.pw_uid, entry.pw_gid)
            return entry.pw_uid
    raise NoPostgres("running as root, and there is neither a user `postgres` nor `nobody` to run the server as")


def _group(account: int | None) -> int | None:
    return None if account is None else pwd.getpwuid(account).pw_gid


def _environment() -> dict[str, str]:
    return {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}


def _run(binaries: Path, program: str, home: Path, account: int | None) -> None:
    options = ["-D", str(home / "data"), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"]
    done = subprocess.run(
        [str(binaries / program), *options],
        capture_output=True,
        text=True,
        cwd="/",
        env=_environment(),
        check=False,
        user=account,
        group=_group(account),
    )
    if done.returncode != 0:
        raise NoPostgres(f"{program} failed: {done.stderr.strip()[-300:]}")


def _start(binaries: Path, home: Path, port: int, account: int | None, *, synced: bool) -> subprocess.Popen[bytes]:
    settings = {
        "listen_addresses": "127.0.0.1",
        "unix_socket_directories": str(home),
        "max_connections": "200",
        "shared_buffers": "32MB",
        "log_destination": "stderr",
        "fsync": "on" if synced else "off",
        # With a database for each test it would look into one or the other all the time.
        "autovacuum": "on" if synced else "off",
    }
    options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    command = [str(binaries / "postgres"), "-D", str(home / "data"), "-p", str(port), *options]
    with (home / "log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            user=account,
            group=_group(account),
        )


def _when_ready(process: subprocess.Popen[bytes], home: Path, port: int) -> str:
    import psycopg  # an extra: without it there is no such test

    url = f"postgresql://{USER}@127.0.0.1:{port}/postgres"
    deadline = time.monotonic() + START
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(url, connect_timeout=2):
            return url
        time.sleep(0.05)
    raise NoPostgres(f"the server does not answer: {(home / 'log').read_text()[-300:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
