"""Who asks for the same licence twice within some days is shown the first request, so that one licence is sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.asking import templated
from bot.domain.facts import IssueFacts
from bot.domain.licensing.request import INTEGRATION, REQUEST, SENT
from bot.domain.licensing.standing import duplicates, is_done, subject_of
from bot.domain.needs import IssuesOf, Need

HANDBOOK = ("NF-01",)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of it `remind_after` business days later; which requests are the same, licences.yml says."""

    enabled: bool = True
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    """Also once it is closed: whoever followed the advice is not asked to go on."""
    case = templated(facts, REQUEST, INTEGRATION)
    if case and case.form.values.get("partner"):
        yield IssuesOf(case.template.key)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case = templated(facts, REQUEST, INTEGRATION)
    if case is None or subject_of(facts) is None or not facts.issue.is_open or is_done(facts, case, SENT):
        return
    first = next(duplicates(facts), None)
    yield Check("nobody asked for the same before", first is None, first.reference if first else "nobody", "issues")
    if first is not None:
        issue = first.reference
        yield Say("NF-01", "duplicate", {"issue": issue}, Nudge(settings.remind_after), internal=True)
