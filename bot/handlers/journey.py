"""A partner's capabilities journey is one issue, whose label follows the first stage that is not complete.

An item that does not stand in the issue is not asked of that partner. A certification in the registry ticks its item,
unless somebody took that tick away. A partner that was authorized lately gets its issue by itself. A stage that is
later than the one in the registry is proposed there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.actions import AddLabel, Check, OpenIssue, ProposeChanges, RemoveLabel, Say, TickTask
from bot.domain.asking import tasks_of, templated
from bot.domain.checklist import State
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.flags import flag
from bot.domain.journey import JOURNEY, Stage, is_ahead, is_distinct, journey_key, shown_by, stage_now
from bot.domain.needs import Need, NoteHistory, ProposedFor
from bot.domain.partners.changes import Advanced, Proposal, name_of
from bot.domain.registry import Status
from bot.domain.speech import dictated
from bot.domain.templated import Templated
from bot.domain.ticks import last_tick, ticks

HANDBOOK = ("CJ-01", "CJ-02", "CJ-04")


@dataclass(frozen=True, slots=True)
class Settings:
    """The `stages` of the journey, from the first to the last; ValueError where a stage or an item is there twice.

    Up to `open_within` days after it was authorized, a partner gets its issue by itself.
    """

    enabled: bool = True
    open_within: int = 30
    stages: tuple[Stage, ...] = ()

    def __post_init__(self) -> None:
        if not is_distinct(self.stages):
            raise ValueError("a stage or an item is there twice; give each item an id of its own")


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | OpenIssue]:
    partner, key = facts.partner, journey_key(facts.partner.id)
    since = partner.authorized_on or partner.agreements.mpa
    is_new = since is not None and facts.today - since < timedelta(days=settings.open_within)
    if partner.status is not Status.AUTHORIZED or not is_new:
        return
    yield Check("its capabilities journey has an issue", key in facts.opened, key, "issues")
    if key not in facts.opened:
        values = {"partner": dictated(partner.name), "manager": f"@{partner.account_manager}"}
        yield OpenIssue(key, JOURNEY, values, assign=(partner.account_manager,))


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    case = _journey(facts)
    if case is None or not _asked(facts, settings):
        return
    certified = [*_certified(facts, case, settings)]
    if certified:
        yield NoteHistory()
    for step in _ahead(facts, case, settings, _now(facts, settings, certified)):
        yield ProposedFor(step.partner_id)


def decide_templated(
    facts: IssueFacts, settings: Settings
) -> Iterator[Check | AddLabel | RemoveLabel | TickTask | ProposeChanges | Say]:
    case = _journey(facts)
    if case is None or not _asked(facts, settings):
        return
    certified = [*_certified(facts, case, settings)]
    yield Check("its certifications are ticked", not certified, ", ".join(certified) or "all", "registry and task list")
    ticked = [task for task in certified if _is_free(facts, task)]
    yield from map(TickTask, ticked)
    now = _now(facts, settings, ticked)
    seen = now.title if now else "all complete"
    yield Check("every stage is complete", now is None, seen, "task list")
    shown = now or settings.stages[-1]
    for stage in settings.stages:
        yield from flag(facts.issue, facts.site.labels.journey.of(stage.key).name, wanted=stage is shown)
    yield from _told(settings.stages, now)
    for step in _ahead(facts, case, settings, now):
        if name_of(step.change) not in facts.proposed.get(step.partner_id, {}):
            yield ProposeChanges(step.partner_id, (step,))


def _journey(facts: IssueFacts) -> Templated | None:
    return templated(facts, JOURNEY) if facts.issue.is_open else None


def _asked(facts: IssueFacts, settings: Settings) -> set[str]:
    there = tasks_of(facts)
    return {task for stage in settings.stages for task in stage.tasks if task in there}


def _now(facts: IssueFacts, settings: Settings, ticked: Iterable[str]) -> Stage | None:
    """Where the partner is once these tasks are ticked too; None: it is through."""
    there = tasks_of(facts)
    return stage_now(settings.stages, {task for task in _asked(facts, settings) if there[task].reason} - {*ticked})


def _ahead(facts: IssueFacts, case: Templated, settings: Settings, now: Stage | None) -> Iterator[Proposal]:
    """What a registry in GitLab lacks; what others than the team ticked elsewhere than at home is nothing for it."""
    partner, shown = case.partner, now or settings.stages[-1]
    may_be = case.is_home and facts.site.registry.commit
    if partner and may_be and is_ahead(settings.stages, shown, partner.stage):
        yield Proposal(partner.id, Advanced(shown.registry))


def _certified(facts: IssueFacts, case: Templated, settings: Settings) -> Iterator[str]:
    """The tasks that stand there open although the registry shows them to be done."""
    held, there = [one.cert for one in case.partner.certifications] if case.partner else [], tasks_of(facts)
    return (task for task in shown_by(settings.stages, held) if task in there and there[task].state is State.OPEN)


def _is_free(facts: IssueFacts, task_id: str) -> bool:
    """Whether nobody ever ticked that box or took the tick away, the bot among them: from then on it is people's."""
    return last_tick(ticks(facts.notes), tasks_of(facts)[task_id]) is None


def _told(stages: tuple[Stage, ...], now: Stage | None) -> Iterator[Say]:
    if now is None:
        yield Say("CJ-01", "finished", {"stage": stages[-1].title})
    elif (at := stages.index(now)) > 0:
        yield Say("CJ-01", "advanced", {"before": stages[at - 1].title, "stage": now.title, "about": now.about})
