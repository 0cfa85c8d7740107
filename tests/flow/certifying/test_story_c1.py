"""A CAM enrols a partner into the training program (story C.1), with everything that goes wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import requests

from bot.sandbox.example import GROUPS, TEMPLATES
from tests.flow.certifying.bases import Bases
from tests.flow.certifying.seen import everything
from tests.flow.certifying.world import (
    CAM,
    CONTACT,
    DIGEST,
    FOLDER,
    HOME,
    NAME,
    PARTNER,
    PROJECT,
    REGION,
    TRACKING,
    Team,
    team,
)
from tests.soak import sample
from tests.stage import Stage

REPORTER, OWNER = 20, 50
PARTNERS = GROUPS["partners"]
WRITES = 13
"""So many times the bot writes from the confirmation to the end of an enrolment."""
LINK = 7
"""The write that relates the tracking issue to the request, which is not tried again once GitLab refused it."""
World = tuple[Team, Stage]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    with team(tmp_path) as made:
        yield made


@pytest.fixture(scope="module")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, Any], list[dict[str, str]]]:
    """The end of an enrolment in which nothing went wrong, and what the bot wrote from the confirmation on."""
    with team(tmp_path_factory.mktemp("enrolled")) as (people, stage):
        asked = people.onboarding()
        people.tell(asked, f"confirm {people.plan(asked)}")
        requests.delete(f"{stage.sandbox.url}/sandbox/requests", timeout=10)
        stage.sweep()
        log = requests.get(f"{stage.sandbox.url}/sandbox/requests", timeout=10).json()
        ours = [one for one in log if one["user"].startswith("channel-bot") and one["method"] != "GET"]
        stage.sweep()
        begin = next(at for at, one in enumerate(ours) if one["path"].endswith("/groups"))
        return everything(people), ours[begin:]


def spoil(stage: Stage, write: int, log: Sequence[Mapping[str, str]], **fault: Any) -> None:
    """Spoil the request that is the `write`-th of the log, and none of those before it that look the same."""
    wanted = (log[write]["method"], log[write]["path"])
    earlier = [one for one in log[:write] if (one["method"], one["path"]) == wanted]
    for how in (*({"kind": "delay", "seconds": 0} for _ in earlier), fault):
        stage.fault(method=wanted[0], path=f"^{re.escape(wanted[1])}$", **how)


@pytest.mark.kills
@pytest.mark.parametrize("write", sample([one for one in range(WRITES) if one != LINK], 4))
def test_gitlab_refuses_one_step_and_the_database_is_lost(
    tmp_path: Path, enrolled: tuple[dict[str, Any], list[dict[str, str]]], bases: Bases, write: int
) -> None:
    end, log = enrolled
    with team(tmp_path, saved=bases.planned) as (people, stage):
        spoil(stage, write, log, kind="fail", status=403)
        stage.sweep()
        stage.forget_everything()
        stage.sweep()
        assert requests.get(f"{stage.sandbox.url}/sandbox/faults", timeout=10).json() == []
        assert everything(people) == end


@pytest.mark.parametrize("kind", ["fail", "drop_after"])
def test_every_step_goes_wrong_once(
    tmp_path: Path, enrolled: tuple[dict[str, Any], list[dict[str, str]]], bases: Bases, kind: str
) -> None:
    """First GitLab has trouble with each, then each is done and nobody hears of it."""
    end, log = enrolled
    with team(tmp_path, saved=bases.planned) as (people, stage):
        for write in range(WRITES):
            spoil(stage, write, log, kind=kind)
        stage.sweep()
        stage.sweep()
        assert everything(people) == end


def test_the_enrolment_writes_as_often_as_that(enrolled: tuple[dict[str, Any], list[dict[str, str]]]) -> None:
    assert len(enrolled[1]) == WRITES
    assert enrolled[1][LINK]["path"].endswith("/links")


# What people hear when something is not as it should be before, or while, a partner is enrolled


def group(people: Team, path: str, name: str) -> Any:
    """The bot's owner makes it, as an administrator would."""
    owner, (above, _, last) = people.way.as_("channel-bot-owner"), path.rpartition("/")
    fields = {"name": name, "path": last, "parent_id": owner.groups.get(above).id, "visibility": "private"}
    return owner.groups.create(fields)


