"""A newsletter's issue becomes the day on which it is sent: the planned one, or the one its `Send date:` line names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from bot.domain.asking import templated
from bot.domain.communications.forms import SEND_DATE
from bot.domain.communications.keys import NEWSLETTER
from bot.domain.facts import IssueFacts, Site
from bot.domain.fiscal import FIRST_DAY, LAST_DAY
from bot.domain.gitlab import Note
from bot.domain.orders import REWRITTEN
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import REACH, Recurrence, event_on
from bot.domain.templated import Templated
from bot.domain.workdays import Workdays


@dataclass(frozen=True, slots=True)
class Newsletter:
    """One newsletter: `planned` by its recurrence, if it has one, and `send`, the day that counts."""

    planned: date | None
    send: date | None
    far: str = ""
    """The send date that is written and lies too far from the planned one, or from all, to be meant; empty: none."""

    @property
    def is_moved(self) -> bool:
        return self.planned is not None and self.send != self.planned


def newsletter_of(facts: IssueFacts) -> Newsletter | None:
    """Of the issue of a newsletter; None for any other issue."""
    case = templated(facts, NEWSLETTER)
    return _newsletter(case, facts.site.workdays) if case else None


def _newsletter(case: Templated, workdays: Workdays) -> Newsletter:
    time, written = case.occurrence, case.form.values.get(SEND_DATE)
    planned = event_on(time.recurrence, time.period, workdays) if time else None
    if written is None:
        return Newsletter(planned, planned)
    send = date.fromisoformat(written)
    is_known = FIRST_DAY + REACH < send < LAST_DAY - REACH
    if not is_known or (planned is not None and abs(send - planned) > REACH):
        return Newsletter(planned, planned, written)
    return Newsletter(planned, send)


def sent_on(facts: IssueFacts) -> date | None:
    """The day on which the newsletter of this issue goes out; None where nobody knows, or it is no newsletter's."""
    found = newsletter_of(facts)
    return found.send if found else None


def last_rewriter(facts: IssueFacts) -> Note | None:
    """GitLab's line about the latest change of the description by a person, of `facts.notes`."""
    lines = (note for note in facts.notes if note.system and note.body.startswith(REWRITTEN))
    return next((note for note in reversed([*lines]) if facts.guard.counts(note.author.id)), None)


def events_from(recurrence: Recurrence, day: date, workdays: Workdays) -> Iterator[tuple[Period, date]]:
    """The times of a recurrence that take place on `day` or in the months after it, in their order."""
    for period in Period.between(recurrence.unit, day - REACH, day + 4 * REACH):
        event = event_on(recurrence, period, workdays)
        if event >= day and (recurrence.starts is None or event >= recurrence.starts):
            yield period, event


def occasions(site: Site, key: str, known: Iterable[IssueFacts], since: date) -> tuple[date, ...]:
    """The days from `since` on on which a newsletter or webcast takes place, in their order.

    Of those `known` that have their issue, as that has it; of the others as their recurrence plans them.
    """
    recurrence, cases = site.recurrence(key), [(one, one.case) for one in known if isinstance(one.case, Templated)]
    taken = {case.occurrence.period for one, case in cases if case.occurrence and newsletter_of(one)}
    days = {sent_on(one) for one, _ in cases if one.issue.is_open}
    if recurrence and recurrence.enabled:
        days |= {day for period, day in events_from(recurrence, since, site.workdays) if period not in taken}
    return tuple(sorted(day for day in days if day and day >= since))
