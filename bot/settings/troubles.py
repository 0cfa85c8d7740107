"""Settings that are each well-formed become the list of those that clash, with their place in the file."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import fields
from urllib.parse import urlsplit

from bot.domain.labels import Label, Labels, Priorities
from bot.settings.complaints import called, unknown
from bot.settings.models import Commands, Mailing, MailLinks
from bot.settings.yamlfile import Place


def command_troubles(commands: Commands, known: Collection[str]) -> Iterator[tuple[Place, str]]:
    """What is wrong with the table of commands: the place in commands.yml, and what to do."""
    for name, roles in commands.items():
        if name not in known:
            yield (name,), unknown("command", name, known)
        if not roles:
            yield (name,), f"nobody may say {name!r}; name roles, or `team`, or `everyone`"


def mail_troubles(mail: Mailing) -> Iterator[tuple[Place, str]]:
    """What is wrong with mails whose settings are each well-formed: the place in site.yml, and what to do."""
    ours = {domain.casefold() for domain in mail.internal_domains}
    mailboxes = ((("mail", "mailboxes", at), address) for at, address in enumerate(mail.mailboxes))
    written: Iterable[tuple[Place, str]] = ((("mail", "sender", "address"), mail.sender.address), *mailboxes)
    for place, address in written:
        home = address.rpartition("@")[2].casefold()
        if home and home not in ours:
            yield place, f"{home!r} is none of 'mail.internal_domains'; add it there, or use another"
    hosts = {host.casefold() for host in mail.public_hosts}
    for place, link in mail_links(mail.links):
        if link and (host := urlsplit(link).hostname or "") not in hosts:
            yield (
                ("mail", "links", *place),
                f"{host!r} is none of 'mail.public_hosts'; add it, or use another link",
            )


def mail_links(links: MailLinks) -> Iterator[tuple[Place, str]]:
    """Every link with its place below `mail.links`."""
    yield ("badge", "psp"), links.badge.psp
    yield ("badge", "ctp"), links.badge.ctp
    yield ("logo", "select"), links.logo.select
    yield ("logo", "open"), links.logo.open
    yield ("press_release",), links.press_release
    yield ("social_kit",), links.social_kit
    yield ("community",), links.community
    yield ("locator",), links.locator


def label_troubles(labels: Labels) -> Iterator[tuple[Place, str]]:
    """What is wrong with labels that are each well-formed: the place in labels.yml, and what to do."""
    yield from doubled("name", label_names(labels))
    for place, label in written(labels):
        if not label.name.strip() or "," in label.name or not label.name.isprintable():
            yield (*place, "name"), f"{label.name!r} is no label name; write one line without a comma"
        if not re.fullmatch(r"#[0-9a-fA-F]{6}", label.color):
            yield (*place, "color"), f"{label.color!r} is no colour; write it like '#428bca', in quotes"
    yield from priority_troubles(labels.priority)


def priority_troubles(priority: Priorities) -> Iterator[tuple[Place, str]]:
    place: Place = ("priority", "levels")
    if not priority.levels:
        yield (
            place,
            "there are no priority levels; list them from most to least urgent, each with key, weight and title",
        )
    yield from doubled("weight", [((*place, at, "weight"), level.weight) for at, level in enumerate(priority.levels)])
    for at, level in enumerate(priority.levels):
        if level.weight < 0:
            yield (*place, at, "weight"), f"{level.weight} is no weight; GitLab takes whole numbers from 0"


def written(labels: Labels) -> Iterator[tuple[Place, Label]]:
    """Every label with the place where the file says it."""
    yield ("base",), labels.base
    yield from ((("team", at), label) for at, label in enumerate(labels.team))
    yield ("dri_missing",), labels.dri_missing
    yield ("hands_off",), labels.hands_off
    yield ("carried_often",), labels.carried_often
    yield ("needs_hands_on",), labels.needs_hands_on
    yield from (
        (("certification", one.name), getattr(labels.certification, one.name)) for one in fields(labels.certification)
    )
    yield from ((("journey", one.name), getattr(labels.journey, one.name)) for one in fields(labels.journey))
    yield ("request_needs_info",), labels.request_needs_info
    for at, level in enumerate(labels.priority.levels):
        yield ("priority", "levels", at), Label(labels.priority.name(level), level.title, level.color)


def label_names(labels: Labels) -> list[tuple[Place, str]]:
    return [((*place, "key" if place[0] == "priority" else "name"), label.name) for place, label in written(labels)]


def doubled(what: str, named: Sequence[tuple[Place, str | int]]) -> Iterator[tuple[Place, str]]:
    """One trouble for each value that an earlier place already has."""
    first: dict[str | int, Place] = {}
    for place, value in named:
        if value in first:
            yield (
                place,
                f"two labels share the {what} {value!r}, the other is {called(first[value][:-1])}; change one of them",
            )
        first.setdefault(value, place)
