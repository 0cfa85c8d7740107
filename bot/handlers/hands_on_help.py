"""Hands-on help for a partner that is not subcontracted is given under a statement of work, so the issue names one.

Guidance, examples and advice need none. Partners read along in the help desk: nothing is said of any partner there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say
from bot.domain.facts import IssueFacts
from bot.domain.helping import HelpRequest
from bot.domain.registry import ENGINEERS
from bot.domain.speech import code

HANDBOOK = ("PS-02",)


@dataclass(frozen=True, slots=True)
class Settings:
    """Partners of the `subcontracted` kinds (`ps_kind`) work under a contract with us; of others an SOW is asked.

    The lead of Professional Services is reminded `remind_after` business days later.
    """

    enabled: bool = True
    subcontracted: tuple[str, ...] = ("staff_aug", "project_based")
    remind_after: int = 2


def decide_help(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    case = facts.case
    if not isinstance(case, HelpRequest):
        return
    kind = case.partner.ps_kind if case.partner else "no partner known"
    is_covered = kind in settings.subcontracted
    yield Check("the partner is subcontracted", is_covered, kind or "none", "registry", internal=True)
    yield Check("a statement of work is named", case.has_sow, "SOW" if case.has_sow else "nothing", "description")
    if facts.issue.is_open and not is_covered and not case.has_sow:
        lead = facts.site.registry.holder(ENGINEERS)
        label = code(facts.site.labels.needs_hands_on.name)
        yield Say("PS-02", "sow", {"label": label}, Nudge(settings.remind_after, (lead,) if lead else ()))
