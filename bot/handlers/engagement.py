"""A new initiative is signed off by six teams, each by its lead; then three of them get their follow-up issues."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Assign, Check, Nudge, OpenIssue, Say
from bot.domain.asking import is_ticked, templated
from bot.domain.candidate import candidate
from bot.domain.communications.keys import ENGAGEMENT, FOLLOW_UP
from bot.domain.facts import IssueFacts, Tier
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf, Need, OpenedFor
from bot.domain.plan import distinct
from bot.domain.registry import Role
from bot.domain.speech import code, dictated, handle

HANDBOOK = ("CO-09", "CO-10")


@dataclass(frozen=True, slots=True)
class Settings:
    """The roles whose leads sign off, and those for which a follow-up issue is opened then.

    People hear again of what they have to sign off `remind_after` business days later.
    """

    enabled: bool = True
    sign_offs: tuple[str, ...] = (
        "channel_programs",
        "channel_sa",
        "channel_ops",
        "channel_marketing",
        "partner_enablement",
        "partner_communications",
    )
    then_open: tuple[str, ...] = ("channel_marketing", "partner_enablement", "partner_communications")
    remind_after: int = 3


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if templated(facts, ENGAGEMENT) is None:
        return
    left = _open_ones(facts, settings)
    if not left:
        yield OpenedFor(_prefix(facts))
    elif facts.issue.is_open:
        yield from (AccountOf(role.lead) for role in _roles(facts, left) if role.lead)


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Assign | OpenIssue | Say]:
    case = templated(facts, ENGAGEMENT)
    if case is None:
        return
    left = _open_ones(facts, settings)
    yield Check("all teams signed off", not left, ", ".join(left) or "all of them", "task list")
    if not left:
        initiative = dictated(case.form.values.get("initiative") or facts.issue.title)
        follow_ups = (_follow_up(facts, role, initiative) for role in _roles(facts, settings.then_open))
        yield from (one for one in follow_ups if one.key not in facts.opened)
    elif facts.issue.is_open:
        yield from _waiting(facts, settings, left)


def _waiting(facts: IssueFacts, settings: Settings, left: tuple[str, ...]) -> Iterator[Assign | Say]:
    roles = _roles(facts, left)
    unknown = [key for key in left if key not in [role.key for role in roles if role.lead]]
    yield from _assigned(facts, roles)
    teams = "\n".join(f"- {role.name}: {handle(role.lead)}" for role in roles if role.lead)
    who = distinct(role.lead for role in roles if role.lead)
    if teams:
        yield Say("CO-09", "waiting", {"teams": teams}, Nudge(settings.remind_after, who=who))
    if unknown:
        yield Say("CO-10", "nobody", {"roles": ", ".join(map(code, unknown))}, Nudge(settings.remind_after))


def _assigned(facts: IssueFacts, roles: tuple[Role, ...]) -> Iterator[Assign]:
    """Whoever has to sign off still; where the plan knows one assignee, whoever is assigned stays alone."""
    there = {person.id for person in facts.issue.assignees}
    found = (candidate(facts, role.lead) for role in roles if role.lead)
    able = {one.id: one for one in found if isinstance(one, Person) and one.id not in there}
    if facts.site.tier is not Tier.FREE:
        yield from map(Assign, able.values())


def _follow_up(facts: IssueFacts, role: Role, initiative: str) -> OpenIssue:
    values = {
        "team": role.name,
        "initiative": initiative,
        "engagement": facts.issue.reference,
        "dri": f"@{role.lead}" if role.lead else "",
    }
    leads, labels = tuple(filter(None, [role.lead])), tuple(filter(None, [role.label]))
    return OpenIssue(_prefix(facts) + role.key, FOLLOW_UP, values, leads, labels, after=facts.issue)


def _prefix(facts: IssueFacts) -> str:
    """What the keys of its follow-up issues begin with."""
    return f"{ENGAGEMENT} {facts.issue.project_id}/{facts.issue.iid} "


def _open_ones(facts: IssueFacts, settings: Settings) -> tuple[str, ...]:
    """The keys of the roles that have not signed off."""
    return tuple(key for key in settings.sign_offs if not is_ticked(facts, f"{ENGAGEMENT}.{key}"))


def _roles(facts: IssueFacts, keys: tuple[str, ...]) -> tuple[Role, ...]:
    return tuple(role for key in keys if (role := facts.site.registry.role(key)))
