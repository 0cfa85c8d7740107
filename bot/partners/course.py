"""How far a partner's plan got: what was done, what was refused, and what no longer can be done."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date

from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import Issue
from bot.domain.partners.record import Record
from bot.domain.partners.stepping import told_step
from bot.domain.partners.steps import PartnerAction
from bot.domain.plan import Wish
from bot.granted import BeforeWrite, Deed, Granted
from bot.partners.keeping import refused


@dataclass(slots=True)
class Course:
    """How far a plan got: the record as it is to be kept, what was refused, and whether the place steps are off."""

    facts: PartnerFacts
    before_write: BeforeWrite
    granted: Granted
    record: Record | None
    refused: list[Wish] = field(default_factory=list)
    is_stuck: bool = False
    is_kept: bool = False
    """Whether the record's issue holds the record as it is to be."""

    def tracks(self, issue: Issue, opened_on: date) -> None:
        """The issue is the partner's tracking issue; the programme began when the first one was opened."""
        if self.record:
            place = (issue.project_id, issue.iid)
            self.record = replace(self.record, tracking=place, started_on=self.record.started_on or opened_on)

    def did(self, handler: str, step: PartnerAction) -> None:
        self.granted.deeds.append(Deed(handler, told_step(step)))

    def is_refused(self, handler: str, step: PartnerAction, reason: str) -> None:
        self.refused.append(refused(told_step(step), reason))
        self.granted.deeds.append(Deed(handler, told_step(step), outcome=reason))
