"""A real SMTP server on loopback that takes mail, or does at one stage what a test wants of it."""

from __future__ import annotations

import asyncio
import socket
import ssl
import threading
from collections.abc import Awaitable, Iterator, Mapping
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, Final

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HANGS: Final = "hangs"
DIES: Final = "dies"
LONG: Final = 60.0


class Talk(SMTP):
    """aiosmtpd's own, but for what happens when somebody says DATA."""

    desk: Desk

    async def smtp_DATA(self, arg: str) -> None:  # noqa: N802 - the name is the protocol's
        reply = await self.desk.play("DATA", self)
        if reply is None:
            await super().smtp_DATA(arg)
        elif reply:
            await self.push(reply)


class Desk:
    """What is taken in, and by whom it was asked to be."""

    def __init__(self, script: Mapping[str, str]) -> None:
        self.script = script
        self.taken: list[Envelope] = []
        self.logins: list[tuple[bytes, bytes]] = []
        self.reached = threading.Event()
        """Somebody handed over a whole mail."""

    async def play(self, stage: str, server: SMTP) -> str | None:
        """The script's reply at this stage: None goes on as usual, an empty one says nothing more."""
        match self.script.get(stage):
            case "hangs":
                await asyncio.sleep(LONG)
                return ""
            case "dies":
                server.transport.abort()  # type: ignore[union-attr] # there is one while somebody talks
                return ""
            case reply:
                return reply

    async def handle_EHLO(  # noqa: N802 - the names of hooks are aiosmtpd's
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        session.host_name = hostname
        reply = await self.play("EHLO", server)
        return responses if reply is None else [reply]

    async def handle_HELO(self, server: SMTP, session: Session, envelope: Envelope, hostname: str) -> str:  # noqa: N802
        session.host_name = hostname
        return self.script.get("EHLO", "250 hello")

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self.play("MAIL", server)
        if reply is None:
            envelope.mail_from = address
        return "250 OK" if reply is None else reply

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = await self.play("RCPT" if f"RCPT {address}" not in self.script else f"RCPT {address}", server)
        if reply is None:
            envelope.rcpt_tos.append(address)
        return "250 OK" if reply is None else reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        self.taken.append(envelope)
        self.reached.set()
        reply = await self.play("DOT", server)
        return "250 OK" if reply is None else reply

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword
    ) -> AuthResult:
        self.logins.append((data.login, data.password))
        return AuthResult(success=data.password == b"right", handled=False)

    def mails(self) -> list[EmailMessage]:
        """What was taken in, as a mail program reads it."""
        bodies = [envelope.content or b"" for envelope in self.taken]
        return [message_from_bytes(_bytes(body), _class=EmailMessage, policy=policy.default) for body in bodies]


class PostOffice(Controller):
    """Listens on a port of its own choice."""

    def __init__(self, desk: Desk, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.desk = desk
        self._starttls = starttls
        port = self._listener.getsockname()[1]
        super().__init__(desk, hostname="127.0.0.1", port=port, ssl_context=tls)

    def factory(self) -> SMTP:
        talk = Talk(
            self.desk,
            ident="post office",
            hostname="post.example",
            authenticator=self.desk.authenticate,
            auth_require_tls=False,
            tls_context=self._starttls,
        )
        talk.desk = self.desk
        return talk

    def _create_server(self) -> Awaitable[asyncio.AbstractServer]:
        return self.loop.create_server(self._factory_invoker, sock=self._listener, ssl=self.ssl_context)


@contextmanager
def post_office(script: Mapping[str, str] | None = None, **how: Any) -> Iterator[PostOffice]:
    """Open until the end of the block."""
    office = PostOffice(Desk(script or {}), **how)
    office.start()
    try:
        yield office
    finally:
        office.stop()


@contextmanager
def rude(greeting: bytes | None) -> Iterator[int]:
    """A port where whoever connects gets this line and no more; None: nothing at all. Yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            with connection:
                if greeting is not None:
                    connection.sendall(greeting)
                else:
                    connection.recv(1)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield listener.getsockname()[1]
    thread.join(timeout=5)


def _bytes(body: bytes | str) -> bytes:
    return body.encode() if isinstance(body, str) else body
