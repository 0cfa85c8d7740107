"""What the sandbox's GitLab never does and another version may."""

from __future__ import annotations

import pytest
import responses

from bot.errors import AskAPerson
from bot.gateway import Gateway
from tests.plumbing.gateway.parts import API, ISSUE


@pytest.mark.parametrize("status", [403, 404])
def test_no_weight_events_in_this_plan(gitlab: responses.RequestsMock, gateway: Gateway, status: int) -> None:
    gitlab.get(f"{API}/projects/7/issues/3/resource_weight_events", status=status)
    assert gateway.weight_events(7, 3) == ()


def test_weight_events_that_cannot_be_read(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/projects/7/issues/3/resource_weight_events", status=400)
    with pytest.raises(AskAPerson):
        gateway.weight_events(7, 3)


def test_a_system_note_among_the_comments(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    notes = [{"id": 1, "body": "changed the title", "system": True}, {"id": 2, "body": "Hello", "system": False}]
    gitlab.get(f"{API}/projects/7/issues/3/notes", json=notes)
    assert [note.id for note in gateway.notes(7, 3)] == [2]


def test_somebody_elses_copy_of_a_mark(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/user", json={"id": 4, "username": "channel-bot"})
    copies = [
        {**ISSUE, "iid": 1, "description": "the mark", "author": {"id": 5, "username": "pat-example"}},
        {**ISSUE, "iid": 2, "description": "the mark", "author": {"id": 4, "username": "channel-bot"}},
        {**ISSUE, "iid": 3, "description": "the mark"},
    ]
    gitlab.get(f"{API}/projects/7/issues", json=copies)
    assert [issue.iid for issue in gateway.find_issues(7, "the mark")] == [2]


def test_an_account_whose_name_only_begins_alike(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    gitlab.get(f"{API}/users", json=[{"id": 4, "username": "cam-emea-2"}])
    assert gateway.user("cam-emea") is None
