"""Epics are read once in a while, above the team's group where the bot may, and in it where not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import responses

from bot.epics import BELIEVED, EpicReader
from bot.gateway import Gateway
from tests.builders import SITE

URL = "https://gitlab.example"
ABOVE, OWN = f"{URL}/api/v4/groups/gitlab-com/epics", f"{URL}/api/v4/groups/gitlab-com%2Fchannel/epics"
HERE = replace(SITE, epics="gitlab-com")


def epic(iid: int, state: str = "opened", group: str = "gitlab-com/channel") -> dict[str, object]:
    return {
        "id": iid,
        "iid": iid,
        "title": f"FY27Q4 OKR: {iid}",
        "references": {"full": f"{group}&{iid}"},
        "labels": [],
        "state": state,
        "created_at": "2026-11-01T10:00:00Z",
    }


@pytest.fixture
def gitlab() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


def reader(clock: list[float] | None = None, **more: str) -> EpicReader:
    now = clock or [0.0]
    return EpicReader(Gateway.connect(URL, "token", before_write=lambda _: None), replace(HERE, **more), lambda: now[0])  # type: ignore[arg-type]  # texts only


def found(reader: EpicReader) -> list[int]:
    return [one.iid for one in reader.of("FY27Q4 OKR")]


def test_a_list_is_believed_for_a_while(gitlab: responses.RequestsMock) -> None:
    gitlab.get(OWN, json=[epic(1)])
    gitlab.get(OWN, json=[epic(1), epic(2)])
    clock = [0.0]
    epics = reader(clock)
    assert found(epics) == [1]
    clock[0] = BELIEVED - 1
    assert found(epics) == [1]
    clock[0] = BELIEVED
    assert found(epics) == [1, 2]


def test_other_words_are_another_list(gitlab: responses.RequestsMock) -> None:
    gitlab.get(OWN, json=[epic(1)])
    epics = reader()
    epics.of("FY27Q4 OKR")
    epics.of("FY28Q1 OKR")
    assert len(gitlab.calls) == 2


def test_without_a_group_above_the_teams_own_is_asked(gitlab: responses.RequestsMock) -> None:
    gitlab.get(OWN, json=[epic(1)])
    assert found(reader(epics="")) == [1]


@pytest.mark.parametrize("status", [403, 404])
def test_where_the_group_above_is_not_for_the_bot_there_is_none(gitlab: responses.RequestsMock, status: int) -> None:
    gitlab.get(OWN, json=[])
    gitlab.get(ABOVE, status=status, json={})
    gitlab.get(f"{URL}/api/v4/groups/gitlab-com", status=404, json={})
    assert found(reader()) == []


def test_where_the_team_has_none_the_group_above_is_asked(gitlab: responses.RequestsMock) -> None:
    gitlab.get(OWN, json=[])
    gitlab.get(ABOVE, json=[epic(1)])
    assert found(reader()) == [1]


def test_open_epics_come_with_their_issues(gitlab: responses.RequestsMock) -> None:
    gitlab.get(OWN, json=[epic(1, "closed"), epic(2)])
    gitlab.get(f"{OWN}/2/issues", json=[])
    assert [(one.epic.iid, one.issues) for one in reader().initiatives()] == [(2, ())]
