"""An issue in which the Help Desk reviews partners becomes those partners, and the checks that each of them failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.domain.asking import templated
from bot.domain.checklist import State, Task, read_checklist
from bot.domain.facts import IssueFacts
from bot.domain.partners.naming import partner_named
from bot.domain.recurrence.listing import listed_in
from bot.domain.registry import Partner, Registry
from bot.domain.templated import Templated

WEEKLY, MONTHLY, SELECT, OPEN_REVIEW, OPEN = "phd_weekly", "phd_monthly", "phd_select", "open_review", "phd_open"
REVIEWS: Final = (WEEKLY, MONTHLY, SELECT, OPEN_REVIEW)
"""Keys of the templates whose issues go through partners."""
REMINDING: Final = (MONTHLY, SELECT, OPEN_REVIEW)
"""Those after which a partner is reminded of what it has not done."""
OWN_CHECKS: Final = ("case_study", "report", "sfdc")
"""Checks about which a partner can do nothing."""


@dataclass(frozen=True, slots=True)
class Review:
    """One partner in a review; `checks` are its tasks by the last word of their ids, such as `portal`."""

    partner: Partner
    checks: dict[str, Task]

    @property
    def failed(self) -> tuple[str, ...]:
        """The checks that are open and that the partner can do something about."""
        open_ones = (name for name, task in self.checks.items() if task.reason is not None)
        return tuple(name for name in open_ones if name not in OWN_CHECKS)

    @property
    def is_begun(self) -> bool:
        """Whether anything of it was looked at: before that an open box says nothing of the partner."""
        return any(task.state is not State.OPEN for task in self.checks.values())

    @property
    def is_finished(self) -> bool:
        return all(task.reason is None for task in self.checks.values())


def reviews(facts: IssueFacts, *keys: str) -> tuple[Review, ...]:
    """Everybody whom an issue from one of these templates (any review, without keys) goes through, in its order."""
    case = templated(facts, *(keys or REVIEWS))
    return tuple(reviewed(case, facts.issue.description, facts.site.registry)) if case else ()


def review_of(facts: IssueFacts, name: str, *keys: str) -> Review | None:
    """The one that a name means; without a name that of an issue about one partner."""
    every = reviews(facts, *keys)
    if not name.strip():
        return every[0] if len(every) == 1 else None
    partner = partner_named(facts.site.registry, name)
    return next((one for one in every if one.partner == partner), None)


def done_with(facts: IssueFacts) -> tuple[Partner, ...]:
    """Those whose review is over once the issue is closed complete: what carries over is not."""
    case = templated(facts, *REVIEWS)
    carries_over = case is not None and case.template.key == WEEKLY
    return tuple(one.partner for one in reviews(facts) if one.is_finished or not carries_over)


def reviewed(case: Templated, text: str, registry: Registry) -> Iterator[Review]:
    """Everybody whom a review with this description goes through, in its order."""
    key = case.template.key
    tasks = {one.id: one for one in reversed(read_checklist(text).tasks) if one.id.startswith(f"{key}.")}
    if key == OPEN_REVIEW:
        own = {task_id.removeprefix(f"{key}."): task for task_id, task in reversed(tasks.items())}
        yield from [Review(case.partner, own)] if case.partner else []
        return
    for partner_id in listed_in(text):
        partner, prefix = registry.partner(partner_id), f"{key}.{partner_id}."
        own = {one.removeprefix(prefix): task for one, task in reversed(tasks.items()) if one.startswith(prefix)}
        if partner and own:
            yield Review(partner, own)
