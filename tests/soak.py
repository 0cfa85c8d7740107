"""The variable KILLS becomes what a test plays: a short proof in `make test`, everything in `make soak`."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from typing import TypeVar

import pytest

T = TypeVar("T")
Test = TypeVar("Test", bound=Callable[..., object])
SOAK = "KILLS" in os.environ
_ONLY = pytest.mark.skipif(not SOAK, reason="long: `make soak` plays it")


def long(test: Test) -> Test:
    """Marks what only `make soak` plays."""
    marked: Test = pytest.mark.kills(_ONLY(test))
    return marked


def sample(every: Sequence[T], *few: T) -> Sequence[T]:
    """A few of them, which stand for all; a test with such parameters is marked `kills`, so that all are played too."""
    return every if SOAK else few
