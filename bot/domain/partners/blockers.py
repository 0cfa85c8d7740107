"""A partner's entry and folder become what stands in the way of making its folder, or of enrolling it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from bot.domain.facts import PartnerFacts
from bot.domain.partners.changes import certification
from bot.domain.partners.eligibility import Requirement, entry_verdict, failing
from bot.domain.partners.programme import AGREEMENTS, Programme
from bot.domain.partners.provisioning import contact_of, manager_of, strays_of
from bot.domain.partners.slug import slug
from bot.domain.speech import code, quoted

REGION, PLACE, SIMILAR, PATH = "region_unknown", "region_missing", "similar", "path"
MANAGER, CONTACT, STRAYS, HELD = "manager", "contact", "strays", "certified"
TOPICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "programme": "inactive",
        "status": "status",
        "invited": "uninvited",
        "program_team_approval": "unapproved",
        "region": "regions",
        **dict.fromkeys(AGREEMENTS, "agreements"),
    }
)
"""The topic of each requirement."""


@dataclass(frozen=True, slots=True)
class Blocker:
    """`topic` picks the words; `seen` is what was found, as Markdown that is safe to print."""

    rule: str
    topic: str
    seen: str


def blockers(
    facts: PartnerFacts, programme: Programme | None = None, despite: Collection[str] = ()
) -> tuple[Blocker, ...]:
    """What has to be put right first: for the folder, and for the programme too when there is one.

    `despite` are full paths of groups with a similar name that somebody said are another company's.
    """
    about_programme = (*_entry(facts, programme), *_people(facts)) if programme else _regions(facts)
    return (*_place(facts, despite), *about_programme)


def seen_by_topic(found: Iterable[Blocker]) -> Mapping[str, str]:
    """What was found, by topic; of several things all."""
    said: dict[str, list[str]] = {}
    for one in found:
        said.setdefault(one.topic, []).append(one.seen)
    return {topic: ", ".join(dict.fromkeys(seen)) for topic, seen in said.items()}


def _place(facts: PartnerFacts, despite: Collection[str]) -> Iterator[Blocker]:
    site, tree, partner = facts.site, facts.tree, facts.partner
    if site.registry.region(partner.region) is None:
        yield Blocker("PF-01", REGION, code(partner.region))
    elif tree.region is None:
        yield Blocker("PF-01", PLACE, code(tree.path.rpartition("/")[0]))
    if tree.company is None and _path(partner.id) != partner.id:
        yield Blocker("PF-02", PATH, code(partner.id))
    known = {path.casefold() for path in despite}
    for folder in tree.similar:
        if folder.path.casefold() not in known:
            yield Blocker("PF-08", SIMILAR, f"{quoted(folder.name)} ({code(folder.path)})")


def _path(name: str) -> str:
    try:
        return slug(name)
    except ValueError:
        return ""


def _entry(facts: PartnerFacts, programme: Programme) -> Iterator[Blocker]:
    for row in failing(entry_verdict(facts.site.registry, facts.partner, programme, facts.today)):
        yield Blocker(row.rule, TOPICS[row.key], code(row.seen) if row.key not in AGREEMENTS else _what(row))
    held = certification(facts.partner, programme.key)
    if held:
        yield Blocker("AW-02", HELD, held.awarded_on.isoformat())


def _what(row: Requirement) -> str:
    return row.claim.removesuffix(" is signed")


def _regions(facts: PartnerFacts) -> tuple[Blocker, ...]:
    """The one requirement that a folder alone has."""
    asked = Programme("", "")
    rows = failing(entry_verdict(facts.site.registry, facts.partner, asked, facts.today))
    return tuple(Blocker(row.rule, TOPICS[row.key], code(row.seen)) for row in rows if row.key == "region")


def _people(facts: PartnerFacts) -> Iterator[Blocker]:
    contact = facts.partner.contacts.primary
    if manager_of(facts) is None:
        yield Blocker("CT-12", MANAGER, code(f"@{facts.partner.account_manager}"))
    if len(strays := strays_of(facts)) > 1:
        yield Blocker("CT-09", STRAYS, ", ".join(code(room.path) for room in strays))
    if contact is None or (contact_of(facts) is None and not contact.email):
        yield Blocker("PF-09", CONTACT, code(f"@{contact.gitlab}" if contact and contact.gitlab else "nobody"))
