"""What there is of a partner, and what is wanted for it, become the steps from one to the other, in their order."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from bot.domain.facts import Account, PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.partners.deadlines import deadline_of
from bot.domain.partners.folder import COLLABORATION, INTERNAL, Group, Tree
from bot.domain.partners.programme import Programme
from bot.domain.partners.slug import LONGEST_NAME, slug
from bot.domain.partners.stepping import told_step
from bot.domain.partners.steps import (
    HideGroup,
    MakeGroup,
    MakeProject,
    MoveProject,
    OpenCase,
    PartnerAction,
    PutMember,
    PutTemplates,
)
from bot.domain.places import Room, Seat
from bot.domain.registry import Partner
from bot.domain.speech import code

CONTACT_LEVEL: Final = 40
"""Maintainer."""
PRIVATE: Final = "private"
NAMED_ALIKE = re.compile(r"ctp[-_. ]?requirements?([-_. ]?tracking)?[-_. ]?project", re.IGNORECASE)
"""How people call a partner's project, in each of the handbook's spellings."""
INSIDE: Final = "_.-()"
"""Signs that GitLab allows in the names of groups; projects go without the brackets, groups without the plus."""
PROJECTS: Final = "_.-+"
SYMBOLS: Final = "So"
"""Unicode's category of emoji."""


def folder_steps(facts: PartnerFacts) -> tuple[PartnerAction, ...]:
    """What the partner's folder lacks: its three groups, each private, and the primary contact in the one to share."""
    tree = facts.tree
    wanted = (
        (tree.path, group_name(facts.partner.name), tree.company),
        (f"{tree.path}/{COLLABORATION}", COLLABORATION, tree.collaboration),
        (f"{tree.path}/{INTERNAL}", INTERNAL, tree.internal),
    )
    # GitLab makes no group private that has others in it which are not.
    open_ones = [one.folder.path for one in reversed(tree.groups) if one.folder.visibility != PRIVATE]
    missing = [MakeGroup(path, name) for path, name, group in wanted if group is None]
    return (*map(HideGroup, open_ones), *missing, *_contact_steps(facts))


def ctp_steps(facts: PartnerFacts, programme: Programme) -> tuple[PartnerAction, ...]:
    """What the training programme needs besides the folder; the folder's steps come before."""
    return tuple(_project_steps(facts, programme))


def by_bot(facts: PartnerFacts, steps: Iterable[PartnerAction]) -> tuple[PartnerAction, ...]:
    """Those that the bot carries out today: without an owner's token only the issue, once its project is there."""
    if facts.site.can_provision:
        return tuple(steps)
    rooms = {room.path.casefold() for room in facts.tree.rooms}
    return tuple(one for one in steps if isinstance(one, OpenCase) and one.project.casefold() in rooms)


def by_hand(facts: PartnerFacts, steps: Iterable[PartnerAction]) -> tuple[PartnerAction, ...]:
    """Those that a person has to carry out."""
    if facts.site.can_provision:
        return ()
    return tuple(one for one in steps if not isinstance(one, OpenCase))


def plan_lines(steps: Iterable[PartnerAction]) -> tuple[str, ...]:
    """The steps in words, each safe to print in Markdown."""
    return tuple(map(_line, steps))


def digest_of(steps: Iterable[PartnerAction]) -> str:
    """Eight hex digits that change when the plan does. Days and keys do not count: tomorrow it is the same plan."""
    lines = (f"open {one.project} {_people(one)}" if isinstance(one, OpenCase) else told_step(one) for one in steps)
    return hashlib.sha256("\n".join(lines).encode(errors="replace")).hexdigest()[:8]


def manager_of(facts: PartnerFacts) -> Person | None:
    """The account manager's account, unless it is blocked or gone."""
    return account_of(facts, facts.partner.account_manager)


def contact_of(facts: PartnerFacts) -> Person | None:
    """The primary contact's account; None also where nobody knows it."""
    contact = facts.partner.contacts.primary
    return account_of(facts, contact.gitlab) if contact else None


def account_of(facts: PartnerFacts, handle: str) -> Person | None:
    """The account behind a handle of the registry, if it can be worked with."""
    person = facts.accounts.get(handle.lower(), Account(handle)).person
    return person if person and person.is_active else None


def invitation_of(facts: PartnerFacts) -> Seat | None:
    """The primary contact's, which nobody accepted yet."""
    contact, group = facts.partner.contacts.primary, facts.tree.collaboration
    email = contact.email.casefold() if contact else ""
    seats = group.invited if group else ()
    return next((seat for seat in seats if email and seat.email.casefold() == email), None)


def outsiders(facts: PartnerFacts) -> tuple[Person, ...]:
    """Who of the partner's people can be its primary contact, by their level in collaboration."""
    group = facts.tree.collaboration
    members = group.own if group else ()
    return tuple(one.person for one in members if one.level >= CONTACT_LEVEL and one.person.id not in facts.staff)


def project_of(facts: PartnerFacts, programme: Programme) -> Room | None:
    """The partner's project of the programme, in collaboration; before all others the one with the right name."""
    return room_in(facts.tree, programme, facts.partner)


