"""Facts about a partner made by hand, and tables of cases about them: what a handler wishes, and in which words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import ModuleType
from typing import Any

from bot.domain.actions import Action, Answer, Say
from bot.domain.checklist import read_checklist
from bot.domain.facts import Account, IssueFacts, PartnerFacts, Site
from bot.domain.gitlab import Member, Person
from bot.domain.marks import Mark
from bot.domain.orders import Order, understood
from bot.domain.partners.cases import Tracking
from bot.domain.partners.folder import Group, Tree
from bot.domain.partners.programme import Programme, Programmes
from bot.domain.partners.record import Record, Request, What
from bot.domain.partners.steps import Tell
from bot.domain.places import Folder, Room, Seat
from bot.domain.registry import (
    Agreements,
    Colleague,
    Contact,
    Contacts,
    Invitation,
    Partner,
    Region,
    Registry,
    Role,
    Status,
)
from bot.domain.telling import told
from bot.render import Renderer, template_dirs
from tests.builders import CAM, PARTNERS, SITE, at, facts, issue

TODAY = date(2026, 11, 21)
PATH = f"{PARTNERS}/emea/acme"
SHARED = f"{PATH}/collaboration"
NAME = "Acme Consulting CTP Requirements Project"
PROJECT = f"{SHARED}/acme-consulting-ctp-requirements-project"
PAT, SERVICES = Person(20, "pat-example"), Person(5, "services-lead")
CTP = Programme(
    "ctp",
    "GitLab Certified Training Partner",
    entry=("training_addendum", "invited", "program_team_approval"),
    competency={"trainers": 2},
    project_name="{partner} CTP Requirements Project",
    tracking_template="CTP_Requirement_Tracking_Issue",
    candidate_template="Candidate",
    closes="education_services",
)
ACME = Partner(
    "acme",
    "Acme Consulting",
    "emea",
    "cam-emea",
    status=Status.AUTHORIZED,
    contacts=Contacts(Contact("Pat Example", "pat@acme.example", "pat-example")),
    agreements=Agreements(mpa=date(2026, 3, 2), training_addendum=date(2026, 4, 1)),
    ctp=Invitation(date(2026, 9, 1), "services-lead"),
    as_of=date(2026, 11, 2),
)
BOLT = Partner("bolt", "Bolt Services", "amer", "cam-amer", aliases=("Bolt Inc.",))
REGISTRY = Registry(
    people=(Colleague("cam-emea", "CAM EMEA", manager="programs-lead"),),
    roles=(
        Role("channel_services", "Channel Services", "services-lead"),
        Role("account_manager", "Channel Account Manager", "cam-emea"),
    ),
    regions=(Region("emea", "EMEA", "emea", "phd-emea"), Region("amer", "Americas", "americas", "phd-amer")),
    partners=(ACME, BOLT),
)
ACCOUNTS = {"cam-emea": Account("cam-emea", CAM), "pat-example": Account("pat-example", PAT)}
MASTER = """\
# Legal <!-- owner: channel_services -->
- [ ] Signed <!-- t:legal.1 -->
# Work <!-- owner: partner -->
- [x] Done <!-- t:work.1 -->
"""


def site_of(partner: Partner = ACME, **more: Any) -> Site:
    registry = replace(REGISTRY, partners=(partner, BOLT))
    return replace(SITE, **{"registry": registry, "programmes": Programmes((CTP,)), "can_provision": True, **more})


def folder(path: str, name: str = "", visibility: str = "private", subgroup_creation: str = "owner") -> Folder:
    called = name or path.rpartition("/")[2]
    return Folder(len(path), path, called, 1, visibility, subgroup_creation, f"https://g/{path}")


def group(path: str, name: str = "", visibility: str = "private", **more: Any) -> Group:
    return Group(folder(path, name, visibility), **more)


def peopled(path: str, *people: tuple[Person, int], above: tuple[tuple[Person, int], ...] = (), **more: Any) -> Group:
    """The group at that path with its own members and with those from above; `more` of the group or its folder."""
    own = tuple(Member(person, level) for person, level in people)
    place = {name: more.pop(name) for name in ("visibility", "subgroup_creation") if name in more}
    members = (*own, *(Member(person, level) for person, level in above))
    return Group(folder(path, **place), members, own, **more)


def room(path: str = PROJECT, name: str = NAME, number: int = 7) -> Room:
    return Room(number, path, name, path.rpartition("/")[0], "main", f"https://g/{path}", "private")


def shared(level: int = 40, person: Person = PAT, **more: Any) -> Group:
    """Collaboration, with somebody in it."""
    members = (Member(person, level),) if level else ()
    return group(SHARED, **{"members": members, "own": members, **more})


EMPTY = Tree(PATH, region=folder(f"{PARTNERS}/emea", "EMEA"))
MADE = replace(
    EMPTY, company=group(PATH, "Acme Consulting"), collaboration=shared(), internal=group(f"{PATH}/internal")
)
WHOLE = replace(MADE, rooms=(room(),))


def known(tree: Tree = MADE, partner: Partner = ACME, today: str = "2026-11-21", **more: Any) -> PartnerFacts:
    """A partner and its folder; `site` changes keys of the site."""
    site = site_of(partner, **more.pop("site", {}))
    given = {"accounts": ACCOUNTS, "staff": frozenset({1, CAM.id, SERVICES.id}), "has_templates": bool(tree.rooms)}
    return PartnerFacts(date.fromisoformat(today), site, partner, tree, **{**given, **more})


def record(**more: Any) -> Record:
    """What `ctp enrol acme` leaves."""
    return Record(**{"partner": "acme", "by": "cam-emea", "on": TODAY, "request": (77, 42), "ctp": True, **more})


def running(**more: Any) -> Record:
    """Enrolled since the summer, with a deadline on 1 January."""
    return record(**{"tracking": (5, 1), "started_on": date(2026, 7, 1), **more})


def tracking(state: str = "opened", **more: Any) -> IssueFacts:
    """The tracking issue of `running`, with both people assigned."""
    fields = {"assignees": (CAM, PAT), "description": MASTER, "project": PROJECT, "project_id": 5}
    of = issue(1, **{**fields, "state": state, **more})
    return facts(of, case=Tracking(ACME, CTP, running(), read_checklist(MASTER)))


def enrolled(tree: Tree = WHOLE, **more: Any) -> PartnerFacts:
    """The partner of `running`, some months on."""
    return known(tree, **{"record": running(), "tracking": tracking(), **more})


def request(what: What = "enrol", key: str = "k1", **values: str) -> Request:
    return Request(key, "acme", what, "cam-amer", TODAY, (77, 43), values)


def invited(on: str | None = "2026-11-20", email: str = "pat@acme.example") -> Seat:
    return Seat(None, email, 40, date.fromisoformat(on) if on else None)


def words(handler: str, actions: Iterable[object]) -> str:
    """Everything that people would read of it."""
    renderer = Renderer(template_dirs())
    said = (one for one in actions if isinstance(one, Say | Answer | Tell))
    return "\n".join(renderer.note(handler, one.topic, one.values) for one in said)


@dataclass(frozen=True)
class PartnerCase:
    """What is known of a partner, and what a handler wishes for, in the words of `told`; `says` as in `Case`."""

    name: str
    known: PartnerFacts
    wishes: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


def prove_partner(module: ModuleType, case: PartnerCase) -> None:
    """It wishes for that, in words that a person can read."""
    said = list(module.decide_partner(case.known, module.Settings()))
    actions = [one for one in said if isinstance(one, Action)]
    assert tuple(map(told, actions)) == case.wishes
    text = words(module.__name__.rpartition(".")[2], actions)
    assert [fragment for fragment in case.says if fragment not in text] == []


@dataclass(frozen=True)
class SaidCase:
    """What somebody tells the bot about a partner, and what comes of it: wishes in the words of `told`, and words."""

    name: str
    order: str
    topic: str
    known: PartnerFacts = field(default_factory=known)
    says: tuple[str, ...] = ()
    asks: bool = False
    marks: tuple[str, ...] = ()
    """Plans that were shown on the issue before."""
    issue: Mapping[str, Any] = field(default_factory=dict)
    by: Person = CAM


def prove_said(module: ModuleType, case: SaidCase) -> tuple[Action, ...]:
    """What comes of the order, when everything that the handler needs was read."""
    here = heard(module, case)
    said = tuple(module.obey(here, module.Settings(), order_of(module, case)))
    (answer,) = (one for one in said if isinstance(one, Answer))
    assert answer.topic == case.topic
    assert len(said) == 1 + case.asks
    assert answer.done is (case.asks or case.topic in GOOD)
    text = words(module.__name__.rpartition(".")[2], said)
    assert [fragment for fragment in case.says if fragment not in text] == [], text
    return said


GOOD = {"planned", "complete", "under_way", "checked", "status", "status_in_full"}
"""Topics of answers that come without a deed, and are what was asked for."""


def heard(module: ModuleType, case: SaidCase) -> IssueFacts:
    """The issue as it is read for the order: the partner only where the handler asked for it."""
    marks = tuple(Mark("plan", value, "issue:77/42") for value in case.marks)
    here = facts(issue(**case.issue), site=case.known.site, marks=marks)
    needs = list(module.order_needs(here, module.Settings(), order_of(module, case)))
    wanted = [need.partner for need in needs if hasattr(need, "partner")]
    return replace(here, partners=dict.fromkeys(wanted, case.known))


def order_of(module: ModuleType, case: SaidCase) -> Order:
    name, rest = understood(case.order, [one.name for one in module.COMMANDS])
    return Order(name, rest, case.order, case.by, at("2026-11-21 10:00"), TODAY)
