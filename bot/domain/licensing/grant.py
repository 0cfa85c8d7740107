"""A licence issue whose licence was sent becomes the grant: which seats, since when and until when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import reduce
from typing import TypeAlias

from bot.domain.partners.changes import Licensed, changed, is_recorded
from bot.domain.registry import Partner

Moment: TypeAlias = tuple[date, int]
"""What puts grants in their order: the day, and the number of the issue."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A licence as it was granted and sent; `issue` is the reference of the issue that asked for it.

    `sent_on` is the day on which somebody ticked that, and `replaces` the last day of those a renewal takes the place
    of. It counts from then on, whether the registry has it yet or not.
    """

    issue: str
    number: int
    kind: str
    seats: int
    sent_on: date
    expires: date
    replaces: date | None = None

    @property
    def change(self) -> Licensed:
        """What the registry is to learn of it."""
        return Licensed(self.kind, self.seats, self.expires, self.issue, self.replaces)

    @property
    def moment(self) -> Moment:
        return self.sent_on, self.number


def held(partner: Partner, issue: str, others: Iterable[Grant], until: Moment | None = None) -> Partner:
    """The partner with what others granted and the registry does not have yet, and without what `issue` came to.

    Of what was sent after `until` nothing counts: a licence is judged by what there was when it was sent.
    """
    known = sorted(others, key=lambda one: one.moment)
    left_out = {one.issue for one in known if until and one.moment > until} | {issue}
    there = replace(partner, nfr=tuple(one for one in partner.nfr if one.issue not in left_out))
    return reduce(_with, (one.change for one in known if one.issue not in left_out), there)


def _with(partner: Partner, change: Licensed) -> Partner:
    return partner if is_recorded(partner, change) else changed(partner, change)
