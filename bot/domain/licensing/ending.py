"""A licence issue becomes what is left to be done and written down in it, and whether another made it superfluous."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from bot.domain.actions import PutItem
from bot.domain.asking import lacking
from bot.domain.checklist import Task
from bot.domain.facts import IssueFacts
from bot.domain.licensing.grant import Grant
from bot.domain.licensing.request import SALESFORCE, Request, task
from bot.domain.licensing.standing import EXPIRES_KEY, SENT_ON_KEY, sent_tick, standing
from bot.domain.templated import Templated

SECTION: Final = "The license"


def left(facts: IssueFacts, case: Templated) -> tuple[Task, ...]:
    """What the template asks before the end, Salesforce among it where there is such a task."""
    salesforce = task(case, SALESFORCE)
    there = {one.id for one in case.master.tasks}
    wanted = (*case.template.close_requires, *({salesforce} & there))
    return lacking(facts, tuple(dict.fromkeys(wanted)))


def written_down(facts: IssueFacts, case: Templated, request: Request, grant: Grant) -> Iterator[PutItem]:
    """What people wrote there themselves stays; a tick that follows one that was taken back has its own days."""
    tick = sent_tick(facts, case)
    since = tick.at if tick else None
    if request.sent_on is None:
        yield PutItem(SECTION, SENT_ON_KEY, f"Sent on: {grant.sent_on}", since=since)
    if request.expires is None:
        yield PutItem(SECTION, EXPIRES_KEY, f"Expires: {grant.expires}", since=since)


def is_renewed_elsewhere(facts: IssueFacts, case: Templated) -> bool:
    """Whether the registry has a later licence, from another issue, in the place of those that the bot asks about."""
    now, said = standing(facts), case.form.values.get("ends", "")
    is_ours = facts.issue.author.id == facts.site.bot.id
    if now is None or now.request is None or case.partner is None or not (said and is_ours):
        return False
    end = date.fromisoformat(said)
    same = [one for one in case.partner.nfr if one.kind == now.request.kind.key and one.expires]
    ends = {one.expires for one in same}
    later = {one.issue for one in same if one.expires and one.expires > end}
    return end not in ends and bool(later - {facts.issue.origin, ""})
