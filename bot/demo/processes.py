"""Process ids and groups become what a supervisor wants to know of them and do to them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import site
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

PACKAGE_HOME = Path(__file__).resolve().parents[2]
ADOPT_ORPHANS = 36
"""PR_SET_CHILD_SUBREAPER of prctl(2)."""


def command_line(arguments: Sequence[str]) -> list[str]:
    # Without -P a directory named `bot` where the person happens to be would be taken for this package.
    return [sys.executable, "-P", "-m", "bot.demo.part", str(os.getpid()), *arguments]


def surroundings(variables: Mapping[str, str], environ: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The environment of a part: `environ` without what the variables `known` say there, with `variables`."""
    dropped = set(known)
    kept = {name: value for name, value in environ.items() if name not in dropped}
    if str(PACKAGE_HOME) not in site.getsitepackages():
        kept["PYTHONPATH"] = os.pathsep.join(filter(None, (str(PACKAGE_HOME), environ.get("PYTHONPATH"))))
    return {**kept, "PYTHONUNBUFFERED": "1", **variables}


def adopt_orphans(*, linux: bool = sys.platform == "linux") -> None:
    """Make what our children leave behind our own children, so that it can be waited for."""
    if linux:
        ctypes.CDLL(None, use_errno=True).prctl(ADOPT_ORPHANS, 1, 0, 0, 0)


def status_of_dead(pid: int) -> int | None:
    """How a child ended: its exit status, or minus the signal; None while it lives. It is not reaped."""
    seen = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    if seen is None:
        return None
    return seen.si_status if seen.si_code == os.CLD_EXITED else -seen.si_status


def signal_group(group: int, number: int) -> bool:
    """Whether there was anybody to get it."""
    try:
        os.killpg(group, number)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def is_gone(group: int) -> bool:
    """Whether nobody of the group is left; the dead ones that are ours are reaped."""
    with contextlib.suppress(ChildProcessError):
        while os.waitpid(-group, os.WNOHANG)[0]:
            pass
    return not signal_group(group, 0)


def end(processes: Sequence[subprocess.Popen[bytes]], leftovers: Iterable[int], grace: float) -> None:
    """Ask the processes and groups to end; after `grace` seconds they are ended."""
    groups = [*(process.pid for process in processes), *leftovers]
    for group in groups:
        signal_group(group, signal.SIGTERM)
    deadline = time.monotonic() + grace
    while time.monotonic() < deadline and any(status_of_dead(process.pid) is None for process in processes):
        time.sleep(0.02)
    for group in groups:
        signal_group(group, signal.SIGKILL)
    for process in processes:
        process.wait()
    for group in groups:
        is_gone(group)
