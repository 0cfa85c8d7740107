"""An issue from a template that is closed before its last tasks are done is opened again once, with what is left.

Whoever closes it a second time has the last word, and what the bot closed stays closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import Check, Nudge, Reopen, Say
from bot.domain.asking import charged, lacking, templated
from bot.domain.closing import CLOSED, last_event, stands, was_reopened
from bot.domain.facts import IssueFacts
from bot.domain.needs import Need, StateHistory
from bot.domain.reversals import field_of
from bot.domain.tasklists import listed
from bot.domain.teamclosings import comes_to_nothing
from bot.domain.templated import Templated

HANDBOOK = ("PH-03", "NF-12")


@dataclass(frozen=True, slots=True)
class Settings:
    """What was closed more than `look_back` days ago stays as it is; people hear again `remind_after` business days on.

    Which tasks they are is `close_requires` in issue_templates.yml.
    """

    enabled: bool = True
    look_back: int = 30
    remind_after: int = 0


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    case = templated(facts)
    if case and facts.issue.moved_to_id is None and lacking(facts, case.template.close_requires):
        may_be_undone = facts.wrote is None or field_of(Reopen()) in facts.wrote
        if may_be_undone or not facts.issue.is_open:
            yield StateHistory()


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Reopen | Say]:
    case = templated(facts)
    if case is None or not case.template.close_requires or facts.issue.moved_to_id is not None:
        return
    left = lacking(facts, case.template.close_requires)
    yield Check("the tasks it ends with are done", not left, f"{len(left)} open", "task list")
    if not left:
        return
    if facts.issue.is_open:
        yield from [_explained(facts, case, settings)] if was_reopened(facts) else []
        return
    is_last = stands(facts) or comes_to_nothing(facts) or not _is_news(facts, settings)
    yield Check("it was closed too early for the first time", not is_last, "no" if is_last else "yes", "state journal")
    if not is_last:
        yield Reopen()
        yield _explained(facts, case, settings)


def _is_news(facts: IssueFacts, settings: Settings) -> bool:
    """Whether it was closed lately; where the journal is silent nobody is troubled with it."""
    event = last_event(facts, CLOSED)
    if event is None:
        return False
    return facts.today - event.at.astimezone(facts.site.zone).date() <= timedelta(days=settings.look_back)


def _explained(facts: IssueFacts, case: Templated, settings: Settings) -> Say:
    tasks = listed(lacking(facts, case.template.close_requires))
    return Say(case.template.rule, "reopened", {"tasks": tasks}, Nudge(settings.remind_after, who=charged(facts, case)))
