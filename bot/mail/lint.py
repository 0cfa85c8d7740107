"""A mail becomes the list of reasons why it must not leave: strange addresses, inner links, another partner's name."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from posixpath import normpath
from typing import Final
from urllib.parse import unquote, urlsplit

from bot.domain.registry import Partner, Track
from bot.domain.speech import code, quoted
from bot.mail import markup
from bot.mail.envelope import Mail, domain_of, plain_domain
from bot.mail.house import LOGO, House
from bot.mail.mentions import ADDRESS, mentioned, plain

LONGEST_SUBJECT: Final = 150
HTTPS: Final = 443
LEFTOVER: Final = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}|<[A-Za-z_][^<>\n@:]{0,80}>")
"""What a template leaves behind that was not filled in."""
LINK: Final = re.compile(
    r"[a-z][a-z0-9+.\-]*://[^\s<>\"]+"
    r"|(?<![\w@./:-])(?:www\.[\w.-]+|localhost|\d{1,3}(?:\.\d{1,3}){3}|(?:[\w-]+\.)+[a-z]{2,}(?=/|:\d))"
    r"(?::\d+)?(?:/[^\s<>\"]*)?",
    re.IGNORECASE,
)
"""What mail programs make a link of, with a scheme or without."""
IN_A_LINK: Final = re.compile(r"[?&=,;]")
AFTER_A_LINK: Final = ".,;:!?)]}'*_"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: where (a template, parts of the mail), what it is and what to do. Safe to print as Markdown."""

    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.where}: {self.text}"


def lint(mail: Mail, house: House, partner: Partner, others: Sequence[Partner]) -> tuple[Problem, ...]:
    """Everything that forbids showing or sending `mail` to `partner`; `others` are not to be mentioned."""
    html = markup.read(mail.html)
    parts = (("subject", mail.subject, ()), ("text", mail.text, ()), ("HTML", html.words, html.links))
    known = (partner.name, *partner.aliases, *(one.name for one in (mail.to, *mail.cc, mail.sender)))
    # What is wrong in the text is mostly wrong in the HTML too, and need not be read twice.
    found: dict[str, list[str]] = {}
    for where, text, links in parts:
        for trouble in dict.fromkeys(
            (*_content(plain(text), links, house, partner), *_mentions(text, links, others, known))
        ):
            found.setdefault(trouble, []).append(where)
    return (
        *_heads(mail, house, partner),
        *_subject(mail.subject),
        *(Problem("HTML", f"{one} is nothing for a mail; take it out of the template") for one in html.oddities),
        *(Problem(" and ".join(where), trouble) for trouble, where in found.items()),
    )


def _heads(mail: Mail, house: House, partner: Partner) -> Iterator[Problem]:
    if mail.to.mailbox.casefold() not in _registered(partner):
        yield Problem(
            "recipient",
            f"{code(mail.to.address)} is no contact of {code(partner.name)}; correct it, or the entry in partners.yml",
        )
    ours = (("sender", mail.sender), *(("copy", one) for one in mail.cc), ("reply", mail.reply_to))
    for where, one in ours:
        if one is not None and one.domain not in house.internal_domains:
            yield Problem(where, f"{code(one.address)} is not ours; use an address of {_domains(house)}")


def _subject(subject: str) -> Iterator[Problem]:
    if not subject.strip() or not subject.isprintable():
        yield Problem("subject", "it is empty, or has a line break or another invisible character; write one line")
    if len(subject) > LONGEST_SUBJECT:
        yield Problem("subject", f"it has {len(subject)} characters; shorten it to at most {LONGEST_SUBJECT}")


def _content(text: str, links: Sequence[str], house: House, partner: Partner) -> Iterator[str]:
    for hit in LEFTOVER.findall(text):
        yield f"{quoted(hit)} was not filled in; correct the template or the value"
    registered = _registered(partner)
    for address in ADDRESS.findall(" ".join((text, *IN_A_LINK.split(unquote(" ".join(links)))))):
        if domain_of(address) not in house.internal_domains and _mailbox(address) not in registered:
            yield f"{code(address)} is neither ours nor the partner's; use an address of {_domains(house)}"
    for link in (*(hit.rstrip(AFTER_A_LINK) for hit in LINK.findall(text)), *links):
        if trouble := _link_trouble(link, house):
            yield f"the link {quoted(link)} {trouble}"
        if partner.track is not Track.SELECT and _is_same(link, house.logos[Track.SELECT]):
            yield f"the link {quoted(link)} leads to the logo of Select partners; use the placeholder {code(LOGO)}"


def _is_same(link: str, other: str) -> bool:
    """Whether a link leads there or below."""
    return bool(other) and f"{link.rstrip('/')}/".casefold().startswith(f"{other.rstrip('/')}/".casefold())


def _mentions(text: str, links: Sequence[str], others: Sequence[Partner], known: Sequence[str]) -> Iterator[str]:
    for name in mentioned("\n".join((text, *map(unquote, links))), others, known):
        yield f"{code(name)} is the name of another partner; take it out"


def _link_trouble(link: str, house: House) -> str:
    """Why nobody outside should be sent to this address; an empty text where they may."""
    scheme, colon, rest = link.partition(":")
    if colon and scheme.casefold() == "mailto":
        return "" if ADDRESS.match(unquote(rest)) else "names no address; write it like mailto:partners@example.com"
    try:
        parts = urlsplit(link if "://" in link else f"https://{link}")
        host, port = plain_domain(parts.hostname or ""), parts.port or HTTPS
    except ValueError:
        return "cannot be read; write it anew"
    if parts.scheme != "https":
        return "does not begin with https://; partners open no other links"
    if "\\" in link or not link.isprintable() or " " in link or "@" in parts.netloc or port != HTTPS:
        return "has something in it that hides where it leads; write it anew"
    if host not in house.public_hosts:
        hosts = ", ".join(sorted(house.public_hosts))
        return f"leads to a host that is none of 'mail.public_hosts' in site.yml: {hosts}"
    if _is_inside(parts.path, house.internal_paths):
        return "leads to a group or project of our own, which partners cannot see"
    return ""


def _is_inside(path: str, internal: Sequence[str]) -> bool:
    shown = f"{normpath(unquote(unquote(path)))}/".casefold().removeprefix("/groups")
    return any(shown.startswith(f"/{one.casefold()}/") for one in internal)


def _registered(partner: Partner) -> set[str]:
    contacts = (partner.contacts.primary, partner.contacts.admin, partner.contacts.license)
    return {_mailbox(one.email) for one in contacts if one and one.email}


def _mailbox(address: str) -> str:
    return f"{address.rpartition('@')[0]}@{domain_of(address)}".casefold()


def _domains(house: House) -> str:
    return ", ".join(sorted(house.internal_domains))
