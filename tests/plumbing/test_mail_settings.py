"""The section `mail` of site.yml, and SMTP_URL: what is wrong is told with its place and what to do."""

# ruff: noqa: E501 - sentences are compared whole

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.config import SHIPPED, load
from bot.environ import Environment, MailServer, Wrap, mail_server
from bot.errors import ConfigError

DIRECTORY = SHIPPED[-1]
TEXT = (DIRECTORY / "site.yml").read_text("utf-8")


def complaint(tmp_path: Path, old: str, new: str) -> str:
    """What is said of the shipped site.yml with one change, without the path."""
    assert TEXT.count(old) == 1
    spoilt = shutil.copytree(DIRECTORY, tmp_path / "config") / "site.yml"
    spoilt.write_text(TEXT.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(spoilt.parent)
    return str(raised.value).replace(f"{spoilt}:", "")


def line(of: str) -> int:
    return TEXT[: TEXT.index(of)].count("\n") + 1


COMMUNITY = "https://partners.gitlab.com/community/service-partners"
WRONG = {
    "a sender that is none": (
        "partners@gitlab.com}",
        "partners}",
        "sender: {",
        "'mail.sender.address': 'partners' is no e-mail address; write it like partners@example.com",
    ),
    "a sender of elsewhere": (
        "partners@gitlab.com}",
        "partnersupport@gmail.com}",
        "sender: {",
        "'gmail.com' is none of 'mail.internal_domains'; add it there, or use another",
    ),
    "a mailbox of elsewhere": (
        "[partnersupport@gitlab.com,",
        "[partnersupport@gmail.com,",
        "mailboxes: [",
        "'gmail.com' is none of 'mail.internal_domains'; add it there, or use another",
    ),
    "a domain with an @": (
        "internal_domains: [gitlab.com]",
        "internal_domains: [gitlab.com, '@x']",
        "internal_domains: [",
        "'mail.internal_domains[1]': '@x' is no domain; write it like partners.example.com, without https:// and path",
    ),
    "a host with a scheme": (
        "public_hosts: [about.gitlab.com,",
        "public_hosts: [about.gitlab.com, 'https://x.example',",
        "public_hosts: [",
        "'mail.public_hosts[1]': 'https://x.example' is no domain; write it like partners.example.com, without https:// and path",
    ),
    "a link to elsewhere": (
        COMMUNITY,
        "https://docs.google.com/x",
        "community: https",
        "'docs.google.com' is none of 'mail.public_hosts'; add it, or use another link",
    ),
    "a badge elsewhere": (
        "https://partners.gitlab.com/badges/training-partner",
        "https://docs.google.com/x",
        "ctp: https",
        "'docs.google.com' is none of 'mail.public_hosts'; add it, or use another link",
    ),
    "a link that is not secret": (
        COMMUNITY,
        "http://about.gitlab.com/x",
        "community: https",
        "'mail.links.community': 'http://about.gitlab.com/x' does not begin with https://; partners open no other links",
    ),
    "no link": (
        COMMUNITY,
        "partners",
        "community: https",
        "'mail.links.community': 'partners' is no web address; write it like https://gitlab.example.com",
    ),
    "an unknown key": (
        "social_kit: https",
        "social_kitt: https",
        "social_kit: https",
        "unknown key 'social_kitt', did you mean 'social_kit'?",
    ),
}


@pytest.mark.parametrize(("old", "new", "at", "said"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, old: str, new: str, at: str, said: str) -> None:
    assert complaint(tmp_path, old, new) == f"{line(at)}: {said}"


def test_without_the_section_there_are_no_mails(tmp_path: Path) -> None:
    """An older site.yml stays right; who then wants a letter hears what to fill in."""
    older = shutil.copytree(DIRECTORY, tmp_path / "config") / "site.yml"
    older.write_text(TEXT[: TEXT.index("\nmail:\n")], encoding="utf-8")
    mail = load(older.parent).site.mail
    assert (mail.sender.address, mail.internal_domains, mail.links.badge.psp) == ("", (), "")


SERVERS = {
    "smtp://mail.example.com": MailServer("mail.example.com", 25, Wrap.NONE),
    "smtp://mail.example.com:2525/?starttls=0": MailServer("mail.example.com", 2525, Wrap.NONE),
    "smtp://mail.example.com?starttls=1": MailServer("mail.example.com", 587, Wrap.STARTTLS),
    "smtps://mail.example.com": MailServer("mail.example.com", 465, Wrap.TLS),
    "smtps://bot%40x:p%2Fw@mail.example.com:999": MailServer("mail.example.com", 999, Wrap.TLS, "bot@x", "p/w"),
    "smtp://bot:pw@127.0.0.1:25": MailServer("127.0.0.1", 25, Wrap.NONE, "bot", "pw"),
    "smtp://bot:pw@[::1]": MailServer("::1", 25, Wrap.NONE, "bot", "pw"),
    "smtp://bot:pw@localhost": MailServer("localhost", 25, Wrap.NONE, "bot", "pw"),
}


@pytest.mark.parametrize(("url", "server"), SERVERS.items())
def test_a_mail_server_is_read(url: str, server: MailServer) -> None:
    assert mail_server(url) == server
    assert Environment.read({"SMTP_URL": url}).smtp_url == url


NONE = "is no mail server; write it like smtp://user:password@mail.example.com:587?starttls=1"
UNKNOWN = "ends in something unknown; only smtp:// has an option, ?starttls=1 or ?starttls=0"
LOGIN = "needs a user and a password, or neither, in plain letters; write others like %40 for @"
CLEAR = "would send the password in the clear; add ?starttls=1, or write smtps://"
UNUSABLE = {
    "mail.example.com": NONE,
    "https://mail.example.com": NONE,
    "smtp://:25": NONE,
    "smtp://mail.example.com:99999": NONE,
    "smtp://[::1": NONE,
    "smtp://mail.example.com/inbox": NONE,
    "smtp://mail.example.com#x": NONE,
    "smtp://mail.example.com?tls=1": UNKNOWN,
    "smtp://mail.example.com?starttls=yes": UNKNOWN,
    "smtp://mail.example.com?starttls=1&starttls=0": UNKNOWN,
    "smtps://mail.example.com?starttls=1": UNKNOWN,
    "smtps://bot@mail.example.com": LOGIN,
    "smtps://:hunter2@mail.example.com": LOGIN,
    "smtps://bot:hünter2@mail.example.com": LOGIN,
    "smtps://bot:hunter2%0D%0AMAIL@mail.example.com": LOGIN,
    "smtp://bot:hunter2@mail.example.com": CLEAR,
    "smtp://bot:hunter2@10.0.0.1": CLEAR,
}


@pytest.mark.parametrize(("url", "said"), UNUSABLE.items())
def test_an_unusable_mail_server_is_told_without_its_secrets(url: str, said: str) -> None:
    with pytest.raises(ConfigError) as raised:
        Environment.read({"SMTP_URL": url})
    assert str(raised.value) == f"environment: SMTP_URL {said}"


def test_no_secret_of_a_mail_server_shows() -> None:
    assert "hunter2" not in repr(mail_server("smtps://bot:hunter2@mail.example.com"))
