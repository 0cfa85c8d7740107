"""The bot's ground and registry become the parts that care for partners, each put together once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.facts import Guard
from bot.environ import Environment
from bot.errors import AskAPerson
from bot.ground import Ground
from bot.mail.house import House
from bot.mail.letters import Letters
from bot.mail.outbox import Outbox
from bot.mailer import Mailer
from bot.opening import Opener
from bot.partners.cases import Cases, Masters
from bot.partners.granting import Granting
from bot.partners.lately import Lately
from bot.partners.post import PostOffice, Writing
from bot.partners.reader import PartnerReader
from bot.partners.records import Records
from bot.partners.requests import Requests
from bot.partners.trees import Trees
from bot.registry.proposing import Proposals
from bot.registry.registries import Registries
from bot.registry.roles import Roles
from bot.sweeps.partners import Daily
from bot.sweeps.radius import Limits
from bot.templated.cases import TemplatedCases
from bot.voice.ownnotes import OwnNotes
from bot.voice.report import Reports
from bot.voice.told import Told


@dataclass(frozen=True, slots=True)
class Partnering:
    """What reads partners, carries out what is wished for them, sends their letters, and knows whose turn it is."""

    reader: PartnerReader
    granting: Granting
    requests: Requests
    post: PostOffice
    daily: Daily


def partnering(
    on: Ground,
    environment: Environment,
    registries: Registries,
    roles: Roles,
    reports: Reports,
    *,
    opener: Opener,
    templated: TemplatedCases,
    outside: Callable[[], Guard],
    staff_only: Callable[[], bool],
) -> Partnering:
    """Asks nothing yet. `outside`: whose word counts where partners are at home; `staff_only`: who reads Channels."""
    requests, records, renderer = Requests(on.database), Records(reports, on.memory), on.wording.renderer
    writing, lately = Writing(letters_on(on)), Lately(on.memory)
    proposals = Proposals(on.gateway, on.marker, renderer, on.config.site.registry.project, registries.current)
    mailer = Mailer(environment.smtp_url) if environment.smtp_url else None
    post = PostOffice(on.gateway, on.marker, renderer, writing, Outbox(on.database), mailer)
    reader = PartnerReader(
        gateway=on.gateway,
        lately=lately,
        records=records,
        requests=requests,
        cases=Cases(records, Masters(renderer), writing),
        trees=Trees(lately, on.gateway, on.owner),
        roles=roles,
        proposed=proposals,
        outside=outside,
        bots=frozenset(name.casefold() for name in on.config.site.bots),
        templated=templated,
        opened=opener.opened,
    )
    granting = Granting.on(
        on.gateway,
        on.owner,
        marker=on.marker,
        wording=on.wording,
        reports=reports,
        told=Told(OwnNotes(on.gateway, on.marker, on.site.bot, on.former), on.memory),
        lately=lately,
        records=records,
        requests=requests,
        drafts=post,
        proposals=proposals,
        texts=registries.texts,
        staff_only=staff_only,
    )
    return Partnering(reader, granting, requests, post, _daily(on, registries, lately, records, requests))


def _daily(on: Ground, registries: Registries, lately: Lately, records: Records, requests: Requests) -> Daily:
    off, radius = on.site.labels.hands_off.name, on.config.site.blast_radius
    return Daily(
        gateway=on.gateway,
        memory=on.memory,
        lately=lately,
        limits=Limits(radius.most, radius.share, radius.of_at_least),
        registry=registries.current,
        waiting=requests.partners,
        is_off=lambda partner: records.carries(off, partner),
        partners=on.site.partners,
        practice=on.site.practice,
    )


def letters_on(on: Ground) -> Letters | None:
    """None where nobody is said to send mails; that is told where somebody wants to send one."""
    try:
        return Letters(on.wording.renderer, House.of(on.config.site))
    except AskAPerson:
        return None
