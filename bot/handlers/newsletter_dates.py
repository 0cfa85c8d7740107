"""Every day of a newsletter follows from its send date, and whoever has to do something hears of it on its day.

The program manager moves the send date by its line in the description; all other dates, the milestone and the due date
go along, unless somebody set those by hand.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from bot.domain.actions import Answer, Check, Nudge, Say, SetDueDate, SetMilestone, Turn
from bot.domain.byhand import may_date, may_place
from bot.domain.communications.metrics import rates_of
from bot.domain.communications.newsletter import Newsletter, last_rewriter, newsletter_of
from bot.domain.communications.newsletter_days import NewsletterDates, NewsletterRule
from bot.domain.communications.reviewing import late_feedback
from bot.domain.communications.timetable import DAY, MOMENT, dates_of, is_in_window, is_on, shown, window_of
from bot.domain.facts import IssueFacts
from bot.domain.needs import MilestoneHistory, Need, NoteHistory, Windows
from bot.domain.orders import Command, Order
from bot.domain.speech import clean, code, handle, quoted

HANDBOOK = ("NL-01", "NL-02", "NL-04", "NL-07", "NL-08", "NL-10", "NL-11")
COMMANDS = (Command("flash recompute", "flash recompute", "on a newsletter's issue: all its dates, worked out anew"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """How far each step lies from the send date is in `days`.

    The leads of the roles `contributors` are asked for content, those of the `reviewers` for feedback; the field hears
    of the newsletter in the channels `announce_in`.
    """

    enabled: bool = True
    days: NewsletterRule = field(default_factory=NewsletterRule)
    contributors: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    announce_in: tuple[str, ...] = ("#sales", "#customer-success", "#sdr_global")


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    dates = dates_of(facts, settings.days)
    if dates is None or not facts.issue.is_open:
        return
    yield NoteHistory()
    if not is_in_window(facts, dates):
        yield from (Windows(), MilestoneHistory())


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | SetDueDate | SetMilestone | Say]:
    found, dates = newsletter_of(facts), dates_of(facts, settings.days)
    if found is None or not facts.issue.is_open:
        return
    yield Check("its send date is known", dates is not None, shown(found.send), "description and recurrence")
    if found.far:
        values = {"written": quoted(found.far), "planned": shown(found.planned)}
        yield Say("NL-02", "far", values, Nudge(0))
    if dates is None:
        yield Say("NL-01", "undated", {}, Nudge(2))
        return
    yield _timetable(facts, found, dates)[0]
    yield from _fields(facts, dates)
    yield from _before(facts, settings, dates)
    yield from _after(facts, settings, dates)


def _timetable(facts: IssueFacts, found: Newsletter, dates: NewsletterDates) -> tuple[Say, Answer]:
    """As it stands in the comment, and as the answer to whoever asks for it."""
    note = last_rewriter(facts) if found.is_moved else None
    values = {
        "call": f"{dates.content_call:{DAY}}",
        "test": f"{dates.test_mail:{DAY}}",
        "feedback": f"{dates.feedback_by:%A, {MOMENT}}",
        "send": f"{dates.send:{DAY}}",
        "metrics": f"{dates.metrics:{DAY}}",
        "planned": shown(found.planned) if found.is_moved else "",
        "by": handle(note.author.username) if note else "",
    }
    return Say("NL-01", "timetable", values, block=True), Answer("timetable", values)


def _fields(facts: IssueFacts, dates: NewsletterDates) -> Iterator[Check | SetDueDate | SetMilestone]:
    due = facts.issue.due_date
    yield Check("it is due when the numbers are written down", due == dates.metrics, shown(due), "due date")
    if due != dates.metrics and may_date(facts):
        yield SetDueDate(dates.metrics)
    milestone = None if is_in_window(facts, dates) else window_of(facts, dates)
    if milestone and may_place(facts):
        yield SetMilestone(milestone)


def _before(facts: IssueFacts, settings: Settings, dates: NewsletterDates) -> Iterator[Say]:
    send, last = dates.send.isoformat(), f"{dates.feedback_by:{MOMENT}}"
    if is_on(facts, dates.content_call, dates.test_mail, "outline"):
        who = _leads(facts, settings.contributors)
        values = {"send": send, "until": dates.test_mail.isoformat()}
        yield Say("NL-04", "content", values, _on(dates.content_call, who))
    if is_on(facts, dates.test_mail, dates.send, "test"):
        yield Say("NL-07", "test", {"send": send, "last": last}, _on(dates.test_mail))
    if is_on(facts, dates.feedback_by.date(), dates.send, "feedback"):
        who = _leads(facts, settings.reviewers)
        yield Say("NL-08", "feedback", {"send": send, "last": last}, _on(dates.feedback_by.date(), who))
    if late := [*late_feedback(facts, dates)]:
        lines = (f"- {handle(one.author.username)}: [comment]({facts.issue.web_url}#note_{one.id})" for one in late)
        yield Say("NL-08", "late", {"last": last, "late": "\n".join(lines)})


def _after(facts: IssueFacts, settings: Settings, dates: NewsletterDates) -> Iterator[Say]:
    """What comes with the day of sending and after it."""
    if is_on(facts, dates.field_reminder, date.max, "field"):
        channels = " and ".join(map(code, settings.announce_in))
        values = {"channels": channels, "title": clean(facts.issue.title), "link": facts.issue.web_url}
        yield Say("NL-10", "field_text", values, block=True)
        yield Say("NL-10", "field", {"channels": channels}, _on(dates.field_reminder))
    if facts.today >= dates.metrics and rates_of(facts).lacking:
        yield Say("NL-11", "numbers", {}, _on(dates.metrics))


def _on(day: date, who: tuple[str, ...] = ()) -> Nudge:
    """A reminder on that day; without names, of whoever answers for the issue, who knows of it once it is opened."""
    return Nudge(who=who, turns=(Turn(day, who),), planned=not who)


def _leads(facts: IssueFacts, roles: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(filter(None, map(facts.site.registry.holder, roles)))


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield NoteHistory()


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    found, dates = newsletter_of(facts), dates_of(facts, settings.days)
    if found is None:
        yield Answer("no_newsletter", done=False)
    elif dates is None:
        yield Answer("undated", done=False)
    else:
        yield _timetable(facts, found, dates)[1]
