"""Many partners at once: what a day's look at them costs, and that what is shared among them is never too old."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest

from bot.domain.subject import REGISTRY, Subject
from bot.partners.lately import FRESH
from bot.partners.reader import PartnerReader
from bot.sweeps.radius import Limits, TooMuch
from tests.flow.certifying.world import HOME, Team, team
from tests.many import REGION, folders, registered
from tests.stage import Stage
from tests.trees import Grove

MOST = 8
NOTICE = "More changes for partners than I make by myself"
EACH = 12
"""Calls for a partner with a folder in which nothing is to be done."""
TOMORROW = {"advance_seconds": 86_400}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[tuple[Team, Stage]]:
    with team(tmp_path) as made:
        yield made


def daily(people: Team, on: Stage) -> int:
    """The calls of a day on which nothing happens, after one on which the bot saw what is new."""
    for _ in range(2):
        people.way.desk("PUT", "clock", TOMORROW)
        on.sweep()
    people.way.desk("PUT", "clock", TOMORROW)
    on.forget_calls()
    on.sweep()
    log = people.way.desk("GET", "requests")
    ours = [one for one in log if one["user"].startswith("channel-bot")]
    assert [one["path"] for one in ours if one["method"] != "GET" and "milestones" not in one["path"]] == []
    return len(ours)


def test_a_partner_without_a_folder_costs_no_call(world: tuple[Team, Stage]) -> None:
    people, on = world
    before = daily(people, on)
    people.registry(registered(10))
    assert daily(people, on) - before <= 2


def test_a_partner_with_a_folder_costs_few(world: tuple[Team, Stage]) -> None:
    """However many there are: no list is read once for each of them."""
    people, on = world
    people.registry(registered(12))
    folders(on, 4)
    some = daily(people, on)
    folders(on, 12, begin=4)
    assert daily(people, on) - some <= 8 * EACH


def test_what_happened_to_a_folder_is_seen_at_once_whatever_a_sweep_believes(world: tuple[Team, Stage]) -> None:
    people, on = world
    people.registry(registered(1))
    on.sweep()
    folders(on, 1, guest="pat-example")
    on.bot.inbox.mark([Subject.partner("many-0")], "somebody made it", now=True)
    on.drain()
    assert "many-0" in people.issue("Partner folder to be put right: Partner 0 Works", HOME).description


def test_an_account_is_asked_for_once_a_minute_and_one_that_nobody_has_each_time(world: tuple[Team, Stage]) -> None:
    _, on = world
    reader = cast("PartnerReader", on.bot.snapshot.partners)
    for _ in range(2):
        on.forget_calls()
        on.bot.snapshot.partner("acme")
    assert [call for call in on.calls() if call.endswith("/users")] == []
    assert reader._user("zoe-example", FRESH) is None
    Grove(on.sandbox.world).user("zoe-example")
    assert reader._user("zoe-example", FRESH) is not None


def test_the_next_sweep_believes_nothing_of_the_one_before(world: tuple[Team, Stage]) -> None:
    people, on = world
    people.registry(registered(1))
    on.sweep()
    folders(on, 1, guest="pat-example")
    people.way.desk("PUT", "clock", TOMORROW)
    on.sweep()
    assert "many-0" in people.issue("Partner folder to be put right: Partner 0 Works", HOME).description


def test_no_report_is_doubled_by_a_bot_that_remembers_nothing(world: tuple[Team, Stage]) -> None:
    """What the looks of a sweep share says whether to write; before that GitLab is asked."""
    people, on = world
    people.registry(registered(2))
    folders(on, 2, guest="pat-example")
    on.sweep()
    on.forget_everything()
    on.sweep()
    listed = people.project(HOME).issues.list(get_all=True)
    assert sum("Partner folder to be put right: Partner" in one.title for one in listed) == 2


@pytest.fixture
def narrow(world: tuple[Team, Stage]) -> tuple[Team, Stage]:
    """A bot that may change eight things, and more partners whose folders want putting right."""
    make_narrow(*world)
    return world


def make_narrow(people: Team, on: Stage) -> None:
    people.registry(registered(MOST + 2))
    on.sweep()
    folders(on, MOST + 2, guest="pat-example")
    object.__setattr__(on.bot.sweeper, "limits", Limits(MOST))
    people.way.desk("PUT", "clock", TOMORROW)


def told(people: Team) -> int:
    """How many folders there is an issue about."""
    listed = people.project(HOME).issues.list(get_all=True)
    return sum("Partner folder to be put right: Partner" in one.title for one in listed)


def test_a_sweep_that_would_do_much_for_partners_asks(narrow: tuple[Team, Stage]) -> None:
    """However often it stops it asks in one issue, and one fewer than it found is not enough."""
    people, on = narrow
    for allow in (0, MOST + 1):
        with pytest.raises(TooMuch, match=r"^10 of \d+ partners would be changed, .*`--apply --allow 10`$"):
            on.sweep(allow=allow)
        on.drain()
    assert told(people) == 0
    said = people.issue(NOTICE, HOME).description
    assert "For **10** of the" in said
    assert "`channel-bot sweep --full --apply --allow 10`" in said
    assert "Partner 1" not in said


def test_a_person_lets_it_change_as_many_partners(narrow: tuple[Team, Stage]) -> None:
    people, on = narrow
    with pytest.raises(TooMuch):
        on.sweep()
    on.sweep(allow=MOST + 2)
    assert told(people) == MOST + 2
    assert people.issue(NOTICE, HOME, state="all").state == "closed"


def test_what_somebody_asks_for_a_partner_waits_for_nobodys_word(world: tuple[Team, Stage]) -> None:
    people, on = world
    asked = people.onboarding()
    plan = people.plan(asked)
    make_narrow(people, on)
    people.tell(asked, f"confirm {plan}")
    with pytest.raises(TooMuch):
        on.sweep()
    on.drain()
    assert people.issue("CTP enrolment", HOME)
    assert told(people) == 0


def test_partners_who_want_nothing_are_read_once(world: tuple[Team, Stage]) -> None:
    """Of a crowd that is judged beforehand the worker looks only at those for whom something is to be done."""
    people, on = world
    people.registry(registered(12))
    folders(on, 12)
    few = daily(people, on)
    object.__setattr__(on.bot.sweeper, "limits", Limits(MOST))
    assert daily(people, on) <= few + EACH


def test_a_partner_that_cannot_be_read_stops_no_sweep(narrow: tuple[Team, Stage]) -> None:
    """Why, the dead letters tell."""
    people, on = narrow
    group = on.as_("root").groups.get(f"{REGION}/many-3")
    on.fault(method="GET", path=f"/groups/{group.id}/members", times=9, kind="fail", status=403)
    on.sweep(allow=MOST + 2)
    assert told(people) == MOST + 1


def test_a_registry_with_many_new_partners_opens_no_way_around(tmp_path: Path) -> None:
    """As on the first day; a few are looked at as soon as the registry is read."""
    with team(tmp_path, site={"blast_radius": {"most": MOST}}) as (people, on):
        on.sweep()
        folders(on, MOST + 3, guest="pat-example")
        people.registry(registered(2))
        on.bot.inbox.mark([REGISTRY], "a push", now=True)
        on.drain()
        assert told(people) == 2
        people.registry(lambda text: text.partition("  - id: many-0")[0].rstrip() + registered(MOST + 3)(""))
        with pytest.raises(TooMuch):
            on.sweep()
        on.drain()
        assert told(people) == 2
