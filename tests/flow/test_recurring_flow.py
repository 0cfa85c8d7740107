"""The rules of the flow for what recurs: one issue for each time, whatever goes wrong on the way."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner

from bot.commands import forecast, plan, sweep
from bot.config import Config
from bot.domain.recurrence.period import Period, Unit
from bot.domain.subject import Subject
from bot.handlers import recurring_issues
from bot.settings.recurrences import RecurrenceSettings, recurrence
from bot.store.database import Database
from bot.sweeps.radius import Limits, TooMuch
from tests.stage import HOME, MARK_KEY, Stage, config_copy, stage

KEY = "eds_monthly"
WEEKLY = Subject.recurring(KEY)
WEEKS = count()
NEWSLETTER = "gitlab-com/channel/partner-communication"
POST = {"method": "POST", "path": r"/projects/[^/]+/issues$"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("recurring"), recurring=[KEY]) as made:
        made.config = weekly(made.config)
        yield made


def weekly(config: Config) -> Config:
    """With something that comes every week, so that each test has a time of its own."""
    rule = {"template": KEY, "every": "week", "due": "friday", "opens": "monday"}
    return replace(config, recurrences=(recurrence(KEY, RecurrenceSettings.model_validate(rule)),))


@pytest.fixture
def week(world: Stage) -> str:
    """The next week, on whose Monday the bot, whose database is new, looks; its key."""
    monday = date(2026, 11, 23) + timedelta(weeks=next(WEEKS))
    world.database = Database("sqlite://")
    world.play(day=monday)
    return Period.of(Unit.WEEK, monday).key


def on_monday(on: Stage) -> None:
    """The world's clock stands at noon where the team is, and the bot has just begun."""
    body = {"now": "2026-11-23T19:00:00Z"}
    requests.put(f"{on.sandbox.url}/sandbox/clock", json=body, timeout=10).raise_for_status()
    on.play()


def look(on: Stage) -> None:
    on.bot.inbox.mark([WEEKLY], "a test", now=True)
    on.drain()


def there(on: Stage, week: str, project: str = HOME) -> list[Any]:
    """The open issues of that week, oldest first."""
    found = on.as_("root").projects.get(project).issues.list(get_all=True, state="opened", sort="asc")
    return [one for one in found if week in one.title]


def no_faults(on: Stage) -> None:
    requests.delete(f"{on.sandbox.url}/sandbox/faults", timeout=10).raise_for_status()


def looked(on: Stage) -> bool:
    """Whether the bot takes the time as cared for."""
    return not [*on.bot.sweeper.rota.due(on.bot.snapshot.today(), on.bot.snapshot.registry())]


def test_each_time_has_one_issue_and_the_second_look_writes_nothing(world: Stage, week: str) -> None:
    look(world)
    assert (len(there(world, week)), looked(world)) == (1, True)
    world.forget_calls()
    look(world)
    assert world.calls(writes=True) == []


@pytest.mark.parametrize("kind", ["fail", "drop_before", "drop_after"])
def test_a_create_that_goes_wrong_doubles_nothing(world: Stage, week: str, kind: str) -> None:
    """An error, a connection lost before GitLab got it, and one lost after."""
    world.fault(kind=kind, **POST)
    look(world)
    assert (len(there(world, week)), looked(world)) == (1, True)


def test_a_create_that_gitlab_refuses_is_asked_for_again(world: Stage, week: str) -> None:
    """The subject is parked with the reason, and the next sweep tries again."""
    world.fault(kind="fail", status=403, body='{"message":"403 Forbidden"}', **POST)
    look(world)
    assert [letter.name for letter in world.bot.inbox.dead_letters()] == [WEEKLY.key]
    assert (there(world, week), looked(world)) == ([], False)
    look(world)
    assert len(there(world, week)) == 1


def test_a_lost_database_doubles_nothing(world: Stage, week: str) -> None:
    look(world)
    (issue,) = there(world, week)
    world.edit(issue, by="phd-emea", title="What Education Services does")
    world.forget_everything()
    world.play(day=world.bot.snapshot.today())
    look(world)
    assert there(world, week) == []


def test_of_two_bots_that_know_nothing_of_each_other_one_issue_stays(world: Stage, week: str) -> None:
    """Both may open it; whoever looks last closes the later one with a link."""
    day = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    bots = [Stage(world.sandbox, world.config, world.tokens, Database("sqlite://")) for _ in range(2)]
    for one in bots:
        one.play(day=day)
    threads = [threading.Thread(target=look, args=(one,)) for one in bots]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    look(bots[0])
    assert len(there(world, week)) == 1


def test_a_twin_that_a_mishap_left_is_closed_by_the_next_look(world: Stage, week: str) -> None:
    look(world)
    (issue,) = there(world, week)
    twin = world.home("channel-bot").issues.create({"title": issue.title, "description": issue.description})
    world.play(day=world.bot.snapshot.day)
    look(world)
    assert [one.iid for one in there(world, week)] == [issue.iid]
    assert issue.web_url in world.fresh(twin).description


