"""A sandbox, a database and the bot's parts that care for partners, with everything a partner has as one value."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any

import requests

from bot.config import Config, load
from bot.domain.actions import Action
from bot.domain.facts import IssueFacts, PartnerFacts, Site, Tier
from bot.domain.gitlab import Issue, Person
from bot.domain.marks import Marker
from bot.domain.partners.changes import Proposal
from bot.domain.partners.programme import Programme
from bot.domain.partners.record import Record
from bot.domain.plan import Plan, Wish
from bot.domain.registry import Partner
from bot.domain.subject import Subject
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.granted import BeforeWrite, Granted
from bot.ground import site_of
from bot.memory import Memory
from bot.partners.granting import Granting
from bot.partners.lately import Lately
from bot.partners.records import Records
from bot.partners.requests import Requests
from bot.partners.trees import Trees
from bot.registry.loader import from_directory
from bot.render import Renderer, template_dirs
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.server import Sandbox
from bot.store.database import Database
from bot.voice.ownnotes import OwnNotes
from bot.voice.report import Reports
from bot.voice.told import Told
from bot.voice.wording import Wording
from tests.direct import direct
from tests.stage import HOME, MARK_KEY, ROOT

TODAY = date(2026, 11, 23)
FOLDER = "gitlab-com/channel/partners/americas/bolt"
PROJECT = f"{FOLDER}/collaboration/bolt-services-ctp-requirements-project"
NAMED = "Bolt Services CTP Requirements Project"
HANDLER = "due"
"""Any handler with words of its own."""


@cache
def configured() -> Config:
    return load(ROOT / "config", {})


@dataclass
class Registrar:
    """Stands where merge requests are made; and where letters are drafted."""

    proposed: list[Proposal] = field(default_factory=list)
    drafted: list[str] = field(default_factory=list)

    def propose(self, texts: Mapping[str, str], proposal: Proposal, before_write: Callable[[], None]) -> str | None:
        if proposal in self.proposed:
            return None
        self.proposed.append(proposal)
        return f"propose !{len(self.proposed)}"

    def propose_changes(
        self, texts: Mapping[str, str], key: str, proposals: Sequence[Proposal], before_write: Callable[[], None]
    ) -> str | None:
        """Nobody reviews partners in these tests."""
        raise AssertionError(f"{key}: nothing was to be proposed for an issue")

    def put(self, site: Site, issue: Issue, partner: Partner, programme: Programme, before_write: BeforeWrite) -> bool:
        if issue.reference in self.drafted:
            return False
        self.drafted.append(issue.reference)
        return True


@dataclass
class World:
    """`daily` and `owner` are the bot's two accounts; what a test does as people goes through `people`."""

    sandbox: Sandbox
    tokens: Mapping[str, str]
    daily: Gateway
    owner: Gateway
    site: Site
    granting: Granting
    records: Records
    requests: Requests
    registrar: Registrar
    partner: Partner

    def facts(self) -> PartnerFacts:
        """As a look would have them now, without the cases' journals."""
        issue, record = self.records.all(0).get(self.partner.id, (None, None))
        tracked = None
        if record and record.tracking:
            with suppress(NotThere):
                tracked = self.daily.issue(*record.tracking)
        return PartnerFacts(
            today=TODAY,
            site=self.site,
            partner=self.partner,
            tree=Trees(Lately(self.records.memory), self.daily, self.owner).read(
                self.site, self.partner, self.site.programmes.active
            ),
            record=record,
            record_issue=issue,
            requests=self.requests.pending(self.partner.id),
            tracking=IssueFacts(TODAY, self.site, tracked) if tracked else None,
        )

    def plan(self, *actions: Action, by: str = HANDLER) -> Plan:
        return Plan(Subject.partner(self.partner.id), wishes=tuple(Wish(by, one) for one in actions))

    def grant(self, *actions: Action, before_write: BeforeWrite = lambda: None, by: str = HANDLER) -> Granted:
        granted = Granted()
        self.granting.grant(self.facts(), self.plan(*actions, by=by), before_write, granted)
        return granted

    def writes(self, *actions: Action, by: str = HANDLER) -> list[str]:
        """What granting it writes, as `POST /api/v4/...`."""
        requests.delete(f"{self.sandbox.url}/sandbox/requests", timeout=10)
        self.grant(*actions, by=by)
        log = requests.get(f"{self.sandbox.url}/sandbox/requests", timeout=10).json()
        return [f"{one['method']} {one['path']}" for one in log if one["method"] != "GET"]

    def person(self, username: str) -> Person:
        found = self.owner.user(username)
        assert found
        return found

    def people(self, username: str) -> Gateway:
        return Gateway.connect(self.sandbox.url, self.tokens[username])

    def fault(self, **fault: Any) -> None:
        requests.post(f"{self.sandbox.url}/sandbox/faults", json=fault, timeout=10).raise_for_status()

    def mend(self) -> None:
        requests.delete(f"{self.sandbox.url}/sandbox/faults", timeout=10).raise_for_status()

    def record_text(self) -> str:
        """The description of the partner's record, without marks."""
        [issue] = [one for one in self.daily.issues_in(HOME) if one.title in self._titles()]
        return issue.description.partition("<!--")[0]

    def _titles(self) -> frozenset[str]:
        return frozenset(f"{kind}: {self.partner.name}" for kind in ("CTP enrolment", "About the partner"))

    def everything(self) -> dict[str, object]:
        """All that there is of the partner in GitLab, without what depends on when and how it was made."""
        groups = self.owner.folders_below(self.site.partners)
        ours = [one for one in groups if one.path.startswith(FOLDER)]
        rooms = self.owner.rooms_in(self.site.partners)
        issues = [one for room in rooms for one in self.owner.issues_in(room.id)] + [*self.daily.issues_in(HOME)]
        return {
            "groups": {one.path: (one.name, one.visibility, one.subgroup_creation) for one in ours},
            "members": {one.path: self._members(one.id) for one in ours},
            "rooms": {room.path: (room.name, room.visibility, *self._files(room.id)) for room in rooms},
            "issues": sorted(str(self._issue(one)) for one in issues),
        }

    def _members(self, group_id: int) -> tuple[object, ...]:
        members = self.owner.group_members(group_id, inherited=False)
        seats = [(seat.email, seat.level) for seat in self.owner.invitations(group_id)]
        return (*sorted((one.person.username, one.level) for one in members), *seats)

    def _files(self, room_id: int) -> Iterator[object]:
        yield self.owner.files_at(room_id, "main")
        yield [one.message for one in self.owner.commits(room_id, "main")]

    def _issue(self, one: Issue) -> dict[str, object]:
        texts = [note.body for note in self.daily.notes(one.project_id, one.iid) if not note.system]
        text = one.description.partition("<!-- channel-bot")[0].replace(self.sandbox.url, "")
        names = sorted(person.username for person in one.assignees)
        links = sorted(self.daily.issue(*other).reference for other in self.daily.linked(one.project_id, one.iid))
        words = [body.partition("<!--")[0] for body in texts]
        return {"of": one.reference, "title": one.title, "text": text, "state": one.state, "who": names,
                "labels": sorted(one.labels), "due": one.due_date, "links": links, "said": words}  # fmt: skip


