"""A CAM enrols a partner into the training program (story C.1), with everything that goes wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.flow.certifying.seen import everything
from tests.flow.certifying.world import (
    Team,
    save,
    team,
)
from tests.stage import Stage

MAINTAINER, REPORTER, OWNER = 40, 20, 50
WRITES = 12
"""So many times the bot writes from the confirmation to the end of an enrolment."""
World = tuple[Team, Stage]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with team(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The end of an enrolment in which nothing went wrong, and what the bot wrote from the confirmation on."""
    with team(tmp_path_factory.mktemp("enrolled")) as (people, stage):
        asked = people.onboarding()
        people.tell(asked, f"confirm {people.plan(asked)}")
        requests.delete(f"{stage.sandbox.url}/sandbox/requests", timeout=10)
        stage.sweep()
        log = requests.get(f"{stage.sandbox.url}/sandbox/requests", timeout=10).json()
        ours = [one for one in log if one["user"].startswith("channel-bot") and one["method"] != "GET"]
        stage.sweep()
        begin = next(at for at, one in enumerate(ours) if one["path"].endswith("/groups"))
        return everything(people), ours[begin:]


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world in which the plan was shown and confirmed, and the bot did nothing yet."""
    folder = tmp_path_factory.mktemp("planned")
    with team(folder) as (people, stage):
        asked = people.onboarding()
        people.tell(asked, f"confirm {people.plan(asked)}")
        return save(stage, folder / "gitlab.json")


def spoil(stage: Stage, write: int, log: Sequence[Mapping[str, str]], **fault: Any) -> None:
    """Spoil the request that is the `write`-th of the log, and none of those before it that look the same."""
    wanted = (log[write]["method"], log[write]["path"])
    earlier = [one for one in log[:write] if (one["method"], one["path"]) == wanted]
    for how in (*({"kind": "delay", "seconds": 0} for _ in earlier), fault):
        stage.fault(method=wanted[0], path=f"^{re.escape(wanted[1])}$", **how)


@pytest.mark.parametrize("write", range(WRITES))
def test_gitlab_refuses_one_step_and_the_database_is_lost(
    tmp_path: Path, enrolled: tuple[dict[str, Any], list[dict[str, str]]], planned: Path, write: int
) -> None:
    end, log = enrolled
    with team(tmp_path, saved=planned) as (people, stage):
        spoil(stage, write, log, kind="fail", status=403)
        stage.sweep()
        stage.forget_everything()
        stage.sweep()
        assert requests.get(f"{stage.sandbox.url}/sandbox/faults", timeout=10).json() == []
        assert everything(people) == end


@pytest.mark.parametrize("kind", ["fail", "drop_after"])
def test_every_step_goes_wrong_once(
    tmp_path: Path, enrolled: tuple[dict[str, Any], list[dict[str, str]]], planned: Path, kind: str
) -> None:
    """First GitLab has trouble with each, then each is done and nobody hears of it."""
    end, log = enrolled
    with team(tmp_path, saved=planned) as (people, stage):
        for write in range(WRITES):
            spoil(stage, write, log, kind=kind)
        stage.sweep()
        stage.sweep()
        assert everything(people) == end


def test_the_enrolment_writes_as_often_as_that(enrolled: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    assert len(enrolled[1]) == WRITES
