"""A registry whose files are each well-formed becomes the list of what does not fit together in it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from difflib import get_close_matches
from typing import Final, TypeAlias

from bot.domain.registry import Contact, Partner, Registry, names_of
from bot.settings.yamlfile import Place

Trouble: TypeAlias = tuple[str, Place, str]
"""File name without .yml, the place in it, and what to do."""
Named: TypeAlias = tuple[str, Place, str]
"""File name without .yml, the place in it, and the name that stands there."""

HANDLE: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
FULL_PATH: Final = re.compile(r"\w[\w.-]*(/\w[\w.-]*)*", re.ASCII)
GUESSABLE: Final = 500
"""Names among which it is quick to look for one that is nearly right."""
FILES: Final = {"person": "people.yml", "region": "regions.yml", "role": "roles.yml"}
KEY: Final = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")


def troubles(registry: Registry) -> Iterator[Trouble]:
    """Everything wrong between the files, and in values that no shape can check."""
    yield from _forms(registry)
    yield from _references(registry)
    yield from _doubles(registry)


def _forms(registry: Registry) -> Iterator[Trouble]:
    for file, place, handle in _handles(registry):
        if not HANDLE.fullmatch(handle):
            yield (
                file,
                place,
                f"{handle!r} is no name in GitLab; write it without the @, as the profile has it",
            )
    keys: list[Named] = [("roles", (role.key,), role.key) for role in registry.roles]
    keys += [("regions", (region.key,), region.key) for region in registry.regions]
    keys += [("partners", ("partners", at, "id"), one.id) for at, one in enumerate(registry.partners)]
    for file, place, key in keys:
        if not KEY.fullmatch(key):
            yield file, place, f"{key!r} is no key; write small letters and digits, with single dashes or underscores"
    for role in registry.roles:
        if role.group and not FULL_PATH.fullmatch(role.group):
            text = f"{role.group!r} is no full path; copy it from GitLab's address bar, like gitlab-com/channel"
            yield "roles", (role.key, "group"), text
    for one in registry.people:
        if one.manager.casefold() == one.handle.casefold():
            yield "people", (one.handle, "manager"), f"{one.handle!r} cannot be their own manager; name who is"
    for at, partner in enumerate(registry.partners):
        yield from _numbers(("partners", at), partner)
        yield from _enrolment(("partners", at, "ctp"), partner)


def _numbers(place: Place, partner: Partner) -> Iterator[Trouble]:
    held = partner.practitioners
    for name in held.__slots__:
        if getattr(held, name) < 0:
            yield "partners", (*place, "practitioners", name), f"{getattr(held, name)} is no number of people"
    for at, licence in enumerate(partner.nfr):
        if licence.seats < 1:
            yield "partners", (*place, "nfr", at, "seats"), f"{licence.seats} is no number of seats"
    for at, cert in enumerate(partner.certifications):
        if cert.review_month is not None and not 1 <= cert.review_month <= 12:
            yield "partners", (*place, "certifications", at, "review_month"), "a month is a number from 1 to 12"


def _enrolment(place: Place, partner: Partner) -> Iterator[Trouble]:
    began, ended = partner.ctp.started_on, partner.ctp.withdrawn_on
    if began and ended and ended < began:
        yield "partners", (*place, "withdrawn_on"), f"{ended} is before the enrolment of {began}; put one of them right"
    seen: set[str] = set()
    for at, one in enumerate(partner.certifications):
        if one.cert.casefold() in seen:
            where: Place = (*place[:-1], "certifications", at, "cert")
            yield "partners", where, f"{one.cert!r} is already listed further up; keep the entry that is in force"
        seen.add(one.cert.casefold())


def _handles(registry: Registry) -> Iterator[Named]:
    """Every place that names an account."""
    yield from (("people", (one.handle,), one.handle) for one in registry.people)
    yield from _colleagues(registry)
    for at, partner in enumerate(registry.partners):
        for kind, contact in _contacts(partner):
            if contact.gitlab:
                yield "partners", ("partners", at, "contacts", kind, "gitlab"), contact.gitlab
        yield from (("partners", ("partners", at, "people", number), one) for number, one in enumerate(partner.people))


def _contacts(partner: Partner) -> Iterator[tuple[str, Contact]]:
    for kind in partner.contacts.__slots__:
        contact = getattr(partner.contacts, kind)
        if contact is not None:
            yield kind, contact


def _colleagues(registry: Registry) -> Iterator[Named]:
    """Every place that names somebody of the team, who must be in people.yml."""
    yield from (("people", (one.handle, "manager"), one.manager) for one in registry.people if one.manager)
    yield from (("roles", (role.key, "lead"), role.lead) for role in registry.roles)
    for region in registry.regions:
        yield "regions", (region.key, "phd"), region.phd
        if region.phd_backup:
            yield "regions", (region.key, "phd_backup"), region.phd_backup
    for at, partner in enumerate(registry.partners):
        yield "partners", ("partners", at, "account_manager"), partner.account_manager
        if partner.ctp.approved_by:
            yield "partners", ("partners", at, "ctp", "approved_by"), partner.ctp.approved_by
        if partner.multi_region_approved_by:
            yield "partners", ("partners", at, "multi_region_approved_by"), partner.multi_region_approved_by


def _references(registry: Registry) -> Iterator[Trouble]:
    handles = {one.handle.casefold() for one in registry.people}
    yield from _strange("person", _colleagues(registry), handles)
    regions: list[Named] = [("people", (one.handle, "region"), one.region) for one in registry.people if one.region]
    regions += [("partners", ("partners", at, "region"), one.region) for at, one in enumerate(registry.partners)]
    yield from _strange("region", regions, {region.key for region in registry.regions})
    roles = ((one.handle, at, key) for one in registry.people for at, key in enumerate(one.roles))
    named: Iterable[Named] = (("people", (handle, "roles", at), key) for handle, at, key in roles)
    yield from _strange("role", named, {role.key for role in registry.roles})


def _strange(what: str, named: Iterable[Named], known: Collection[str]) -> Iterator[Trouble]:
    for file, place, name in named:
        if (name.casefold() if what == "person" else name) not in known:
            near = get_close_matches(name, known, n=1) if len(known) <= GUESSABLE else []
            hint = f", did you mean {near[0]!r}?" if near else f"; add it to {FILES[what]}"
            yield file, place, f"unknown {what} {name!r}{hint}"


def _doubles(registry: Registry) -> Iterator[Trouble]:
    yield from _twice("handle", (("people", (one.handle,), one.handle) for one in registry.people))
    yield from _twice("label", (("roles", (one.key, "label"), one.label) for one in registry.roles if one.label))
    yield from _twice("group", (("roles", (one.key, "group"), one.group) for one in registry.roles if one.group))
    yield from _twice("path", (("regions", (one.key, "path"), one.path) for one in registry.regions))
    called: list[Named] = []
    for at, partner in enumerate(registry.partners):
        called += _called(("partners", at), partner)
    yield from _twice("name of a partner", called)


def _called(place: Place, partner: Partner) -> Iterator[Named]:
    """What a partner is called, once each: its name may well be its id."""
    seen: set[str] = set()
    places: list[Place] = [(*place, "id"), (*place, "name")]
    places += [(*place, "aliases", at) for at in range(len(partner.aliases))]
    for where, name in zip(places, names_of(partner), strict=True):
        if name.casefold() not in seen:
            yield "partners", where, name
        seen.add(name.casefold())


def _twice(what: str, named: Iterable[Named]) -> Iterator[Trouble]:
    """GitLab compares names of people and groups without regard to case, and so do people."""
    seen: set[str] = set()
    for file, place, name in named:
        if name.casefold() in seen:
            yield file, place, f"the {what} {name!r} is already taken further up; keep one of them"
        seen.add(name.casefold())
