"""A new initiative is signed off by six teams, each by its own people; then three get their follow-up issues.

What somebody else ticked for a team is to be confirmed by it. What was closed long ago opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Assign, Check, Nudge, OpenIssue, Say
from bot.domain.asking import templated
from bot.domain.candidate import candidate
from bot.domain.communications.keys import ENGAGEMENT, FOLLOW_UP
from bot.domain.communications.signing import SignOffs, is_live, roles_of, sign_offs
from bot.domain.facts import IssueFacts, Tier
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf, HoldersOf, IssuesOf, Need, NoteHistory, OpenedFor, StateHistory
from bot.domain.plan import distinct
from bot.domain.registry import Role
from bot.domain.speech import code, dictated, handle

HANDBOOK = ("CO-09", "CO-10")


@dataclass(frozen=True, slots=True)
class Settings:
    """The roles whose leads sign off, and those for which a follow-up issue is opened then.

    People hear again of what they have to sign off `remind_after` business days later. What was closed more than
    `look_back` days ago opens no issue any more.
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
    look_back: int = 30


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    case = templated(facts, ENGAGEMENT)
    if case is None:
        return
    if not facts.issue.is_open:
        yield StateHistory()
    if not is_live(facts, settings.look_back):
        return
    yield NoteHistory()
    for role in roles_of(facts, settings.sign_offs):
        yield HoldersOf(role.key)
        if role.lead:
            yield AccountOf(role.lead)
    if not sign_offs(facts, case, settings.sign_offs).left:
        yield from (IssuesOf(ENGAGEMENT), OpenedFor(_prefix(facts)))


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Assign | OpenIssue | Say]:
    case = templated(facts, ENGAGEMENT)
    if case is None or not is_live(facts, settings.look_back):
        return
    found = sign_offs(facts, case, settings.sign_offs)
    yield Check(
        "all teams signed off", not found.left, ", ".join(found.left) or "all of them", "task list and its ticks"
    )
    if not found.left:
        initiative = dictated(case.form.values.get("initiative") or facts.issue.title)
        follow_ups = (_follow_up(facts, role, initiative) for role in roles_of(facts, settings.then_open))
        yield from (one for one in follow_ups if one.key not in facts.opened)
    elif facts.issue.is_open:
        yield from _waiting(facts, settings, found)


def _waiting(facts: IssueFacts, settings: Settings, found: SignOffs) -> Iterator[Assign | Say]:
    roles = roles_of(facts, found.left)
    yield from _assigned(facts, roles)
    led = [role for role in roles if role.lead]
    asked = [role for role in led if role.key in found.open]
    if asked:
        teams, who = "\n".join(f"- {role.name}: {handle(role.lead)}" for role in asked), _leads(asked)
        yield Say("CO-09", "waiting", {"teams": teams}, Nudge(settings.remind_after, who=who))
    by = found.doubtful
    if doubted := [role for role in led if role.key in by]:
        teams = "\n".join(f"- {role.name}: {handle(role.lead)}{_ticked(by[role.key])}" for role in doubted)
        yield Say("CO-09", "unconfirmed", {"teams": teams}, Nudge(settings.remind_after, who=_leads(doubted)))
    if unknown := [key for key in found.left if key not in [role.key for role in led]]:
        yield Say("CO-10", "nobody", {"roles": ", ".join(map(code, unknown))}, Nudge(settings.remind_after))


def _leads(roles: list[Role]) -> tuple[str, ...]:
    return distinct(role.lead for role in roles)


def _ticked(by: str) -> str:
    return f" (ticked by {handle(by)})" if by else ""


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
    return f"{ENGAGEMENT} {facts.issue.project_id}/{facts.issue.number} "
