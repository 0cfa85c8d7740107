"""Addresses that break out of a header are refused; the same mail is the same draft, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr

import pytest

from bot.errors import AskAPerson
from bot.mail.envelope import Address, Mail, digest, eml, message_id
from tests.plumbing.letterbox import letter, letters, mail


def opened(draft: bytes) -> EmailMessage:
    """As a mail program reads it."""
    return message_from_bytes(draft, _class=EmailMessage, policy=policy.default)


def test_a_draft_is_ready_to_be_sent_by_whoever_opens_it() -> None:
    """No From: the mail program fills in the CAM's. No Date: it is not sent yet, and equal drafts are equal files."""
    composed = letters().compose(letter())
    draft = opened(eml(composed))

    heads = {name: str(value) for name, value in draft.items() if name != "Content-Type"}
    assert heads == {
        "To": "Pat Example <pat@acme.example>",
        "Cc": "CAM EMEA <cam-emea@gitlab.com>",
        "Subject": "Congratulations, Acme Consulting: GitLab Certified Professional Services Partner",
        "Message-ID": composed.message_id,
        "MIME-Version": "1.0",
        "X-Unsent": "1",
    }
    text, html = draft.iter_parts()
    assert (draft.get_content_type(), text.get_content_type(), html.get_content_type()) == (
        "multipart/alternative",
        "text/plain",
        "text/html",
    )
    assert text.get_content() == composed.text.replace("\n", "\r\n")
    assert html.get_content() == composed.html.replace("\n", "\r\n")
    assert b"\n" not in eml(composed).replace(b"\r\n", b"")


def test_equal_mails_are_equal_drafts_and_digests() -> None:
    assert eml(mail()) == eml(mail())
    assert digest(mail()) == digest(mail())
    assert len(digest(mail())) == 64


CHANGES = {
    "subject": "Another",
    "text": "Another\n",
    "html": "<p>Another</p>\n",
    "to": Address("Lee Example", "pat@acme.example"),
    "cc": (),
    "sender": Address("Us", "us@gitlab.com"),
    "message_id": "<another@gitlab.com>",
    "reply_to": None,
}


@pytest.mark.parametrize(("field", "value"), CHANGES.items(), ids=CHANGES)
def test_every_change_is_another_digest(field: str, value: object) -> None:
    assert set(CHANGES) == set(Mail.__dataclass_fields__)
    assert digest(mail(**{field: value})) != digest(mail())


def test_a_mail_without_copies_has_no_such_header() -> None:
    assert "Cc" not in opened(eml(mail(cc=())))


def test_the_id_comes_from_the_key() -> None:
    sender = Address("Us", "us@müller.example")
    assert message_id("a", sender) == message_id("a", sender) != message_id("b", sender)
    assert message_id("a", sender).endswith("@xn--mller-kva.example>")


@pytest.mark.parametrize("name", ["Pat\r\nBcc: eve@evil.example", "Pat\n", "Pat\x00", "Pat\u2028x"])
def test_a_name_cannot_break_out_of_its_header(name: str) -> None:
    with pytest.raises(AskAPerson, match=r"the name beside `pat@acme.example` has a line break or another invisible"):
        Address(name, "pat@acme.example")


NAMES = [
    'Pat "the" Example',
    "Example, Pat (Dr.)",
    "Jörg, Dr.",
    "東京 <eve@evil.example>",
    "=?utf-8?q?Eve?=",
    "x" * 90,
    "ä" * 90,
    " ".join(["東京技研 株式会社"] * 8),
    "",
]


@pytest.mark.parametrize("name", NAMES)
def test_names_and_subjects_arrive_as_they_are_and_add_no_recipient(name: str) -> None:
    draft = eml(mail(to=Address(name, "pat@acme.example"), subject=name))
    (to,) = opened(draft)["To"].addresses
    assert to.addr_spec == "pat@acme.example"
    assert max(map(len, draft.partition(b"\r\n\r\n")[0].split(b"\r\n"))) < 200
    # EmailMessage also reads such headers wrongly; this is how other programs read them.
    heads = message_from_bytes(draft)
    shown, _ = parseaddr(str(heads["To"]).replace("\r\n", ""))
    assert str(make_header(decode_header(shown))) == name
    assert to.display_name.replace(" ", "") == name.replace(" ", "")
    assert str(make_header(decode_header(heads["Subject"]))) == name


NO_ADDRESSES = [
    "",
    "pat",
    "pat@",
    "@acme.example",
    "pat@acme",
    "pat@acme..example",
    "pat@acme.example\r\nBcc: eve@evil.example",
    "pat@acme.example, eve@evil.example",
    "Pat <pat@acme.example>",
    "pat smith@acme.example",
    "jörg@acme.example",
    ".pat@acme.example",
    "pat.@acme.example",
    "p..at@acme.example",
    "pat@[127.0.0.1]",
    "pat@-acme.example",
    f"{'x' * 65}@acme.example",
    f"pat@{'x' * 64}.example",
]


@pytest.mark.parametrize("address", NO_ADDRESSES)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(AskAPerson, match="is no e-mail address; "):
        Address("Pat", address)


def test_domains_are_written_as_the_domain_name_system_does() -> None:
    """IDNA 2008: the sharp s is a letter of its own, and another domain than ss."""
    assert Address("Pat", "o'pat+x@Straße.EXAMPLE").mailbox == "o'pat+x@xn--strae-oqa.example"
    assert replace(Address("Pat", "pat@acme.example"), name="x").domain == "acme.example"
