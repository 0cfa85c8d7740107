"""Growth: a function and an input that grows become the answer whether the time grows along or runs away."""

from __future__ import annotations

from collections.abc import Callable
from time import process_time

from tests.measuring import unmeasured

TIMES = 8
SLACK = 4


def grows_linearly(work: Callable[[str], object], text: Callable[[int], str], size: int) -> bool:
    """Whether eight times the input takes far less than the 64 times that quadratic work would.

    What runs away does so however often it is tried; what does not is mostly believed at once.
    """
    # Nor would it be the function's own time that is measured while coverage is.
    with unmeasured():
        return any(
            _best(work, text(TIMES * size), runs) < SLACK * TIMES * _best(work, text(size), runs) for runs in (1, 3, 3)
        )


def _best(work: Callable[[str], object], text: str, runs: int) -> float:
    """Seconds of the fastest of so many runs, never less than the clock can tell."""
    return max(min(_once(work, text) for _ in range(runs)), 1e-5)


def _once(work: Callable[[str], object], text: str) -> float:
    start = process_time()
    work(text)
    return process_time() - start
