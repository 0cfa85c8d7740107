"""A mail becomes one SMTP transaction that ended well, certainly did not happen, or is unclear."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Final

from bot.environ import MailServer, Wrap, mail_server
from bot.errors import AskAPerson, BotError, TryLater, Unclear
from bot.mail.envelope import Mail, named, wire

TIMEOUT: Final = 30.0
"""Seconds in which a server has to give each of its answers."""
TAKEN: Final = (250, 251)
GO_AHEAD: Final = 354
GOING_DOWN: Final = 421
SHOWN: Final = 160
"""Characters of a server's answer that a person gets to read."""
LEADING_DOT: Final = re.compile(rb"^\.", re.MULTILINE)


class NotSent(BotError):
    """Certainly nobody got the mail."""


class NotSentYet(NotSent, TryLater):
    """Certainly nobody got the mail, and trying again may help."""


class NotTaken(NotSent, AskAPerson):
    """Certainly nobody got the mail, and nobody will until a person acts."""


@dataclass(frozen=True, slots=True)
class Sent:
    """The server has the mail; `refused` are the copies it did not take, by address."""

    refused: tuple[str, ...] = ()


class Mailer:
    """One mail server (see `environ.mail_server`); every mail is a connection of its own. `timeout` in seconds."""

    def __init__(self, url: str, timeout: float = TIMEOUT) -> None:
        self.server = mail_server(url)
        self.timeout = timeout

    @classmethod
    def of(cls, url: str) -> Mailer | None:
        """None without a URL: then letters are only shown."""
        return cls(url) if url else None

    def send(self, mail: Mail) -> Sent:
        """Raises NotSentYet or NotTaken: nobody got it. Raises Unclear: somebody may have, so it is never repeated."""
        letter = _letter(mail)
        with _not_sent(self.server):
            session = self._connected()
        try:
            with _not_sent(self.server):
                self._greet(session)
                refused = _address(session, mail)
                _expect(session.docmd("DATA"), (GO_AHEAD,), "the mail")
            self._hand_over(session, letter)
        finally:
            session.close()
        return Sent(refused)

    def _connected(self) -> smtplib.SMTP:
        server = self.server
        if server.wrap is Wrap.TLS:
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(server.host, server.port, timeout=self.timeout, context=context)
        return smtplib.SMTP(server.host, server.port, timeout=self.timeout)

    def _greet(self, session: smtplib.SMTP) -> None:
        session.ehlo_or_helo_if_needed()
        if self.server.wrap is Wrap.STARTTLS:
            session.starttls(context=ssl.create_default_context())
            session.ehlo_or_helo_if_needed()
        if self.server.user:
            session.login(self.server.user, self.server.password)

    def _hand_over(self, session: smtplib.SMTP, letter: bytes) -> None:
        """From here on a silence may mean that the mail is under way.

        An answer other than 250 means that it is not: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.5
        """
        try:
            session.send(LEADING_DOT.sub(b"..", letter) + b".\r\n")
            answer = session.getreply()
        except (OSError, smtplib.SMTPException):
            raise Unclear(
                f"{_called(self.server)} fell silent while it took the mail; it may have been sent, so ask before"
                " anybody sends it again"
            ) from None
        if answer[0] == GOING_DOWN:
            # Said by a server that is being switched off, whatever it is doing.
            raise Unclear(f"{_called(self.server)} went down while it took the mail; it may have been sent")
        _expect(answer, TAKEN, "the mail")
        with suppress(OSError, smtplib.SMTPException):
            session.putcmd("QUIT")


def _letter(mail: Mail) -> bytes:
    answers = [("Reply-To", named(mail.reply_to))] if mail.reply_to is not None else []
    return wire(mail, ("From", named(mail.sender)), *answers, ("Date", format_datetime(datetime.now(UTC))))


def _address(session: smtplib.SMTP, mail: Mail) -> tuple[str, ...]:
    """Name sender and recipients; returns the copies that are refused."""
    _expect(session.mail(mail.sender.mailbox), TAKEN, "the sender")
    _expect(session.rcpt(mail.to.mailbox), TAKEN, f"the recipient {mail.to.address}")
    refused = []
    for one in mail.cc:
        answer = session.rcpt(one.mailbox)
        if answer[0] == GOING_DOWN:
            raise _refusal(answer, "the session")
        if answer[0] not in TAKEN:
            refused.append(one.address)
    return tuple(refused)


@contextmanager
def _not_sent(server: MailServer) -> Iterator[None]:
    """Whatever goes wrong within it, nobody gets a mail."""
    try:
        yield
    except smtplib.SMTPResponseException as error:
        raise _refusal((error.smtp_code, error.smtp_error), "the session") from None
    except ssl.SSLCertVerificationError as error:
        raise NotTaken(
            f"the certificate of {_called(server)} cannot be trusted: {error.verify_message}; have it renewed, or"
            " correct the host in SMTP_URL"
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise NotTaken(f"{_called(server)} does not offer what SMTP_URL asks for: {error}") from None
    except (OSError, smtplib.SMTPException) as error:
        reason = type(error).__name__
        raise NotSentYet(f"{_called(server)} cannot be reached or broke off ({reason}); nothing was sent") from None


def _expect(answer: tuple[int, bytes], wanted: tuple[int, ...], what: str) -> None:
    if answer[0] not in wanted:
        raise _refusal(answer, what)


def _refusal(answer: tuple[int, bytes | str], what: str) -> NotSent:
    """Codes from 500 on are final: https://www.rfc-editor.org/rfc/rfc5321#section-4.2.1."""
    code, said = answer
    text = said.decode("ascii", "replace") if isinstance(said, bytes) else said
    words = "".join(char for char in " ".join(text.split()) if char.isascii() and char.isprintable())[:SHOWN]
    reason = f"the mail server refuses {what}: {code} {words}".rstrip()
    if code >= 500:
        return NotTaken(f"{reason}; nothing was sent, and nothing will be before somebody puts this right")
    return NotSentYet(f"{reason}; nothing was sent")


def _called(server: MailServer) -> str:
    return f"the mail server {server.host}:{server.port}"
