"""A templated issue becomes what handlers ask of it: whether it is theirs, what is ticked, who answers for it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from bot.domain.candidate import EVERYBODY
from bot.domain.checklist import Task, matched, read_checklist
from bot.domain.facts import IssueFacts
from bot.domain.plan import distinct
from bot.domain.registry import DIRECTOR, Partner, Registry
from bot.domain.templated import HELP_DESK, Templated

DESK = "partner_help_desk"
"""The role that answers where no region is named."""
DRI = "dri"
"""The key of the field, in any form, that names who answers for the issue."""


def templated(facts: IssueFacts, *keys: str) -> Templated | None:
    """The case, where the issue began with one of these templates (any, without keys) and lies where it belongs."""
    case = facts.case
    if not isinstance(case, Templated) or not case.is_home:
        return None
    return case if not keys or case.template.key in keys else None


def tasks_of(facts: IssueFacts) -> Mapping[str, Task]:
    """By id, the tasks as they stand there; one that lost its id is found by the words that its template has."""
    text = facts.issue.description
    own = {one.id: one for one in reversed(read_checklist(text).tasks) if one.id}
    asked = matched(facts.case.master, text).tasks if isinstance(facts.case, Templated) else ()
    return {**{one.id: one for one in asked if one.line}, **own}


def task_called(facts: IssueFacts, task_id: str) -> Task | None:
    """The issue's task of that id."""
    return tasks_of(facts).get(task_id)


def is_ticked(facts: IssueFacts, task_id: str) -> bool:
    task = task_called(facts, task_id)
    return task is not None and task.reason is None


def lacking(facts: IssueFacts, task_ids: Collection[str]) -> tuple[Task, ...]:
    """Those of the tasks that are not done; one that no longer stands there is not done either."""
    there, master = tasks_of(facts), _asked(facts)
    asked = (there.get(task_id, master.get(task_id, Task(task_id, task_id))) for task_id in task_ids)
    return tuple(task for task in (replace(one, optional=False) for one in asked) if task.reason is not None)


def _asked(facts: IssueFacts) -> Mapping[str, Task]:
    """By id, the tasks of the issue's template, none of which stands anywhere."""
    tasks = facts.case.master.tasks if isinstance(facts.case, Templated) else ()
    return {one.id: replace(one, line=0) for one in tasks}


def answerers(facts: IssueFacts, case: Templated, who: str) -> tuple[str, ...]:
    """The handles behind `who` (see `Template.assign`), the most important first; empty where nobody is named.

    Whom the form names as DRI comes before all of them.
    """
    dri = case.form.values.get(DRI, EVERYBODY)
    named = () if dri.casefold() == EVERYBODY else (dri,)
    return distinct((*named, *_answering(facts, case, who)))


def _answering(facts: IssueFacts, case: Templated, who: str) -> tuple[str, ...]:
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


def charged(facts: IssueFacts, case: Templated) -> tuple[str, ...]:
    """The handles of those who have it in hand: the assignees, else who answers for it, else the lead of its role.

    Who is known to be away, as a blocked account is, answers for nothing.
    """
    assigned = tuple(one.username for one in facts.issue.assignees if one.is_active)
    asked = [name for name in answerers(facts, case, case.template.assign) if _may_answer(facts, name)]
    lead = facts.site.registry.holder(case.template.lead)
    return assigned or tuple(asked[:1]) or tuple(filter(None, [lead]))


def _may_answer(facts: IssueFacts, name: str) -> bool:
    """Whether nothing that was read speaks against it."""
    known = facts.accounts.get(name.lower())
    return known is None or (known.person is not None and known.person.is_active)


def chiefs(registry: Registry, handles: Collection[str], role: str) -> tuple[str, ...]:
    """Who hears when these people do not answer: the manager of each, and the lead of that role."""
    colleagues = [registry.colleague(handle) for handle in handles]
    names = (*(one.manager for one in colleagues if one), registry.holder(role))
    late = {handle.casefold() for handle in handles}
    return distinct(name for name in names if name and name.casefold() not in late)


def above(registry: Registry, handles: Collection[str], role: str) -> tuple[str, ...]:
    """Their chiefs, else the director; nobody where all of them are the director."""
    director = registry.holder(DIRECTOR)
    late = {handle.casefold() for handle in handles}
    if director and late == {director.casefold()}:
        return ()
    return chiefs(registry, handles, role) or chiefs(registry, handles, DIRECTOR)


def opened_on(facts: IssueFacts) -> date:
    """The day on which the issue was opened, in the team's zone; today where GitLab does not tell."""
    created = facts.issue.created_at
    return created.astimezone(facts.site.zone).date() if created else facts.today


def region_of(case: Templated) -> str:
    """The key of the region that the issue is about; empty where neither its time, partner nor form tells."""
    if case.occurrence and case.occurrence.region:
        return case.occurrence.region
    partner: Partner | None = case.partner
    return partner.region if partner else case.form.values.get("region", "")
