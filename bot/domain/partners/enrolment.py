"""A partner's record and its tracking issue become where its enrolment stands, and by when it has to be done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain.facts import PartnerFacts
from bot.domain.partners.asked import is_lost, wanted
from bot.domain.partners.cases import Tracking
from bot.domain.partners.deadlines import deadline_of
from bot.domain.partners.progress import completion
from bot.domain.registry import Registry
from bot.domain.speech import dictated


class Stage(StrEnum):
    """How far a partner is on its way through the programme."""

    NOT_ENROLLED = "not_enrolled"
    WITHDRAWN = "withdrawn"
    NOT_STARTED = "not_started"
    """It is enrolled, and the tracking issue is not there yet."""
    GONE = "gone"
    """The tracking issue is not there any more, or was moved away."""
    DONE = "done"
    """The tracking issue is closed."""
    RUNNING = "running"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where it stands today; `deadline` None: it did not begin."""

    stage: Stage
    deadline: date | None = None


def enrolment_of(facts: PartnerFacts) -> Enrolment:
    """With all that was asked counted in, carried out or not."""
    record = wanted(facts)
    if record is None or not record.ctp:
        return Enrolment(Stage.NOT_ENROLLED)
    programme = facts.site.programmes.tracked
    if record.withdrawn_on:
        return Enrolment(Stage.WITHDRAWN)
    deadline = deadline_of(record, programme) if programme else None
    if record.tracking is None or deadline is None:
        return Enrolment(Stage.NOT_STARTED)
    if facts.tracking is None or is_lost(facts):
        return Enrolment(Stage.GONE, deadline)
    if not facts.tracking.issue.is_open:
        return Enrolment(Stage.DONE, deadline)
    return Enrolment(Stage.EXPIRED if facts.today > deadline else Stage.RUNNING, deadline)


def progress_lines(facts: PartnerFacts) -> tuple[str, ...]:
    """For each role how many of its tasks in the tracking issue are done, as Markdown; neutral, so for everybody."""
    tracking = facts.tracking
    if tracking is None or not isinstance(tracking.case, Tracking):
        return ()
    roles = completion(tracking, tracking.case.master, facts.holders).roles
    return tuple(
        f"{_role(facts.site.registry, key)}: {progress.done}/{progress.total}" for key, progress in roles.items()
    )


def _role(registry: Registry, key: str) -> str:
    role = registry.role(key)
    return dictated(role.name) if role else dictated(key.replace("_", " ").capitalize())
