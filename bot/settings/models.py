"""What each configuration file may hold: values that are checked one by one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, Final
from urllib.parse import urljoin
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from bot.domain.facts import Tier
from bot.domain.reminding import Cadence
from bot.environ import web_address_trouble
from bot.settings.section import Section

RULES_URL: Final = (
    "https://about.gitlab.com/handbook/sales/channel/channel-programs-ops/#channels-groups-projects-and-labels"
)
RULE_FAMILIES: Final = MappingProxyType(
    {
        "GL": 20, "PF": 10, "CT": 18, "TC": 2, "AW": 13, "RA": 3, "NF": 14, "AR": 2, "PH": 14,
        "CO": 10, "NL": 14, "KT": 3, "SU": 3, "MK": 3, "PS": 7, "CJ": 4, "AL": 6,
    }
)  # fmt: skip
"""How many rules of each family the handbook has; they are numbered from 01."""


def web_address(value: str) -> str:
    if what := web_address_trouble(value):
        raise ValueError(f"{value!r} {what}")
    return value


def full_path(value: str) -> str:
    if not re.fullmatch(r"\w[\w.\-]*(/\w[\w.\-]*)*", value, re.ASCII):
        raise ValueError(f"{value!r} is no full path; copy it from GitLab's address bar, like gitlab-com/channel")
    return value


def path_or_nothing(value: str) -> str:
    return value and full_path(value)


def text_of_nothing(value: object) -> object:
    """A key that is left empty."""
    return "" if value is None else value


def time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, KeyError, OSError):
        raise ValueError(f"{value!r} is no time zone; write a name like America/Denver or UTC") from None
    return value


def with_channels(value: Mapping[str, str]) -> Mapping[str, str]:
    if "channels" not in value:
        raise ValueError("missing key 'channels'; add it with the full path of the Channels project")
    return value


def rule_id(value: str) -> str:
    family, dash, number = value.partition("-")
    if not dash or not re.fullmatch(r"[A-Z]{2}", family) or not re.fullmatch(r"[0-9]{2}", number):
        raise ValueError("this is no rule id; write two capitals, a dash and two digits, like GL-05")
    if not 1 <= int(number) <= RULE_FAMILIES.get(family, 0):
        raise ValueError(f"the handbook has no rule of this id; its families are {', '.join(RULE_FAMILIES)}")
    return value


def family_or_rule(value: str) -> str:
    if value in RULE_FAMILIES:
        return value
    if not re.fullmatch(r"[A-Z]{2}-[0-9]{2}", value):
        raise ValueError(f"this is no family of rules ({', '.join(RULE_FAMILIES)}) and no rule id; write NF or NF-05")
    return rule_id(value)


def place_in_rules(value: str) -> str:
    if not re.fullmatch(r"[#/]\S+|https?://\S+", value):
        seen = repr(value) if value else "nothing (YAML takes # for a comment)"
        raise ValueError(f"{seen} is no place; write '#heading' in quotes, /page/#heading or a whole address")
    return value if value[0] in "#/" else web_address(value)


def mail_address(value: str) -> str:
    if value and not re.fullmatch(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(\.[\w-]+)+", value):
        raise ValueError(f"{value!r} is no e-mail address; write it like partners@example.com")
    return value


def domain(value: str) -> str:
    if not re.fullmatch(r"[\w-]+(\.[\w-]+)+", value):
        raise ValueError(f"{value!r} is no domain; write it like partners.example.com, without https:// and path")
    return value


def public_link(value: str) -> str:
    if value and not web_address(value).startswith("https://"):
        raise ValueError(f"{value!r} does not begin with https://; partners open no other links")
    return value


WebAddress = Annotated[str, AfterValidator(web_address)]
FullPath = Annotated[str, AfterValidator(full_path)]
PathOrNothing = Annotated[str, BeforeValidator(text_of_nothing), AfterValidator(path_or_nothing)]
RuleId = Annotated[str, AfterValidator(rule_id)]
FamilyOrRule = Annotated[str, AfterValidator(family_or_rule)]
PlaceInRules = Annotated[str, BeforeValidator(text_of_nothing), AfterValidator(place_in_rules)]
MailAddress = Annotated[str, AfterValidator(mail_address)]
Domain = Annotated[str, AfterValidator(domain)]
PublicLink = Annotated[str, AfterValidator(public_link)]


class Gitlab(Section):
    """The GitLab that the bot works on."""

    url: WebAddress
    """Its address; the variable GITLAB_URL wins."""
    tier: Tier = Tier.PREMIUM
    """The plan the group pays for; it decides which fields exist."""
    former_bots: tuple[str, ...] = ()
    """User names under which the bot worked before; its old marks still count."""


class Groups(Section):
    """Full paths of the groups, by role."""

    channel: FullPath
    """Holds the labels and milestones."""
    partners: FullPath
    """Holds a folder for each partner."""
    team: FullPath
    """Its members may give the bot orders."""
    epics: PathOrNothing = ""
    """Where epics are that cross teams; empty: in `channel`."""
    practice: PathOrNothing = ""
    """Where Professional Services develops with partners; empty: nobody looks at who is let in there."""


class RegistrySource(Section):
    """Where the registry of people, roles, regions and partners is kept."""

    project: PathOrNothing = ""
    """Full path of its private project; empty: the folder `registry` beside site.yml is the registry."""
    branch: Annotated[str, Field(min_length=1)] = "main"
    """Its newest commit counts. The bot proposes to the project's default branch, so this should be the one."""


