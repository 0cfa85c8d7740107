"""Once a review of the Partner Help Desk is closed complete, its day is proposed to the registry for each partner.

All partners of one issue are one merge request. Whom a weekly review was not through with is in the next one.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, ProposeChanges
from bot.domain.asking import lacking, templated
from bot.domain.facts import IssueFacts
from bot.domain.helpdesk.reviews import REVIEWS, done_with
from bot.domain.needs import Need, ProposedFor, StateHistory
from bot.domain.partners.changes import Proposal, Reviewed, is_recorded, name_of
from bot.domain.partners.readiness import closed_on

HANDBOOK = ("PH-03", "PH-07", "PH-11")


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the rule."""

    enabled: bool = True


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if _is_complete(facts):
        yield StateHistory()
        yield from (ProposedFor(one.id) for one in done_with(facts))


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | ProposeChanges]:
    if not _is_complete(facts):
        return
    on = closed_on(facts) or facts.today
    every = [(one, Reviewed(on)) for one in done_with(facts)]
    left = tuple(
        Proposal(partner.id, change)
        for partner, change in every
        if not is_recorded(partner, change) and name_of(change) not in facts.proposed.get(partner.id, {})
    )
    yield Check("the registry has the day of the review", not left, f"{len(left)} of {len(every)} lack it", "registry")
    if left:
        yield ProposeChanges(f"{facts.issue.project_id}-{facts.issue.iid}", left)


def _is_complete(facts: IssueFacts) -> bool:
    """Whether it was closed with everything done that it may not be closed without."""
    case = templated(facts, *REVIEWS)
    is_over = not facts.issue.is_open and facts.issue.moved_to_id is None
    return case is not None and is_over and not lacking(facts, case.template.close_requires)
