"""The region's Partner Help Desk is assigned to an award, and told what is theirs: portal, partner locator, community.

Access to the community comes with a partner's first certification, once the account manager has told the partner.
While the award is blocked nobody is told to go ahead.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import AddLabel, Assign, Check, Nudge, Say
from bot.domain.candidate import Unfit, candidate
from bot.domain.checklist import State
from bot.domain.facts import IssueFacts, Tier
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf, Need
from bot.domain.partners.awarding import (
    COMMUNITY_TASK,
    HELP_DESK,
    MAIL_TASK,
    Known,
    charge_of,
    clock_of,
    desk_of,
    helper_of,
    helpers,
    journey_needs,
    known,
    labels_of,
    left,
    needs_of,
    progress_of,
    requirements_of,
)
from bot.domain.partners.eligibility import failing
from bot.domain.speech import handle, quoted
from bot.domain.tasklists import listed

HANDBOOK = ("AW-09", "AW-10", "AW-11")


@dataclass(frozen=True, slots=True)
class Settings:
    """The Help Desk hears of its open tasks `remind_after` business days later."""

    enabled: bool = True
    remind_after: int = 2


def award_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    award = known(facts)
    if award and facts.issue.is_open:
        yield from needs_of(facts)
        yield from journey_needs(facts)
        yield from (AccountOf(name) for name in desk_of(facts, award))


def decide_award(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | Assign | Say]:
    award = known(facts)
    if award is None or not facts.issue.is_open:
        return
    yield from (AddLabel(name) for name in labels_of(facts) if name not in facts.issue.labels)
    yield from _manager(facts, award)
    yield from _helper(facts, award, settings)
    yield from _tasks(facts, award, settings)


def _manager(facts: IssueFacts, award: Known) -> Iterator[Check | Assign]:
    """Whoever stepped out is not assigned again."""
    charge = charge_of(facts, award)
    yield Check("the account manager is assigned", charge.is_assigned, handle(charge.handle), "registry and assignees")
    if not charge.is_assigned and clock_of(facts, award, charge) is None:
        found = candidate(facts, charge.handle)
        yield from [Assign(found)] if isinstance(found, Person) else []


def _helper(facts: IssueFacts, award: Known, settings: Settings) -> Iterator[Check | Assign | Say]:
    holders = facts.holders.get(HELP_DESK, frozenset())
    names = {name.casefold() for name in desk_of(facts, award)}
    there = [one for one in facts.issue.assignees if one.id in holders or one.username.casefold() in names]
    seen = ", ".join(handle(one.username) for one in there) or "nobody"
    yield Check("the Partner Help Desk is assigned", bool(there), seen, "registry and assignees")
    found, lead = helper_of(facts, award), facts.site.registry.holder(HELP_DESK)
    if there or found is Unfit.ONE_ASSIGNEE:
        return
    if isinstance(found, Person):
        # The free plan's one assignee is the account manager; the Help Desk is mentioned then.
        yield from [] if facts.site.tier is Tier.FREE else [Assign(found)]
        return
    region = facts.site.registry.region(award.partner.region)
    values = {"region": quoted(region.name if region else award.partner.region)}
    yield Say("AW-09", "nobody", values, Nudge(settings.remind_after, who=(lead,)))


def _tasks(facts: IssueFacts, award: Known, settings: Settings) -> Iterator[Check | Say]:
    found, who = progress_of(facts, award), helpers(facts, award)
    mine = left(found, HELP_DESK)
    theirs = [task for task in mine if task.id != COMMUNITY_TASK]
    is_told, is_blocked = found.is_done(MAIL_TASK), bool(failing(requirements_of(facts, award)))
    yield Check("the Help Desk's tasks are done", not mine, f"{len(mine)} open", "task list")
    if theirs and not is_blocked:
        yield Say("AW-10", "portal", {"tasks": listed(theirs)}, Nudge(settings.remind_after, who=who))
    for task in found.matched.tasks:
        if task.id != COMMUNITY_TASK:
            continue
        yield Check("the partner was told before it gets access", is_told, str(is_told).lower(), "task list")
        if task in mine and is_told and not is_blocked:
            yield Say("AW-11", "community", {"partner": quoted(award.partner.name)}, Nudge(0, who=who))
        if task.state is State.DONE and not is_told:
            yield Say("AW-11", "too_early", {"partner": quoted(award.partner.name)}, Nudge(0, who=who))
