"""A partner sees its collaboration group and nothing else: the internal one is private and for staff alone.

The region's group exists, no further groups are made in a partner's folder, projects are free, and the partner's
primary contact is Maintainer of the collaboration group. What is otherwise is listed in one issue in the Channels
project, never where the partner reads along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Say
from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import MAINTAINER
from bot.domain.partners.asked import wanted
from bot.domain.partners.folder import Group
from bot.domain.partners.steps import HideGroup
from bot.domain.speech import code, handle

HANDBOOK = ("PF-01", "PF-04", "PF-05", "PF-06", "PF-07", "PF-09")
PRIVATE, OWNER = "private", "owner"


@dataclass(frozen=True, slots=True)
class Settings:
    """With `hide` the bot makes a group private that is not; else it only says so."""

    enabled: bool = True
    hide: bool = False


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | HideGroup]:
    tree = facts.tree
    seen = "there" if tree.region else "missing"
    yield Check("the region has a group", tree.region is not None, f"{tree.path.rpartition('/')[0]}: {seen}", "groups")
    if tree.company is None:
        return
    if tree.region is None:
        yield Say("PF-01", "region", {"path": code(tree.path.rpartition("/")[0])})
    found = [*_strangers(facts), *_visibility(facts, settings), *_subgroups(facts), *_contact(facts)]
    yield from found
    yield from _makers(tree.company, is_quiet=not any(isinstance(one, Say) for one in found))


def _strangers(facts: PartnerFacts) -> Iterator[Check | Say]:
    """Members of a group above reach those below, so being let in one level too high opens the internal one."""
    tree = facts.tree
    closed = [group for group in (tree.company, tree.internal) if group]
    own = {group.folder.path: _outside(facts, group) for group in closed}
    known = {name for names in own.values() for name in names}
    above = [name for name in _effective(facts, tree.internal) if name not in known]
    found = sorted({*known, *above})
    yield Check("only staff is in the partner's closed groups", not found, ", ".join(found) or "staff", "members")
    for path, names in own.items():
        if names:
            yield Say("PF-04", "let_in", {"who": _listed(names), "path": code(path), "home": code(_home(facts))})
    if above and tree.internal:
        yield Say("PF-04", "from_above", {"who": _listed(above), "path": code(tree.internal.folder.path)})


def _visibility(facts: PartnerFacts, settings: Settings) -> Iterator[Check | Say | HideGroup]:
    for group in facts.tree.groups:
        folder, is_private = group.folder, group.folder.visibility == PRIVATE
        yield Check(f"{folder.path} is private", is_private, folder.visibility, "group")
        if not is_private and settings.hide and facts.site.can_provision:
            yield HideGroup(folder.path)
        elif not is_private:
            yield Say("PF-05", "visible", {"path": code(folder.path), "visibility": code(folder.visibility)})
    for closed in (one for one in (facts.tree.company, facts.tree.internal) if one and one.guests):
        guests = sorted(guest.path for guest in closed.guests)
        values = {"path": code(closed.folder.path), "guests": ", ".join(map(code, guests))}
        yield Say("PF-05", "shared", values)


def _subgroups(facts: PartnerFacts) -> Iterator[Check | Say]:
    """Projects are nobody's business here (PF-06)."""
    others = [folder.path for folder in facts.tree.others]
    yield Check("there are no further groups in the folder", not others, ", ".join(others) or "none", "groups")
    if others:
        yield Say("PF-07", "subgroups", {"paths": ", ".join(map(code, others)), "home": code(_home(facts))})


def _makers(company: Group, *, is_quiet: bool) -> Iterator[Check | Say]:
    """GitLab lets Maintainers make groups in every group that people make, so this alone is no news to anybody."""
    maker = company.folder.subgroup_creation
    yield Check("only Owners make groups in the folder", maker == OWNER, maker, "group")
    if maker != OWNER and not is_quiet:
        yield Say("PF-07", "open_to_makers", {"path": code(company.folder.path)})


def _contact(facts: PartnerFacts) -> Iterator[Check | Say]:
    contact, group = facts.partner.contacts.primary, facts.tree.collaboration
    if group is None:
        return
    if contact is None or not (contact.gitlab or contact.email):
        yield Say("PF-09", "no_contact", {"partner": code(facts.partner.id)})
        return
    account = facts.accounts.get(contact.gitlab.lower()) if contact.gitlab else None
    level = group.level_of(account.person.id) if account and account.person else 0
    is_invited = bool(contact.email) and group.has_invited(contact.email)
    seen = f"level {level}{', invited' if is_invited else ''}"
    yield Check("the primary contact is Maintainer of collaboration", level == MAINTAINER, seen, "members")
    if level == MAINTAINER or (level == 0 and is_invited) or (level < MAINTAINER and _is_being_let_in(facts)):
        return
    who = handle(contact.gitlab) if contact.gitlab else code(contact.name)
    if level == 0:
        yield Say("PF-09", "contact_missing", {"who": who, "path": code(group.folder.path)})
    elif level < MAINTAINER:
        yield Say("PF-09", "contact_too_little", {"who": who, "path": code(group.folder.path)})
    else:
        yield Say("PF-09", "contact_too_much", {"who": who, "path": code(group.folder.path)})


def _is_being_let_in(facts: PartnerFacts) -> bool:
    """Whether the folder's making, or the enrolment, takes care of the contact, and says so itself where it cannot."""
    record = wanted(facts)
    if record is None or not facts.site.can_provision or facts.tracking is not None:
        return False
    return record.withdrawn_on is None if record.ctp else facts.today <= record.on


def _outside(facts: PartnerFacts, group: Group) -> list[str]:
    """User names of those who were let into the very group and are not of the team."""
    return [one.person.username for one in group.own if one.person.id not in facts.staff]


def _effective(facts: PartnerFacts, group: Group | None) -> list[str]:
    members = group.members if group else ()
    return [one.person.username for one in members if one.person.id not in facts.staff]


def _home(facts: PartnerFacts) -> str:
    return f"{facts.tree.path}/collaboration"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(handle(name) for name in sorted(names))
