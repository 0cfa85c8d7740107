"""A templated issue becomes what handlers ask of it: whether it is theirs, what is ticked, who answers for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from bot.domain.checklist import Task, read_checklist
from bot.domain.facts import IssueFacts
from bot.domain.registry import Partner, Registry
from bot.domain.templated import HELP_DESK, Templated

DESK = "partner_help_desk"
"""The role that answers where no region is named."""


def templated(facts: IssueFacts, *keys: str) -> Templated | None:
    """The case, where the issue began with one of these templates (any, without keys) and lies where it belongs."""
    case = facts.case
    if not isinstance(case, Templated) or not case.is_home:
        return None
    return case if not keys or case.template.key in keys else None


def task_called(facts: IssueFacts, task_id: str) -> Task | None:
    """The issue's task of that id."""
    return next((one for one in read_checklist(facts.issue.description).tasks if one.id == task_id), None)


def is_ticked(facts: IssueFacts, task_id: str) -> bool:
    task = task_called(facts, task_id)
    return task is not None and task.reason is None


def lacking(facts: IssueFacts, task_ids: Collection[str]) -> tuple[Task, ...]:
    """Those of the tasks that are not done; one that no longer stands there is not done either."""
    there = {one.id: one for one in read_checklist(facts.issue.description).tasks if one.id}
    asked = (replace(there.get(task_id, Task(task_id, task_id)), optional=False) for task_id in task_ids)
    return tuple(task for task in asked if task.reason is not None)


def answerers(facts: IssueFacts, case: Templated, who: str) -> tuple[str, ...]:
    """The handles behind `who` (see `Template.assign`), the most important first; empty where nobody is named."""
    match who:
        case "author":
            return (facts.issue.author.username,)
        case "account_manager":
            return (case.partner.account_manager,) if case.partner else ()
        case _:
            return handles_for(facts.site.registry, who, region_of(case))


def handles_for(registry: Registry, who: str, region: str) -> tuple[str, ...]:
    """Those of the region's Help Desk for `help_desk`, else the lead of the role `who`."""
    if who == HELP_DESK:
        found = registry.region(region)
        handles = (found.phd, found.phd_backup) if found else (registry.holder(DESK),)
    else:
        handles = (registry.holder(who),)
    return tuple(filter(None, handles))


def region_of(case: Templated) -> str:
    """The key of the region that the issue is about; empty where neither its time, partner nor form tells."""
    if case.occurrence and case.occurrence.region:
        return case.occurrence.region
    partner: Partner | None = case.partner
    return partner.region if partner else case.form.values.get("region", "")
