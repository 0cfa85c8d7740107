"""site.yml becomes what every letter of the team has in common: who sends, where it may point, what is our own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.registry import Track
from bot.errors import AskAPerson
from bot.mail.envelope import Address, plain_domain
from bot.settings.models import SiteSettings

LINKS: Final = {
    "badge_psp": "mail.links.badge.psp",
    "badge_ctp": "mail.links.badge.ctp",
    "press_release": "mail.links.press_release",
    "social_kit": "mail.links.social_kit",
    "community": "mail.links.community",
    "locator": "mail.links.locator",
}
"""Placeholder -> key of site.yml."""
LOGO: Final = "logo"
"""The placeholder of the one link that depends on the partner's track."""


@dataclass(frozen=True, slots=True)
class House:
    """The team as a sender. Domains and hosts are written as the domain name system does."""

    sender: Address
    internal_domains: frozenset[str]
    public_hosts: frozenset[str]
    internal_paths: tuple[str, ...]
    """Full paths of groups and projects; no link may lead there, whatever its host."""
    links: Mapping[str, str]
    """By placeholder; an empty text where site.yml has none."""
    logos: Mapping[Track, str]
    """Where each track finds its logos, the placeholder `logo`; an empty text where site.yml has none."""

    def links_for(self, track: Track) -> Mapping[str, str]:
        """Those that a partner of that track may follow, by placeholder."""
        return {**self.links, LOGO: self.logos[track]}

    @classmethod
    def of(cls, site: SiteSettings) -> House:
        """Raises AskAPerson when site.yml does not say who sends."""
        mail, links = site.mail, site.mail.links
        if not mail.sender.address:
            raise AskAPerson("site.yml does not say who sends mails; fill in 'mail.sender' with a name and an address")
        given = (
            links.badge.psp,
            links.badge.ctp,
            links.press_release,
            links.social_kit,
            links.community,
            links.locator,
        )
        return cls(
            sender=Address(mail.sender.name, mail.sender.address),
            internal_domains=frozenset(map(plain_domain, mail.internal_domains)),
            public_hosts=frozenset(map(plain_domain, mail.public_hosts)),
            internal_paths=(site.groups.channel, site.groups.partners, site.groups.team, *site.projects.values()),
            links=dict(zip(LINKS, given, strict=True)),
            logos={Track.SELECT: links.logo.select, Track.OPEN: links.logo.open},
        )
