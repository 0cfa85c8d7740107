"""Partners hear of a change 30 days before it counts and before customers hear of it; until then nothing is approved.

An announcement whose dates are too close is told the earliest ones that would do, and the next occasions to tell
partners. Where partners hear of it by the newsletter alone, the day on which that is sent counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.domain.actions import AddLabel, Answer, Check, Nudge, RemoveLabel, Say
from bot.domain.asking import is_ticked, templated
from bot.domain.communications.approving import about_moving, about_taking_off, is_approved, may_be_late, was_taken_off
from bot.domain.communications.keys import ANNOUNCEMENT, NEWSLETTER, WEBCAST
from bot.domain.communications.notice import Fault, Verdict, judged, submit_by
from bot.domain.communications.offering import last_in_time, next_occasions
from bot.domain.communications.rule import NoticeRule
from bot.domain.communications.timetable import shown
from bot.domain.facts import IssueFacts
from bot.domain.flags import flag
from bot.domain.needs import IssuesOf, LabelHistory, Need
from bot.domain.orders import Command, Order
from bot.domain.speech import code, handle

HANDBOOK = ("CO-01", "CO-02", "CO-04")
APPROVES = "channel_programs"
"""The role whose lead approves announcements."""
OCCASIONS = {NEWSLETTER: "the Partner Flash", WEBCAST: "the webcast"}
COMMANDS = (Command("notice check", "notice check", "on an announcement: whether its dates keep the partners' notice"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """The notice is `rule`; the team wants an announcement `lead_days` business days before partners are told.

    People hear again of what is wrong `remind_after` business days later.
    """

    enabled: bool = True
    rule: NoticeRule = field(default_factory=NoticeRule)
    lead_days: int = 10
    remind_after: int = 2


def templated_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    if templated(facts, ANNOUNCEMENT) is None or not facts.issue.is_open:
        return
    yield from (IssuesOf(ANNOUNCEMENT), IssuesOf(NEWSLETTER))
    verdict = _verdict(facts)
    if verdict and (not verdict.is_right or may_be_late(facts, verdict.notice)):
        yield LabelHistory()


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | AddLabel | RemoveLabel | Say]:
    verdict = _verdict(facts)
    if verdict is None or not facts.issue.is_open:
        return
    labels = facts.site.labels.communication
    yield Check("partners have their notice", verdict.is_right, _seen(verdict), "description")
    if Fault.UNREAD not in verdict.faults:
        yield from flag(facts.issue, labels.too_short.name, wanted=verdict.is_too_short)
        yield _dates(facts, settings, verdict)[0]
    if verdict.is_right:
        yield from _moved(facts, verdict)
        return
    if is_approved(facts):
        yield RemoveLabel(labels.approved.name)
    if is_approved(facts) or was_taken_off(facts):
        yield Say("CO-01", "blocked", {"label": code(labels.approved.name)}, about_taking_off(facts))
    if verdict.is_too_short:
        yield _too_short(facts, settings, verdict)
    if Fault.PAST in verdict.faults:
        values = {"notice": shown(verdict.notice), "heard": shown(verdict.heard) if verdict.is_shifted else ""}
        yield Say("CO-01", "past", values, Nudge(settings.remind_after))


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield from (IssuesOf(ANNOUNCEMENT), IssuesOf(NEWSLETTER))


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    verdict = _verdict(facts)
    if verdict is None:
        yield Answer("no_announcement", done=False)
    elif Fault.UNREAD in verdict.faults:
        yield Answer("unread", done=False)
    else:
        yield _dates(facts, settings, verdict)[1]


def _verdict(facts: IssueFacts) -> Verdict | None:
    return judged(facts, facts.others.get(NEWSLETTER, ()))


def _dates(facts: IssueFacts, settings: Settings, verdict: Verdict) -> tuple[Say, Answer]:
    """As they stand in the comment, and as the answer to whoever asks for them."""
    latest = submit_by(verdict.notice, settings.lead_days, facts.site.workdays) if verdict.notice else None
    labels, told = facts.site.labels.communication, is_ticked(facts, f"{ANNOUNCEMENT}.told")
    is_waiting = verdict.is_right and not told and not is_approved(facts)
    lead = facts.site.registry.holder(APPROVES)
    values = {
        "notice": shown(verdict.notice),
        "heard": shown(verdict.heard) if verdict.is_shifted else "",
        "effective": shown(verdict.effective),
        "customers": shown(verdict.customers) if verdict.customers else "",
        "earliest": shown(verdict.earliest) if verdict.earliest else "",
        "customers_from": shown(verdict.customers_from),
        "days": str(facts.site.notice.days),
        "submit_by": shown(latest),
        "lead": str(settings.lead_days),
        "hurry": "yes" if latest and latest < facts.today and not told else "",
        "right": "yes" if verdict.is_right else "",
        "approve": code(labels.approved.name) if is_waiting else "",
        "who": handle(lead) if lead else "",
    }
    return Say("CO-01", "dates", values, block=True), Answer("verdict", values)


def _moved(facts: IssueFacts, verdict: Verdict) -> Iterator[Say]:
    if verdict.moved_from:
        planned, send = shown(verdict.moved_from), shown(verdict.heard)
        values, nudge = {"notice": shown(verdict.notice), "planned": planned, "send": send}, about_moving(facts)
        yield Say("CO-01", "moved", values, nudge)


def _too_short(facts: IssueFacts, settings: Settings, verdict: Verdict) -> Say:
    coming, before = next_occasions(facts, verdict), last_in_time(facts, verdict)
    values = {
        "notice": shown(verdict.notice),
        "earliest": shown(verdict.earliest),
        "customers_from": shown(verdict.customers_from),
        "days": str(facts.site.notice.days),
        "backwards": "yes" if Fault.BACKWARDS in verdict.faults else "",
        "heard": shown(verdict.heard) if Fault.LATE in verdict.faults else "",
        "before": shown(before) if before else "",
        "gone": "yes" if verdict.heard and verdict.heard < facts.today else "",
        "over": "yes" if verdict.notice and verdict.notice < facts.today else "",
        "occasions": " and ".join(f"{OCCASIONS[key]} on {day.isoformat()}" for key, day in coming.items()),
    }
    return Say("CO-01", "too_short", values, Nudge(settings.remind_after))


def _seen(verdict: Verdict) -> str:
    dates = f"notice {shown(verdict.notice)}, effective {shown(verdict.effective)}"
    faults = ", ".join(fault.value for fault in verdict.faults)
    return f"{dates}{f' ({faults})' if faults else ''}"
