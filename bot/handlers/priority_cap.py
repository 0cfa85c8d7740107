"""A milestone holds only so many issues of the first priority, since not everything can be one.

The oldest keep their place; the ones that came after them are asked about. Both spellings of the label are counted.
Whose place another one took learns it from the next full sweep, which judges all of them by one list.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Say
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue, Milestone
from bot.domain.needs import IssuesLabelled, Need
from bot.domain.speech import code, quoted

HANDBOOK = ("GL-06",)


@dataclass(frozen=True, slots=True)
class Settings:
    """A milestone holds `per_milestone` issues of the first priority."""

    enabled: bool = True
    per_milestone: int = 5


def needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    milestone = _milestone_of_first(facts)
    if milestone:
        yield _list(facts, milestone)


def decide(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    issue, cap = facts.issue, settings.per_milestone
    milestone = _milestone_of_first(facts)
    if milestone is None:
        return
    everyone = _by_age(facts, milestone)
    older = sum(_age(one) < _age(issue) for one in everyone)
    seen = f"{older} older ones on {milestone.title}, {cap} have room"
    yield Check("the milestone has room for this first priority", older < cap, seen, "open issues of the milestone")
    if older >= cap:
        values = {"cap": str(cap), "count": str(len(everyone)), "milestone": quoted(milestone.title)}
        yield Say("GL-06", "over", {**values, "label": code(_first(facts)[0])})


def _list(facts: IssueFacts, milestone: Milestone) -> IssuesLabelled:
    return IssuesLabelled(_first(facts), milestone.title)


def _first(facts: IssueFacts) -> tuple[str, ...]:
    """The label of the first priority in all spellings, the configured one first."""
    priority = facts.site.labels.priority
    level = priority.levels[0]
    return tuple(dict.fromkeys((priority.name(level), *priority.spellings(level))))


def _milestone_of_first(facts: IssueFacts) -> Milestone | None:
    """The milestone of an issue of the first priority."""
    return facts.issue.milestone if facts.issue.labels & {*_first(facts)} else None


def _by_age(facts: IssueFacts, milestone: Milestone) -> list[Issue]:
    """The open issues of the first priority on the milestone, this one among them, oldest first."""
    listed = facts.labelled.get(_list(facts, milestone), ())
    # GitLab lists by title, and another group's milestone may have the same one.
    there = [one for one in listed if one.milestone and one.milestone.id == milestone.id]
    return sorted({one.id: one for one in (*there, facts.issue)}.values(), key=_age)


def _age(issue: Issue) -> tuple[float, int]:
    return issue.created_at.timestamp() if issue.created_at else 0.0, issue.id
