"""A licence issue becomes how far it is: what it asks for, what was judged, and what was done."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from bot.domain.answers import spelt
from bot.domain.asking import DESK, task_called, templated
from bot.domain.checklist import State
from bot.domain.edits import items_in
from bot.domain.facts import IssueFacts, Site
from bot.domain.gitlab import Issue
from bot.domain.licensing.grant import Grant, held
from bot.domain.licensing.request import DECLINED, EXCEPTION, REQUESTS, SENT, Request, request_of, task
from bot.domain.licensing.values import ends
from bot.domain.licensing.verdict import Verdict, verdict
from bot.domain.needs import HoldersOf, IssuesOf, Need, NoteHistory
from bot.domain.partners.progress import Doubt, completion
from bot.domain.registry import Registry
from bot.domain.reminding import is_plain
from bot.domain.templated import Templated
from bot.domain.ticks import Tick, last_tick, ticks

FORM_KEY: Final = "nfr_form "
"""What the keys of issues begin with that were opened for a line of the form's sheet."""
HANDLE: Final = re.compile(r"@(?P<name>[\w.-]+)", re.ASCII)


SENT_ON_KEY, EXPIRES_KEY = "sent_on", "expires"
"""The keys of the items in which the bot writes the days down."""


@dataclass(frozen=True, slots=True)
class Standing:
    """One licence issue; without a `request` its form lacks something, and there is no verdict.

    `grant` is what was sent, None until then; `doubts` are ticks by those whose they are not, and count nothing.
    """

    case: Templated
    request: Request | None
    verdict: Verdict | None
    grant: Grant | None
    is_sent: bool
    doubts: tuple[Doubt, ...] = ()

    def doubt(self, word: str) -> Doubt | None:
        return next((one for one in self.doubts if one.task.id == task(self.case, word)), None)

    @property
    def is_against(self) -> bool:
        """Whether it was sent although the verdict forbids it."""
        return self.is_sent and self.verdict is not None and not self.verdict.outcome.is_granted


def needs_of(facts: IssueFacts) -> Iterator[Need]:
    """The other requests, and once something is ticked who did it and when; also once it no longer is."""
    case = templated(facts, *REQUESTS)
    if case is None or not case.form.values.get("partner"):
        return
    yield from map(IssuesOf, REQUESTS)
    is_ticked = any(is_done(facts, case, word) for word in (SENT, EXCEPTION))
    if is_ticked or written(facts):
        yield from (NoteHistory(), HoldersOf(DESK))


def standing(facts: IssueFacts) -> Standing | None:
    """None for any other issue, and for one that lies where others may read along."""
    case = templated(facts, *REQUESTS)
    if case is None:
        return None
    doubts = _doubts(facts, case)
    doubted = {one.task.id for one in doubts}
    is_sent = is_done(facts, case, SENT) and task(case, SENT) not in doubted
    asked = request_of(case, facts.site.licences)
    if asked is None:
        return Standing(case, None, None, None, is_sent, doubts)
    has_exception = is_done(facts, case, EXCEPTION) and task(case, EXCEPTION) not in doubted
    day = (asked.sent_on or _ticked_on(facts, case) or facts.today) if is_sent else facts.today
    request = _among(facts, _as_sent(facts, asked, is_sent=is_sent), day if is_sent else None)
    judged = verdict(request, facts.site.licences, day, has_exception=has_exception)
    grant = _granted(facts, request, day) if is_sent else None
    return Standing(case, request, judged, grant, is_sent, doubts)


def written(facts: IssueFacts) -> tuple[str, ...]:
    """The keys of the days that the bot wrote down."""
    return tuple(key for key in (SENT_ON_KEY, EXPIRES_KEY) if key in items_in(facts.issue.description))


def is_declined(facts: IssueFacts) -> bool:
    """Whether a request may be closed unsent: somebody ticked so, nothing may be granted yet, or it was made twice.

    What was declined for the first of two was declined for both.
    """
    now = standing(facts)
    if now is None or now.is_sent:
        return False
    is_refused = now.verdict is None or not now.verdict.outcome.is_granted
    return is_refused or _was_declined(facts) or any(_may_be_had(one) or _was_declined(one) for one in _alike(facts))


def duplicates(facts: IssueFacts) -> Iterator[Issue]:
    """The earlier issues, oldest first, that lately asked for the same kind for the same partner, by one template.

    What was closed and never sent is nobody's licence, so asking once more is no repetition.
    """
    yield from (one.issue for one in _alike(facts) if _may_be_had(one))


