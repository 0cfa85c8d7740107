"""Mails that a program sends over SMTP become rows of the sandbox's mailbox, whole, beside those that GitLab sends.

Every sender and recipient is welcome, nothing is passed on, and there is neither encryption nor sign-in: loopback only.
"""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
from collections.abc import Callable

from aiosmtpd.smtp import SMTP, Envelope, Session

from bot.sandbox import letters
from bot.sandbox.records import Mail
from bot.sandbox.world import World

HOST = "127.0.0.1"
SIZE_LIMIT = 25 * 1024 * 1024


def door(port: int = 0) -> socket.socket:
    """A socket that listens on loopback; 0 takes any free port."""
    return socket.create_server((HOST, port), backlog=128)


class Inlet:
    """Listens at `door` from `start` to `stop`, in a thread of its own; a mail is kept before it is answered."""

    def __init__(self, world: World, door: socket.socket, persist: Callable[[], None] | None = None) -> None:
        self.world, self.door, self.persist = world, door, persist
        self._ready = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()), name="smtp", daemon=True)

    @property
    def url(self) -> str:
        """What SMTP_URL has to be."""
        host, port = self.door.getsockname()[:2]
        return f"smtp://{host}:{port}"

    def start(self) -> None:
        self._thread.start()
        self._ready.wait()

    def stop(self) -> None:
        """Cuts the connections that are open."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(timeout=10)

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's
        content = envelope.content or b""
        raw = content if isinstance(content, bytes) else content.encode()
        await asyncio.to_thread(self._keep, envelope.mail_from or "", list(envelope.rcpt_tos), raw)
        return "250 2.0.0 Kept"

    def _keep(self, sender: str, recipients: list[str], raw: bytes) -> None:
        world, letter = self.world, letters.read(raw)
        with world.lock:
            people = {user.email.lower(): user.id for user in world.users.values()}
            known = [people[address.lower()] for address in recipients if address.lower() in people]
            row = Mail(world.next_id("mails"), ", ".join(recipients), letter.subject, letter.text, world.clock.now())
            row.user_id, row.sender = next(iter(known), None), sender
            row.raw = base64.b64encode(raw).decode()
            world.add(row)
        if self.persist is not None:
            self.persist()

    async def _serve(self) -> None:
        self._loop, self._over = asyncio.get_running_loop(), asyncio.Event()
        server = await self._loop.create_server(self._protocol, sock=self.door)
        self._ready.set()
        await self._over.wait()
        server.close()

    def _protocol(self) -> SMTP:
        # Without a name of its own it would ask DNS for the host's.
        return SMTP(self, hostname="localhost", data_size_limit=SIZE_LIMIT, enable_SMTPUTF8=True, loop=self._loop)