def room_in(tree: Tree, programme: Programme, partner: Partner) -> Room | None:
    """The same from the folder alone."""
    home, name = f"{tree.path}/{COLLABORATION}".casefold(), project_name(partner, programme).casefold()
    rooms = [room for room in tree.rooms if room.namespace.casefold() == home]
    right = [room for room in rooms if room.name.casefold() == name]
    return next(iter([*right, *(room for room in rooms if NAMED_ALIKE.search(room.name))]), None)


def stray_of(facts: PartnerFacts) -> Room | None:
    """The project that people made in a wrong place; None also where several are, since nobody knows which counts."""
    strays = strays_of(facts)
    return strays[0] if len(strays) == 1 else None


def strays_of(facts: PartnerFacts) -> tuple[Room, ...]:
    """The projects in wrong places that can be the partner's: in another one's folder its people name what they like.

    Such a project would bring its members along, into a folder that is not theirs.
    """
    every, own = f"{facts.site.partners}/".casefold(), f"{facts.tree.path}/".casefold()
    paths = [(room, room.path.casefold()) for room in facts.tree.strays]
    return tuple(room for room, path in paths if path.startswith(own) or not path.startswith(every))


def group_name(name: str) -> str:
    """The company's name as GitLab accepts it for a group."""
    return _permitted(name, INSIDE)[:LONGEST_NAME].rstrip()


def project_name(partner: Partner, programme: Programme) -> str:
    """The programme's name for the partner's project, as GitLab accepts it; only the partner's part of it is cut."""
    cut = (partner.name[:length] for length in range(len(partner.name), 0, -1))
    names = (_permitted(programme.project(name), PROJECTS) for name in cut)
    return next((name for name in names if len(name) <= LONGEST_NAME), programme.key)


def case_key(facts: PartnerFacts) -> str:
    """Under which the tracking issue is found again: another one after a withdrawal, or when the first is gone."""
    record, first = facts.record, f"tracking {facts.partner.id}"
    began = record is not None and (record.started_on is not None or record.withdrawn_by)
    return f"{first} {record.on.isoformat()}" if record and began else first


def _contact_steps(facts: PartnerFacts) -> Iterator[PartnerAction]:
    """Whoever is more than that stays it, and whoever was invited and came is a member under a name of their own.

    Only until the tracking issue is there: whom somebody put out or lowered later is not let in again.
    """
    if facts.tracking is not None:
        return
    contact, person = facts.partner.contacts.primary, contact_of(facts)
    path = f"{facts.tree.path}/{COLLABORATION}"
    group: Group | None = facts.tree.collaboration or facts.tree.company
    if person:
        if group is None or group.level_of(person.id) < CONTACT_LEVEL:
            yield PutMember(path, CONTACT_LEVEL, person)
    elif contact and contact.email and invitation_of(facts) is None and not outsiders(facts):
        yield PutMember(path, CONTACT_LEVEL, email=contact.email)


def _project_steps(facts: PartnerFacts, programme: Programme) -> Iterator[PartnerAction]:
    target, name = f"{facts.tree.path}/{COLLABORATION}", project_name(facts.partner, programme)
    room, stray = project_of(facts, programme), stray_of(facts)
    path = room.path if room else f"{target}/{slug(name)}"
    if room is None and stray:
        path = f"{target}/{stray.path.rpartition('/')[2]}"
        yield MoveProject(stray, target)
    elif room is None and strays_of(facts):
        # One of them is meant to be the partner's, and nobody knows which.
        return
    elif room is None:
        yield MakeProject(path, name)
    if room is None or facts.has_templates is False:
        yield PutTemplates(path, programme.key, facts.partner.id)
    if facts.record is None or facts.record.tracking is None:
        yield _tracking(facts, programme, path)


def _tracking(facts: PartnerFacts, programme: Programme, path: str) -> OpenCase:
    people, record = (manager_of(facts), contact_of(facts)), facts.record
    last = deadline_of(record, programme) if record else None
    return OpenCase(
        key=case_key(facts),
        kind="tracking",
        project=path,
        partner=facts.partner.id,
        programme=programme.key,
        values={},
        assign=tuple(dict.fromkeys(one for one in people if one)),
        due=last or programme.deadline.due(facts.today),
        link=record.request if record else None,
    )


def _line(step: PartnerAction) -> str:
    if not isinstance(step, OpenCase):
        return told_step(step)
    who = f" for {_people(step)}" if step.assign else ""
    until = f", due {step.due.isoformat()}" if step.due else ""
    return f"open the {step.kind} issue in {code(step.project)}{who}{until}"


def _people(step: OpenCase) -> str:
    return ", ".join(code(f"@{one.username}") for one in step.assign)


def _permitted(name: str, signs: str) -> str:
    """Letters, digits, emoji, blanks and some signs, no sign first (docs.gitlab.com/user/reserved_names)."""
    spoken = name.replace("&", " and ").replace("/", "-")
    kept = "".join(char if _is_word(char) or char in signs else " " for char in spoken)
    return " ".join(kept.split()).lstrip(f"{signs} ".replace("_", ""))


def _is_word(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char) in {SYMBOLS, "Mn", "Mc"}