def _alike(facts: IssueFacts) -> Iterator[IssueFacts]:
    """The same with what came to nothing among them; without a day of its own an issue is as old as it can be."""
    case, mine = templated(facts, *REQUESTS), subject_of(facts)
    span = timedelta(days=facts.site.licences.same_within_days)
    for other in facts.others.get(case.template.key, ()) if case and mine else ():
        here, there = facts.issue.created_at, other.issue.created_at
        is_near = here is not None and there is not None and here - there <= span
        if other.issue.number < facts.issue.number and is_near and subject_of(other) == mine:
            yield other


def _was_declined(facts: IssueFacts) -> bool:
    case = templated(facts, *REQUESTS)
    return case is not None and is_done(facts, case, DECLINED)


def _may_be_had(facts: IssueFacts) -> bool:
    now = standing(facts)
    return facts.issue.is_open or (now is not None and now.is_sent)


def subject_of(facts: IssueFacts) -> tuple[str, str] | None:
    """For whom a licence is asked, and of which kind; None while the form lacks that, and for any other issue."""
    case = templated(facts, *REQUESTS)
    request = request_of(case, facts.site.licences) if case else None
    if request is None:
        return None
    return (request.partner.id if request.partner else spelt(request.company), request.kind.key)


def _doubts(facts: IssueFacts, case: Templated) -> tuple[Doubt, ...]:
    """Only the Help Desk says that a licence was sent, or that more was approved of; an order is its word too."""
    desk = facts.holders.get(DESK, frozenset()) | facts.guard.bots
    meant = {task(case, SENT), task(case, EXCEPTION)}
    return tuple(one for one in completion(facts, case.master, {DESK: desk}).doubtful if one.task.id in meant)


def sent_tick(facts: IssueFacts, case: Templated) -> Tick | None:
    """The last change of the box that says that the licence was sent, as GitLab tells it."""
    found = task_called(facts, task(case, SENT))
    return last_tick(ticks(facts.notes), found) if found else None


def _ticked_on(facts: IssueFacts, case: Templated) -> date | None:
    """The day on which GitLab tells the licence to have been ticked as sent, in the team's zone."""
    tick = sent_tick(facts, case)
    return min(tick.at.astimezone(facts.site.zone).date(), facts.today) if tick and tick.done else None


def _as_sent(facts: IssueFacts, request: Request, *, is_sent: bool) -> Request:
    """Once the tick was taken back, the days that the bot wrote for it say nothing."""
    stale = () if is_sent else written(facts)
    return replace(
        request,
        sent_on=None if SENT_ON_KEY in stale else request.sent_on,
        expires=None if EXPIRES_KEY in stale else request.expires,
    )


def _among(facts: IssueFacts, request: Request, sent_on: date | None) -> Request:
    """The request beside what the others asked for and were granted."""
    if request.partner is None:
        return request
    granted, beside = list[Grant](), dict[str, int]()
    for other in _of_partner(facts, request.partner.id):
        now = standing(other)
        if now and now.grant:
            granted.append(now.grant)
        elif now and now.request and other.issue.is_open and now.request.kind == request.kind:
            beside[other.issue.reference] = now.request.seats
    until = (sent_on, facts.issue.number) if sent_on else None
    return replace(request, partner=held(request.partner, facts.issue.origin, granted, until), beside=beside)


def _of_partner(facts: IssueFacts, partner_id: str) -> Iterator[IssueFacts]:
    """The other requests for that partner, without their journals."""
    for key in REQUESTS:
        for other in facts.others.get(key, ()):
            case = templated(other, key)
            if case and case.partner and case.partner.id == partner_id and other.issue.iid != facts.issue.iid:
                yield other


def _granted(facts: IssueFacts, request: Request, day: date) -> Grant:
    old = request.replaced(day)
    return Grant(
        issue=facts.issue.origin,
        number=facts.issue.number,
        kind=request.kind.key,
        seats=request.seats,
        sent_on=day,
        expires=ends(replace(request, sent_on=day), facts.site.licences, day).day,
        replaces=old[0].expires if old else None,
    )


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
    known = (one for one in registry.people if words and words in map(str.casefold, (one.handle, one.email, one.name)))
    return next((one.handle for one in known), "")
