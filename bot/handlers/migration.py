"""A migration to gitlab.com has a professional services engineer (PSE) assigned, who has the tokens that make users.

That hot-fixes are ported back is a task without which the issue does not close (config/issue_templates.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.asking import templated
from bot.domain.facts import IssueFacts
from bot.domain.needs import HoldersOf, Need
from bot.domain.registry import ENGINEERS
from bot.domain.speech import code

HANDBOOK = ("PS-06",)
KEY = "ps_migration"


@dataclass(frozen=True, slots=True)
class Settings:
    """The lead of Professional Services is reminded after `remind_after` business days without an engineer."""

    enabled: bool = True
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if templated(facts, KEY) and facts.issue.is_open:
        yield HoldersOf(ENGINEERS)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    if not templated(facts, KEY) or not facts.issue.is_open:
        return
    engineers = facts.holders.get(ENGINEERS, frozenset())
    assigned = [one.username for one in facts.issue.assignees if one.id in engineers]
    yield Check("a PSE is assigned", bool(assigned), ", ".join(assigned) or "none", "assignees")
    if not assigned:
        role = facts.site.registry.role(ENGINEERS)
        group = code(role.group) if role and role.group else "the engineers"
        lead = (role.lead,) if role else ()
        yield Say("PS-06", "no_engineer", {"group": group}, Nudge(settings.remind_after, lead))
