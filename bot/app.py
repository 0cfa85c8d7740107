"""Configuration, environment and a database become the bot's parts, each put together once and handed what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import partial

from bot.accounts import Accounts
from bot.apply import Apply
from bot.audit import Audit
from bot.config import Config
from bot.dispatch import Dispatcher
from bot.domain.facts import Site
from bot.domain.reminding import Cadence
from bot.environ import Environment
from bot.epics import EpicReader
from bot.errors import BotError
from bot.gateway import Gateway
from bot.ground import Ground, ground
from bot.inbox import DEFAULT_TIMING, Inbox, Timing
from bot.looks import Looks
from bot.opening import Opener
from bot.pace import Pace
from bot.pacing import STRANGERS, paced, strangers_rate
from bot.partnering import Partnering, letters_on, partnering
from bot.practice.reader import PracticeReader
from bot.registry.opening import open_registries, open_roles
from bot.registry.registries import Registries
from bot.registry.roles import Roles, role_groups
from bot.rest.waiting import SHORTLY, Waiting
from bot.rules import Rules
from bot.snapshot import AT_HOME, Snapshot
from bot.store.database import Database
from bot.sweep import Sweeper
from bot.sweeps.digests import Digests
from bot.sweeps.inspection import Inspection
from bot.sweeps.notices import Notices
from bot.sweeps.orphans import Orphans
from bot.sweeps.radius import Limits
from bot.sweeps.requested import Requested
from bot.sweeps.rota import Rota
from bot.sweeps.survey import Surveyor
from bot.talk.conversation import Conversation
from bot.talk.heard import Hearing
from bot.talk.listening import Listener
from bot.templated.cases import Series, TemplatedCases
from bot.templated.letters import CaseLetters
from bot.templated.pauses import Pauses
from bot.templated.recurring import TemplatedReader
from bot.templated.tidings import Tidings
from bot.trust import Trust
from bot.voice.ownnotes import OwnNotes
from bot.voice.reminders import Reminders
from bot.voice.report import Reports
from bot.voice.status import StatusComments
from bot.voice.windowmarks import WindowMarks
from bot.worker import Worker


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


@dataclass(frozen=True, slots=True)
class Parts:
    """What reading and granting stand on, and others too."""

    accounts: Accounts
    trust: Trust
    staff_only: Callable[[], bool]
    reports: Reports
    registries: Registries
    roles: Roles
    partners: Partnering


def build(
    config: Config,
    environment: Environment,
    database: Database,
    *,
    day: date | None = None,
    timing: Timing = DEFAULT_TIMING,
    waiting: Waiting = SHORTLY,
) -> Bot:
    """Put the bot together. Raises ConfigError for a missing variable, AskAPerson when GitLab refuses the token.

    `day` is the day to decide for instead of today; `waiting` says how long a read may wait for a busy GitLab.
    """
    on = ground(config, environment, database, timing, waiting)
    accounts = Accounts(on.gateway)
    trust = trust_on(on, lambda: role_groups(registries.current()))
    staff_only = partial(is_staffs, on, trust)
    marks = WindowMarks(on.marker, on.site.group_id)
    reports = Reports(on.gateway, on.marker, on.wording, on.site, on.memory, config.site.operator)
    registries = open_registries(config, on.gateway, database, on.marker, reports, staff_only=staff_only)
    roles = open_roles(config, on.gateway, registries)
    today = lambda: day or on.gateway.now().astimezone(config.tz).date()  # noqa: E731
    opener = Opener(on.gateway, on.marker, on.wording.renderer, on.site, today, on.memory, on.own)
    templated = TemplatedCases(Series(on.wording.renderer), opener.key_of, CaseLetters(letters_on(on)))
    partners = partnering(
        on,
        environment,
        registries,
        roles,
        reports,
        opener=opener,
        templated=templated,
        outside=trust.outside,
        staff_only=staff_only,
    )
    apply = apply_on(on, accounts, trust, marks, reports=reports, partners=partners, opener=opener)
    parts = Parts(accounts, trust, staff_only, reports, registries, roles, partners)
    resumed, tidings = Pauses(on.memory).resumed, Tidings(on.memory)
    reader = TemplatedReader(on.gateway, templated, opener.remembered, roles.in_team, resumed, tidings)
    return bot_on(on, parts, snapshot_on(on, parts, marks, opener, reader, day), apply)


def snapshot_on(  # noqa: PLR0917 - each is what its name says
    on: Ground, parts: Parts, marks: WindowMarks, opener: Opener, reader: TemplatedReader, day: date | None
) -> Snapshot:
    """What reads facts."""
    return Snapshot(
        gateway=on.gateway,
        accounts=parts.accounts,
        rules=on.rules,
        site=on.site,
        zone=on.config.tz,
        marks=marks,
        guards=parts.trust,
        registry=parts.registries.current,
        partners=parts.partners.reader,
        templated=reader,
        openings=opener,
        epics=EpicReader(on.gateway, on.site),
        practices=PracticeReader(on.gateway, on.owner, parts.partners.reader.staff, parts.partners.reader.holders),
        day=day,
    )


def bot_on(on: Ground, parts: Parts, snapshot: Snapshot, apply: Apply) -> Bot:
    """What reads and what grants, with what works and sweeps by them."""
    config, partners = on.config, parts.partners
    looks = Looks(on.memory, on.inbox, on.rules, parts.accounts, config.labels.base.name, on.own)
    conversation = conversation_on(on, snapshot, apply, parts.roles)
    notices = Notices(on.memory, on.inbox, parts.reports, parts.staff_only, apply.dry_run)
    digests = Digests(snapshot, on.rules, on.memory, notices, parts.trust.staff_only)
    surveyor = Surveyor(snapshot, on.rules, apply, on.memory, looks, conversation, config.site.adopt_from)
    is_on = lambda: any(one.questions("decide_recurring") for one, _ in on.rules.enabled)  # noqa: E731
    rota = Rota(on.memory, on.site, Pauses(on.memory), lambda: on.rules.fingerprint, is_on)
    inspection = Inspection(on.memory, on.site, lambda: on.rules.fingerprint)
    sweeper = sweeper_on(on, surveyor, digests, partners, rota=rota, inspection=inspection)
    audit = Audit(on.database)
    worker = Worker(
        snapshot=snapshot,
        rules=on.rules,
        apply=apply,
        audit=audit,
        inbox=on.inbox,
        sweeps=sweeper,
        looks=looks,
        conversation=conversation,
        registries=parts.registries,
        digests=digests,
        daily=partners.daily,
        rota=rota,
        inspection=inspection,
    )
    return Bot(config, on.site, on.gateway, on.rules, snapshot, on.inbox, audit, apply, sweeper, worker)


def trust_on(on: Ground, roles: Callable[[], Iterable[str]]) -> Trust:
    """What tells whom to believe; `roles` gives the groups of all roles."""
    site = on.config.site
    return Trust(on.gateway, site.groups.team, site.staff_groups, site.bots, on.own, roles=roles)


def is_staffs(on: Ground, trust: Trust) -> bool:
    """Whether nobody but staff reads the Channels project, where the bot reports."""
    return trust.staff_only(on.gateway.project(on.site.home).id)


def apply_on(
    on: Ground,
    accounts: Accounts,
    trust: Trust,
    marks: WindowMarks,
    *,
    reports: Reports,
    partners: Partnering,
    opener: Opener,
) -> Apply:
    """What grants plans, and says what is left to people."""
    site, wanted = on.config.site, on.config.site.reminders
    own_notes = OwnNotes(on.gateway, on.marker, on.site.bot, on.former)
    cadence = Cadence(wanted.repeat_after, wanted.most, wanted.enabled)
    return Apply(
        gateway=on.gateway,
        status=StatusComments(on.gateway, on.memory, on.wording, own_notes, site.adopt_from),
        reminders=Reminders(on.gateway, on.memory, on.wording, own_notes, accounts, cadence, site.adopt_from),
        staff_only=trust.staff_only,
        reports=reports,
        wording=on.wording,
        marks=marks,
        partners=partners.granting,
        requests=partners.requests,
        post=partners.post,
        openings=opener,
        dry_run=site.dry_run,
    )


def conversation_on(on: Ground, snapshot: Snapshot, apply: Apply, roles: Roles) -> Conversation:
    """What hears and answers people."""
    deaf_to, name = on.former | frozenset(on.config.site.bots), on.site.bot.username
    listener = Listener(on.gateway, on.marker, name, deaf_to, on.config.tz, partial(is_stranger, roles))
    pace = paced(on.inbox, Pace(on.database), strangers_rate(on.config.site.notes_per_minute))
    return Conversation(
        gateway=on.gateway,
        marker=on.marker,
        hearing=Hearing(on.database),
        listener=listener,
        rules=on.rules,
        snapshot=snapshot,
        apply=apply,
        roles=roles,
        may=on.config.commands,
        before_strangers=partial(pace, STRANGERS),
    )


def is_stranger(roles: Roles, person_id: int) -> bool:
    """Whether somebody is not of the team, as known for some seconds: asked of every comment, it must cost nothing."""
    return not roles.in_team(person_id)


def sweeper_on(
    on: Ground, surveyor: Surveyor, digests: Digests, partners: Partnering, *, rota: Rota, inspection: Inspection
) -> Sweeper:
    radius = on.config.site.blast_radius
    limits = Limits(radius.most, radius.share, radius.of_at_least)
    has_registry = bool(on.config.site.registry.project)
    orphans = Orphans(partners.reader.records.all, surveyor.snapshot.registry, has_registry)
    asked = Requested(on.inbox)
    daily = partners.daily
    return Sweeper(on.inbox, asked, surveyor, limits, digests, daily, orphans, rota, inspection, has_registry)
