"""Only Channel Services gives an enrolled partner more time, a partner may withdraw, and it may ask how far it is.

Such orders are given in the Channels project, or anywhere in the partner's own folder. What is answered there is for
the partner's eyes too, and tells of nobody else.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Answer, Ask
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.needs import Need, PartnerState
from bot.domain.orders import Command, Order
from bot.domain.partners.asked import is_heard, is_off
from bot.domain.partners.eligibility import verdict
from bot.domain.partners.enrolment import Enrolment, Stage, enrolment_of, progress_lines
from bot.domain.partners.naming import Meant, choices, day_in, is_home, meant, real_day, request_of
from bot.domain.partners.programme import months_later
from bot.domain.partners.record import Request
from bot.domain.partners.showing import bulleted, record_seen_from, reference, requirement_rows
from bot.domain.speech import code, dictated, quoted

HANDBOOK = ("CT-14",)
COMMANDS = (
    Command("ctp extend", "ctp extend <partner> YYYY-MM-DD <reason>", "give the partner time until that day"),
    Command("ctp withdraw", "ctp withdraw <partner> <reason>", "end the partner's enrolment in the training program"),
    Command("ctp status", "ctp status <partner>", "how far the partner is in the training program"),
)
LONGEST_REASON = 240


@dataclass(frozen=True, slots=True)
class Settings:
    """Nobody is given more time than `longest_months` from today; the programme's own are in certifications.yml."""

    enabled: bool = True
    longest_months: int = 24


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    about = _about(facts, order)
    if about.partner:
        yield PartnerState(about.partner.id)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer | Ask]:
    about = _about(facts, order)
    state = facts.partners.get(about.partner.id) if about.partner else None
    said = day_in(order.rest)[0]
    usage = _usage(facts, order)
    if about.trouble == "elsewhere":
        yield Answer("elsewhere", {"home": code(facts.site.home)}, done=False)
    elif about.trouble == "other":
        yield Answer("other", {"home": code(facts.site.home)}, done=False)
    elif state is None:
        near = choices(facts.site.registry, said)
        yield Answer("unknown", {"said": said and quoted(said), "order": usage, "near": near}, done=False)
    elif order.name == "ctp status":
        yield _status(facts, order, state)
    elif order.name == "ctp extend":
        yield from _extended(facts, settings, order, state)
    else:
        yield from _withdrawn(facts, order, state, about, usage)


def _usage(facts: IssueFacts, order: Order) -> str:
    return code(f"@{facts.site.bot.username} {next(one.usage for one in COMMANDS if one.name == order.name)}")


def _about(facts: IssueFacts, order: Order) -> Meant:
    """A day ends the partner's name."""
    return meant(facts, day_in(order.rest)[0] if order.name == "ctp extend" else order.rest)


def _extended(facts: IssueFacts, settings: Settings, order: Order, state: PartnerFacts) -> Iterator[Answer | Ask]:
    _, written, reason = day_in(order.rest)
    until, now = real_day(written), enrolment_of(state)
    values = {"until": until.isoformat() if until else "", "reason": dictated(reason)[:LONGEST_REASON]}
    request = request_of(facts, order, "extend", state.partner.id, values)
    usage = _usage(facts, order)
    trouble = None if is_heard(state, request) else _not_running(now, state) or _unfit(settings, order, now, usage)
    if trouble:
        yield trouble
    elif is_off(state):
        off = {"record": record_seen_from(facts, state), "label": code(facts.site.labels.hands_off.name)}
        yield Answer("kept_off", off, done=False)
    else:
        yield Ask(request)
        yield Answer("extended", {"until": values["until"]})


def _not_running(now: Enrolment, state: PartnerFacts) -> Answer | None:
    """More time helps who is on the way, or was until the time ran out."""
    if now.stage in {Stage.RUNNING, Stage.EXPIRED}:
        return None
    return Answer("not_running", {"stage": now.stage.value, "partner": quoted(state.partner.name)}, done=False)


def _unfit(settings: Settings, order: Order, now: Enrolment, usage: str) -> Answer | None:
    _, written, reason = day_in(order.rest)
    until, deadline = real_day(written), now.deadline or order.day
    if not written:
        return Answer("no_day", {"order": usage}, done=False)
    if until is None:
        return Answer("bad_day", {"day": quoted(written), "order": usage}, done=False)
    if until <= order.day:
        return Answer("past", {"day": until.isoformat(), "today": order.day.isoformat()}, done=False)
    if until <= deadline:
        return Answer("not_later", {"day": until.isoformat(), "deadline": deadline.isoformat()}, done=False)
    last = months_later(order.day, settings.longest_months)
    if until > last:
        return Answer("too_late", {"day": until.isoformat(), "last": last.isoformat()}, done=False)
    if not reason:
        return Answer("no_reason", {"order": usage}, done=False)
    return None


def _withdrawn(
    facts: IssueFacts, order: Order, state: PartnerFacts, about: Meant, usage: str
) -> Iterator[Answer | Ask]:
    now, values = enrolment_of(state), {"reason": dictated(about.rest)[:LONGEST_REASON]}
    request: Request = request_of(facts, order, "withdraw", state.partner.id, values)
    if not is_heard(state, request) and now.stage in {Stage.NOT_ENROLLED, Stage.WITHDRAWN, Stage.DONE}:
        partner = quoted(state.partner.name)
        yield Answer("not_to_withdraw", {"stage": now.stage.value, "partner": partner}, done=False)
        return
    if is_off(state):
        off = {"record": record_seen_from(facts, state), "label": code(facts.site.labels.hands_off.name)}
        yield Answer("kept_off", off, done=False)
        return
    if not values["reason"]:
        yield Answer("no_reason", {"order": usage}, done=False)
        return
    yield Ask(request)
    yield Answer("withdrawn", {"partner": quoted(state.partner.name)})


def _status(facts: IssueFacts, order: Order, state: PartnerFacts) -> Answer:
    """The team hears all of it in the Channels project; others, and everybody elsewhere, how far it is."""
    now, programme = enrolment_of(state), facts.site.programmes.tracked
    deadline, stage = now.deadline.isoformat() if now.deadline else "", now.stage.value
    progress, partner = bulleted(progress_lines(state)), quoted(state.partner.name)
    seen = {"partner": partner, "stage": stage, "deadline": deadline, "progress": progress}
    if not is_home(facts) or order.by.id not in state.staff:
        return Answer("status", seen)
    rows = verdict(facts.site.registry, state.partner, programme, facts.today) if programme else ()
    tracking = reference(state.tracking.issue if state.tracking else None)
    more = {"rows": requirement_rows(rows), "tracking": tracking, "record": reference(state.record_issue)}
    return Answer("status_in_full", {**seen, **more})
