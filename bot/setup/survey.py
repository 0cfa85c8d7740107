"""The configured group as it is becomes the list of steps to what it should be. Only reads."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.actions import ChangeMilestone, CloseMilestone
from bot.domain.windows import Exact, read_title
from bot.setup.board import survey_board
from bot.setup.files import survey_files
from bot.setup.hooks import survey_hooks
from bot.setup.labels import survey_labels
from bot.setup.practice import survey_practice
from bot.setup.steps import Hands, Kept, SettleCalendar, Step


def survey(hands: Hands, *, rotate: bool = False, overwrite: bool = False) -> tuple[Step, ...]:
    """Everything `setup` looks after, in the order of granting: the webhook last, so that it reports nothing of this.

    Raises what the gateway raises.
    """
    site = hands.bot.site
    return (
        *survey_labels(hands.bot.gateway, site.group, site.home, site.labels.all()),
        *survey_board(hands.bot.gateway, hands.bot.config.site, site.labels),
        *survey_milestones(hands),
        *survey_files(hands, overwrite=overwrite),
        *survey_practice(hands, overwrite=overwrite),
        *survey_hooks(hands.bot.config.site, hands.owner, hands.environment, rotate=rotate),
    )


def survey_milestones(hands: Hands) -> Iterator[SettleCalendar | Kept]:
    """The same facts, rules and plan that the worker would act on."""
    facts = hands.bot.snapshot.calendar()
    plan = hands.bot.rules.decide(facts)
    changes = (action for _, action in plan.milestones if isinstance(action, ChangeMilestone | CloseMilestone))
    touched = {action.milestone.id for action in changes}
    for milestone in facts.milestones:
        if milestone.is_active and milestone.id not in touched and isinstance(read_title(milestone.title), Exact):
            yield Kept("milestone", milestone.title)
    if plan.wishes or plan.failures:
        yield SettleCalendar(facts, plan)
