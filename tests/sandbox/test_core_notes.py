"""Comments as GitLab's source treats them: times, rights, internal ones, edits with quick actions, reactions."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import gitlab
import pytest

from bot.sandbox.happenings import NoteHappened
from bot.sandbox.hook_targets import news
from tests.sandbox.core_parts import Play, play


@pytest.fixture(scope="module")
def played() -> Iterator[Play]:
    with play() as made:
        yield made


def later(played: Play, **time: float) -> None:
    played.world.clock.advance(timedelta(**time))


def path(note: Any) -> str:
    return f"/projects/1/issues/{note.noteable_iid}/notes/{note.id}"


def fresh(played: Play, note: Any) -> dict[str, Any]:
    found: dict[str, Any] = played.call("GET", path(note), "maintainer").json()
    return found


def touched(played: Play, issue: Any) -> str:
    when: str = played.channels().issues.get(issue.iid).updated_at
    return when


def test_an_edit_moves_the_notes_time_and_no_edit_does_not(played: Play) -> None:
    note = played.issue().notes.create({"body": "one"})
    played.heard.clear()
    later(played, seconds=5)
    assert played.call("PUT", path(note), json={"body": "one"}).json()["updated_at"] == note.updated_at
    assert played.call("PUT", path(note), json={}).json()["updated_at"] == note.updated_at
    assert played.heard == []
    changed = played.call("PUT", path(note), json={"body": "two"}).json()
    assert (changed["body"], changed["created_at"]) == ("two", note.created_at)
    assert changed["updated_at"] > note.updated_at
    [told] = [it for it in played.heard if isinstance(it, NoteHappened)]
    assert (told.action, told.before) == ("update", "one")


def test_a_reaction_moves_the_notes_time_in_both_directions_and_not_the_issues(played: Play) -> None:
    issue = played.issue()
    note = issue.notes.create({"body": "order"})
    later(played, minutes=5)
    emoji = note.awardemojis.create({"name": "eyes"})
    first = fresh(played, note)
    later(played, seconds=5)
    note.awardemojis.delete(emoji.id)
    assert note.updated_at < first["updated_at"] < fresh(played, note)["updated_at"]
    issue.awardemojis.create({"name": "eyes"})
    assert touched(played, issue) == issue.updated_at


def test_a_comment_touches_its_issue_at_most_once_a_minute(played: Play) -> None:
    issue = played.issue()
    later(played, seconds=60)
    note = issue.notes.create({"body": "within the minute"})
    assert touched(played, issue) == issue.updated_at
    later(played, seconds=1)
    note.body = "after it"
    note.save()
    moved = touched(played, issue)
    assert moved > issue.updated_at
    later(played, minutes=5)
    note.delete()
    again = played.channels().issues.get(issue.iid)
    assert (again.updated_at, again.user_notes_count) == (moved, 0), "a deletion touches nothing"


@pytest.mark.parametrize(
    ("name", "status"), [("developer", 200), ("maintainer", 200), ("root", 200), ("planner", 403), ("guest", 403)]
)
def test_authors_and_maintainers_edit_and_delete(played: Play, name: str, status: int) -> None:
    note = played.issue("developer").notes.create({"body": "mine"})
    assert played.call("PUT", path(note), name, json={"body": f"edited by {name}"}).status_code == status
    assert played.call("DELETE", path(note), name).status_code == (204 if status == 200 else status)


def test_the_webhook_of_an_edit_names_the_author_and_not_who_edited(played: Play) -> None:
    note = played.issue("developer").notes.create({"body": "mine"})
    played.heard.clear()
    played.call("PUT", path(note), "maintainer", json={"body": "yours"})
    [told] = [it for it in played.heard if isinstance(it, NoteHappened)]
    assert told.actor is played.user("maintainer")
    sent = news(played.world, told)
    assert sent is not None
    attributes: Any = sent.body["object_attributes"]
    assert (sent.body["user"], attributes["action"]) == (played.user("developer"), "update")
    assert fresh(played, note)["author"]["username"] == "developer"


def test_nobody_edits_system_notes_or_reacts_to_them(played: Play) -> None:
    issue = played.issue(due_date="2026-12-01")
    [note] = issue.notes.list()
    assert played.call("PUT", path(note), "owner", json={"body": "no"}).status_code == 403
    assert played.call("POST", f"{path(note)}/award_emoji", json={"name": "eyes"}).status_code == 404


def test_an_internal_note_is_for_planners_and_above_even_against_its_author(played: Play) -> None:
    issue = played.issue()
    note = issue.notes.create({"body": "secret", "internal": True})
    issue.notes.create({"body": "open"})
    assert (note.internal, note.confidential) == (True, True)
    seen = {name: played.call("GET", path(note), name).status_code for name in ("guest", "planner", "reporter")}
    assert seen == {"guest": 404, "planner": 200, "reporter": 200}
    assert (
        played.call("POST", path(note).rpartition("/")[0], "guest", json={"body": "x", "internal": True}).status_code
        == 403
    )
    played.world.notes[note.id].author_id = played.user("guest").id
    assert played.call("GET", path(note), "guest").status_code == 404
    listed = played.call("GET", f"/projects/1/issues/{issue.iid}/notes?per_page=1&sort=asc", "guest")
    assert (listed.json(), listed.headers["X-Total"]) == ([], "2"), "what is hidden leaves its gap in the page"


def test_what_is_internal_stays_so(played: Play) -> None:
    note = played.issue().notes.create({"body": "secret", "internal": True})
    refused = played.call("PUT", path(note), json={"body": "shown", "confidential": False})
    assert refused.status_code == 400
    assert "can not be changed for existing notes" in refused.json()["message"]
    played.call("PUT", path(note), json={"body": "shown", "internal": False})
    assert (fresh(played, note)["body"], fresh(played, note)["internal"]) == ("shown", True)


@pytest.mark.parametrize(("name", "honoured"), [("owner", True), ("root", True), ("maintainer", False)])
def test_only_owners_choose_when_a_note_was_written(played: Play, name: str, honoured: bool) -> None:
    past = "2026-01-02T03:04:05Z"
    note = played.issue(name).notes.create({"body": "long ago", "created_at": past})
    assert ((note.created_at, note.updated_at) == ("2026-01-02T03:04:05.000Z",) * 2) is honoured


def test_quick_actions_in_an_edit_run_with_the_rights_of_who_edits(played: Play) -> None:
    issue = played.issue("developer")
    note = issue.notes.create({"body": "as agreed"})
    edited = played.call("PUT", path(note), "maintainer", json={"body": "as agreed\n/weight 4\n/close"})
    again = played.channels().issues.get(issue.iid)
    assert (edited.json()["body"], again.weight, again.state) == ("as agreed", 4, "closed")
    assert again.attributes["closed_by"]["username"] == "maintainer"


def test_an_edit_to_commands_only_deletes_the_note(played: Play) -> None:
    issue = played.issue()
    note = issue.notes.create({"body": "as agreed"})
    answer = played.call("PUT", path(note), json={"body": "/weight 5"})
    assert (answer.status_code, answer.json()["commands_changes"]) == (202, {"weight": 5})
    again = played.channels().issues.get(issue.iid)
    assert (again.weight, again.user_notes_count, again.notes.list()) == (5, 0, [])
    note = issue.notes.create({"body": "as agreed"})
    assert played.call("PUT", path(note), json={"body": "/label ~unknown"}).status_code == 400
    assert played.channels().issues.get(issue.iid).user_notes_count == 0


def test_the_same_reaction_twice_is_not_found_and_that_of_another_is_not_ones_own(played: Play) -> None:
    note = played.issue().notes.create({"body": "nice"})
    emoji = note.awardemojis.create({"name": "eyes"})
    with pytest.raises(gitlab.GitlabCreateError) as error:
        note.awardemojis.create({"name": "eyes"})
    assert (error.value.response_code, "already been taken" in str(error.value)) == (404, True)
    assert played.call("DELETE", f"{path(note)}/award_emoji/{emoji.id}", "maintainer").status_code == 401
    assert played.call("DELETE", f"{path(note)}/award_emoji/{emoji.id}", "root").status_code == 204


def test_a_locked_discussion_is_for_members(played: Play) -> None:
    played.world.projects[2].visibility = "public"
    issue = played.as_("root").projects.get(2).issues.create({"title": "Open to all"})
    mine = played.as_("stranger").projects.get(2).issues.get(issue.iid).notes.create({"body": "hello"})
    base = f"/projects/2/issues/{issue.iid}/notes/{mine.id}"
    assert played.call("PUT", base, "stranger", json={"body": "hi"}).status_code == 200
    played.world.issues[issue.id].discussion_locked = True
    assert played.call("PUT", base, "stranger", json={"body": "more"}).status_code == 403
    assert played.call("POST", f"{base}/award_emoji", "stranger", json={"name": "eyes"}).status_code == 404
