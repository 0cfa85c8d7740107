"""A finished mail becomes a message, the bytes of a draft, and a digest that tells two mails apart."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict, dataclass
from email import policy
from email.header import Header
from email.message import EmailMessage
from email.utils import formataddr
from typing import Final

import idna

from bot.domain.speech import code
from bot.errors import AskAPerson

LOCAL: Final = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}", re.ASCII)
"""What mail servers take in front of the @ without an extension of their protocol."""
BOUNDARY: Final = 24
"""Hexadecimal digits; `=_` in front cannot occur in quoted-printable text."""
ENCODED: Final = "=?"
"""How a mail program knows words that stand for others."""


@dataclass(frozen=True, slots=True)
class Address:
    """A mailbox and what its owner is called. Unusable ones raise AskAPerson: nothing may break out of a header."""

    name: str
    address: str

    def __post_init__(self) -> None:
        if not self.name.isprintable():
            raise AskAPerson(
                f"the name beside {code(self.address)} has a line break or another invisible character in it"
            )
        if trouble := address_trouble(self.address):
            raise AskAPerson(f"{code(self.address)} {trouble}")

    @property
    def domain(self) -> str:
        """As the domain name system writes it."""
        return domain_of(self.address)

    @property
    def mailbox(self) -> str:
        """The address with its domain as the domain name system writes it."""
        return f"{self.address.rpartition('@')[0]}@{self.domain}"


@dataclass(frozen=True, slots=True)
class Mail:
    """A letter ready to leave; equal letters are equal mails."""

    subject: str
    text: str
    html: str
    to: Address
    cc: tuple[Address, ...]
    sender: Address
    message_id: str
    """In angle brackets, the same for the same key."""
    reply_to: Address | None = None


def address_trouble(value: str) -> str:
    """Why `value` is no address the bot may write to, or an empty text."""
    local, _, domain = value.rpartition("@")
    if not LOCAL.fullmatch(local) or local.startswith(".") or local.endswith(".") or ".." in local:
        return "is no e-mail address; write it like pat@partner.example, without a name and in plain letters"
    if not plain_domain(domain):
        return "is no e-mail address; what follows the @ is no domain, like partner.example"
    return ""


def domain_of(address: str) -> str:
    """The domain of an address as the domain name system writes it; an empty text where it has none."""
    return plain_domain(address.rpartition("@")[2])


def plain_domain(domain: str) -> str:
    """`Müller.example` as `xn--mller-kva.example`; an empty text for what is no domain."""
    try:
        plain = idna.encode(domain, uts46=True).decode("ascii").casefold()
    except idna.IDNAError:
        return ""
    return plain if "." in plain.strip(".") else ""


def message_id(key: str, sender: Address) -> str:
    """The Message-ID of whatever is sent for `key`."""
    return f"<{_digest(key)[:32]}@{sender.domain}>"


def wire(mail: Mail, *more: tuple[str, str]) -> bytes:
    """The mail as it is sent or saved, with further headers as they are to stand there: CRLF line ends, only ASCII.

    Text first, HTML as the alternative; the same bytes each time.
    """
    copies = [("Cc", ",\r\n ".join(map(named, mail.cc)))] if mail.cc else []
    subject = ("Subject", words(mail.subject))
    heads = (("To", named(mail.to)), *copies, subject, ("Message-ID", mail.message_id), *more)
    body = EmailMessage(policy=policy.SMTP)
    body.set_content(mail.text, cte="quoted-printable")
    body.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    for part in body.iter_parts():
        del part["MIME-Version"]
    body.set_boundary(f"=_{_digest(mail.message_id)[:BOUNDARY]}")
    return "".join(f"{name}: {value}\r\n" for name, value in heads).encode("ascii") + body.as_bytes()


def eml(mail: Mail) -> bytes:
    """The draft that a mail program opens ready to send, from whoever opens it."""
    # https://learn.microsoft.com/en-us/openspecs/exchange_server_protocols/ms-oxcmail: X-Unsent opens it for writing.
    return wire(mail, ("X-Unsent", "1"))


def digest(mail: Mail) -> str:
    """What is equal for equal mails: 64 hexadecimal digits."""
    return _digest(json.dumps(asdict(mail), sort_keys=True))


def named(address: Address) -> str:
    """The address as it stands in a header, with its name."""
    if address.name.isascii() and ENCODED not in address.name:
        return formataddr((address.name, address.mailbox))
    return f"{words(address.name)} <{address.mailbox}>"


def words(text: str) -> str:
    """One line of any script as it stands in a header.

    EmailMessage loses blanks between long words of other scripts: https://github.com/python/cpython/issues/92081
    """
    return text if text.isascii() and ENCODED not in text else Header(text, "utf-8").encode(linesep="\r\n")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
