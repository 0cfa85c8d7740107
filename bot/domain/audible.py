"""A plan becomes what may be said of it where others than staff read along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.actions import Say
from bot.domain.facts import IssueFacts
from bot.domain.plan import Plan, Wish
from bot.domain.templated import Templated


def audible(plan: Plan, staff_only: Callable[[], bool]) -> Plan:
    """The plan without its internal points, unless only staff reads along; that is asked only when there are any."""
    if not any(map(_is_internal, plan.wishes)) or staff_only():
        return plan
    return public(plan)


def public(plan: Plan) -> Plan:
    """The plan without its internal points."""
    return replace(plan, wishes=tuple(wish for wish in plan.wishes if not _is_internal(wish)))


def has_last_word(facts: IssueFacts, plan: Plan) -> bool:
    """Whether something is to be said even if the issue is closed, such as why; of other issues the bot takes leave."""
    return isinstance(facts.case, Templated) and bool(plan.points)


def _is_internal(wish: Wish) -> bool:
    return isinstance(wish.action, Say) and wish.action.internal
