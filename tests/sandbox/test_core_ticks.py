"""What GitLab tells of ticks, assignments and closings, which is all the bot has to go by."""

from __future__ import annotations

from typing import Any

import pytest

from tests.sandbox.core_parts import Play, play

LIST = "- [ ] **Sales** core\n- [ ] SA core\n1. [ ] Signed\n"
TICKED = "marked the checklist item **{}** as completed"


def system_notes(played: Play) -> list[tuple[str, str]]:
    rows = played.call("GET", "/projects/1/issues/1/notes?sort=asc", "root").json()
    return [(row["author"]["username"], row["body"]) for row in rows if row["system"]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (LIST.replace("[ ] SA", "[x] SA"), [TICKED.format("SA core")]),
        (LIST.replace("[ ]", "[X]"), [TICKED.format(item) for item in ("**Sales** core", "SA core", "Signed")]),
        (LIST.replace("[ ] SA", "[x] SA") + "\nand more", [TICKED.format("SA core")]),
        (LIST.replace("[ ] SA core", "[x] SA core done"), ["changed the description"]),
        (LIST.replace("[ ] SA core", "[~] SA core"), ["changed the description"]),
    ],
    ids=["one", "three at once", "one, and other words", "other words of that very item", "not applicable"],
)
def test_a_put_of_ticks(text: str, said: list[str]) -> None:
    with play() as played:
        played.issue(description=LIST)
        played.call("PUT", "/projects/1/issues/1", "developer", json={"description": text})
        assert system_notes(played) == [("developer", body) for body in said]


@pytest.mark.parametrize(("tier", "kept"), [("premium", ["planner", "developer"]), ("free", ["planner"])])
def test_several_assignees_are_licensed_and_told_of_at_birth(tier: Any, kept: list[str]) -> None:
    with play(tier) as played:
        numbers = [played.user(name).id for name in ("planner", "developer")]
        issue = played.issue("owner", assignee_ids=numbers)
        assert [row["username"] for row in issue.assignees] == kept
        assert system_notes(played) == [("owner", f"assigned to {' and '.join(f'@{name}' for name in kept)}")]


def test_who_closed_and_reopened_is_in_the_journal_and_on_the_issue() -> None:
    with play() as played:
        played.issue()
        for name, event in (("developer", "close"), ("planner", "reopen"), ("owner", "close")):
            played.call("PUT", "/projects/1/issues/1", name, json={"state_event": event})
        rows = played.call("GET", "/projects/1/issues/1/resource_state_events").json()
        assert [(row["user"]["username"], row["state"]) for row in rows] == [
            ("developer", "closed"), ("planner", "reopened"), ("owner", "closed"),
        ]  # fmt: skip
        assert {(row["source_commit"], row["source_merge_request_id"]) for row in rows} == {(None, None)}
        shown = played.call("GET", "/projects/1/issues/1").json()
        assert (shown["closed_by"]["username"], shown["closed_at"]) == ("owner", "2026-11-21T10:00:00.000Z")


def test_issues_are_searched_by_title() -> None:
    with play() as played:
        played.issue(title="CTP enrolment: Acme Consulting")
        played.issue(description="CTP enrolment: Acme Consulting")
        query = "search=enrolment Acme&in=title"
        assert [row["iid"] for row in played.call("GET", f"/projects/1/issues?{query}").json()] == [1]
        assert len(played.call("GET", "/projects/1/issues?search=enrolment").json()) == 2


def test_half_a_year_later_every_token_still_works() -> None:
    with play() as played:
        played.issue(due_date="2026-12-01")
        played.call("POST", "/groups/1/invitations", "owner", json={"email": "a@b.example", "access_level": 30})
        played.world.clock.set(played.world.clock.now().replace(year=2027, month=5))
        issue = played.channels().issues.get(1)
        issue.notes.create({"body": "Six months on"})
        assert issue.notes.list()[0].created_at == "2027-05-21T10:00:00.000Z"
        body = {"username": "a", "name": "A", "email": "a@b.example", "reset_password": True}
        played.call("POST", "/users", "root", json=body)
        assert played.world.effective_access(played.user("a"), played.channel) == 30
