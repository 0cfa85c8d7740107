"""Awards in careless hands: opened three times, turned to another partner, mailed by somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.domain.subject import REGISTRY, Subject
from bot.sandbox.example import example_world, tokens_of
from bot.sandbox.records import Mail
from bot.sandbox.server import Sandbox
from bot.sandbox.smtp import door
from tests.direct import direct
from tests.flow.award_stories import ENGINEERS, award, registry
from tests.flow.test_conversation import answers, tell
from tests.stage import Stage, config_for

ACMES = "\n    certifications: []         #"
"""What follows the numbers of Acme Consulting, and of nobody else."""
MANAGER, PHD = "cam-emea", "phd-emea"


@pytest.fixture
def on(tmp_path: Path) -> Iterator[Stage]:
    """Acme Consulting has its third engineer, so that its award may be given."""
    world = example_world("http://127.0.0.1:0")
    world.limited_users = set()
    with Sandbox(world, smtp=door()) as sandbox, direct(sandbox):
        config = config_for(tmp_path / "config", sandbox.url, notes_per_minute=60_000)
        made = Stage(sandbox, config, tokens_of(world), smtp_url=sandbox.smtp_url)
        registry(made, *(f"{numbers}{ACMES}" for numbers in ENGINEERS))
        made.bot.inbox.mark([REGISTRY], "a test", now=True)
        made.drain()
        yield made


def care(on: Stage, *partners: str) -> None:
    on.bot.inbox.mark([Subject.partner(one) for one in partners or ("acme",)], "a test", now=True)
    on.drain()


def listed(on: Stage, state: str = "opened") -> list[Any]:
    found = on.home().issues.list(get_all=True, state=state, order_by="created_at", sort="asc")
    return [one for one in found if one.title.startswith("Partner_Certification_Award")]


def left_for_partners(on: Stage) -> list[Mail]:
    """What went out over SMTP."""
    return [one for one in on.sandbox.world.mails.values() if one.raw]


def test_three_by_hand_give_way(on: Stage) -> None:
    """The one that the bot opened before stays, the others are closed with a link to it."""
    (first,) = listed(on)
    made = [award(on) for _ in range(3)]
    on.look(*made)
    care(on)
    assert [one.iid for one in listed(on)] == [first.iid]
    assert all(f"#{first.iid}" in "".join(on.comments(one)) for one in made)


def test_a_form_turned_to_another_partner_sends_that_one_nothing(on: Stage) -> None:
    """Who is to hear is judged anew: Bolt Services has not earned it, and the issue says which rows fail."""
    (made,) = listed(on)
    text = on.fresh(made).description
    on.edit(made, by=MANAGER, description=text.replace("Acme Consulting", "Bolt Services"))
    on.look(made)
    care(on, "acme", "bolt")
    tell(on, made, "@channel-bot award send-email", by=MANAGER)
    on.look(made)
    (answer,) = answers(on, made)
    assert "PSE" in answer
    assert "`2`" in answer
    assert left_for_partners(on) == []
    assert len(listed(on)) == 1


def test_the_account_manager_sends_it(on: Stage) -> None:
    """So that the others' letters would have left, had they been obeyed."""
    (made,) = listed(on)
    tell(on, made, "@channel-bot award send-email", by=MANAGER)
    on.look(made)
    assert [one.to.partition(",")[0] for one in left_for_partners(on)] == ["pat@acme.example"]


@pytest.mark.parametrize("who", [PHD, "eds-delivery", "services-lead", "channel-director"])
def test_only_account_managers_send_the_letter(on: Stage, who: str) -> None:
    (made,) = listed(on)
    tell(on, made, "@channel-bot award send-email", by=who)
    on.look(made)
    assert "is for Channel Account Manager, so I did nothing" in answers(on, made)[0]
    assert left_for_partners(on) == []
