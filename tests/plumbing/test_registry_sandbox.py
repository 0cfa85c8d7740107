"""The registry's project in the sandbox, read and written through the real gateway as the bot's own account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gitlab.v4.objects import Project

from bot.app import Bot
from bot.domain.marks import Marker
from bot.domain.partners.changes import Enrolled, Proposal
from bot.domain.subject import REGISTRY as SUBJECT
from bot.registry.opening import open_registries, open_roles
from bot.registry.registries import Registries
from bot.store.database import Database
from tests.plumbing.registry_world import PROJECT, SHIPPED, TEAM
from tests.stage import MARK_KEY, Stage, stage

BROKEN = SHIPPED["people.yml"].replace("roles: [account_manager]", "roles: [acount_manager]", 1)
NEW = "phd-new"


@dataclass
class Office:
    """The registry's project, and the bot that reads it."""

    gitlab: Stage

    @property
    def bot(self) -> Bot:
        return self.gitlab.bot

    def registries(self) -> Registries:
        """What a fresh process would have."""
        config, gateway, database = self.gitlab.config, self.bot.gateway, self.gitlab.database
        marker, reports = Marker(MARK_KEY.encode()), self.bot.apply.reports
        return open_registries(config, gateway, database, marker, reports, staff_only=lambda: True)

    def project(self, username: str = "root") -> Project:
        return self.gitlab.as_(username).projects.get(PROJECT)

    def push(self, files: Mapping[str, str | None]) -> str:
        """One commit on the branch; None deletes."""
        project = self.project()
        there = {entry["path"] for entry in project.repository_tree(get_all=True)}
        actions = [_action(path, text, there) for path, text in files.items()]
        commit = project.commits.create({"branch": "main", "commit_message": "A change", "actions": actions})
        return str(commit.id)

    def look(self) -> None:
        """As a push or a sweep has it."""
        self.bot.inbox.mark([SUBJECT], "a test", now=True)
        self.gitlab.drain()

    def hire(self, username: str, group: str) -> None:
        root = self.gitlab.as_("root")
        found = root.users.list(username=username, get_all=True)
        user = found[0] if found else root.users.create(_account(username))
        root.groups.get(group).members.create({"user_id": user.id, "access_level": 30})

    def reports(self) -> list[Any]:
        issues = self.gitlab.home("ops-lead").issues.list(get_all=True)
        return [issue for issue in issues if issue.title == "The registry cannot be read"]


def _action(path: str, text: str | None, there: set[str]) -> dict[str, str]:
    if text is None:
        return {"action": "delete", "file_path": path}
    return {"action": "update" if path in there else "create", "file_path": path, "content": text}


def _account(username: str) -> dict[str, str]:
    return {"username": username, "name": username, "email": f"{username}@example.com", "password": "made up 20461"}


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with stage(tmp_path) as made:
        yield Office(made)


def test_a_push_counts_and_a_bad_one_is_told_once_until_it_is_mended(office: Office) -> None:
    good = office.push(SHIPPED)
    office.look()
    assert office.registries().current().commit == good
    bad = office.push({"people.yml": BROKEN})
    office.look()
    office.look()
    (report,) = office.reports()
    assert f"**`people.yml:6`** in `{PROJECT}@{bad[:8]}`: `unknown role 'acount_manager'" in report.description
    assert office.registries().current().commit == good
    mended = office.push({"people.yml": SHIPPED["people.yml"]})
    office.look()
    assert [issue.state for issue in office.reports()] == ["closed"]
    assert office.registries().current().commit == mended


def test_a_file_that_was_deleted_and_files_beside_it_are_read_as_they_are(office: Office) -> None:
    good = office.push({**SHIPPED, "notes/people.yml": "nonsense", "partners.csv": "a,b"})
    office.look()
    office.push({"roles.yml": None})
    office.look()
    assert office.registries().current().commit == good
    assert "**`roles.yml:1`**" in office.reports()[0].description


def test_a_new_colleague_is_proposed_once_and_a_merge_ends_it(office: Office) -> None:
    office.push(SHIPPED)
    office.hire(NEW, TEAM)
    office.hire(NEW, f"{TEAM}/partner-help-desk")
    office.look()
    office.look()
    (request,) = office.project().mergerequests.list(state="all", get_all=True)
    assert (request.title, request.state) == ("Add people of the team to the registry", "opened")
    assert f"- `@{NEW}` (partner_help_desk)" in request.description
    request.merge()
    office.look()
    colleague = office.registries().current().colleague(NEW)
    assert colleague
    assert colleague.roles == ("partner_help_desk",)
    assert len(office.project().mergerequests.list(state="all", get_all=True)) == 1


