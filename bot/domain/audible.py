"""A plan becomes what may be said of it where others than staff read along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from bot.domain.actions import Say
from bot.domain.plan import Plan, Wish


def audible(plan: Plan, staff_only: Callable[[], bool]) -> Plan:
    """The plan without its internal points, unless only staff reads along; that is asked only when there are any."""
    if not any(map(_is_internal, plan.wishes)) or staff_only():
        return plan
    return public(plan)


def public(plan: Plan) -> Plan:
    """The plan without its internal points."""
    return replace(plan, wishes=tuple(wish for wish in plan.wishes if not _is_internal(wish)))


def _is_internal(wish: Wish) -> bool:
    return isinstance(wish.action, Say) and wish.action.internal
