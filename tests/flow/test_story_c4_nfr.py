"""An account manager asks for a licence, the Help Desk sends it (story C.4), and everything that goes wrong in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.subject import Subject
from bot.render import Renderer, template_dirs
from bot.sandbox.example import PARTNER_PROJECT, REGISTRY
from tests.flow.award_stories import registry
from tests.stage import HOME, Stage, stage

DAY = date(2026, 11, 24)
PLACE = {
    "kind": "License kind: self-managed / SaaS",
    "seats": "Seats: <seats>",
    "contact": "License contact: <contact>",
}
PLACE |= {"email": "License e-mail: <email>", "renewal": "Renewal: yes / no", "asked": "Requested by: @"}
LABELS = {key: place.partition(":")[0] for key, place in PLACE.items()}
SAID = {"kind": "SaaS", "seats": "10", "contact": "Lee Example", "email": "lee@acme.example", "asked": "@cam-emea"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("nfr")) as made:
        registry(made, "expires: 2027-04-30", "expires: 2027-04-30")
        made.play(day=DAY)
        made.bot.inbox.mark([Subject("registry", "")], "a test", now=True)
        made.drain()
        yield made


def form(name: str = "NFR_License_Request", partner: str = "Acme Consulting", **said: str) -> str:
    """The template as people pick it, filled in."""
    text = Renderer(template_dirs()).templated(name)[1].replace("- Partner: <partner>", f"- Partner: {partner}")
    for key, value in {**SAID, **said}.items():
        text = text.replace(f"- {PLACE[key]}\n", f"- {LABELS[key]}: {value}\n")
    return text


def asks(on: Stage, by: str = "cam-emea", project: str = HOME, **said: str) -> ProjectIssue:
    issue = on.as_(by).projects.get(project).issues.create({"title": "A license", "description": form(**said)})
    on.look(issue)
    return issue


def tick(on: Stage, issue: ProjectIssue, *tasks: str, by: str = "phd-emea") -> None:
    text = on.fresh(issue).description
    for task in tasks:
        text = re.sub(rf"- \[ \](.*<!-- t:[a-z_]+\.{task}\b)", r"- [x]\1", text)
    on.edit(issue, by=by, description=text)
    on.look(issue)


def status(on: Stage, issue: ProjectIssue) -> str:
    return on.comments(issue)[0]


def renewals(on: Stage) -> list[Any]:
    found = on.home().issues.list(get_all=True, search="NFR license renewal")
    return [one for one in found if one.title.startswith("NFR license renewal")]


def requests(on: Stage) -> list[Any]:
    return list(on.as_("ops-lead").projects.get(REGISTRY).mergerequests.list(get_all=True, state="opened"))


def recorded(on: Stage, request: Any) -> str:
    """What partners.yml would say."""
    file = on.as_("ops-lead").projects.get(REGISTRY).files.get("partners.yml", ref=request.source_branch)
    return str(file.decode().decode())


def test_a_licence_from_the_request_to_the_registry(world: Stage) -> None:
    issue = asks(world)
    fresh, said = world.fresh(issue), status(world, issue)
    assert [one["username"] for one in fresh.assignees] == ["phd-emea"]
    assert {"Channel", "Partner Help Desk"} <= set(fresh.labels)
    for fragment in (
        "**Verdict: grant** (data as of 2026-11-02)",
        "10 self-managed until 2027-04-30",
        "0 + 10 of 25",
        "Expires at   2027-04-30",
        "Notes        10 Ultimate NFR Licenses for Partner: Acme Consulting",
        "To: `lee@acme.example`",
        "Cc: `cam-emea@gitlab.com`",
        "Subject: Your GitLab NFR license for Acme Consulting",
        "Hello Lee Example,",
    ):
        assert fragment in said, said
    assert "encourage" not in said
    assert said.index("**Verdict:") < said.index("**To type into") < said.index("The letter to")

    tick(world, issue, "sent")
    assert [
        one for one in world.comments(issue) if one.startswith("@cam-emea: The license that you asked for was sent.")
    ]
    # The sandbox's clock has its own day, and the bot's is the one it was told.
    assert re.search(
        r"^- Sent on: \d{4}-\d\d-\d\d <!-- item:sent_on -->$", world.fresh(issue).description, re.MULTILINE
    )
    assert "- Expires: 2027-04-30 <!-- item:expires -->" in world.fresh(issue).description
    text = world.fresh(issue).description
    places = [text.index(said) for said in ("## The license", "- Sent on:", "- Expires:", "Template: `NFR")]
    assert places == sorted(places)
    assert "Almost done" in status(world, issue)
    (request,) = requests(world)
    assert request.title == "Record a license of Acme Consulting"
    assert f"{{kind: saas, seats: 10, expires: 2027-04-30, issue: {HOME}#{issue.iid}}}" in recorded(world, request)
    typed = world.fresh(issue).description.replace("- Expires: 2027-04-30", "- Expires: 2027-05-15")
    world.edit(issue, by="phd-emea", description=typed)
    world.look(issue)
    (request,) = requests(world)
    assert "{kind: saas, seats: 10, expires: 2027-05-15, issue:" in recorded(world, request)

    tick(world, issue, "salesforce")
    assert world.fresh(issue).state == "closed"
    world.forget_calls()
    world.look(issue)
    assert world.calls(writes=True) == []
    assert sum("you asked for was sent" in one for one in world.comments(issue)) == 1
    world.edit(issue, by="phd-emea", state_event="reopen")
    world.look(issue)
    assert world.fresh(issue).state == "opened"


def test_closing_without_the_look_at_salesforce_is_undone_once(world: Stage) -> None:
    issue = asks(world, kind="self-managed", seats="1")
    world.edit(issue, by="phd-emea", state_event="close")
    world.look(issue)
    assert world.fresh(issue).state == "opened"
    assert "Salesforce" in status(world, issue)


@pytest.mark.parametrize(
    ("said", "fragments"),
    [
        ({"partner": "Zed"}, ("unknown partner", "has no `Zed`", "do not find the partner `Zed`")),
        ({"kind": "self-managed", "seats": "20"}, ("over the limit", "by 5", "may have 15 more", "exception")),
        ({"seats": "ten"}, ("needs info", "**Seats** `ten`")),
        ({"email": "lee@elsewhere.example"}, ("**No letter yet:**", "is no contact of `Acme Consulting`")),
    ],
    ids=["an unknown partner", "over the limit", "ten seats", "a strange address"],
)
def test_what_stands_in_the_way_is_said(world: Stage, said: dict[str, str], fragments: tuple[str, ...]) -> None:
    issue = asks(world, **said)
    text = status(world, issue)
    assert [one for one in fragments if one not in text] == [], text


def test_what_lacks_an_answer_may_be_closed(world: Stage) -> None:
    issue = asks(world, seats="-5")
    world.edit(issue, by="phd-emea", state_event="close")
    world.look(issue)
    assert world.fresh(issue).state == "closed"


def test_the_same_request_is_linked(world: Stage) -> None:
    first = asks(world, partner="bolt", by="cam-amer")
    again = asks(world, partner="Bolt Services", by="cam-amer")
    assert f"#{first.iid} asks for the same" in status(world, again)
    assert "asks for the same" not in status(world, first)


def test_where_a_partner_reads_along_nothing_is_looked_into(world: Stage) -> None:
    issue = asks(world, project=PARTNER_PROJECT)
    text = "\n".join(world.comments(issue))
    assert "NFR_License_Request" in text
    for secret in ("Verdict", "Lee", "10", "SaaS", "2027"):
        assert secret not in text


def test_ten_more_beside_ten_are_twenty(world: Stage) -> None:
    """They end on one day, and partners.yml names no issue for those that it has."""
    issue = asks(world, kind="self-managed", renewal="no")
    assert "10 + 10 of 25" in status(world, issue)
    tick(world, issue, "sent")
    request = next(one for one in requests(world) if one.source_branch.endswith(f"self-managed-{issue.iid}-1"))
    assert "**Please look twice:**" in request.description
    assert recorded(world, request).count("{kind: self_managed, seats: 10, expires: 2027-04-30") == 2
    assert "20 + 5 of 25" in status(world, asks(world, kind="self-managed", seats="5", renewal="no"))


def test_a_licence_that_ends_soon_is_asked_about_and_renewed(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        registry(on, "expires: 2027-04-30", "expires: 2026-12-10")
        on.sandbox.world.clock.set(datetime.combine(DAY, time(9), UTC))
        on.play(day=DAY)
        on.sweep()
        (renewal,) = renewals(on)
        assert renewal.title == "NFR license renewal - Acme Consulting - self-managed"
        assert [one["username"] for one in renewal.assignees] == ["phd-emea"]
        assert "that is the proposal" in renewal.description
        assert "**Verdict: grant**" in status(on, renewal)
        assert "Expires at   2027-11-24" in status(on, renewal)
        asked = asks(on)
        assert "**Renewal or new?** The partner's license ends on 2026-12-10, and" in status(on, asked)
        on.edit(asked, description=on.fresh(asked).description.replace("Renewal: yes / no", "Renewal: no"))
        on.look(asked)
        assert "Expires at   2026-12-10" in status(on, asked)
        on.sweep()
        assert len(renewals(on)) == 1
        written = status(on, renewal)
        assert on.comments(renewal) == [written]
        on.play(day=DAY + timedelta(days=1))
        on.look(renewal)
        assert status(on, renewal) == written
        assert "one thing is still waiting for you here" in on.comments(renewal)[1]