def test_a_sweep_alone_reads_the_registry_before_the_issues(office: Office) -> None:
    good = office.push(SHIPPED)
    office.gitlab.sweep()
    assert office.registries().current().commit == good
    assert [entry.action for entry in office.bot.audit.history(subject=SUBJECT.key)] == [
        f"read the registry at `{good[:8]}`"
    ]


def test_who_only_looks_knows_the_newest_good_commit_and_tells_nobody(office: Office) -> None:
    """`plan` and `explain` judge by it, on a database of their own."""
    good = office.push({**SHIPPED, "people.yml": SHIPPED["people.yml"].replace("CAM EMEA", "CAM of EMEA")})
    office.push({"people.yml": BROKEN})
    office.gitlab.forget_everything()
    office.gitlab.forget_calls()
    registries = office.registries()
    registries.look()
    assert registries.current().commit == good
    assert office.gitlab.calls(writes=True) == []


def test_a_project_that_is_gone_is_a_dead_letter_at_once_and_the_sweep_goes_on(tmp_path: Path) -> None:
    with stage(tmp_path, registry={"project": "gitlab-com/channel/nowhere", "branch": "main"}) as gitlab:
        issue = gitlab.issue()
        gitlab.sweep()
        (letter,) = gitlab.bot.inbox.dead_letters()
        assert (letter.name, "404" in letter.reason) == (SUBJECT.key, True)
        assert "Channel" in gitlab.fresh(issue).labels
        calls = [call for call in gitlab.calls() if "nowhere" in call]
        # One for the registry's own look, one for those of all partners.
        assert len(calls) == 2


def test_whoever_is_in_a_group_above_is_no_member_of_the_team_to_be_added(office: Office) -> None:
    office.push(SHIPPED)
    office.hire(NEW, "gitlab-com")
    office.look()
    assert office.project().mergerequests.list(state="all", get_all=True) == []


def test_a_request_that_was_closed_is_not_opened_again_even_without_the_database(office: Office) -> None:
    office.push(SHIPPED)
    office.hire(NEW, TEAM)
    office.look()
    (request,) = office.project().mergerequests.list(state="opened", get_all=True)
    request.state_event = "close"
    request.save()
    office.gitlab.database = Database("sqlite://")
    office.gitlab.play()
    office.look()
    assert [one.state for one in office.project().mergerequests.list(state="all", get_all=True)] == ["closed"]


def test_roles_are_the_direct_members_of_their_groups(office: Office) -> None:
    """Whoever is in the team is an inherited member of every role's group, and holds none of them by that."""
    office.push(SHIPPED)
    office.look()
    roles = open_roles(office.gitlab.config, office.bot.gateway, office.registries())
    ids = {name: office.bot.gateway.user(name) for name in ("cam-emea", "ops-lead", "pat-example")}
    cam, ops, pat = (person.id for person in ids.values() if person)
    assert roles.may(cam, ["account_manager"])
    assert not roles.may(ops, ["account_manager"])
    assert roles.may(ops, ["account_manager", "channel_ops"])
    assert roles.may(ops, ["team"])
    assert not roles.may(pat, ["team", "account_manager"])
    assert roles.in_team(cam)
    assert roles.in_team(ops)


def test_an_open_proposal_follows_the_file_and_can_be_merged_after_another(office: Office) -> None:
    """Two changes of one file: without the bot the second would be a conflict."""
    office.push(SHIPPED)
    office.look()
    registries = office.registries()
    texts, proposals = registries.texts(), registries.proposals
    assert texts
    assert proposals
    for partner in ("acme", "bolt"):
        assert proposals.propose(texts, Proposal(partner, Enrolled(date(2026, 11, 22))), lambda: None)
    bolt, acme = office.project().mergerequests.list(state="opened", get_all=True)
    acme.merge()
    office.look()
    assert [entry.action for entry in office.bot.audit.history(subject=SUBJECT.key)][:1] == [
        "propose !2: Record the CTP enrolment of Bolt Services"
    ]
    bolt.merge()
    office.look()
    started = [one.ctp.started_on for one in office.registries().current().partners]
    assert started == [date(2026, 11, 22)] * 2
    assert len(office.project().mergerequests.list(state="all", get_all=True)) == 2
