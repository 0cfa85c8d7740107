"""A licence issue becomes how far it is: what it asks for, what was judged, and what was done."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.asking import task_called, templated
from bot.domain.checklist import State
from bot.domain.facts import IssueFacts, Site
from bot.domain.licensing.request import EXCEPTION, REQUESTS, SENT, Request, request_of, task
from bot.domain.licensing.verdict import Verdict, verdict
from bot.domain.registry import Registry
from bot.domain.reminding import is_plain
from bot.domain.templated import Templated

FORM_KEY: Final = "nfr_form "
"""What the keys of issues begin with that were opened for a line of the form's sheet."""
HANDLE: Final = re.compile(r"@(?P<name>[\w.-]+)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Standing:
    """One licence issue; without a `request` its form lacks something, and there is no verdict."""

    case: Templated
    request: Request | None
    verdict: Verdict | None
    is_sent: bool


def standing(facts: IssueFacts) -> Standing | None:
    """None for any other issue, and for one that lies where others may read along."""
    case = templated(facts, *REQUESTS)
    if case is None:
        return None
    licences, request = facts.site.licences, request_of(case, facts.site.licences)
    has_exception = is_done(facts, case, EXCEPTION)
    judged = verdict(request, licences, facts.today, has_exception=has_exception) if request else None
    return Standing(case, request, judged, is_done(facts, case, SENT))


def is_done(facts: IssueFacts, case: Templated, word: str) -> bool:
    """Whether the task was ticked: one that is marked as not applicable was not done."""
    found = task_called(facts, task(case, word))
    return found is not None and found.state is State.DONE


def as_of(site: Site, case: Templated) -> str:
    """The day on which what is known of the partner was last compared with the systems that the registry mirrors."""
    own: date | None = case.partner.as_of if case.partner else None
    day = own or site.registry.as_of
    return day.isoformat() if day else "an unknown day"


def requestor(facts: IssueFacts, case: Templated) -> str:
    """The handle of whoever asked, as the form has it, else the writer's; empty: nobody who can be mentioned."""
    said = case.form.values.get("requested_by", "")
    if said:
        return called(facts.site.registry, said)
    return "" if facts.issue.author.id == facts.site.bot.id else facts.issue.author.username


def called(registry: Registry, said: str) -> str:
    """The handle of a person given by it, or the colleague's of that name or e-mail; empty: nobody's."""
    hit, words = HANDLE.fullmatch(said), said.casefold()
    if hit and is_plain(hit["name"]):
        return hit["name"]
    if not words:
        return ""
    known = (one for one in registry.people if words in map(str.casefold, (one.handle, one.email, one.name)))
    return next((one.handle for one in known), "")
