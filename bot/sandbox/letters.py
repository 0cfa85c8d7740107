"""The bytes of a mail turn into what a mailbox shows of it: headers, text, HTML and attachments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import MIMEPart


@dataclass(frozen=True, slots=True)
class Part:
    """An attachment, or an image of the HTML part; `content_id` without its angle brackets, empty if it has none."""

    content_type: str
    filename: str
    content: bytes
    content_id: str = ""


@dataclass(frozen=True, slots=True)
class Letter:
    """`headers` in their order; `html` is None where there is no such part."""

    subject: str
    headers: Sequence[tuple[str, str]]
    text: str
    html: str | None
    parts: Sequence[Part]


def read(raw: bytes) -> Letter:
    message = message_from_bytes(raw, policy=policy.default)
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    shown = {id(text), id(html)}
    others = [part for part in message.walk() if not part.is_multipart() and id(part) not in shown]
    return Letter(
        str(message.get("Subject", "")),
        [(name, str(value)) for name, value in message.items()],
        _text(text) if text is not None else "",
        _text(html) if html is not None else None,
        [_part(part) for part in others],
    )


def _part(part: MIMEPart) -> Part:
    number = str(part.get("Content-ID", "")).strip().removeprefix("<").removesuffix(">")
    return Part(part.get_content_type(), part.get_filename() or "", _bytes(part), number)


def _text(part: MIMEPart) -> str:
    """In whatever it says it is encoded; what cannot be read so is shown with marks."""
    try:
        return _bytes(part).decode(part.get_content_charset() or "utf-8", "replace").replace("\r\n", "\n")
    except LookupError:
        return _bytes(part).decode("utf-8", "replace").replace("\r\n", "\n")


def _bytes(part: MIMEPart) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""
