"""An issue that is moved away and back is the same to the bot: nothing is opened, proposed or said a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.subject import Subject
from bot.render import Renderer, template_dirs
from tests.flow import test_story_c4_nfr as nfr
from tests.flow.award_stories import registry
from tests.flow.test_story_c5 import COLLEAGUE, OPENING, newsroom
from tests.flow.ways import Sweeping
from tests.stage import HOME, Stage, stage

ELSEWHERE = "gitlab-com/channel/alliances"
LEADS = ("programs-lead", "sa-lead", "ops-lead", "marketing-lead", "enablement-lead", "comms-lead")
ROLES = (
    "channel_programs",
    "channel_sa",
    "channel_ops",
    "channel_marketing",
    "partner_enablement",
    "partner_communications",
)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("moved")) as made:
        registry(made, "expires: 2027-04-30", "expires: 2027-04-30")
        made.play(day=nfr.DAY)
        made.bot.inbox.mark([Subject("registry", "")], "a test", now=True)
        made.drain()
        yield made


def test_follow_ups_are_opened_once(world: Stage) -> None:
    issue = signed_off(world, "New tier")
    before = follow_ups(world)
    back = away_and_back(world, issue)
    assert (len(before), follow_ups(world)) == (3, before)
    assert back.iid != issue.iid


def test_what_comes_back_at_once_is_known_too(world: Stage) -> None:
    """The bot looks at it before it hears of the one that was left behind, which it read a moment ago."""
    issue = signed_off(world, "New badge")
    before, root = follow_ups(world), world.as_("root")
    home, there = root.projects.get(HOME), root.projects.get(ELSEWHERE)
    home.issues.get(issue.iid).move(there.id)
    next(one for one in there.issues.list(get_all=True) if one.title == issue.title).move(home.id)
    world.look(next(one for one in home.issues.list(get_all=True, state="opened") if one.title == issue.title))
    assert follow_ups(world) == before


def test_a_licence_is_proposed_and_told_once(world: Stage) -> None:
    """It counts once, too, when it is judged what the partner has."""
    issue = nfr.asks(world, kind="self-managed", seats="3")
    nfr.tick(world, issue, "sent")
    before = [one.source_branch for one in nfr.requests(world)]
    back = away_and_back(world, issue)
    assert (len(before), [one.source_branch for one in nfr.requests(world)]) == (1, before)
    assert len([one for one in world.comments(back) if "was sent" in one and one.startswith("@cam-emea")]) == 1
    nfr.tick(world, back, "salesforce")
    assert world.fresh(back).state == "closed"
    again = nfr.asks(world, kind="self-managed", seats="2")
    assert "13 + 2 of 25" in nfr.status(world, again)


def test_an_announcement_keeps_its_one_line_in_the_newsletter(tmp_path: Path) -> None:
    with newsroom(tmp_path, OPENING, "partner_flash") as people:
        assert isinstance(people.way, Sweeping)
        people.morning(OPENING)
        flash = people.flash("2021-02")
        request = people.request(("2021-03-01", "2021-06-01"))
        people.says(request, "in the Partner Flash of 2021-02-04")
        back = away_and_back(people.way.stage, request)
        assert people.see(flash).description.count("List prices go up") == 1
        assert f"[details]({back.web_url})" in people.see(flash).description
        people.rewrite(back, "Summary: List prices go up", "Summary: Prices fall", COLLEAGUE)
        people.way.sweep()
        assert people.see(flash).description.count("Prices fall") == 1
        assert "List prices" not in people.see(flash).description


def signed_off(world: Stage, what: str) -> Any:
    """An engagement to which all teams have said yes."""
    _, text = Renderer(template_dirs()).templated("Channel_Program_Engagement")
    issue = world.issue("programs-lead", title=f"Channel program engagement: {what}", description=text)
    for role, lead in zip(ROLES, LEADS, strict=True):
        said = world.fresh(issue).description
        ticked = re.sub(rf"- \[ \](.*<!-- t:engagement\.{role}\b)", r"- [x]\1", said)
        world.edit(issue, by=lead, description=ticked)
    world.look(issue)
    return issue


def away_and_back(world: Stage, issue: Any) -> Any:
    root = world.as_("root")
    home, there = root.projects.get(HOME), root.projects.get(ELSEWHERE)
    home.issues.get(issue.iid).move(there.id)
    world.sweep()
    (away,) = [one for one in there.issues.list(get_all=True) if one.title == issue.title]
    away.move(home.id)
    world.sweep()
    (back,) = [one for one in home.issues.list(get_all=True, state="opened") if one.title == issue.title]
    return back


def follow_ups(world: Stage) -> list[int]:
    found = world.home().issues.list(get_all=True)
    return sorted(one.iid for one in found if one.title.startswith("Channel engagement follow-up"))
