"""An issue from one of the team's templates gets its labels, who answers for it, and the day by which it is due.

Where somebody is assigned or chose a day, that stays. What a person opened for a time of a recurrence gets what the bot
would have given it, and is told what it should list. In a project where its template does not belong, the bot only
says where it does, since others may read along there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import AddLabel, Assign, Check, Nudge, Say, SetDueDate, SetMilestone
from bot.domain.asking import answerers, opened_on, templated
from bot.domain.candidate import Unfit, candidate
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf, Need
from bot.domain.plan import distinct
from bot.domain.recurrence.adopted import Adopted, adopted, adopted_needs
from bot.domain.speech import code, handle
from bot.domain.templated import Templated

HANDBOOK = ("NF-02",)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of what only they can do `remind_after` business days later.

    Issues from the templates `timed_elsewhere` get the days of a recurrence from rules of their own.
    """

    enabled: bool = True
    remind_after: int = 2
    timed_elsewhere: tuple[str, ...] = ()


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    case = templated(facts)
    if case and facts.issue.is_open and not facts.issue.assignees:
        yield from map(AccountOf, answerers(facts, case, case.template.assign))
    if case and case.template.key not in settings.timed_elsewhere:
        yield from adopted_needs(facts)


def decide_templated(
    facts: IssueFacts, settings: Settings
) -> Iterator[Check | AddLabel | Assign | SetDueDate | SetMilestone | Say]:
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
    time = None if case.template.key in settings.timed_elsewhere else adopted(facts)
    yield from _dated(facts, case, time)
    if time:
        yield from _placed(facts, time)
        yield from _listed(case, time)


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
        named = ", ".join(map(handle, handles))
        lead = facts.site.registry.holder(case.template.lead) or facts.site.registry.director
        yield Say(
            case.template.rule, "nobody", {"who": named}, Nudge(settings.remind_after, who=tuple(filter(None, [lead])))
        )


def _dated(facts: IssueFacts, case: Templated, time: Adopted | None) -> Iterator[Check | SetDueDate]:
    if case.template.due is not None:
        due = facts.site.workdays.after(opened_on(facts), case.template.due)
    elif time is not None:
        due = time.due
    else:
        return
    chosen = facts.issue.due_date
    yield Check("it has a due date", chosen is not None, chosen.isoformat() if chosen else "none", "due date")
    if chosen is None:
        yield SetDueDate(due)


def _placed(facts: IssueFacts, time: Adopted) -> Iterator[SetMilestone]:
    """A milestone that is not there yet is made by then."""
    found = next((one for one in facts.windows if one.title == time.milestone), None)
    if found and facts.issue.milestone is None:
        yield SetMilestone(found)


def _listed(case: Templated, time: Adopted) -> Iterator[Say]:
    """What the bot would have written into the description."""
    if time.unlisted:
        lines = [f"- {one.title}{f' ({one.times} times in a row)' if one.times > 1 else ''}" for one in time.unlisted]
        yield Say(case.template.rule, "listed", {"items": "\n".join(lines)}, block=True)
