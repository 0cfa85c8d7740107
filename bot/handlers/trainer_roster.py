"""Whoever the tracking issue lists as a trainer candidate opens an issue of their own, which is linked to it.

Candidates without one are brought up again two weeks later. Somebody who has no access to the project cannot open one,
so the account manager hears of it in the partner's record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.gitlab import Issue
from bot.domain.needs import Candidates, Need
from bot.domain.partners.progress import PARTNER
from bot.domain.partners.roster import Listed, enlisted, is_related, listed, without_issue
from bot.domain.partners.steps import Relate, Tell
from bot.domain.partners.tracking import handle_of, manager_handle, needs_of, partner_standing, standing
from bot.domain.plan import distinct
from bot.domain.speech import code, quoted

HANDBOOK = ("TC-01",)


@dataclass(frozen=True, slots=True)
class Settings:
    """The partner hears of candidates without an issue `remind_after` business days later; `shown` are named."""

    enabled: bool = True
    remind_after: int = 10
    shown: int = 10


def tracking_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)
    yield Candidates()


def decide_tracking(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    now = standing(facts, facts.holders)
    named = listed(facts.issue.description)
    left = without_issue(named, (enlisted(one.issue) for one in facts.candidates))
    yield Check("every candidate has an issue", not left, f"{len(named) - len(left)} of {len(named)}", "section 3")
    if left and now.is_running:
        who = (handle_of(facts, now.case.partner, PARTNER),)
        names, template = (
            ", ".join(_called(one) for one in left[: settings.shown]),
            code(now.case.programme.candidate_template),
        )
        values = {"names": names, "count": str(len(left)), "template": template}
        yield Say("TC-01", "unopened", values, Nudge(settings.remind_after, who))


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | Relate | Tell]:
    found = partner_standing(facts)
    if found is None or not found[1].is_live:
        return
    tracking = found[0]
    candidates = [one for one in facts.candidates if one.is_open]
    yield from (Relate(one, tracking.issue) for one in candidates if not is_related(tracking, one))
    outside = _without_access(facts, tracking, candidates)
    yield Check("every candidate has access", not outside, ", ".join(outside) or "all", "members of collaboration")
    if outside:
        handles = ", ".join(code(f"@{one}") for one in outside[: settings.shown])
        group = facts.tree.collaboration
        values = {"handles": handles, "group": code(group.folder.path) if group else ""}
        manager = manager_handle(facts.site.registry, facts.partner, facts.accounts)
        yield Say("TC-01", "no_access", values)
        # Told once for each number, so that handles that somebody makes up call nobody again and again.
        yield Tell("TC-01", "no_access", f"no access {min(len(outside), settings.shown)}", (manager,), values)


def _without_access(facts: PartnerFacts, tracking: IssueFacts, open_ones: list[Issue]) -> tuple[str, ...]:
    """Those named who are no members of the group or of the project, and who never opened an issue in it."""
    group, members = facts.tree.collaboration, (one for one in tracking.accounts.values() if one.member)
    inside = {one.person.username.casefold() for one in (group.members if group else ())}
    inside |= {one.handle.casefold() for one in members} | {one.author.username.casefold() for one in facts.candidates}
    return tuple(one for one in _named(tracking.issue.description, open_ones) if one.casefold() not in inside)


def _named(table: str, candidates: Iterable[Issue]) -> tuple[str, ...]:
    """The handles that the table and the candidates' forms name."""
    handles = (*(one.handle for one in listed(table)), *(enlisted(one).handle for one in candidates))
    return distinct(filter(None, handles))


def _called(one: Listed) -> str:
    return quoted(one.name or f"@{one.handle}")