def test_where_a_list_cannot_be_read_nothing_is_opened(world: Stage, week: str) -> None:
    """Rule 10: nobody knows what stands in it, so nobody has looked either."""
    world.fault(method="GET", path=r"/projects/[^/]+/issues", times=None, kind="fail", status=403)
    look(world)
    no_faults(world)
    assert (there(world, week), looked(world)) == ([], False)
    look(world)
    assert (len(there(world, week)), looked(world)) == (1, True)


def test_a_list_that_lags_behind_doubles_nothing(world: Stage, week: str) -> None:
    """What was opened a moment ago is remembered."""
    look(world)
    world.play(day=world.bot.snapshot.day)
    world.fault(method="GET", path="/issues", times=None, kind="stale", seconds=3600)
    look(world)
    no_faults(world)
    assert len(there(world, week)) == 1


def test_a_dry_run_writes_nothing_and_has_not_looked(world: Stage, week: str) -> None:
    site = world.config.site.model_copy(update={"dry_run": True})
    dry = Stage(world.sandbox, replace(world.config, site=site), world.tokens, world.database)
    dry.play(day=world.bot.snapshot.day)
    world.forget_calls()
    look(dry)
    assert (world.calls(writes=True), looked(dry)) == ([], False)
    look(world)
    assert len(there(world, week)) == 1


def test_what_a_person_deleted_stays_away_as_long_as_the_bot_remembers(world: Stage, week: str) -> None:
    look(world)
    (issue,) = there(world, week)
    world.as_("root").projects.get(HOME).issues.delete(issue.iid)
    world.play(day=world.bot.snapshot.day)
    facts = world.bot.snapshot.recurring(KEY)
    assert world.bot.rules.decide(facts).openings == ()
    look(world)
    assert there(world, week) == []
    world.database = Database("sqlite://")
    world.play(day=world.bot.snapshot.day)
    look(world)
    assert len(there(world, week)) == 1


def test_what_a_person_emptied_is_still_the_one(world: Stage, week: str) -> None:
    look(world)
    (issue,) = there(world, week)
    world.edit(issue, by="phd-emea", title=f"Ours, {week}", description="We do it by mail.")
    world.play(day=world.bot.snapshot.day)
    look(world)
    assert [one.iid for one in there(world, week)] == [issue.iid]


def test_what_a_person_moved_is_still_the_one(world: Stage, week: str) -> None:
    """Also after the database was lost: the mark stays in the closed one."""
    look(world)
    (issue,) = there(world, week)
    there_now = world.as_("root").projects.get(NEWSLETTER)
    world.as_("root").projects.get(HOME).issues.get(issue.iid).move(there_now.id)
    world.database = Database("sqlite://")
    world.play(day=world.bot.snapshot.day)
    look(world)
    assert (there(world, week), len(there(world, week, NEWSLETTER))) == ([], 1)


def test_what_a_colleague_opened_by_hand_counts(world: Stage, week: str) -> None:
    mine = world.issue(by="phd-emea", title=f"education services MONTHLY: week {int(week[6:])} of {week[:4]}")
    look(world)
    assert (there(world, week), world.fresh(mine).state) == ([], "opened")


def test_what_a_stranger_opened_does_not_count(world: Stage, week: str) -> None:
    """Neither by its title nor by a mark that was copied from the bot's."""
    look(world)
    (ours,) = there(world, week)
    root = world.as_("root")
    pat = root.users.list(username="pat-example", get_all=True)[0]
    member = root.projects.get(HOME).members.create({"user_id": pat.id, "access_level": 20})
    world.issue(by="pat-example", title=ours.title, description=ours.description)
    root.projects.get(HOME).issues.delete(ours.iid)
    world.database = Database("sqlite://")
    world.play(day=world.bot.snapshot.day)
    look(world)
    assert [one.author["username"] for one in there(world, week)] == ["pat-example", "channel-bot"]
    member.delete()


def test_what_would_open_too_much_is_asked_first(world: Stage, week: str) -> None:
    """Rule 14: nothing is opened, an issue asks, and a person may allow it. All else of the sweep goes on before."""
    sweeper = world.bot.sweeper
    object.__setattr__(sweeper, "limits", Limits(most=0))
    assert sweeper.recurring() == set()
    world.drain()
    (notice,) = there(world, "More recurring issues")
    assert "**1** recurring issues are missing" in notice.notes.list(get_all=True)[0].body + notice.description
    names = [getattr(step, "func", step).__name__ for step in sweeper.steps(full=True)]
    assert names.index("recurring") < names.index("practice") < names.index("digest") < names.index("held_back")
    with pytest.raises(TooMuch, match="1 recurring issues would be changed"):
        sweeper.held_back()
    assert world.bot.inbox.pending() == 0
    assert sweeper.recurring(allow=1) == {WEEKLY.key}
    assert sweeper.held_back() == set()
    world.drain()
    assert len(there(world, week)) == 1
    assert world.bot.sweeper.recurring() == set()


