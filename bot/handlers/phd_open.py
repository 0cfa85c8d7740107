"""Which Open partners are reviewed is agreed on each month, and each has its issue once the Select reviews are done.

Those who set the priorities are assigned to the month's issue. It waits for the month's Select review of the region.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.domain.actions import Assign, Check, OpenIssue, Say
from bot.domain.asking import handles_for, templated
from bot.domain.candidate import candidate
from bot.domain.facts import IssueFacts, Tier
from bot.domain.gitlab import Person
from bot.domain.helpdesk.choosing import choice, same_month
from bot.domain.helpdesk.reviews import OPEN, OPEN_REVIEW, SELECT
from bot.domain.needs import AccountOf, IssuesOf, Need, OpenedFor
from bot.domain.recurrence.period import Period, Unit
from bot.domain.registry import Partner
from bot.domain.speech import dictated, quoted
from bot.domain.subject import Subject
from bot.domain.templated import HELP_DESK, Templated

HANDBOOK = ("PH-14",)


@dataclass(frozen=True, slots=True)
class Settings:
    """`prioritizers` are the roles whose leads agree on the month's partners."""

    enabled: bool = True
    prioritizers: tuple[str, ...] = ("channel_programs", "partner_help_desk")


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if templated(facts, SELECT) and not facts.issue.is_open:
        yield IssuesOf(OPEN, fresh=True)
    if templated(facts, OPEN):
        yield from (IssuesOf(SELECT, fresh=True), OpenedFor(f"{OPEN_REVIEW} "))
        yield from map(AccountOf, _prioritizers(facts, settings) if facts.issue.is_open else ())


def templated_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """What waited for the Select review may go on."""
    waiting = same_month(facts, OPEN) if templated(facts, SELECT) and not facts.issue.is_open else None
    if waiting:
        yield Subject.issue(waiting.issue.project_id, waiting.issue.iid)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Assign | OpenIssue | Say]:
    case = templated(facts, OPEN)
    if case is None or facts.issue.moved_to_id is not None:
        return
    chosen, first = choice(facts, case), same_month(facts)
    is_free = first is None or not first.issue.is_open
    yield Check("the month's Select review is closed", is_free, first.issue.reference if first else "none", "issues")
    if facts.issue.is_open:
        yield from _assigned(facts, settings)
        if first and not is_free:
            yield Say("PH-14", "blocked", {"issue": first.issue.reference})
        if chosen.strangers:
            yield Say("PH-14", "unknown", {"names": ", ".join(map(quoted, chosen.strangers))})
    for partner in chosen.partners if is_free else ():
        wish = _review(facts, case, partner)
        is_there = wish.key in facts.opened or _was_opened_before(facts, partner)
        yield Check(f"{partner.id} has its review", is_there, wish.key, "issues")
        if not is_there:
            yield wish


def _prioritizers(facts: IssueFacts, settings: Settings) -> tuple[str, ...]:
    handles = map(facts.site.registry.holder, settings.prioritizers)
    return tuple(dict.fromkeys(filter(None, handles)))


def _assigned(facts: IssueFacts, settings: Settings) -> Iterator[Assign]:
    """All of them; where the plan has one assignee only, the first while nobody is."""
    there = {one.id for one in facts.issue.assignees}
    found = (candidate(facts, handle) for handle in _prioritizers(facts, settings))
    wanted = [one for one in found if isinstance(one, Person) and one.id not in there]
    if facts.site.tier is Tier.FREE:
        wanted = wanted[:1]
    yield from map(Assign, wanted)


def _review(facts: IssueFacts, case: Templated, partner: Partner) -> OpenIssue:
    site, month = facts.site, case.occurrence.period if case.occurrence else _began(facts)
    template, desk = site.templates.get(OPEN_REVIEW), handles_for(site.registry, HELP_DESK, partner.region)
    due = site.workdays.after(facts.today, (template.due if template else None) or 0)
    return OpenIssue(
        key=_key(partner, month),
        template=OPEN_REVIEW,
        values=_values(facts, partner, desk, due.isoformat()),
        assign=desk[:1],
        backup=desk[1:],
        due=due,
        after=facts.issue,
    )


def _key(partner: Partner, month: Period) -> str:
    return f"{OPEN_REVIEW} {partner.id} {month.key}"


def _began(facts: IssueFacts) -> Period:
    """The month in which the issue was opened."""
    created = facts.issue.created_at
    return Period.of(Unit.MONTH, created.astimezone(facts.site.zone).date() if created else facts.today)


def _was_opened_before(facts: IssueFacts, partner: Partner) -> bool:
    """Whether this issue had the review opened before its title told the month."""
    there, created = facts.opened.get(_key(partner, _began(facts))), facts.issue.created_at
    return bool(there and there.created_at and created and there.created_at >= created)


def _values(facts: IssueFacts, partner: Partner, desk: tuple[str, ...], due: str) -> Mapping[str, object]:
    dri = f"@{desk[0]}" if desk else ""
    return {"partner": dictated(partner.name), "dri": dri, "due": due, "bot": facts.site.bot.username}
