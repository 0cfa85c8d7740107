"""An issue from one of the team's templates gets its labels, who answers for it, and the day by which it is due.

Where somebody is assigned or chose a day, that stays. In a project where its template does not belong, the bot only
says where it does, since others may read along there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import AddLabel, Assign, Check, Nudge, Say, SetDueDate
from bot.domain.asking import answerers, templated
from bot.domain.candidate import Unfit, candidate
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf, Need
from bot.domain.plan import distinct
from bot.domain.speech import code, handle
from bot.domain.templated import Templated

HANDBOOK = ("NF-02",)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of what only they can do `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    case = templated(facts)
    if case and facts.issue.is_open and not facts.issue.assignees:
        yield from map(AccountOf, answerers(facts, case, case.template.assign))


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | Assign | SetDueDate | Say]:
    if not isinstance(facts.case, Templated) or not facts.issue.is_open:
        return
    case, there = facts.case, facts.issue.project
    yield Check("it lies in the project that its template is for", case.is_home, there, "site.yml")
    if not case.is_home:
        author, role = facts.issue.author.username, case.template.project
        values = {"template": code(case.template.name), "project": code(facts.site.path_of(role))}
        yield Say(case.template.rule, "elsewhere", values, Nudge(settings.remind_after, who=(author,)))
        return
    wanted = distinct((facts.site.labels.base.name, *case.template.labels))
    yield from (AddLabel(name) for name in wanted if not _has(facts, name))
    yield from _assigned(facts, case, settings)
    yield from _dated(facts, case)


def _has(facts: IssueFacts, name: str) -> bool:
    """Whether it carries the label, or another one of its scope: that says how far the issue is by now."""
    scope, sign, _ = name.rpartition("::")
    return any(one == name or (sign and one.startswith(f"{scope}::")) for one in facts.issue.labels)


def _assigned(facts: IssueFacts, case: Templated, settings: Settings) -> Iterator[Check | Assign | Say]:
    handles, there = answerers(facts, case, case.template.assign), facts.issue.assignees
    seen = ", ".join(handle(one.username) for one in there) or "nobody"
    yield Check("somebody is assigned", bool(there), seen, "assignees")
    if there or not case.template.assign:
        return
    found = [candidate(facts, name) for name in handles]
    if able := [one for one in found if isinstance(one, Person)]:
        yield Assign(able[0])
    elif Unfit.BOT not in found:
        named = ", ".join(map(handle, handles)) or "nobody"
        lead = facts.site.registry.holder(case.template.lead) or facts.site.registry.director
        yield Say(
            case.template.rule, "nobody", {"who": named}, Nudge(settings.remind_after, who=tuple(filter(None, [lead])))
        )


def _dated(facts: IssueFacts, case: Templated) -> Iterator[Check | SetDueDate]:
    if case.template.due is None:
        return
    chosen = facts.issue.due_date
    yield Check("it has a due date", chosen is not None, chosen.isoformat() if chosen else "none", "due date")
    if chosen is None:
        yield SetDueDate(facts.site.workdays.after(_opened_on(facts), case.template.due))


def _opened_on(facts: IssueFacts) -> date:
    created = facts.issue.created_at
    return created.astimezone(facts.site.zone).date() if created else facts.today
