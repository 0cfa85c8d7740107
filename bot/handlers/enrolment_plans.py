"""A partner's folder is made, and its enrolment begun, by a plan that colleagues read first and one of them confirms.

The plan is judged anew when it is confirmed. Who is not invited, has not signed or was not approved is not enrolled;
where a group of a similar name is there, in any region, somebody has to say first that it is another company's.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.domain.actions import Answer, Ask
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.needs import Need, NoteHistory, PartnerState
from bot.domain.orders import Command, Order
from bot.domain.partners.asked import is_off
from bot.domain.partners.blockers import seen_by_topic
from bot.domain.partners.eligibility import entry_verdict
from bot.domain.partners.naming import choices, is_home, partner_named
from bot.domain.partners.proposal import Judged, Planned, Proposal, judged, proposed
from bot.domain.partners.provisioning import digest_of, plan_lines
from bot.domain.partners.record import Record
from bot.domain.partners.showing import numbered, places_of, record_seen_from, reference, requirement_rows
from bot.domain.speech import code, quoted

HANDBOOK = ("PF-08", "CT-05", "CT-06", "KT-01", "KT-02")
COMMANDS = (
    Command("partner create", "partner create <partner>", "show the plan for the partner's folder"),
    Command("ctp enrol", "ctp enrol <partner>", "show the plan for the partner's enrolment in the training program"),
    Command("confirm", "confirm <digest>", "carry out a plan that I showed on this issue"),
)
DESPITE = " despite "


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing but whether the rule is on: what is asked of a partner is in certifications.yml."""

    enabled: bool = True


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield NoteHistory()
    meant = _meant(facts, order)
    if meant and is_home(facts) and facts.site.registry.partner(meant.partner):
        yield PartnerState(meant.partner)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer | Ask]:
    meant = _meant(facts, order)
    state = facts.partners.get(meant.partner) if meant else None
    if not is_home(facts):
        yield Answer("elsewhere", {"home": code(facts.site.home)}, done=False)
    elif meant is None or state is None:
        yield _misunderstood(facts, order)
    else:
        now = judged(facts, order, meant, state)
        yield from _judged(facts, order, meant, state, now)


def _meant(facts: IssueFacts, order: Order) -> Proposal | None:
    """What the order is about: a partner by its name, or a plan that stands on this issue."""
    if order.name == "confirm":
        return proposed(facts.marks, order.rest)
    name, _, paths = order.rest.partition(DESPITE)
    partner = partner_named(facts.site.registry, name)
    what: Planned = "create" if order.name == "partner create" else "enrol"
    return Proposal(what, partner.id, tuple(paths.replace("`", " ").split())) if partner else None


def _misunderstood(facts: IssueFacts, order: Order) -> Answer:
    me, said = facts.site.bot.username, order.rest.strip()
    if order.name == "confirm":
        enrol, create = code(f"@{me} ctp enrol <partner>"), code(f"@{me} partner create <partner>")
        return Answer("no_plan", {"said": said and quoted(said), "enrol": enrol, "create": create}, done=False)
    usage, near = code(f"@{me} {order.name} <partner>"), choices(facts.site.registry, said)
    return Answer("unknown", {"said": said and quoted(said), "order": usage, "near": near}, done=False)


def _judged(
    facts: IssueFacts, order: Order, meant: Proposal, state: PartnerFacts, now: Judged
) -> Iterator[Answer | Ask]:
    if meant.what == "enrol" and now.programme is None:
        yield Answer("no_programme", done=False)
    elif now.record and not now.is_repeated:
        yield _under_way(state, now, now.record)
    elif now.found and not now.is_repeated:
        yield _blocked(facts, order, state, now)
    elif not now.steps:
        yield Answer("complete", {"partner": quoted(state.partner.name), "places": places_of(state, now.programme)})
    elif is_off(state):
        off = {"record": record_seen_from(facts, state), "label": code(facts.site.labels.hands_off.name)}
        yield Answer("kept_off", off, done=False)
    elif now.is_repeated or digest_of(now.steps) == meant.digest:
        yield Ask(now.request)
        yield Answer("confirmed", {"partner": quoted(state.partner.name), "what": meant.what})
    else:
        yield _planned(facts, meant, state, now)


def _under_way(state: PartnerFacts, now: Judged, record: Record) -> Answer:
    asked = {"by": code(f"@{record.by}"), "on": record.on.isoformat(), "record": reference(state.record_issue)}
    tracking, places = reference(state.tracking.issue if state.tracking else None), places_of(state, now.programme)
    left, partner = numbered(plan_lines(now.steps)), quoted(state.partner.name)
    return Answer("under_way", {**asked, "partner": partner, "tracking": tracking, "left": left, "places": places})


def _blocked(facts: IssueFacts, order: Order, state: PartnerFacts, now: Judged) -> Answer:
    """Each topic of a blocker has its own sentence in the template; empty: nothing of the kind."""
    place = {"region_unknown": "", "region_missing": "", "path": "", "similar": "", "regions": "", "manager": ""}
    entry = {"inactive": "", "status": "", "agreements": "", "uninvited": "", "unapproved": "", "contact": ""}
    paths = " ".join(folder.path for folder in state.tree.similar)
    despite = code(f"@{facts.site.bot.username} {order.name} {state.partner.id}{DESPITE}{paths}")
    rules, partner = ", ".join(dict.fromkeys(one.rule for one in now.found)), quoted(state.partner.name)
    values = {**place, **entry, "certified": "", "strays": "", "partner": partner, "rules": rules, "despite": despite}
    answer = Answer("blocked", values, done=False)
    return replace(answer, values={**answer.values, **seen_by_topic(now.found)})


def _planned(facts: IssueFacts, meant: Proposal, state: PartnerFacts, now: Judged) -> Answer:
    programme = now.programme if meant.what == "enrol" else None
    rows = entry_verdict(facts.site.registry, state.partner, programme, facts.today) if programme else ()
    values = {
        "partner": quoted(state.partner.name),
        "changed": "yes" if meant.digest else "",
        "steps": numbered(plan_lines(now.steps)),
        "rows": requirement_rows(rows),
        "confirm": code(f"@{facts.site.bot.username} confirm {digest_of(now.steps)}"),
        "by_hand": "" if facts.site.can_provision else "yes",
    }
    return Answer("planned", values, marks=(meant.mark(now.steps),))
