"""The process's environment variables become one frozen record whose secrets never show."""

from __future__ import annotations

import os
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from bot.errors import ConfigError

DATABASE_URL: Final = "sqlite:///var/channel-bot.db"
SIGNING_PREFIX: Final = "whsec_"
SIGNING_BYTES: Final = 32

WHERE_FROM: Final = {
    "GITLAB_URL": "the address of your GitLab, like https://gitlab.example.com",
    "GITLAB_TOKEN": "an access token of the bot's service account, scope api (in GitLab: Settings > Access tokens)",
    "GITLAB_OWNER_TOKEN": "an Owner's access token, scope api, used only to provision groups, members, hooks and files",
    "MARK_KEY": "a long random text that signs the bot's marks, the same for all its processes: `openssl rand -hex 32`",
    "WEBHOOK_SECRET": "a long random text that GitLab sends with each webhook; `channel-bot setup` puts it there",
    "WEBHOOK_SIGNING_TOKEN": "the webhook's signing token (GitLab: Settings > Webhooks), whsec_ and what follows",
    "BOT_URL": "the address under which GitLab reaches the bot, like https://bot.example.com",
    "BOT_TOKEN": "a long random text that may ask the bot for a sweep: `openssl rand -hex 32`",
    "DATABASE_URL": f"where the bot remembers what it accepted, like {DATABASE_URL}",
    "SMTP_URL": "the mail server, like smtp://user:password@mail.example.com:587?starttls=1",
    "CHANNEL_BOT_CONFIG": "the directory that holds site.yml, labels.yml and the handlers' files",
}
"""What to set each variable to; its keys are the variables the bot reads."""


@dataclass(frozen=True, slots=True)
class Environment:
    """Every variable the bot reads, an empty text where it is not set; `repr` shows only what is no secret."""

    gitlab_url: str = ""
    gitlab_token: str = field(default="", repr=False)
    gitlab_owner_token: str = field(default="", repr=False)
    mark_key: str = field(default="", repr=False)
    webhook_secret: str = field(default="", repr=False)
    webhook_signing_token: str = field(default="", repr=False)
    """One or several signing tokens with spaces between, as written."""
    bot_url: str = ""
    bot_token: str = field(default="", repr=False)
    database_url: str = field(default=DATABASE_URL, repr=False)
    smtp_url: str = field(default="", repr=False)
    channel_bot_config: str = ""

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Environment:
        """Read and check the variables; ConfigError lists every unusable one without its value."""
        values = {name: environ.get(name, "").strip() for name in WHERE_FROM}
        troubles = {name: trouble(name, value) for name, value in values.items() if value}
        wrong = [f"environment: {name} {what}" for name, what in troubles.items() if what]
        if wrong:
            raise ConfigError("\n".join(wrong))
        return cls(**{name.lower(): value for name, value in values.items() if value})

    def require(self, name: str) -> str:
        """The value of a variable that this command cannot do without; ConfigError says what to set."""
        value: str = getattr(self, name.lower())
        if not value:
            raise ConfigError(f"environment: {name} is not set; set it to {WHERE_FROM[name]}")
        return value


def trouble(name: str, value: str) -> str:
    """Why a value cannot be used, or an empty text; never contains the value."""
    match name:
        case "GITLAB_URL" | "BOT_URL":
            return web_address_trouble(value)
        case "WEBHOOK_SIGNING_TOKEN":
            return signing_trouble(value)
        case "SMTP_URL":
            return mail_server_trouble(value)
        case "GITLAB_TOKEN" | "GITLAB_OWNER_TOKEN" | "BOT_TOKEN" | "WEBHOOK_SECRET":
            usable = value.isascii() and value.isprintable() and " " not in value
            return "" if usable else "has a space, a line break or a letter that no header can carry; copy it once more"
        case _:
            return ""


def web_address_trouble(value: str) -> str:
    """Why `value` is no address of a web server, or an empty text; links with a path and a fragment are fine."""
    try:
        parts = urlsplit(value)
        usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        usable = False
    if not usable or not value.isprintable() or " " in value:
        return "is no web address; write it like https://gitlab.example.com"
    if "@" in parts.netloc:
        return "carries a user name or password; write the address without it"
    return ""


def signing_trouble(value: str) -> str:
    for number, token in enumerate(value.split(), start=1):
        try:
            signing_key(token)
        except ValueError as error:
            return f"cannot be used: token {number} {error}; copy it from the webhook's page again"
    return ""


def signing_key(token: str) -> bytes:
    """The 32 bytes of a `whsec_` token (Standard Webhooks); ValueError says what is wrong, without the token."""
    if not token.startswith(SIGNING_PREFIX):
        raise ValueError(f"does not begin with {SIGNING_PREFIX}")
    try:
        key = b64decode(token.removeprefix(SIGNING_PREFIX), validate=True)
    except (NotBase64, ValueError):
        raise ValueError(f"is not base64 after {SIGNING_PREFIX}") from None
    if len(key) != SIGNING_BYTES:
        raise ValueError(f"holds {len(key)} bytes instead of {SIGNING_BYTES}")
    return key


class Wrap(StrEnum):
    """How the talk with a mail server is kept secret."""

    NONE = "smtp"
    STARTTLS = "starttls"
    TLS = "smtps"


PORTS: Final = {Wrap.NONE: 25, Wrap.STARTTLS: 587, Wrap.TLS: 465}


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mail is handed in; without a user nobody logs in."""

    host: str
    port: int
    wrap: Wrap
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def mail_server_trouble(value: str) -> str:
    try:
        mail_server(value)
    except ValueError as error:
        return str(error)
    return ""


def mail_server(value: str) -> MailServer:
    """The server that SMTP_URL names; ValueError says what is wrong with it, without its secrets."""
    try:
        parts = urlsplit(value)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or parts.scheme not in {"smtp", "smtps"} or parts.path not in {"", "/"} or parts.fragment:
        raise ValueError(f"is no mail server; write it {WHERE_FROM['SMTP_URL'].partition(', ')[2]}")
    wrap = _wrap(parts)
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if not (user + password).isascii() or not (user + password).isprintable() or bool(user) != bool(password):
        raise ValueError("needs a user and a password, or neither, in plain letters; write others like %40 for @")
    if user and wrap is Wrap.NONE and not is_here(host):
        raise ValueError("would send the password in the clear; add ?starttls=1, or write smtps://")
    return MailServer(host, port or PORTS[wrap], wrap, user, password)


def is_here(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def _wrap(parts: SplitResult) -> Wrap:
    match parts.scheme, parse_qsl(parts.query, keep_blank_values=True):
        case "smtps", []:
            return Wrap.TLS
        case "smtp", [] | [("starttls", "0")]:
            return Wrap.NONE
        case "smtp", [("starttls", "1")]:
            return Wrap.STARTTLS
        case _:
            raise ValueError("ends in something unknown; only smtp:// has an option, ?starttls=1 or ?starttls=0")
