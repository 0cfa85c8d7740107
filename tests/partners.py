"""A partner's facts made by hand, for rules about folders, enrolments and awards."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.facts import Account, PartnerFacts
from bot.domain.gitlab import Member, Person
from bot.domain.partners.folder import Group, Tree
from bot.domain.places import Folder
from bot.domain.registry import Contact, Contacts, Partner, Region, Registry
from tests.builders import BOT, CAM, PARTNERS, SITE

PAT = Person(20, "pat-example")
PARTNER = Partner(
    id="acme",
    name="Acme Consulting",
    region="emea",
    account_manager="cam-emea",
    contacts=Contacts(primary=Contact("Pat Example", "pat@acme.example", "pat-example")),
)
REGION = Region("emea", "EMEA", "emea", "phd-emea", "phd-amer")
PATH = f"{PARTNERS}/emea/acme"


def folder(path: str, visibility: str = "private", subgroup_creation: str = "owner") -> Folder:
    """The group at that full path."""
    return Folder(len(path), path, path.rpartition("/")[2], 1, visibility, subgroup_creation, f"https://g/{path}")


def group(path: str, *people: tuple[Person, int], above: tuple[tuple[Person, int], ...] = (), **more: Any) -> Group:
    """The group at that full path with its own members, and with those from above."""
    own = tuple(Member(person, level) for person, level in people)
    place = {name: more.pop(name) for name in ("visibility", "subgroup_creation") if name in more}
    members = (*own, *(Member(person, level) for person, level in above))
    return Group(folder(path, **place), members, own, **more)


def tree(**more: Any) -> Tree:
    """Acme's folder, all in order."""
    whole: dict[str, Any] = {
        "path": PATH,
        "region": folder(f"{PARTNERS}/emea"),
        "company": group(PATH),
        "collaboration": group(f"{PATH}/collaboration", (PAT, 40)),
        "internal": group(f"{PATH}/internal"),
    }
    return Tree(**{**whole, **more})


def partner_facts(today: str = "2026-11-23", partner: Partner = PARTNER, **more: Any) -> PartnerFacts:
    """Acme as the registry and GitLab know it; `site` are further fields of the site."""
    registry = Registry(partners=(partner,), regions=(REGION,))
    known: dict[str, Any] = {
        "tree": tree(),
        "staff": frozenset({BOT.id, CAM.id}),
        "accounts": {one.username: Account(one.username, one) for one in (CAM, PAT)},
    }
    site = {"registry": registry, **more.pop("site", {})}
    return PartnerFacts(date.fromisoformat(today), replace(SITE, **site), partner, **{**known, **more})
