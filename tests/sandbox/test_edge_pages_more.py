"""The pages show what provisioning brings: related issues, invitations, guests, attached files, moved projects."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests

from tests.sandbox.core_parts import Play, play


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        yield made


def page(played: Play, path: str, name: str | None = None) -> requests.Response:
    headers = {"PRIVATE-TOKEN": f"token-{name}"} if name else {}
    return requests.get(f"{played.sandbox.url}{path}", headers=headers, timeout=10)


def test_an_issue_shows_what_it_is_related_to(played: Play) -> None:
    played.issue()
    played.issue(title="Proof of skills")
    assert "Proof of skills" not in page(played, "/channel/channels/-/issues/1").text
    played.call("POST", "/projects/1/issues/1/links", json={"target_project_id": 1, "target_issue_iid": 2})
    played.call("PUT", "/projects/1/issues/2", json={"state_event": "close"})
    shown = page(played, "/channel/channels/-/issues/1").text
    assert '<a href="/channel/channels/-/issues/2">Proof of skills</a>' in shown
    assert "channels#2, closed" in shown


def test_a_group_shows_whom_it_invited(played: Play) -> None:
    plain = page(played, "/channel").text
    assert "Invitations" not in plain
    assert "Invited groups" not in plain
    body = {"email": "lee@acme.example", "access_level": 40}
    played.call("POST", "/groups/1/invitations", "owner", json=body)
    played.call("POST", "/groups/1/share", "root", json={"group_id": 2, "group_access": 20})
    played.call("POST", f"/users/{played.user('planner').id}/block", "root")
    shown = page(played, "/channel").text
    for words in ("lee@acme.example", "Invited groups", "up to access level 20", "access level 15 · blocked"):
        assert words in shown


def test_a_file_is_a_link_that_leads_to_it(played: Play) -> None:
    sent = played.call("POST", "/projects/1/uploads", files={"file": ("badge.png", b"\x89PNG")}).json()
    other = played.call("POST", "/projects/1/uploads", files={"file": ("proof.html", b"<script>")}).json()
    played.issue(description=sent["markdown"]).notes.create({"body": f"See {other['markdown']}"})
    shown = page(played, "/channel/channels/-/issues/1").text
    assert f'href="{sent["full_path"]}"' in shown
    assert f'href="{other["full_path"]}"' in shown
    image, proof = page(played, sent["full_path"]), page(played, other["full_path"])
    assert (image.content, image.headers["Content-Type"]) == (b"\x89PNG", "image/png")
    assert proof.headers["Content-Type"] == "application/octet-stream"
    assert proof.headers["Content-Disposition"].startswith("attachment")
    statuses = [page(played, sent["full_path"], name).status_code for name in ("guest", "stranger", "nobody")]
    assert statuses == [200, 404, 404]
    assert page(played, "/-/project/1/uploads/0/badge.png").status_code == 404


def test_a_transferred_project_is_found_at_its_old_page(played: Play) -> None:
    body = {"name": "Sub", "path": "sub", "parent_id": 1}
    number = played.call("POST", "/groups", "owner", json=body).json()["id"]
    played.call("PUT", "/projects/1/transfer", "owner", json={"namespace": number})
    assert page(played, "/channel/channels").url.endswith("/channel/sub/channels")
