"""Configuration, environment and a database become the bot's parts, each put together once and handed what it needs."""

from __future__ import annotations

import random
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.accounts import Accounts
from bot.apply import Apply
from bot.audit import Audit
from bot.config import Config
from bot.digests import Digests
from bot.dispatch import Dispatcher
from bot.domain.facts import Site, Tier
from bot.domain.marks import Marker
from bot.domain.reminding import Cadence
from bot.domain.workdays import Workdays
from bot.environ import Environment
from bot.errors import BotError, TryLater
from bot.gateway import Gateway
from bot.inbox import DEFAULT_TIMING, Inbox, Timing
from bot.looks import Looks
from bot.memory import Memory
from bot.notices import Notices
from bot.ownnotes import OwnNotes
from bot.pace import Pace, Rate
from bot.radius import Limits
from bot.reach import Doorbell
from bot.registry.opening import open_registries, open_roles
from bot.registry.roles import Roles
from bot.reminders import Reminders
from bot.render import Renderer, template_dirs
from bot.report import Reports
from bot.requested import Requested
from bot.rules import Rules
from bot.snapshot import AT_HOME, Snapshot
from bot.status import StatusComments
from bot.store.database import Database
from bot.survey import Surveyor
from bot.sweep import Sweeper
from bot.talk.conversation import Conversation
from bot.talk.heard import Hearing
from bot.talk.listening import Listener
from bot.trust import Trust
from bot.windowmarks import WindowMarks
from bot.wording import Wording
from bot.worker import Worker

STRANGERS = "strangers"
BUCKETS = {"note": "notes", STRANGERS: "strangers"}
"""What is counted in which bucket: all comments, and those that answer people outside the team."""


@dataclass(frozen=True, slots=True)
class Bot:
    """The parts that share one database and one GitLab."""

    config: Config
    site: Site
    gateway: Gateway
    rules: Rules
    snapshot: Snapshot
    inbox: Inbox
    audit: Audit
    apply: Apply
    sweeper: Sweeper
    worker: Worker

    def dispatcher(self, owner: str, threads: int = 4) -> Dispatcher:
        self.warm_up()
        return Dispatcher(self.inbox, self.worker, owner=owner, threads=threads)

    def warm_up(self) -> None:
        """Ask what hardly changes, so that no event has to wait for it; when GitLab is away, the events will ask."""
        with suppress(BotError):
            self.snapshot.guards.guard(self.gateway.project(self.site.home).id, AT_HOME)


def build(
    config: Config,
    environment: Environment,
    database: Database,
    *,
    day: date | None = None,
    timing: Timing = DEFAULT_TIMING,
) -> Bot:
    """Put the bot together. Raises ConfigError for a missing variable, AskAPerson when GitLab refuses the token.

    `day` is the day to decide for instead of today.
    """
    inbox, memory, audit = Inbox(database, timing), Memory(database), Audit(database)
    gateway = Gateway.connect(
        config.site.gitlab.url,
        environment.require("GITLAB_TOKEN"),
        before_write=partial(paced, inbox, Pace(database), notes_rate(config.site.notes_per_minute)),
        observe=partial(observed, inbox, Doorbell(database)),
    )
    site = site_of(config, gateway)
    rules = Rules(config.settings)
    marker = Marker(environment.require("MARK_KEY").encode())
    wording = Wording(Renderer(template_dirs()), config.handbook, config.site.rules_url)
    accounts = Accounts(gateway)
    marks = WindowMarks(marker, site.group_id)
    former = frozenset(config.site.gitlab.former_bots)
    own_notes = OwnNotes(gateway, marker, site.bot, former)
    status = StatusComments(gateway, memory, wording, own_notes, config.site.adopt_from)
    reports = Reports(gateway, marker, wording, site, config.site.operator)
    own = former_ids(gateway, former) | {site.bot.id}
    trust = Trust(gateway, config.site.groups.team, config.site.staff_groups, config.site.bots, own)
    reminders = Reminders(gateway, memory, wording, own_notes, accounts, cadence_of(config), config.site.adopt_from)
    apply = Apply(gateway, status, reminders, trust.staff_only, reports, wording, marks, dry_run=config.site.dry_run)
    registries = open_registries(config, gateway, database, marker, reports)
    roles = open_roles(config, gateway, registries)
    snapshot = Snapshot(gateway, accounts, rules, site, config.tz, marks, trust, registries.current, day)
    looks = Looks(memory, inbox, rules, accounts)
    deaf_to = former | frozenset(config.site.bots)
    listener = Listener(gateway, marker, site.bot.username, deaf_to, config.tz, partial(is_stranger, roles))
    held_back = partial(paced, inbox, Pace(database), strangers_rate(config.site.notes_per_minute), STRANGERS)
    conversation = Conversation(
        gateway, marker, Hearing(database), listener, rules, snapshot, apply, roles, config.commands, held_back
    )
    digests = Digests(snapshot, rules, memory, Notices(memory, inbox, reports, apply.dry_run), trust.staff_only)
    surveyor = Surveyor(snapshot, rules, apply, memory, looks, conversation, config.site.adopt_from)
    sweeper = sweeper_of(config, inbox, surveyor, digests)
    worker = Worker(snapshot, rules, apply, audit, inbox, sweeper, looks, conversation, registries, digests)
    return Bot(config, site, gateway, rules, snapshot, inbox, audit, apply, sweeper, worker)


