"""A plan that people are to confirm becomes a mark in the bot's answer, and is known again by its digest."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final, Literal, cast, get_args

from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.marks import Mark
from bot.domain.orders import Order
from bot.domain.partners.asked import is_heard, is_lost, wanted
from bot.domain.partners.blockers import Blocker, blockers
from bot.domain.partners.naming import request_of
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import ctp_steps, digest_of, folder_steps
from bot.domain.partners.record import Record, Request
from bot.domain.partners.steps import PartnerAction

KIND: Final = "plan"
"""Of the mark: the digest, what is planned, the partner's id, and paths of groups that are another company's."""
Planned = Literal["create", "enrol"]
DIGEST = re.compile(r"(?<![0-9a-z])[0-9a-f]{8}(?![0-9a-z])", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What somebody asks about, by the partner's id; without a `digest` nothing was shown yet."""

    what: Planned
    partner: str
    despite: tuple[str, ...] = ()
    digest: str = ""

    def mark(self, steps: Iterable[PartnerAction]) -> tuple[str, str]:
        """Kind and value of what the answer remembers."""
        return KIND, " ".join((digest_of(steps), self.what, self.partner, *self.despite))


def proposed(marks: Iterable[Mark], text: str) -> Proposal | None:
    """The latest plan that was shown under the digest in the text."""
    said = DIGEST.search(text)
    values = [mark.value.split() for mark in marks if said and mark.kind == KIND]
    found = [words for words in values if said and words[0] == said[0].lower() and words[1] in get_args(Planned)]
    if not found:
        return None
    digest, what, partner, *despite = found[-1]
    return Proposal(cast("Planned", what), partner, tuple(despite), digest)


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a proposal today: what would be done, what stands in the way, and whether it was asked before.

    `programme` is the one that partners enrol in, `record` what holds since it was asked, and `is_repeated`: this very
    order was taken down already, and only the answer to it was lost.
    """

    request: Request
    programme: Programme | None
    steps: tuple[PartnerAction, ...]
    found: tuple[Blocker, ...]
    record: Record | None
    is_repeated: bool


def judged(facts: IssueFacts, order: Order, meant: Proposal, state: PartnerFacts) -> Judged:
    """The proposal as of today, whatever was shown when it was made."""
    # One that is not active today bars the partner with that reason.
    programme = next((one for one in facts.site.programmes if one.is_tracked), None)
    enrolled_in = programme if meant.what == "enrol" else None
    request = request_of(facts, order, meant.what, meant.partner)
    return Judged(
        request=request,
        programme=programme,
        steps=_steps(state, request, enrolled_in),
        found=blockers(state, enrolled_in, meant.despite),
        record=_standing(state, meant.what),
        is_repeated=order.name == "confirm" and is_heard(state, request),
    )


def _steps(state: PartnerFacts, request: Request, programme: Programme | None) -> tuple[PartnerAction, ...]:
    """Everything that would be done for the partner if that were asked."""
    after = replace(state, record=wanted(state, request))
    return (*folder_steps(after), *(ctp_steps(after, programme) if programme else ()))


def _standing(state: PartnerFacts, what: Planned) -> Record | None:
    """The record, when the same was asked before and still holds; None also where the tracking issue is lost."""
    record = wanted(state)
    if what == "create" or record is None:
        return record
    holds = record.ctp and record.withdrawn_on is None and (record.tracking is None or not is_lost(state))
    return record if holds else None
