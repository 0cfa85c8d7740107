"""Rows of who holds what become the number of practitioners that each partner has on a day."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from bot.domain.registry import Practitioners


class Accreditation(StrEnum):
    """What a person can hold; each but the last is a number of the registry."""

    SALES_CORE = "sales_core"
    SA_CORE = "sa_core"
    PSE = "pse"
    TRAINER = "trainer"


FILLING: Final = frozenset(("gitlab", "certified", "certification", "accredited", "accreditation", "badge", "the"))
"""Words that say nothing about which accreditation it is."""
CALLED: Final[Mapping[str, Accreditation]] = MappingProxyType(
    {
        "sales core": Accreditation.SALES_CORE,
        "sa core": Accreditation.SA_CORE,
        "solution architect core": Accreditation.SA_CORE,
        "solutions architect core": Accreditation.SA_CORE,
        "solution architect": Accreditation.SA_CORE,
        "solutions architect": Accreditation.SA_CORE,
        "pse": Accreditation.PSE,
        "professional services engineer": Accreditation.PSE,
        "professional service engineer": Accreditation.PSE,
        "trainer": Accreditation.TRAINER,
    }
)
"""What people call them, without the filling."""
SPOKEN: Final = ("Sales Core", "SA Core", "PSE", "Trainer")
"""How to write them, for people who wrote something else."""
GOOD: Final = frozenset(
    ("", "active", "valid", "current", "passed", "completed", "complete", "earned", "issued", "awarded", "accepted")
)
BAD: Final = frozenset(
    (
        *("expired", "revoked", "inactive", "invalid", "failed", "pending", "enrolled", "in progress", "rejected"),
        *("suspended", "withdrawn", "incomplete", "not started"),
    )
)
WORDS: Final = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Held:
    """Somebody of a partner (by its id) holds something. `person` and `course` are only compared, never shown."""

    partner_id: str
    person: str
    what: Accreditation
    earned_on: date
    expires_on: date | None = None
    course: str = ""
    is_active: bool = True

    def is_valid(self, today: date) -> bool:
        """The day on which it expires still counts."""
        return self.is_active and self.earned_on <= today and (self.expires_on is None or today <= self.expires_on)


@dataclass(frozen=True, slots=True)
class Headcount:
    """What the rows say by partner id, and which accreditations any of them is about, valid or not."""

    partners: Mapping[str, Practitioners]
    kinds: frozenset[Accreditation]

    def of(self, partner_id: str, now: Practitioners) -> Practitioners:
        """The partner's new numbers; what no row in the whole file is about stays as it is `now`."""
        silent = (name for kind in Accreditation if kind not in self.kinds for name in _numbers(kind))
        return replace(self.partners[partner_id], **{name: getattr(now, name) for name in silent})


def counted(rows: Iterable[Held], today: date) -> Headcount:
    """Each person once per partner and accreditation; courses are what a partner's trainers teach, each once."""
    people: dict[str, dict[str, set[str]]] = {}
    kinds: set[Accreditation] = set()
    for row in rows:
        kinds.add(row.what)
        found = people.setdefault(row.partner_id, {})
        if not row.is_valid(today):
            continue
        for name, value in zip(_numbers(row.what), (row.person, row.course), strict=False):
            if value:
                found.setdefault(name, set()).add(value)
    sums = {at: Practitioners(**{name: len(who) for name, who in held.items()}) for at, held in people.items()}
    return Headcount(sums, frozenset(kinds))


def accreditation(text: str) -> tuple[Accreditation, str] | None:
    """What a cell names, and for trainers the course that may follow ("Trainer: CI/CD"); None: nothing we know."""
    words = [word for word in WORDS.findall(text.casefold()) if word not in FILLING]
    if words[:1] == ["trainer"]:
        return Accreditation.TRAINER, " ".join(words[1:])
    what = CALLED.get(" ".join(words))
    return None if what is None else (what, "")


def course_called(text: str) -> str:
    """One spelling for a course."""
    return " ".join(word for word in WORDS.findall(text.casefold()) if word not in FILLING)


def is_active(status: str) -> bool | None:
    """Whether a status lets an accreditation count; None for a word that nobody knows."""
    word = " ".join(WORDS.findall(status.casefold().replace("_", " ")))
    return True if word in GOOD else False if word in BAD else None


def _numbers(kind: Accreditation) -> tuple[str, ...]:
    """The registry's names: of the number of people, and of their courses."""
    return ("trainers", "trainer_courses") if kind is Accreditation.TRAINER else (kind.value,)
