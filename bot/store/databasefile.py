"""The path of an SQLite database becomes one file that every process agrees on, even when somebody deletes it.

People do: "the database is a cache". A process that kept writing into a deleted file would lose what it accepted, and
the side files of a deleted database would spoil the next one (https://www.sqlite.org/howtocorrupt.html).
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.errors import TryLater

SIDE_FILES = ("-wal", "-shm", "-journal")


class DatabaseFile:
    """Where the database lies and which file (device, inode) this process has open."""

    def __init__(self, path: str) -> None:
        self.path = Path(path).absolute()
        self.opened: tuple[int, int] | None = None
        """Device and inode of the file that this process prepared last."""

    def same(self) -> bool:
        """Is the file at the path still the one that this process prepared?"""
        return self.opened is not None and _identity(self.path) == self.opened

    def identity(self) -> tuple[int, int] | None:
        """Device and inode of the file at the path now; None when there is none."""
        return _identity(self.path)

    def prepare(self, create: Callable[[], None]) -> None:
        """Create what is missing by `create`, one process at a time; afterwards `same()` holds."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with held(self.path.with_name(self.path.name + ".lock")) as lock:
            known = os.pread(lock, 64, 0).decode()
            found = _identity(self.path)
            # Side files belong to the database that was prepared last. For any other they are poison.
            if found is None or (known and known != _name(found)):
                for side in SIDE_FILES:
                    self.path.with_name(self.path.name + side).unlink(missing_ok=True)
            create()
            self.opened = _identity(self.path)
            os.ftruncate(lock, 0)
            os.pwrite(lock, _name(self.opened).encode(), 0)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _name(identity: tuple[int, int] | None) -> str:
    return "" if identity is None else f"{identity[0]}:{identity[1]}"


@contextmanager
def held(path: Path) -> Iterator[int]:
    """Hold the lock file at `path`, waiting for it; yields its descriptor."""
    while True:
        descriptor = lock(path, wait=True)
        if descriptor is not None:
            break
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def lock(path: Path, *, wait: bool) -> int | None:
    """Lock the file at `path` until the descriptor is closed or the process ends; None when somebody else has it."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as trouble:
        raise TryLater(f"the lock file {path} cannot be used: {trouble}; check DATABASE_URL") from trouble
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        status = os.fstat(descriptor)
        # A lock on a file that was deleted while we waited excludes nobody.
        if _identity(path) == (status.st_dev, status.st_ino):
            return descriptor
    except BlockingIOError:
        pass
    os.close(descriptor)
    return None
