"""A file is attached to a project, linked in a comment, and read by those who may see the project."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.sandbox.core_parts import Play, play

PNG = b"\x89PNG\r\n\x1a\n\x00"


@pytest.fixture
def played() -> Iterator[Play]:
    with play() as made:
        yield made


def send(played: Play, name: str = "badge.png", by: str = "planner", content: bytes = PNG) -> Any:
    return played.call("POST", "/projects/1/uploads", by, files={"file": (name, content)})


def test_python_gitlab_uploads_an_image(played: Play) -> None:
    shown = played.channels().upload("badge.png", filedata=PNG)
    assert (shown["alt"], shown["markdown"]) == ("badge", f"![badge]({shown['url']})")
    answer = send(played).json()
    assert answer["full_path"] == f"/-/project/1{answer['url']}"
    read = played.call("GET", f"/projects/1{answer['url']}", "guest")
    assert (read.content, read.headers["Content-Type"]) == (PNG, "application/octet-stream")


def test_other_files_are_plain_links_and_names_are_made_harmless(played: Play) -> None:
    shown = send(played, "../my proof [1].pdf").json()
    assert shown["alt"] == "my_proof__1_.pdf"
    assert shown["markdown"] == f"[my_proof__1_.pdf]({shown['url']})"


@pytest.mark.parametrize(
    ("method", "by", "status"), [("GET", "stranger", 404), ("GET", None, 404), ("DELETE", "developer", 403)]
)
def test_a_private_file_is_for_members_and_goes_by_maintainers(
    played: Play, method: str, by: str | None, status: int
) -> None:
    url = f"/projects/1{send(played).json()['url']}"
    assert played.call(method, url, by).status_code == status
    assert played.call("GET", url).status_code == 200


def test_an_upload_is_listed_and_removed_by_maintainers(played: Play) -> None:
    url = send(played).json()["url"]
    [row] = played.call("GET", "/projects/1/uploads", "maintainer").json()
    assert (row["filename"], row["size"], row["uploaded_by"]["username"]) == ("badge.png", len(PNG), "planner")
    assert played.call("GET", "/projects/1/uploads", "planner").status_code == 403
    assert played.call("DELETE", f"/projects/1{url}", "maintainer").status_code == 204
    assert played.call("GET", f"/projects/1{url}").status_code == 404


def test_nothing_is_taken_without_a_file_or_from_strangers(played: Play) -> None:
    missing = played.call("POST", "/projects/1/uploads")
    assert (missing.status_code, missing.json()) == (400, {"error": "file is missing"})
    played.channel.visibility = "public"
    played.project.visibility = "internal"
    assert send(played, by="stranger").status_code == 201
    played.project.visibility = "private"
    assert send(played, by="stranger").status_code == 404
