"""Fixtures that several folders of tests share."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import hypothesis
import pytest
import structlog

# Four workers read all tests, and tests start hundreds of processes: without __pycache__ each compiles everything anew.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

from tests.direct import over_sockets  # noqa: E402
from tests.measuring import STORIES, unmeasured  # noqa: E402
from tests.soak import SOAK  # noqa: E402
from tests.stage import Stage, noticed, stage  # noqa: E402  # so that what it imports is kept, too

# With all that GitLab holds in its frames an exception takes minutes, and gigabytes, to print in colour.
plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
structlog.configure(processors=[noticed, *structlog.get_config()["processors"][:-1], plain])

# How long an example takes says more about who else uses the machine than about the code; tests/domain/growth.py asks.
hypothesis.settings.register_profile(
    "unhurried",
    parent=hypothesis.settings.default,
    deadline=None,
    # A commit is judged by what it changes: `make soak` is what looks for new examples.
    derandomize=not SOAK,
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("unhurried")


def pytest_collection_finish() -> None:
    """What was collected stays to the end: looking through it again and again for garbage finds none."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Coverage measures what neither `STORIES` nor a mark leaves out."""
    if item.nodeid.partition("::")[0] not in STORIES and item.get_closest_marker("unmeasured") is None:
        return (yield)
    with unmeasured():
        return (yield)


@contextmanager
def built(folder: Path) -> Iterator[Stage]:
    """What is played on a stage is measured; to build one is the same each time."""
    with ExitStack() as open_:
        with unmeasured():
            made = open_.enter_context(stage(folder))
        yield made


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Stage]:
    """A stage nobody else plays on."""
    with built(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A stage for tests that each open their own issue and leave the group alone."""
    with built(tmp_path_factory.mktemp("stage")) as made:
        yield made


@pytest.fixture
def sockets(request: pytest.FixtureRequest) -> Iterator[None]:
    """The test talks to its sandbox over real connections."""
    with over_sockets(request.node.nodeid):
        yield
