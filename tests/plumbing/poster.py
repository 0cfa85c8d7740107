"""A process for the kill test: claims a letter and hands it to a mail server, as a worker does."""

from __future__ import annotations

import sys

from bot.mail.envelope import digest
from bot.mail.outbox import Outbox, State
from bot.mailer import Mailer
from bot.store.database import Database
from tests.plumbing.letterbox import mail


def main(database_url: str, smtp_url: str, key: str) -> None:
    outbox, letter = Outbox(Database(database_url, durable=False)), mail()
    if outbox.claim(key, digest(letter)):
        Mailer(smtp_url).send(letter)
        outbox.settle(key, State.SENT)


if __name__ == "__main__":
    main(*sys.argv[1:])
