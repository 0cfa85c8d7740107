"""Plans become a table for people or JSON for programs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot.commands._common import out, print_json, print_table
from bot.domain.facts import Issue
from bot.domain.plan import Plan
from bot.domain.telling import told
from bot.sweep import PlanOf


def show(plans: Iterable[PlanOf], form: str) -> int:
    """Print what is wished for; the number of wishes and failures."""
    listed = list(plans)
    if form == "json":
        print_json([_as_json(issue, plan) for issue, plan in listed])
    else:
        _as_table(listed)
    return sum(len(plan.wishes) + len(plan.failures) for _, plan in listed)


def _as_table(plans: Sequence[PlanOf]) -> None:
    rows = [row for issue, plan in plans for row in _rows(issue, plan)]
    if rows:
        print_table("What would be done", ("where", "rule", "action"), rows)
    else:
        out.print("Nothing to do.")


def _rows(issue: Issue | None, plan: Plan) -> Iterable[tuple[str, str, str]]:
    where = issue.reference if issue else "milestones"
    for wish in plan.wishes:
        yield where, wish.handler, told(wish.action)
    for failure in plan.failures:
        yield where, failure.handler, f"failed: {failure.error}"


def _as_json(issue: Issue | None, plan: Plan) -> dict[str, object]:
    return {
        "subject": plan.subject.key,
        "reference": issue.reference if issue else None,
        "url": issue.web_url if issue else None,
        "wishes": [{"handler": wish.handler, "action": told(wish.action)} for wish in plan.wishes],
        "failures": [{"handler": failure.handler, "error": failure.error} for failure in plan.failures],
        "conflicts": [conflict.field for conflict in plan.conflicts],
    }
