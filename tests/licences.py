"""Licence issues made by hand: the filled form, the partner whom it is about, and the case that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType
from typing import Any

from bot.domain.actions import Action
from bot.domain.checklist import read_checklist
from bot.domain.facts import IssueFacts, Site
from bot.domain.form import read_form
from bot.domain.gitlab import Person
from bot.domain.licensing.kinds import LicenceKind, Licences
from bot.domain.licensing.request import FORMS, INTEGRATION, RENEWAL, REQUEST, Request
from bot.domain.registry import (
    Colleague,
    Contact,
    Contacts,
    Licence,
    Partner,
    Practitioners,
    Region,
    Registry,
    Role,
    Status,
    Track,
)
from bot.domain.telling import told
from bot.domain.templated import Template, Templated, Templates
from tests.builders import CAM, SITE, at, issue, order
from tests.partnerfacts import words

PHD = Person(4, "phd-emea")
TODAY = date(2026, 11, 23)
SELF_MANAGED = LicenceKind("self_managed", "self-managed", limits={Track.SELECT: 25, Track.OPEN: 10})
SAAS = LicenceKind("saas", "SaaS", limits={Track.SELECT: 25, Track.OPEN: 10})
ALLIANCE = LicenceKind("alliance", "integration", "Integration", term_months=6, most=10, default_seats=5, co_term=False)
LICENCES = Licences((SELF_MANAGED, SAAS, ALLIANCE))
CERTIFIED = Practitioners(sa_core=1)
ACME = Partner(
    id="acme",
    name="Acme Consulting",
    region="emea",
    account_manager="cam-emea",
    track=Track.SELECT,
    status=Status.AUTHORIZED,
    contacts=Contacts(Contact("Pat Example", "pat@acme.example"), license=Contact("Lee Example", "lee@acme.example")),
    practitioners=CERTIFIED,
    as_of=date(2026, 11, 2),
)
TEMPLATES = Templates(
    (
        Template(
            REQUEST,
            "NFR_License_Request",
            assign="help_desk",
            close_requires=("nfr_request.sent", "nfr_request.salesforce"),
            form=FORMS[REQUEST],
        ),
        Template(
            INTEGRATION,
            "Integration_License_Request",
            close_requires=("integration_licence.sent",),
            form=FORMS[INTEGRATION],
        ),
        Template(RENEWAL, "NFR_License_Renewal", close_requires=("nfr_renewal.renew",), form=FORMS[RENEWAL]),
    )
)
TASKS = ("exception optional", "declined optional", "sent", "letter", "salesforce")


def with_licences(*held: tuple[str, int, str | None], **more: Any) -> Partner:
    """Acme with licences of a kind, so many seats, until a day."""
    nfr = tuple(Licence(kind, seats, date.fromisoformat(end) if end else None) for kind, seats, end in held)
    return replace(ACME, nfr=nfr, **more)


def site(*partners: Partner, **more: Any) -> Site:
    registry = Registry(
        people=(Colleague("cam-emea", "CAM EMEA", "emea", email="cam-emea@example.com"),),
        roles=(Role("partner_help_desk", "Partner Help Desk", "phd-emea"),),
        regions=(Region("emea", "EMEA", "emea", "phd-emea", "phd-amer"),),
        partners=partners,
        as_of=date(2026, 11, 1),
    )
    return replace(SITE, **{"registry": registry, "licences": LICENCES, "templates": TEMPLATES, **more})


def text(key: str, ticked: tuple[str, ...] = (), **said: str) -> str:
    """The description: a line for each field, by key, and the template's tasks."""
    given = {"partner": "Acme Consulting", "kind": "self-managed", "seats": "10", **said}
    given = {"contact": "Lee Example", "email": "lee@acme.example", **given}
    fields = [f"- {one.label}: {given[one.key]}" for one in FORMS[key] if given.get(one.key)]
    words = {RENEWAL: ("renew", *TASKS), INTEGRATION: TASKS[:-1]}.get(key, TASKS)
    tasks = [f"- [{'x' if one.split()[0] in ticked else ' '}] {one} <!-- t:{key}.{one} -->" for one in words]
    return "\n".join([*fields, "", *tasks])


def asked(*ticked: str, key: str = REQUEST, of: Partner = ACME, **more: Any) -> IssueFacts:
    """Acme asks for ten self-managed seats; `said` are fields by key, `site_` changes keys of the site."""
    here = site(of, **more.pop("site_", {}))
    written = more.pop("description", None) or text(key, ticked, **more.pop("said", {}))
    template = TEMPLATES.get(key)
    assert template is not None
    form = read_form(written, template.form)
    known = {
        "today": more.pop("today", TODAY),
        "site": here,
        "case": Templated(
            template,
            form,
            here.registry.partner_called(form.values.get("partner", "")),
            is_home=more.pop("is_home", True),
            master=read_checklist(text(key)),
            letter=more.pop("letter", None),
        ),
    }
    given = {name: more.pop(name) for name in ("marks", "others") if name in more}
    fields = {"description": written, "author": CAM, "created_at": at("2026-11-23 09:00"), **more}
    return IssueFacts(issue=issue(**fields), **known, **given)


def request(of: Partner | None = ACME, kind: LicenceKind = SELF_MANAGED, seats: int = 10, **more: Any) -> Request:
    contact = Contact("Lee Example", "lee@acme.example")
    return Request(kind, of.name if of else "Zed", seats, contact, of, **more)


@dataclass(frozen=True)
class LicenceCase:
    """A licence issue as it is, and what a handler wishes for, in the words of `told`; `says` are fragments of it.

    `never` are fragments that nobody reads.
    """

    name: str
    known: IssueFacts
    wishes: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()


def prove_licence(module: ModuleType, case: LicenceCase) -> None:
    """It wishes for that, in words that a person can read."""
    actions = [one for one in module.decide_templated(case.known, module.Settings()) if isinstance(one, Action)]
    assert tuple(map(told, actions)) == case.wishes
    read = words(module.__name__.rpartition(".")[2], actions)
    assert [fragment for fragment in case.says if fragment not in read] == [], read
    assert [fragment for fragment in case.never if fragment in read] == []


def obeyed(module: ModuleType, known: IssueFacts, name: str) -> tuple[tuple[str, ...], str]:
    """What comes of an order of the Help Desk's, and the answer."""
    said = tuple(module.obey(known, module.Settings(), order(name, "2026-11-23 10:00", by=PHD)))
    return tuple(map(told, said)), words(module.__name__.rpartition(".")[2], said)
