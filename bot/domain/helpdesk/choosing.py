"""The month's talk about Open partners becomes those that are to be reviewed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from bot.domain.checklist import State, read_checklist
from bot.domain.facts import IssueFacts
from bot.domain.helpdesk.reviews import OPEN, SELECT
from bot.domain.partners.naming import partner_named
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.registry import Partner
from bot.domain.templated import Templated

BETWEEN = re.compile(r"[,;&]| and ")
TASK = re.compile(rf"{OPEN}\.(?P<partner>[\w.-]+)\.review", re.ASCII)


@dataclass(frozen=True, slots=True)
class Choice:
    """Who was chosen, and the names that mean nobody."""

    partners: tuple[Partner, ...]
    strangers: tuple[str, ...] = ()


def choice(facts: IssueFacts, case: Templated) -> Choice:
    """Whoever is ticked, and then whoever is named beside them."""
    registry = facts.site.registry
    ticked = [
        hit["partner"]
        for task in read_checklist(facts.issue.description).tasks
        if task.state is State.DONE and (hit := TASK.fullmatch(task.id))
    ]
    also = [name.strip() for name in BETWEEN.split(case.form.values.get("also", "")) if name.strip()]
    found = {name: partner_named(registry, name) for name in also}
    chosen = [*(registry.partner(key) for key in ticked), *found.values()]
    partners: Mapping[str, Partner] = {one.id: one for one in chosen if one}
    return Choice(tuple(partners.values()), tuple(name for name, partner in found.items() if partner is None))


def same_month(facts: IssueFacts, key: str = SELECT) -> IssueFacts | None:
    """The issue from that template for the same month and region, where others were read."""
    here = _occurrence(facts)
    if here is None:
        return None
    for one in facts.others.get(key, ()):
        there = _occurrence(one)
        if there and (there.period, there.region) == (here.period, here.region):
            return one
    return None


def _occurrence(facts: IssueFacts) -> Occurrence | None:
    return facts.case.occurrence if isinstance(facts.case, Templated) else None
