"""Files that people read become the e-mail addresses in them that are none of the team's, each with its line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Final
from urllib.parse import unquote

from bot.check.findings import Finding
from bot.config import Config
from bot.mail.envelope import domain_of
from bot.mail.mentions import ADDRESS, plain
from bot.settings.models import Mailing

FOLDERS: Final = ("email", "issue", "merge_request", "project")
SETTINGS: Final = "where.yml"
"""The settings that name mailboxes besides site.yml."""
NOBODYS: Final = (".example", "example.com", "example.org", "example.net")
"""What stands for an address and reaches nobody (RFC 2606)."""


def look_at_addresses(config: Config, directories: Iterable[Path]) -> Iterator[Finding]:
    """Every address in a template, or in where.yml, that is none of those that `mail` of site.yml allows."""
    files = [*_templates(directories), config.directory / SETTINGS]
    strange = [finding for path in files if path.is_file() for finding in _strange(config.site.mail, path)]
    yield from strange or [Finding("ok", f"addresses in {len(files)} templates and settings")]


def _templates(directories: Iterable[Path]) -> list[Path]:
    """Each template once; an earlier directory wins, as it does for the renderer."""
    first: dict[Path, Path] = {}
    for directory in directories:
        for path in sorted(path for folder in FOLDERS for path in (directory / folder).rglob("*") if path.is_file()):
            first.setdefault(path.relative_to(directory), path)
    return [*first.values()]


def _strange(mail: Mailing, path: Path) -> Iterator[Finding]:
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        for address in ADDRESS.findall(plain(unquote(line))):
            if not _is_ours(mail, address):
                allowed = ", ".join(_allowed(mail)) or "mail.mailboxes in site.yml, which names none"
                advice = f"{path}:{number}: {address!r} is no address of the team's; use one of {allowed}"
                yield Finding("fail", "address", advice)


def _allowed(mail: Mailing) -> Mapping[str, None]:
    """The mailboxes and the sender; where no mailbox is named, any address of the team's own domains."""
    named = (*mail.mailboxes, mail.sender.address) if mail.mailboxes else mail.internal_domains
    return dict.fromkeys(filter(None, named))


def _is_ours(mail: Mailing, address: str) -> bool:
    domain = domain_of(address)
    if not domain or domain.endswith(NOBODYS):
        return True
    return (address.casefold() if mail.mailboxes else domain) in map(str.casefold, _allowed(mail))
