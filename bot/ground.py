"""Configuration, environment and a database become what all parts of the bot stand on."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from bot.config import Config
from bot.domain.facts import Site, Tier
from bot.domain.marks import Marker
from bot.domain.workdays import Workdays
from bot.environ import Environment
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway
from bot.inbox import Inbox, Timing
from bot.memory import Memory
from bot.pace import Pace
from bot.pacing import BUCKETS, notes_rate, paced
from bot.reach import Doorbell
from bot.render import Renderer, template_dirs
from bot.rest.answers import TOO_MANY
from bot.rest.waiting import SHORTLY, Waiting
from bot.rules import Rules
from bot.store.database import Database
from bot.voice.wording import Wording

OWNER = "GITLAB_OWNER_TOKEN"
MINUTE = 60.0
"""Seconds in which GitLab counts comments; its limits sometimes come without a word on how long to wait."""


@dataclass(frozen=True, slots=True)
class Ground:
    """One GitLab, one database, one set of rules and words; `own` are the ids of the bot's accounts of all times."""

    config: Config
    database: Database
    inbox: Inbox
    memory: Memory
    gateway: Gateway
    site: Site
    rules: Rules
    marker: Marker
    wording: Wording
    own: frozenset[int]
    owner: Gateway | None
    """With a token that may make groups, projects and members; None: people do that."""

    @property
    def former(self) -> frozenset[str]:
        """User names under which the bot worked before."""
        return frozenset(self.config.site.gitlab.former_bots)


def ground(
    config: Config, environment: Environment, database: Database, timing: Timing, waiting: Waiting = SHORTLY
) -> Ground:
    """Raises ConfigError for a missing variable, AskAPerson when GitLab refuses the token."""
    inbox, pace = Inbox(database, timing), Pace(database)
    rate = notes_rate(config.site.notes_per_minute)
    held = partial(pace.hold, BUCKETS["note"], rate)
    gateway = Gateway.connect(
        config.site.gitlab.url,
        environment.require("GITLAB_TOKEN"),
        before_write=paced(inbox, pace, rate),
        observe=partial(observed, inbox, Doorbell(database), held),
        waiting=waiting,
    )
    token, former = environment.gitlab_owner_token, ids_of(gateway, config.site.gitlab.former_bots)
    site = replace(site_of(config, gateway, can_provision=bool(token)), former_bots=former)
    return Ground(
        config=config,
        database=database,
        inbox=inbox,
        memory=Memory(database),
        gateway=gateway,
        site=site,
        rules=Rules(config.settings),
        marker=Marker(environment.require("MARK_KEY").encode()),
        wording=Wording(Renderer(template_dirs(), given=config.words), config.handbook, config.site.rules_url),
        own=former | {site.bot.id},
        owner=owners(config, token, waiting),
    )


def owners(config: Config, token: str | None, waiting: Waiting) -> Gateway | None:
    """GitLab as whoever may make groups, projects and members sees it; None without a token."""
    return Gateway.connect(config.site.gitlab.url, token, variable=OWNER, waiting=waiting) if token else None


def observed(  # noqa: PLR0917 - the last four are what the gateway says
    inbox: Inbox,
    doorbell: Doorbell,
    hold: Callable[[float], None],
    method: str,
    path: str,
    status: int,
    pause: float | None,
) -> None:
    """After a call to GitLab: count it, and let the receiver know whether GitLab can be reached.

    When GitLab takes no more comments from one process, none of them sends any until it does again.
    """
    inbox.count("gitlab_calls_total", method=method, status=str(status))
    doorbell.heard(status)
    if status == TOO_MANY and method == "POST" and path.endswith("/notes"):
        hold(MINUTE if pause is None else pause)


def site_of(config: Config, gateway: Gateway, *, can_provision: bool = False) -> Site:
    """What rules need to know of this GitLab; the bot's own account is whatever `GET /user` says."""
    groups, projects = config.site.groups, config.site.projects
    me = gateway.me()
    # This tells of the group as well where it lies in that.
    with suppress(NotThere, Forbidden):
        gateway.project(projects["channels"])
    return Site(
        bot=me,
        group=groups.channel,
        group_id=gateway.group(groups.channel).id,
        home=projects["channels"],
        projects=tuple(dict.fromkeys(projects.values())),
        places=dict(projects),
        templates=config.templates,
        recurrences=config.recurrences,
        licences=config.licences,
        notice=config.notice,
        labels=config.labels,
        tier=Tier(config.site.gitlab.tier),
        partners=groups.partners,
        url=config.site.gitlab.url,
        epics=groups.epics,
        practice=groups.practice,
        workdays=Workdays(frozenset(config.site.holidays)),
        zone=config.tz,
        programmes=config.programmes,
        can_provision=can_provision,
    )


def ids_of(gateway: Gateway, names: Iterable[str]) -> frozenset[int]:
    """The accounts of these names; one that GitLab knows no longer did nothing that still counts."""
    found = (gateway.user(name) for name in names)
    return frozenset(person.id for person in found if person)
