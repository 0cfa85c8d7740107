"""An award that was closed complete is proposed to the registry, from the day on which the partner was told.

Nothing is recorded while the partner lacks something, nor where somebody closed an award twice with tasks that are open
or ticked by whom they are not for; then the account manager's chiefs hear of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.actions import Say
from bot.domain.checklist import Task
from bot.domain.closing import is_by_bot, stands
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.partners.awarding import MAIL_TASK, Known, above, is_held, known, left, progress_of, unsure
from bot.domain.partners.changes import Certified, is_recorded, name_of
from bot.domain.partners.eligibility import failing
from bot.domain.partners.readiness import closed_on, failing_lines, requirements
from bot.domain.partners.steps import Propose, Tell
from bot.domain.speech import quoted
from bot.domain.subject import Subject
from bot.domain.tasklists import listed

HANDBOOK = ("AW-13",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the rule."""

    enabled: bool = True


def award_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """Who holds the partner's subject records the award."""
    award = known(facts)
    if award and not facts.issue.is_open and not is_held(facts, award):
        yield Subject.partner(award.partner.id)


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Propose | Tell | Say]:
    for one in facts.awards:
        issue = replace(one, holders=facts.holders, accounts=facts.accounts)
        award = known(issue)
        if award is None or issue.issue.is_open or issue.issue.moved_to_id or is_by_bot(issue):
            continue
        if is_held(issue, award):
            continue
        if _undone(issue, award):
            yield from _insisted(facts, issue, award) if stands(issue) else ()
        else:
            yield from _recorded(facts, issue, award)


def _insisted(facts: PartnerFacts, issue: IssueFacts, award: Known) -> Iterator[Tell | Say]:
    name, who = quoted(award.programme.name), above(facts.site.registry, facts.partner.account_manager)
    tasks = listed(_undone(issue, award))
    values = {"issue": issue.issue.reference, "certification": name, "tasks": tasks}
    yield Say("AW-13", "insisted", values, internal=True)
    yield Tell("AW-13", "insisted", f"closed open {issue.issue.reference}", who, values)


def _undone(issue: IssueFacts, award: Known) -> tuple[Task, ...]:
    found = progress_of(issue, award)
    return (*left(found), *unsure(found))


def _recorded(facts: PartnerFacts, issue: IssueFacts, award: Known) -> Iterator[Propose | Say]:
    lacks = failing(requirements(facts, award.programme))
    if lacks:
        name, rows = quoted(award.programme.name), failing_lines(lacks)
        values = {"issue": issue.issue.reference, "certification": name, "rows": rows}
        yield Say("AW-13", "not_recorded", values, internal=True)
        return
    told = progress_of(issue, award).done_at(MAIL_TASK)
    day = told.astimezone(facts.site.zone).date() if told else closed_on(issue) or facts.today
    change = Certified(award.programme.key, day, day.month, issue.issue.reference)
    if not is_recorded(facts.partner, change) and name_of(change) not in facts.proposed:
        yield Propose(facts.partner.id, change)
