"""A trainer candidate's issue has a label, the partner's last day as its due date, and shows how far the candidate is.

What its form lacks is asked for by name. When it is new, the tracking issue and the partner are looked at as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.domain.actions import AddLabel, Check, Nudge, Say, SetDueDate
from bot.domain.facts import IssueFacts
from bot.domain.form import ProblemKind
from bot.domain.needs import Need
from bot.domain.partners.cases import Candidate
from bot.domain.partners.charting import bar, own_progress, task_names
from bot.domain.partners.deadlines import deadline_of
from bot.domain.partners.tracking import is_dated_by_team, needs_of
from bot.domain.speech import code, quoted
from bot.domain.subject import Subject

HANDBOOK = ("TC-01", "TC-02")
EXAMPLES = {"handle": "@their-handle"}
"""How to write what has a form of its own."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Candidates hear again of what the form lacks after `remind_after` business days; `tasks_shown` are named."""

    enabled: bool = True
    remind_after: int = 2
    tasks_shown: int = 3


def candidate_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_candidate(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | SetDueDate | Say]:
    case = _open_case(facts)
    if case is None:
        return
    label, due = _label(facts), deadline_of(case.record, case.programme) or facts.today
    yield Check("it has its label", label in facts.issue.labels, label, "labels")
    if label not in facts.issue.labels:
        yield AddLabel(label)
    if facts.issue.due_date != due and not is_dated_by_team(facts, case.record):
        yield SetDueDate(due)
    own = own_progress(facts)
    yield Check("the candidate has done all tasks", not own.open, f"{own.done} of {own.total}", "description")
    tasks = task_names(own.open, settings.tasks_shown)
    values = {"bar": bar(own.done, own.total), "tasks": tasks, "deadline": due.isoformat()}
    yield Say("TC-02", "progress", values, block=True)
    yield from _form(case, settings)


def candidate_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """The tracking issue shows every candidate; a new one is linked to it, which is done for the partner."""
    case = _open_case(facts)
    if case is None or case.record.tracking is None:
        return
    yield Subject.issue(*case.record.tracking)
    if _label(facts) not in facts.issue.labels:
        yield Subject.partner(case.partner.id)


def _open_case(facts: IssueFacts) -> Candidate | None:
    """The case, while there is something to be done about it."""
    case = facts.case
    return case if isinstance(case, Candidate) and case.record.is_running and facts.issue.is_open else None


def _label(facts: IssueFacts) -> str:
    return facts.site.labels.certification.candidate.name


def _form(case: Candidate, settings: Settings) -> Iterator[Check | Say]:
    problems = case.form.problems
    names = ", ".join(one.field.label for one in problems) or "none"
    yield Check("the form is filled in and readable", not problems, names, "description")
    for problem in problems:
        nudge = Nudge(settings.remind_after)
        field, seen = problem.field.label, ", ".join(map(quoted, problem.seen))
        example = code(f"{field}: {EXAMPLES.get(problem.field.key, '…')}")
        match problem.kind:
            case ProblemKind.MISSING:
                yield Say("TC-01", "form_missing", {"field": field, "example": example}, nudge)
            case ProblemKind.UNREADABLE:
                yield Say("TC-01", "form_unreadable", {"field": field, "seen": seen, "example": example}, nudge)
            case ProblemKind.CONTRADICTING:
                yield Say("TC-01", "form_contradicting", {"field": field, "seen": seen}, nudge)
            case unheard:
                assert_never(unheard)
