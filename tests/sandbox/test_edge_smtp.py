"""Mails over SMTP land whole in the mailbox, beside GitLab's own, before they are answered."""

from __future__ import annotations

import base64
import smtplib
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.sandbox import letters, smtp
from bot.sandbox.server import Sandbox
from tests.sandbox.core_parts import small_world

PIXEL = b"\x89PNG\r\n\x1a\n\x00"


@dataclass
class Post:
    sandbox: Sandbox

    def send(self, message: EmailMessage, to: list[str] | None = None) -> None:
        host, _, port = self.sandbox.smtp_url.removeprefix("smtp://").partition(":")
        with smtplib.SMTP(host, int(port), timeout=10) as session:
            session.send_message(message, "bot@example.com", to or ["planner@example.com"])

    def read(self, path: str = "", accept: str = "*/*") -> requests.Response:
        return requests.get(f"{self.sandbox.url}/sandbox/mails{path}", headers={"Accept": accept}, timeout=10)

    def mails(self, path: str = "") -> Any:
        return self.read(path).json()


@pytest.fixture
def post() -> Iterator[Post]:
    with Sandbox(small_world(), smtp=smtp.door()) as sandbox:
        yield Post(sandbox)


def letter() -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Congratulations — you are certified"
    message["From"], message["To"] = "Channels <bot@example.com>", "Pat <planner@example.com>"
    message["Message-ID"] = "<award-1@example.com>"
    message.set_content("Dear Pat,\n.\nwell done.\n")
    message.add_alternative('<p onclick="x()">Well <img src="cid:badge"> done</p>', subtype="html")
    parts = message.get_payload()
    assert isinstance(parts, list)
    html = parts[1]
    assert isinstance(html, EmailMessage)
    html.add_related(PIXEL, "image", "png", cid="<badge>", filename="badge.png")
    message.add_attachment(b"name,date\n", maintype="text", subtype="csv", filename="list.csv")
    return message


def test_a_mail_arrives_with_its_headers_and_parts(post: Post) -> None:
    post.send(letter(), ["planner@example.com", "lee@acme.example"])
    [mail] = post.mails()
    assert {key: mail[key] for key in ("id", "via", "to", "from", "user", "subject", "body")} == {
        "id": 1,
        "via": "smtp",
        "to": "planner@example.com, lee@acme.example",
        "from": "bot@example.com",
        "user": "planner",
        "subject": "Congratulations — you are certified",
        "body": "Dear Pat,\n.\nwell done.\n",
    }
    assert ["Message-ID", "<award-1@example.com>"] in mail["headers"]
    assert mail["html"] == '<p onclick="x()">Well <img src="cid:badge"> done</p>\n'
    assert mail["parts"] == [
        {"content_type": "image/png", "filename": "badge.png", "content_id": "badge", "size": len(PIXEL)},
        {"content_type": "text/csv", "filename": "list.csv", "content_id": "", "size": 10},
    ]
    assert post.mails("/1") == mail
    raw = post.read("/1/raw")
    assert letters.read(raw.content) == letters.read(base64.b64decode(post.sandbox.world.mails[1].raw))
    assert raw.headers["Content-Type"].startswith("text/plain")


def test_its_html_is_shown_with_its_images_and_can_do_nothing(post: Post) -> None:
    post.send(letter())
    shown = post.read("/1/html")
    assert '<img src="/sandbox/mails/1/parts/0">' in shown.text
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    assert "script" not in shown.headers["Content-Security-Policy"]
    image, table = post.read("/1/parts/0"), post.read("/1/parts/1")
    assert (image.content, image.headers["Content-Type"]) == (PIXEL, "image/png")
    assert (table.content, table.headers["Content-Type"]) == (b"name,date\n", "application/octet-stream")


def test_people_get_pages(post: Post) -> None:
    post.send(letter())
    listed, one = post.read(accept="text/html"), post.read("/1", "text/html")
    assert listed.headers["Content-Type"].startswith("text/html")
    for words in ("Congratulations — you are certified", "from bot@example.com", "/sandbox/mails/1"):
        assert words in listed.text
    for words in ("Dear Pat,", "/sandbox/mails/1/html", "/sandbox/mails/1/parts/1", "Message-ID", "badge.png"):
        assert words in one.text
    assert "onclick" not in listed.text + one.text


def test_gitlabs_own_mails_are_in_the_same_box_and_can_be_left_out(post: Post) -> None:
    me = {"PRIVATE-TOKEN": "token-planner"}
    body = {"title": "Look", "description": "@developer"}
    requests.post(f"{post.sandbox.url}/api/v4/projects/1/issues", json=body, headers=me, timeout=10)
    post.send(letter())
    assert [mail["via"] for mail in post.mails()] == ["gitlab", "smtp"]
    assert [mail["id"] for mail in post.mails("?via=smtp")] == [2]
    assert [mail["id"] for mail in post.mails("?to=DEVELOPER@")] == [1]
    assert "headers" not in post.mails("/1")
    assert "from GitLab" in post.read("/1", "text/html").text
    assert [post.read(f"/1/{what}").status_code for what in ("html", "raw", "parts/0")] == [404] * 3
    assert [post.read(path).status_code for path in ("/9", "/2/parts/7")] == [404] * 2
    assert requests.delete(f"{post.sandbox.url}/sandbox/mails", timeout=10).status_code == 204
    assert post.mails() == []
    assert "No mails yet." in post.read(accept="text/html").text


def test_a_kept_mail_is_on_disk_before_it_is_answered(tmp_path: Path) -> None:
    state = tmp_path / "gitlab.json"
    with Sandbox(small_world(), state=state, smtp=smtp.door()) as sandbox:
        Post(sandbox).send(letter())
        assert "award-1" in base64.b64decode(Sandbox(state=state).world.mails[1].raw).decode()


def test_a_sandbox_that_ends_cuts_whoever_is_still_talking() -> None:
    sandbox = Sandbox(small_world(), smtp=smtp.door()).start()
    host, _, port = sandbox.smtp_url.removeprefix("smtp://").partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as line:
        assert line.recv(100).startswith(b"220 ")
        sandbox.stop()
        assert line.recv(100) == b""
    with pytest.raises(ConnectionError):
        socket.create_connection((host, int(port)), timeout=10)
    assert Sandbox(small_world()).smtp_url == ""


def test_a_mail_nobody_can_read_is_kept_all_the_same() -> None:
    odd = letters.read(b"Content-Type: text/plain; charset=klingon\r\nSubject: =?x?q?\r\n\r\nn\xe4h\r\n")
    assert (odd.text, odd.html, odd.parts) == ("n\ufffdh\n", None, [])
    assert letters.read(b"") == letters.Letter("", [], "", None, [])