@contextmanager
def partner_world(*, tier: str = "premium", has_owner: bool = True, is_staffs: bool = True) -> Iterator[World]:
    """The example world; Bolt Services has no folder in it yet."""
    world = example_world("http://127.0.0.1:0", tier=tier)  # type: ignore[arg-type]  # checked by the world
    world.limited_users = set()
    with Sandbox(world) as sandbox, direct(sandbox):
        tokens = tokens_of(sandbox.world)
        daily = Gateway.connect(sandbox.url, tokens["channel-bot"])
        owner = Gateway.connect(sandbox.url, tokens["channel-bot-owner"], variable="GITLAB_OWNER_TOKEN")
        yield _put_together(sandbox, tokens, daily, owner, Tier(tier), has_owner=has_owner, is_staffs=is_staffs)


def _put_together(
    sandbox: Sandbox,
    tokens: Mapping[str, str],
    daily: Gateway,
    owner: Gateway,
    tier: Tier,
    *,
    has_owner: bool,
    is_staffs: bool,
) -> World:
    config, database, marker = configured(), Database("sqlite://"), Marker(MARK_KEY.encode())
    registry = from_directory(ROOT / "config" / "registry")
    site = replace(site_of(config, daily), tier=tier, registry=registry, programmes=config.programmes)
    wording = Wording(Renderer(template_dirs()), config.handbook, config.site.rules_url)
    memory = Memory(database)
    reports = Reports(daily, marker, wording, site, memory)
    records, waiting, registrar = Records(reports, memory), Requests(database), Registrar()
    partner = registry.partner("bolt")
    assert partner
    granting = Granting.on(
        daily,
        owner if has_owner else None,
        marker=marker,
        wording=wording,
        reports=reports,
        told=Told(OwnNotes(daily, marker, site.bot), memory),
        lately=Lately(memory),
        records=records,
        requests=waiting,
        drafts=registrar,
        proposals=registrar,
        texts=dict,
        staff_only=lambda: is_staffs,
    )
    return World(sandbox, tokens, daily, owner, site, granting, records, waiting, registrar, partner)


def record(**given: Any) -> Record:
    """Bolt Services is to be enrolled."""
    return Record(**{"partner": "bolt", "by": "cam-amer", "on": TODAY, "request": (1, 999), "ctp": True, **given})
