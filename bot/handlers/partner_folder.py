"""Each partner has a group of its own in its region, private, with the groups collaboration and internal and no others.

The bot makes what is missing once a colleague confirmed the plan, by one blueprint instead of a look at another
partner. Without the right to do so it says what a person has to do, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.actions import Answer, Check, Say
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.needs import Need, PartnerState
from bot.domain.orders import Command, Order
from bot.domain.partners.asked import wanted, written
from bot.domain.partners.eligibility import verdict
from bot.domain.partners.folder import COLLABORATION, INTERNAL
from bot.domain.partners.naming import choices, is_home, partner_named
from bot.domain.partners.partnernames import folded
from bot.domain.partners.provisioning import by_bot, by_hand, folder_steps, group_name, plan_lines
from bot.domain.partners.record import Record
from bot.domain.partners.showing import bulleted, instruction, link, numbered, places_of, reference, requirement_rows
from bot.domain.partners.steps import PartnerAction, PutMember
from bot.domain.speech import code, quoted

HANDBOOK = ("PF-02", "PF-03", "PF-10")
COMMANDS = (Command("partner check", "partner check <partner>", "what there is of a partner, and what is missing"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """Nothing but whether the rule is on: how a folder looks is the handbook's."""

    enabled: bool = True


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | PartnerAction]:
    record, tree = wanted(facts), facts.tree
    is_enrolled = record is not None and record.ctp
    if not is_enrolled:
        yield from written(facts)
    if record is None:
        return
    for name, group in (("", tree.company), (COLLABORATION, tree.collaboration), (INTERNAL, tree.internal)):
        path, seen = f"{tree.path}/{name}".rstrip("/"), group.folder.visibility if group else "not there"
        yield Check(f"{path} is there and private", seen == "private", seen, "groups below the group of all partners")
    yield from _names(facts)
    if tree.region is None:
        above = {"path": code(tree.path.rpartition("/")[0]), "region": code(facts.partner.region)}
        yield Say("PF-02", "no_region", above)
    elif not is_enrolled:
        steps = tuple(_lasting(facts, record, folder_steps(facts)))
        yield from by_bot(facts, steps)
        for step in by_hand(facts, steps):
            do = instruction(step)
            asked = {"kind": do.kind, "step": do.step, "at": do.at, "above": do.above, "name": do.name}
            yield Say("PF-03", "by_hand", {**asked, "who": do.who, "role": do.role})


def _lasting(facts: PartnerFacts, record: Record, steps: Iterable[PartnerAction]) -> Iterator[PartnerAction]:
    """The folder is kept whole, but whom somebody put out later is not let in again."""
    is_new = facts.tree.collaboration is None or facts.today <= record.on
    return (one for one in steps if is_new or not isinstance(one, PutMember))


def _names(facts: PartnerFacts) -> Iterator[Check | Say]:
    """A partner may change its name: its group is never renamed silently."""
    company = facts.tree.company
    if company is None:
        return
    holds = folded(company.folder.name) == folded(facts.partner.name)
    yield Check("the group is called as the partner is", holds, company.folder.name, "group")
    if not holds:
        name, wanted_name = code(company.folder.name), code(group_name(facts.partner.name))
        where = link(company.folder.path, company.folder.web_url)
        yield Say("PF-02", "named_otherwise", {"path": where, "name": name, "wanted": wanted_name})


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    partner = partner_named(facts.site.registry, order.rest)
    if partner and is_home(facts):
        yield PartnerState(partner.id)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    partner = partner_named(facts.site.registry, order.rest)
    state = facts.partners.get(partner.id) if partner else None
    if not is_home(facts):
        yield Answer("elsewhere", {"home": code(facts.site.home)}, done=False)
    elif state is None:
        said, usage = order.rest.strip(), code(f"@{facts.site.bot.username} partner check <partner>")
        near = choices(facts.site.registry, said)
        yield Answer("unknown", {"said": said and quoted(said), "order": usage, "near": near}, done=False)
    else:
        yield _checked(state)


def _checked(state: PartnerFacts) -> Answer:
    site, partner = state.site, state.partner
    tables = [
        requirement_rows(verdict(site.registry, partner, one, state.today), one.title) for one in site.programmes.active
    ]
    similar = bulleted(link(folder.path, folder.web_url) for folder in state.tree.similar)
    values = {
        "partner": quoted(partner.name),
        "id": code(partner.id),
        "path": code(state.tree.path),
        "places": places_of(state, site.programmes.tracked),
        "missing": numbered(plan_lines(folder_steps(state))),
        "similar": similar,
        "record": reference(state.record_issue),
        "tracking": reference(state.tracking.issue if state.tracking else None),
        "rows": "\n".join(tables),
    }
    return Answer("checked", values)
