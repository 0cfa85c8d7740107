"""A mail becomes the list of reasons why it must not leave: strange addresses, inner links, another partner's name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.domain.registry import Partner
from bot.mail.envelope import Mail
from bot.mail.house import House


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where (a template, a part of the mail), what it is and what to do."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def lint(mail: Mail, house: House, partner: Partner, others: Sequence[Partner]) -> tuple[Problem, ...]:
    """Everything that forbids showing or sending `mail` to `partner`; `others` are not to be mentioned."""
    return ()