@pytest.mark.parametrize(
    ("remembers", "by_rule"),
    [(True, True), (False, False)],
    ids=["by the rule", "in recurrences.yml, and a lost database"],
)
def test_what_was_due_while_it_was_switched_off_is_not_missed(world: Stage, remembers: bool, by_rule: bool) -> None:
    """A bot that lost its database cannot tell that from a time in which it did not run."""
    monday, config = date(2026, 11, 23) + timedelta(weeks=next(WEEKS)), world.config
    world.database = Database("sqlite://")

    def lives(start: date, *, on: bool = True) -> int:
        """How many are opened by then; somebody looked at nothing of it before."""
        rules = {**config.settings, "recurring_issues": recurring_issues.Settings(enabled=on or not by_rule)}
        times = tuple(replace(one, enabled=on or by_rule) for one in config.recurrences)
        world.config = replace(config, settings=rules, recurrences=times)
        world.play(day=start)
        before = len(there(world, "Services"))
        world.sweep()
        return len(there(world, "Services")) - before

    assert lives(monday) > 0
    assert [lives(monday + timedelta(days=days), on=False) for days in (3, 10, 20)] == [0, 0, 0]
    if not remembers:
        world.database = Database("sqlite://")
    next(WEEKS), next(WEEKS), next(WEEKS)
    assert lives(monday + timedelta(days=22)) == (1 if remembers else 3)
    assert lives(monday + timedelta(days=23)) == 0
    world.config = config


def test_a_settled_issue_costs_no_call(tmp_path: Path) -> None:
    """All that is shipped, in one world: neither the next sweep nor the calendar asks for one issue."""
    keys = ("phd_weekly", "phd_select", "phd_open", "partner_flash", "webcast")
    with stage(tmp_path, recurring=keys) as scene:
        on_monday(scene)
        scene.sweep()
        scene.sweep()
        scene.forget_calls()
        scene.sweep(full=False)
        calls = scene.calls()
        assert not [one for one in calls if "/issues/" in one]
        assert len(calls) <= 12
        scene.forget_calls()
        scene.play()
        scene.sweep()
        assert (len(scene.calls()) <= 28, scene.calls(writes=True)) == (True, [])


def test_hands_off_is_heeded(world: Stage, week: str) -> None:
    look(world)
    (issue,) = there(world, week)
    world.edit(issue, by="phd-emea", add_labels="bot::hands-off", remove_labels="Channel", due_date="2020-01-01")
    world.forget_calls()
    world.look(issue)
    assert world.calls(writes=True) == []


def test_where_the_plan_is_free_one_is_assigned(tmp_path: Path) -> None:
    with stage(tmp_path, tier="free", recurring=["phd_open"]) as scene:
        on_monday(scene)
        scene.sweep()
        issues = [one for one in scene.home().issues.list(get_all=True) if one.title.startswith("PHD Open")]
        assert [len(one.assignees) for one in issues] == [1] * len(issues)
        assert issues
        scene.forget_calls()
        scene.sweep()
        assert scene.calls(writes=True) == []


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Stage, dict[str, str]]]:
    """A world, and the variables under which commands work on it."""
    folder = tmp_path_factory.mktemp("commands")
    with stage(folder, recurring=["phd_weekly", "partner_flash"]) as made:
        on_monday(made)
        config = config_copy(folder / "files", made.sandbox.url, recurring=["phd_weekly", "partner_flash"])
        made.issue(title="Refresh the price list", labels="Channel Priority:1")
        yield (
            made,
            {
                "CHANNEL_BOT_CONFIG": str(config),
                "GITLAB_URL": made.sandbox.url,
                "GITLAB_TOKEN": made.tokens["channel-bot"],
                "MARK_KEY": MARK_KEY,
                "DATABASE_URL": f"sqlite:///{folder}/never.db",
            },
        )


@pytest.mark.parametrize("command", [plan.command, forecast.command])
def test_looking_ahead_writes_nothing(machine: tuple[Stage, dict[str, str]], command: Any) -> None:
    world, environ = machine
    world.forget_calls()
    shown = CliRunner().invoke(command, ["--format", "json"], env=environ)
    assert shown.exception is None, shown.output
    assert "PHD weekly" in shown.stdout or "phd_weekly" in shown.stdout
    assert (json.loads(shown.stdout) != [], world.calls(writes=True)) == (True, [])


def test_a_sweep_that_remembers_nothing_does_all_at_once(machine: tuple[Stage, dict[str, str]]) -> None:
    world, environ = machine
    arguments = ["--stateless", "--apply", "--format", "json"]
    first = CliRunner().invoke(sweep.command, arguments, env=environ)
    assert first.exception is None, first.output
    assert {"PHD weekly", "Partner Flash"} <= {one.title.split(" - ")[0] for one in every(world)}
    world.forget_calls()
    second = CliRunner().invoke(sweep.command, arguments, env=environ)
    assert second.exception is None, second.output
    assert world.calls(writes=True) == []


def every(on: Stage) -> list[Any]:
    return [*on.group("root").issues.list(get_all=True)]
