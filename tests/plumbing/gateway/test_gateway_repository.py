"""Files and commits as they are, and a proposal that is made once however often it is asked for."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import responses

from bot.errors import AskAPerson, NotThere, Unclear
from bot.gateway import Commit, Gateway, MergeRequest
from tests.plumbing.gateway.parts import API, HOME, Desk, Listener, asked

HERE = f"{API}/projects/7"
REPOSITORY = f"{HERE}/repository"
FILES = {"config/site.yml": "new\n"}
OURS = {"source_project_id": 7, "target_project_id": 7}
OPEN = {
    "iid": 12,
    "title": "Raise the cap",
    "state": "opened",
    "web_url": "https://gitlab.example/mr/12",
    "source_branch": "bot/cap",
    "description": "Why",
    **OURS,
}
MADE = MergeRequest(12, "Raise the cap", "opened", "https://gitlab.example/mr/12", "bot/cap", "Why")


def holds(gitlab: responses.RequestsMock, ref: str, text: str | None) -> None:
    """The one file reads so on one branch."""
    answer: dict[str, Any] = {"status": 404} if text is None else {"json": {"content": encoded(text)}}
    match = [responses.matchers.query_param_matcher({"ref": ref})]
    gitlab.get(f"{REPOSITORY}/files/config%2Fsite.yml", match=match, **answer)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def stand(gitlab: responses.RequestsMock, *, branch: bool, requests: list[dict[str, Any]]) -> None:
    """What a proposal looks at besides the files."""
    gitlab.get(f"{HERE}/merge_requests", json=requests)
    gitlab.get(HERE, json={"id": 7, "path_with_namespace": "partners/home", "default_branch": "main"})
    gitlab.get(f"{REPOSITORY}/branches/bot%2Fcap", json={}, status=200 if branch else 404)


def propose(gateway: Gateway) -> MergeRequest:
    return gateway.propose(7, "bot/cap", "Raise the cap", "Why", FILES)


def written(gitlab: responses.RequestsMock) -> list[tuple[str | None, str, Any]]:
    return [
        (call.request.method, (call.request.url or "").removeprefix(HERE), json.loads(call.request.body or ""))
        for call in gitlab.calls
        if call.request.method != "GET"
    ]


def commit_of(action: str, **more: str | bool) -> dict[str, Any]:
    actions = [{"action": action, "file_path": "config/site.yml", "content": "new\n"}]
    return {"branch": "bot/cap", "commit_message": "Raise the cap", "actions": actions, **more}


REQUEST = {
    "source_branch": "bot/cap",
    "target_branch": "main",
    "title": "Raise the cap",
    "description": "Why",
    "remove_source_branch": True,
}


@pytest.mark.parametrize(("before", "action"), [(None, "create"), ("old\n", "update")])
def test_a_first_proposal_is_a_branch_a_commit_and_a_merge_request(
    gitlab: responses.RequestsMock, gateway: Gateway, listener: Listener, before: str | None, action: str
) -> None:
    stand(gitlab, branch=False, requests=[])
    holds(gitlab, "main", before)
    gitlab.post(f"{REPOSITORY}/commits", json={"id": "0a1b"}, status=201)
    gitlab.post(f"{HERE}/merge_requests", json=OPEN, status=201)
    assert propose(gateway) == MADE
    assert written(gitlab) == [
        ("POST", "/repository/commits", commit_of(action, start_branch="main")),
        ("POST", "/merge_requests", REQUEST),
    ]
    assert listener.kinds == ["other", "other"]
    question = {"source_branch": "bot/cap", "state": "opened", "scope": "all", "order_by": "created_at"}
    assert asked(gitlab.calls[0].request) == {**question, "sort": "desc", "per_page": "100"}


def test_a_proposal_cut_off_after_its_commit_goes_on_from_there(
    gitlab: responses.RequestsMock, gateway: Gateway
) -> None:
    stand(gitlab, branch=True, requests=[])
    holds(gitlab, "main", "old\n")
    holds(gitlab, "bot/cap", "new\n")
    gitlab.post(f"{HERE}/merge_requests", json=OPEN, status=201)
    assert propose(gateway) == MADE
    assert written(gitlab) == [("POST", "/merge_requests", REQUEST)]


@pytest.mark.parametrize(("branch", "more"), [(True, {"force": True}), (False, {})])
def test_a_branch_made_afresh_begins_at_the_default_branch(
    gitlab: responses.RequestsMock, gateway: Gateway, branch: bool, more: dict[str, bool]
) -> None:
    stand(gitlab, branch=branch, requests=[OPEN])
    holds(gitlab, "main", "newer\n")
    gitlab.post(f"{REPOSITORY}/commits", json={"id": "0a1b"}, status=201)
    assert gateway.propose(7, "bot/cap", "Raise the cap", "Why", FILES, afresh=True) == MADE
    assert written(gitlab) == [("POST", "/repository/commits", commit_of("update", start_branch="main", **more))]


@pytest.mark.parametrize(("stored", "wanted"), [("Why", "Why"), ("Why\n", "Why"), ("Why", "Why\n")])
def test_a_proposal_that_stands_is_left_alone(
    gitlab: responses.RequestsMock, gateway: Gateway, stored: str, wanted: str
) -> None:
    stand(gitlab, branch=True, requests=[{**OPEN, "description": stored}])
    holds(gitlab, "bot/cap", "new\n")
    assert gateway.propose(7, "bot/cap", "Raise the cap", wanted, FILES) == replace(MADE, description=stored)
    assert written(gitlab) == []


def test_a_standing_proposal_takes_new_text(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    stand(gitlab, branch=True, requests=[OPEN])
    holds(gitlab, "bot/cap", "other\n")
    gitlab.post(f"{REPOSITORY}/commits", json={"id": "0a1b"}, status=201)
    assert propose(gateway) == MADE
    assert written(gitlab) == [("POST", "/repository/commits", commit_of("update"))]


@pytest.mark.parametrize("stale", [{"title": "Raise it"}, {"description": None}], ids=["title", "description"])
def test_a_standing_proposal_takes_new_words(
    gitlab: responses.RequestsMock, gateway: Gateway, stale: dict[str, Any]
) -> None:
    stand(gitlab, branch=True, requests=[{**OPEN, **stale}])
    holds(gitlab, "bot/cap", "new\n")
    gitlab.put(f"{HERE}/merge_requests/12", json=OPEN)
    assert propose(gateway) == MADE
    assert written(gitlab) == [("PUT", "/merge_requests/12", {"title": "Raise the cap", "description": "Why"})]


def test_a_merge_request_from_a_fork_is_not_taken_for_ours(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """Whoever may fork the project may name a branch like ours."""
    stand(gitlab, branch=False, requests=[{**OPEN, "iid": 11, "source_project_id": 99}])
    holds(gitlab, "main", None)
    gitlab.post(f"{REPOSITORY}/commits", json={"id": "0a1b"}, status=201)
    gitlab.post(f"{HERE}/merge_requests", json=OPEN, status=201)
    assert gateway.merge_requests(7) == ()
    assert propose(gateway) == MADE


def test_a_proposal_merged_since_is_told_as_it_is(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    """Nothing differs any more, and GitLab would take an empty merge request."""
    merged = responses.matchers.query_param_matcher({"state": "all"}, strict_match=False)
    gitlab.get(f"{HERE}/merge_requests", json=[{**OPEN, "state": "merged"}, {**OPEN, "iid": 3}], match=[merged])
    stand(gitlab, branch=False, requests=[])
    holds(gitlab, "main", "new\n")
    assert propose(gateway) == replace(MADE, state="merged")
    assert written(gitlab) == []


def test_there_is_nothing_to_propose(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    stand(gitlab, branch=False, requests=[])
    holds(gitlab, "main", "new\n")
    with pytest.raises(AskAPerson, match="main reads so already"):
        propose(gateway)
    assert written(gitlab) == []


@pytest.mark.parametrize(("refused", "posts"), [("/repository/commits", 1), ("/merge_requests", 2)])
def test_no_step_of_a_proposal_is_repeated(
    gitlab: responses.RequestsMock, gateway: Gateway, refused: str, posts: int
) -> None:
    gitlab.post(f"{HERE}{refused}", status=502)
    stand(gitlab, branch=False, requests=[])
    holds(gitlab, "main", None)
    gitlab.post(f"{REPOSITORY}/commits", json={"id": "0a1b"}, status=201)
    with pytest.raises(Unclear):
        propose(gateway)
    assert len(written(gitlab)) == posts


def test_files_without_folders_page_by_page(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    second = f'<{REPOSITORY}/tree?page=2>; rel="next"'
    rows = [{"type": "tree", "path": "config"}, {"type": "blob", "path": "config/a.yml"}]
    gitlab.get(f"{REPOSITORY}/tree", json=rows, headers={"Link": second})
    gitlab.get(f"{REPOSITORY}/tree", json=[{"type": "commit", "path": "sub"}, {"type": "blob", "path": "config/b.yml"}])
    assert gateway.files_at(7, "main", "config/") == ("config/a.yml", "config/b.yml")
    assert asked(gitlab.calls[0].request) == {"ref": "main", "recursive": "true", "path": "config", "per_page": "100"}


@pytest.mark.parametrize("message", ["404 Tree Not Found", "404 invalid revision or path Not Found"])
def test_an_empty_repository_has_no_files_and_no_commits(
    gitlab: responses.RequestsMock, gateway: Gateway, message: str
) -> None:
    gitlab.get(f"{REPOSITORY}/tree", json={"message": message}, status=404)
    gitlab.get(f"{REPOSITORY}/commits", json={"message": message}, status=404)
    assert (gateway.files_at(7, "main"), gateway.commits(7, "main")) == ((), ())
    assert "path" not in asked(gitlab.calls[0].request)


def test_a_hidden_project_is_not_taken_for_an_empty_one(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    hidden = {"message": "404 Project Not Found"}
    gitlab.get(f"{REPOSITORY}/tree", json=hidden, status=404)
    gitlab.get(f"{REPOSITORY}/commits", json=hidden, status=404)
    with pytest.raises(NotThere):
        gateway.files_at(7, "main")
    with pytest.raises(NotThere):
        gateway.commits(7, "main")


def test_no_more_commits_are_read_than_asked_for(gitlab: responses.RequestsMock, gateway: Gateway) -> None:
    commit = {"id": "0a1b", "message": "Begin\n", "author_name": "cam-emea", "created_at": "2026-11-21T09:00:00Z"}
    second = f'<{REPOSITORY}/commits?page=2>; rel="next"'
    gitlab.get(f"{REPOSITORY}/commits", json=[commit, {**commit, "id": "0a1a"}], headers={"Link": second})
    nine = datetime(2026, 11, 21, 9, tzinfo=UTC)
    assert gateway.commits(7, "main", path="a.md", limit=1) == (Commit("0a1b", "Begin\n", "cam-emea", nine),)
    assert len(gateway.commits(7, "main", limit=2)) == 2
    questions = [asked(call.request) for call in gitlab.calls]
    assert questions == [
        {"ref_name": "main", "path": "a.md", "per_page": "1"},
        {"ref_name": "main", "per_page": "2"},
    ]


def test_files_in_the_sandbox(desk: Desk) -> None:
    branch = desk.owner.default_branch(HOME)
    before = desk.owner.files_at(HOME, branch)
    desk.owner.commit_files(HOME, branch, "Add two", {"notes/a.md": "one\n", "notes/b/c.md": "two\n"})
    assert desk.owner.files_at(HOME, branch, "notes") == ("notes/a.md", "notes/b/c.md")
    assert set(desk.owner.files_at(HOME, branch)) == {*before, "notes/a.md", "notes/b/c.md"}
    assert desk.owner.files_at(HOME, branch, "nowhere") == ()
