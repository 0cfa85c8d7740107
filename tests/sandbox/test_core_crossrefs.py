"""An issue that is named elsewhere says so, once, to those who may read where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sandbox.core_parts import Play, play


@pytest.fixture
def played() -> Iterator[Play]:
    """Issues 1 to 3 in channels, issue 1 in channel/near, issue 1 in elsewhere/other."""
    with play() as made:
        for _ in "abc":
            made.issue()
        made.call("POST", "/projects", "owner", json={"name": "near", "namespace_id": 1})
        for number in (3, 2):
            made.call("POST", f"/projects/{number}/issues", "root", json={"title": "Another"})
        yield made


def told(played: Play, iid: int = 2, project: int = 1, name: str = "root") -> list[tuple[str, str]]:
    rows = played.call("GET", f"/projects/{project}/issues/{iid}/notes?sort=asc", name).json()
    return [(row["author"]["username"], row["body"]) for row in rows if row["system"]]


def write(played: Play, body: str, name: str = "planner", **more: object) -> None:
    played.call("POST", "/projects/1/issues/1/notes", name, json={"body": body, **more})


@pytest.mark.parametrize(
    "words",
    ["See #2.", "(#2)", "channels#2", "channel/channels#2", "{url}/channel/channels/-/issues/2#note_3",
     "{url}/channel/channels/-/work_items/2"],
)  # fmt: skip
def test_each_way_of_naming_an_issue_counts(played: Play, words: str) -> None:
    write(played, words.format(url=played.sandbox.url))
    assert told(played) == [("planner", "mentioned in issue #1")]


@pytest.mark.parametrize(
    "words",
    [
        "`#2`",
        "> #2",
        "a#2",
        "#2x",
        "#22",
        "&#2;",
        "http://other.example/channel/channels/-/issues/2",
        "C#2 elsewhere#2",
    ],
)
def test_what_only_looks_like_a_name_does_not(played: Play, words: str) -> None:
    write(played, words)
    assert told(played) == []


def test_it_is_said_once_for_a_pair_and_never_of_oneself(played: Play) -> None:
    write(played, "#2 and #1")
    write(played, "again #2")
    played.call("PUT", "/projects/1/issues/1", json={"description": "#2", "title": "About #3"})
    assert [told(played, iid) for iid in (1, 2, 3)] == [
        [("planner", "changed the description"),
         ("planner", "changed title from **{-Portal rollout-}** to **{+About #3+}**")],
        [("planner", "mentioned in issue #1")],
        [("planner", "mentioned in issue #1")],
    ]  # fmt: skip


def test_a_description_names_from_its_birth_and_other_projects_by_path(played: Play) -> None:
    played.issue(description="near#1")
    played.issue("root", description="elsewhere/other#1")
    assert told(played, 1, 3) == [("planner", "mentioned in issue channels#4")]
    assert told(played, 1, 2) == [("root", "mentioned in issue channel/channels#5")]


def test_an_edit_tells_of_what_it_newly_names(played: Play) -> None:
    write(played, "#2")
    [note] = [row for row in played.world.notes.values() if row.body == "#2"]
    played.world.remove(played.world.notes[note.id + 1])
    played.call("PUT", f"/projects/1/issues/1/notes/{note.id}", json={"body": "#2 #3"})
    assert (told(played, 2), told(played, 3)) == ([], [("planner", "mentioned in issue #1")])


def test_only_readers_of_both_make_or_see_it(played: Play) -> None:
    write(played, "elsewhere/other#1")
    assert told(played, 1, 2) == []
    secret = played.issue(confidential=True, description="#2")
    assert told(played) == [("planner", f"mentioned in issue #{secret.iid}")]
    assert told(played, name="guest") == []
    page = played.call("GET", "/projects/1/issues/2/notes", "guest")
    assert (page.json(), page.headers["X-Total"]) == ([], "1")


def test_an_internal_comment_leaves_no_trace(played: Play) -> None:
    write(played, "#2", internal=True)
    assert told(played) == []