class Reminding(Section):
    """How often people are reminded of what stays open; when the first reminder comes is the rule's to say."""

    enabled: bool = True
    repeat_after: Annotated[int, Field(ge=1)] = 5
    """Business days from one reminder to the next."""
    most: Annotated[int, Field(ge=1)] = 3
    """Reminders of one thing in all; then only the digest speaks of it."""

    @property
    def cadence(self) -> Cadence:
        return Cadence(self.repeat_after, self.most, self.enabled)


class BlastRadius(Section):
    """How much one sweep may change before it stops and asks."""

    most: Annotated[int, Field(ge=0)] = 200
    """Issues, or milestones, that a sweep may change by itself."""
    share: Annotated[float, Field(ge=0, le=1)] = 0.5
    """The part of the issues it sees that it may change by itself, where it sees at least `from`."""
    of_at_least: Annotated[int, Field(ge=1, alias="from")] = 100
    """Among fewer issues than this the share says nothing."""


class Sender(Section):
    """Who mails come from."""

    name: str = ""
    address: MailAddress = ""


class Badges(Section):
    """Where a partner finds the graphics of each badge."""

    psp: PublicLink = ""
    ctp: PublicLink = ""


class Logos(Section):
    """Where a partner finds the logos of its track; none other gets the Select logo."""

    select: PublicLink = ""
    open: PublicLink = ""


class MailLinks(Section):
    """The public pages that mails point to."""

    badge: Badges = Badges()
    logo: Logos = Logos()
    press_release: PublicLink = ""
    social_kit: PublicLink = ""
    community: PublicLink = ""
    locator: PublicLink = ""


class Mailing(Section):
    """Mails to partners: who sends them and where they may point. What is left empty is asked for when it is needed."""

    sender: Sender = Sender()
    internal_domains: tuple[Domain, ...] = ()
    """The team's own: senders, those who get a copy, and addresses named in the text."""
    mailboxes: tuple[MailAddress, ...] = ()
    """Those that templates may name, besides the sender; empty: any of the team's own domains."""
    public_hosts: tuple[Domain, ...] = ()
    """Every link leads to one of these hosts."""
    links: MailLinks = MailLinks()


class SiteSettings(Section):
    """site.yml: which GitLab, which groups and projects, and how careful to be."""

    timezone: Annotated[str, AfterValidator(time_zone)]
    """The time zone in which a day begins and ends."""
    dry_run: bool = True
    """While true nothing is written to GitLab, whatever a command is told."""
    gitlab: Gitlab
    groups: Groups
    projects: Annotated[Mapping[str, FullPath], AfterValidator(with_channels)]
    """Full paths of the projects, by role; `channels` is the project whose issues the rules are about."""
    registry: RegistrySource = RegistrySource()
    rules_url: WebAddress = RULES_URL
    """Where comments link to when a rule has no link of its own."""
    rules_links: Mapping[FamilyOrRule, PlaceInRules] = Field(default_factory=dict)
    """Where a family of rules (`NF`) or one rule (`NL-05`) is read: `#heading`, `/page/#heading` or a whole address."""
    operator: str = ""
    """Who looks after the bot: the handle that is DRI of the issues in which it asks for a decision; empty: nobody."""
    adopt_from: date | None = None
    """Issues created before this day get no comments of their own; empty: all do."""
    staff_groups: tuple[FullPath, ...] = ()
    """Groups whose direct members, and those of roles' groups below, may read what is internal; empty: groups.team."""
    bots: tuple[str, ...] = ()
    """User names of accounts that are no people, besides the bot's own; their rights and eyes are nobody's."""
    reminders: Reminding = Reminding()
    blast_radius: BlastRadius = BlastRadius()
    mail: Mailing = Mailing()
    holidays: tuple[date, ...] = ()
    """Days from Monday to Friday on which nobody works."""
    notes_per_minute: Annotated[int, Field(ge=1)] = 60
    """How many comments a minute the GitLab takes."""

    def link(self, rule: str) -> str:
        """Where to read a rule of this id: its own place, else that of its family, else rules_url."""
        place = self.rules_links.get(rule) or self.rules_links.get(rule.partition("-")[0], "")
        return urljoin(self.rules_url, place)


class Kind(StrEnum):
    """What carries a rule: judgement, a template that people fill in, settings alone, or nothing in the bot's reach."""

    HANDLER = "handler"
    TEMPLATE = "template"
    CONFIG = "config"
    OUT_OF_REACH = "out-of-reach"


class Rule(Section):
    """One rule of the handbook: what it says in our words, and where to read it."""

    says: Annotated[str, Field(min_length=1, max_length=160)]
    """One sentence of at most 160 characters."""
    link: WebAddress = ""
    """Empty: what site.yml says of its family."""
    kind: Kind = Kind.HANDLER
    """What carries it."""
    by: str = ""
    """The template, the settings or the system that does, where no handler does."""
    reason: str = ""
    """Why no handler does."""

    @model_validator(mode="after")
    def is_accounted_for(self) -> Rule:
        """Where no handler carries a rule, the table of rules says what does, and why."""
        if self.kind is Kind.HANDLER and (self.by or self.reason):
            raise ValueError("kind is missing beside 'by' and 'reason'; write template, config or out-of-reach")
        if self.kind is not Kind.HANDLER and not (self.by and self.reason):
            raise ValueError(
                f"kind {self.kind.value} needs 'by', what carries the rule, and 'reason', why no handler does"
            )
        return self


Commands = dict[str, tuple[str, ...]]
"""commands.yml: who may give each command: `everyone`, `team`, roles of the registry; not listed: the team."""