def cadence_of(config: Config) -> Cadence:
    wanted = config.site.reminders
    return Cadence(wanted.repeat_after, wanted.most, wanted.enabled)


def sweeper_of(config: Config, inbox: Inbox, surveyor: Surveyor, digests: Digests) -> Sweeper:
    radius = config.site.blast_radius
    limits = Limits(radius.most, radius.share, radius.of_at_least)
    has_registry = bool(config.site.registry.project)
    return Sweeper(inbox, Requested(inbox), surveyor, limits, digests, has_registry)


def former_ids(gateway: Gateway, names: Iterable[str]) -> frozenset[int]:
    """The accounts under which the bot worked before; one that GitLab knows no longer did nothing that still counts."""
    found = (gateway.user(name) for name in names)
    return frozenset(person.id for person in found if person)


def notes_rate(per_minute: int) -> Rate:
    """Half of the allowance may go out at once, the rest is spread: no minute ever holds more than `per_minute`."""
    burst = max(per_minute // 2, 1)
    return Rate(max(per_minute - burst, 1), burst)


def strangers_rate(per_minute: int) -> Rate:
    """A quarter of the allowance: whoever is not of the team never keeps the team waiting for long."""
    return Rate(max(per_minute // 4, 1), max(per_minute // 8, 1))


def is_stranger(roles: Roles, person_id: int) -> bool:
    """Whether somebody is not of the team, as known for some seconds: asked of every comment, it must cost nothing."""
    return person_id not in roles.team_ids()


def paced(inbox: Inbox, pace: Pace, rate: Rate, kind: str) -> None:
    """Before a comment is written: raise TryLater when all processes together have written enough of them for now.

    Those who wait come back one after the other, so that each is read again about once and not every few seconds.
    """
    wait = pace.take(BUCKETS[kind], rate) if kind in BUCKETS else 0.0
    if wait:
        queue = rate.step * inbox.pending()
        raise TryLater("enough comments for this minute", wait + random.uniform(0, queue))  # noqa: S311 - jitter


def observed(inbox: Inbox, doorbell: Doorbell, method: str, _path: str, status: int) -> None:
    """After a call to GitLab: count it, and let the receiver know whether GitLab can be reached."""
    inbox.count("gitlab_calls_total", method=method, status=str(status))
    doorbell.heard(status)


def site_of(config: Config, gateway: Gateway) -> Site:
    """What rules need to know of this GitLab; the bot's own account is whatever `GET /user` says."""
    groups, projects = config.site.groups, config.site.projects
    return Site(
        bot=gateway.me(),
        group=groups.channel,
        group_id=gateway.group(groups.channel).id,
        home=projects["channels"],
        projects=tuple(dict.fromkeys(projects.values())),
        labels=config.labels,
        tier=Tier(config.site.gitlab.tier),
        partners=groups.partners,
        workdays=Workdays(frozenset(config.site.holidays)),
    )
