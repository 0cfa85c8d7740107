"""The configuration becomes the registry's two faces: what is registered, and who may give which order."""

from __future__ import annotations

from collections.abc import Callable

from bot.config import Config
from bot.domain.marks import Marker
from bot.gateway import Gateway
from bot.registry.learning import Learning
from bot.registry.loader import from_directory, start
from bot.registry.proposing import Proposals
from bot.registry.registries import Registries
from bot.registry.roles import Roles
from bot.registry.shelf import Shelf, Source
from bot.store.database import Database
from bot.voice.report import Reports


def open_registries(
    config: Config,
    gateway: Gateway,
    database: Database,
    marker: Marker,
    reports: Reports,
    *,
    staff_only: Callable[[], bool],
) -> Registries:
    """Asks nothing yet; ConfigError when the files beside the configuration are no registry.

    `staff_only` tells whether nobody but staff reads the reports.
    """
    site, where, renderer = config.site, config.site.registry, reports.wording.renderer
    nobody = frozenset((*site.gitlab.former_bots, *site.bots))
    registries = Registries(
        start=from_directory(start(config.directory)),
        repository=gateway,
        shelf=Shelf(database, Source(where.project, where.branch)) if where.project else None,
        reports=reports,
        learning=Learning(gateway, marker, renderer, where.project, site.groups.team, nobody),
        staff_only=staff_only,
        dry_run=site.dry_run,
    )
    registries.proposals = Proposals(gateway, marker, renderer, where.project, registries.current)
    return registries


def open_roles(config: Config, gateway: Gateway, registries: Registries) -> Roles:
    """Asks nothing yet."""
    return Roles(gateway, registries.current, config.site.groups.team)