def test_a_similar_folder_stops_it_until_somebody_says_that_it_is_another_company(world: World) -> None:
    people, _ = world
    twin = group(people, f"{PARTNERS}/emea/bolt-services", "Bolt-Services GmbH").full_path
    asked = people.onboarding()
    people.tell(asked, f"ctp enrol {PARTNER}")
    people.says(asked, f"There is already `Bolt-Services GmbH` (`{twin}`). Is that the same company?")
    assert people.plan(asked, f"ctp enrol {PARTNER} despite {twin}")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (", training_addendum: 2026-10-01", "", "Not signed: the training addendum."),
        ("invited_on: 2026-10-05, ", "", "the program is by invitation"),
        (", approved_by: services-lead", "", "The program team's approval is missing"),
        ("status: authorized", "status: inactive", "only an authorized partner can be enrolled"),
    ],
)
def test_who_may_not_be_enrolled_is_refused_with_a_reason(world: World, old: str, new: str, said: str) -> None:
    people, _ = world
    people.registry(lambda text: invited_part(text, old, new))
    asked = people.onboarding()
    people.tell(asked, f"ctp enrol {PARTNER}")
    people.says(asked, said)


def invited_part(text: str, old: str, new: str) -> str:
    head, entry, rest = text.partition(f"  - id: {PARTNER}")
    assert old in rest
    return head + entry + rest.replace(old, new)


def test_without_the_regions_group_it_names_the_key(world: World) -> None:
    people, _ = world
    people.way.as_("root").groups.get(REGION).delete()
    asked = people.onboarding()
    people.tell(asked, f"ctp enrol {PARTNER}")
    people.says(asked, f"The region's group `{REGION}` is not there. Please make it, or correct the region's `path`")


def test_a_contact_that_nobody_knows_is_invited_and_awaited(world: World) -> None:
    people, stage = world
    people.registry(lambda text: text.replace("gitlab: quinn-example", "gitlab: nobody-example"))
    _, issue = people.enrol()
    assert people.see(issue).assignees[0]["username"] == CAM
    record = people.issue("CTP enrolment")
    assert "`Quinn Example` was invited by e-mail on 2026-11-23 and has not accepted yet" in record.description
    people.morning(date(2026, 12, 1))
    assert f"@{CAM}: **Awaiting the contact:**" in "".join(people.said(record))
    root = people.way.as_("root").groups.get(f"{FOLDER}/collaboration")
    assert [one.invite_email for one in root.invitations.list(get_all=True)] == ["quinn@bolt.example"]
    assert stage.sandbox.world.user_by_name("nobody-example") is None


def test_two_managers_who_confirm_at_once_enrol_once(world: World) -> None:
    people, stage = world
    first, second = people.onboarding(), people.onboarding("cam-emea")
    digests = people.plan(first), people.plan(second, by="cam-emea")
    for issue, by, digest in zip((first, second), (CAM, "cam-emea"), digests, strict=True):
        people.tell(issue, f"confirm {digest}", by)
    stage.sweep()
    stage.sweep()
    issues = people.project(HOME).issues.list(get_all=True)
    assert sum(one.title.startswith("CTP enrolment") for one in issues) == 1
    assert len(people.project(PROJECT, CONTACT).issues.list(get_all=True)) == 1


def test_a_project_that_landed_among_the_templates_is_moved(world: World) -> None:
    people, stage = world
    root, asked = people.way.as_("root"), people.onboarding()
    digest = people.plan(asked)
    name = f"{NAME} CTP Requirements Project"
    made = root.projects.create({"name": name, "namespace_id": root.groups.get(TEMPLATES).id})
    people.tell(asked, f"confirm {digest}")
    said = people.says(asked, "Things changed since I showed that plan, so I did nothing.")
    people.tell(asked, f"confirm {DIGEST.findall(said)[0]}")
    stage.sweep()
    assert root.projects.get(made.id).path_with_namespace == PROJECT


def test_without_the_right_to_make_groups_a_person_does_it_and_the_bot_goes_on(tmp_path: Path) -> None:
    with team(tmp_path, provisions=False) as (people, stage):
        asked = people.onboarding()
        people.tell(asked, f"confirm {people.plan(asked)}")
        stage.sweep()
        assert f"`{FOLDER}`" in people.issue("CTP enrolment").description
        group(people, FOLDER, NAME)
        inside = group(people, f"{FOLDER}/collaboration", "collaboration")
        group(people, f"{FOLDER}/internal", "internal")
        owner = people.way.as_("channel-bot-owner")
        owner.projects.create({"name": f"{NAME} CTP Requirements Project", "namespace_id": inside.id})
        people.morning(date(2026, 11, 24))
        assert people.issue(TRACKING, PROJECT).due_date == "2027-05-24"
