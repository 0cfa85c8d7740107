"""A task of a certification counts once whoever it is for has ticked it, and a deleted one still counts as open.

Nothing is ever ticked or unticked for anybody: people are asked. What was reworded is found again.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.checklist import Reason, Task, read_checklist
from bot.domain.facts import IssueFacts
from bot.domain.needs import Need
from bot.domain.partners.cases import Candidate, Tracking
from bot.domain.partners.progress import Completion, completion
from bot.domain.partners.showing import bulleted
from bot.domain.partners.tracking import MANAGER, handle_of, needs_of, owner_name, standing
from bot.domain.plan import distinct
from bot.domain.speech import code, quoted

HANDBOOK = ("CT-13",)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of such a task `remind_after` business days later; at most `shown` are listed."""

    enabled: bool = True
    remind_after: int = 2
    shown: int = 10


def tracking_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def candidate_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def decide_tracking(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    now = standing(facts, facts.holders)
    if now.is_live:
        yield from _judged(facts, settings, now.case, now.done)


def decide_candidate(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case = facts.case
    if isinstance(case, Candidate) and facts.issue.is_open and case.record.is_running:
        yield from _judged(facts, settings, case, completion(facts, case.master, facts.holders))


def _judged(
    facts: IssueFacts, settings: Settings, case: Tracking | Candidate, done: Completion
) -> Iterator[Check | Say]:
    missing, twice = done.matched.missing, read_checklist(facts.issue.description).duplicates
    required = tuple(task for task in done.open if task.reason is Reason.REQUIRED)
    yield Check("no task was deleted", not missing, str(len(missing)), "description and template")
    yield Check("no task stands there twice", not twice, str(len(twice)), "description")
    yield Check("whoever a task is for ticked it", not done.doubtful, str(len(done.doubtful)), "GitLab's own lines")
    manager = Nudge(settings.remind_after, (handle_of(facts, case.partner, MANAGER),))
    if missing:
        lines = bulleted(code(f"- [ ] {task.text}") for task in missing[: settings.shown])
        yield Say("CT-15", "missing", {"tasks": _below(lines), "count": str(len(missing))}, manager)
    if required:
        names = bulleted(code(task.text) for task in required[: settings.shown])
        yield Say("CT-13", "required", {"tasks": _below(names)}, manager)
    if twice:
        names = bulleted(quoted(task.text) for task in twice[: settings.shown])
        yield Say("CT-15", "twice", {"tasks": _below(names)}, manager)
    if done.doubtful:
        doubtful = [doubt.task for doubt in done.doubtful]
        yield _unconfirmed(facts, settings, case, doubtful)


def _unconfirmed(facts: IssueFacts, settings: Settings, case: Tracking | Candidate, tasks: list[Task]) -> Say:
    """Whoever it is for is asked; the tick stays as it is."""
    registry, partner = facts.site.registry, case.partner
    lines = [f"{owner_name(registry, partner, task.owner)}: {code(task.text)}" for task in tasks]
    who = distinct(handle_of(facts, partner, task.owner) for task in tasks)
    values = {"tasks": _below(bulleted(lines[: settings.shown])), "count": str(len(tasks))}
    return Say("CT-13", "unconfirmed", values, Nudge(settings.remind_after, who))


def _below(lines: str) -> str:
    """As a list below a point of a list."""
    return "\n".join(f"  {line}" for line in lines.splitlines())
