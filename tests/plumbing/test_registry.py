"""The newest good commit of the registry counts for every process; a bad one only tells the operator."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.marks import Marker
from bot.domain.registry import Registry
from bot.errors import NotThere, TryLater
from bot.registry.learning import Learning
from bot.registry.loader import understood
from bot.registry.registries import FAR, FRESH, Registries
from bot.registry.shelf import Shelf, Source
from bot.render import Renderer, template_dirs
from bot.store.database import Database
from tests.plumbing.clocks import Clock
from tests.plumbing.registry_world import BRANCH, PROJECT, SHIPPED, TEAM, World
from tests.stage import Stage, stage

TODAY = date(2026, 11, 21)
START = Registry()
BAD = SHIPPED["people.yml"].replace("  region: emea", "  regin: emea", 1)
WHERE = "people.yml:5"


@pytest.fixture
def gitlab(tmp_path: Path) -> Iterator[Stage]:
    with stage(tmp_path) as made:
        yield made


@pytest.fixture
def world() -> World:
    return World()


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Bots:
    """Registries of processes that share one database and one GitLab."""

    def __init__(self, gitlab: Stage, world: World, clock: Clock) -> None:
        self.gitlab, self.world, self.clock = gitlab, world, clock
        self.database = Database("sqlite://")

    def one(self, **changes: Any) -> Registries:
        """What a fresh process would have."""
        marker, renderer = Marker(b"a key for tests only"), Renderer(template_dirs())
        values: dict[str, Any] = {
            "start": START,
            "repository": self.world,
            "shelf": Shelf(self.database, Source(PROJECT, BRANCH)),
            "reports": self.gitlab.bot.apply.reports,
            "learning": Learning(self.world, marker, renderer, PROJECT, TEAM),
            "staff_only": lambda: True,
            "dry_run": False,
            "clock": self.clock,
        }
        return Registries(**{**values, **changes})

    def refresh(self, bot: Registries | None = None) -> tuple[str, ...]:
        self.clock.pass_(FRESH)
        return tuple((bot or self.one()).refresh(lambda: None, TODAY))

    def reports(self) -> list[ProjectIssue]:
        issues = self.gitlab.home("ops-lead").issues.list(get_all=True)
        return [issue for issue in issues if issue.title == "The registry cannot be read"]


@pytest.fixture
def bots(gitlab: Stage, world: World, clock: Clock) -> Bots:
    return Bots(gitlab, world, clock)


def test_until_the_project_has_files_those_for_a_start_count(bots: Bots) -> None:
    bot = bots.one()
    assert bots.refresh(bot) == ()
    bots.world.push(**dict.fromkeys(("people", "roles", "regions", "partners")))
    assert bots.refresh(bot) == ()
    assert bot.current() is START
    assert bots.reports() == []


def test_without_a_project_there_is_nothing_to_refresh(bots: Bots) -> None:
    bot = bots.one(shelf=None)
    bots.world.push()
    assert bots.refresh(bot) == ()
    assert bot.current() is START
    assert bots.world.asked == []


def test_a_commit_counts_for_every_process_at_once_and_whole(bots: Bots) -> None:
    one, other = bots.one(), bots.one()
    assert other.current() is START
    sha = bots.world.push()
    assert bots.refresh(one) == (f"read the registry at `{sha[:8]}`",)
    assert one.current() == other.current() == bots.one().current() == understood(SHIPPED, sha)
    assert bots.refresh(one) == ()


def test_the_shelf_keeps_one_commit_a_source_in_either_database(database: Database) -> None:
    shelf, other = Shelf(database, Source(PROJECT, BRANCH)), Shelf(database, Source(PROJECT, "next"))
    assert shelf.sha() is None
    assert shelf.texts() is None
    shelf.put("c0", {"people.yml": "é: {}\n"})
    other.put("d0", {})
    shelf.put("c1", SHIPPED)
    assert (shelf.sha(), shelf.texts()) == ("c1", ("c1", dict(SHIPPED)))
    assert other.texts() == ("d0", {})


def test_a_process_believes_for_a_second_that_there_is_nothing_newer(bots: Bots) -> None:
    bots.world.push()
    bots.refresh()
    bot = bots.one()
    before = bot.current()
    bots.world.push(people=SHIPPED["people.yml"] + "\ncam-new: {}\n")
    assert tuple(bots.one().refresh(lambda: None, TODAY))
    assert bot.current() is before
    bots.clock.pass_(FRESH)
    assert bot.current().knows("cam-new")


def test_a_bad_commit_keeps_the_last_good_one_and_opens_one_issue_that_says_where(bots: Bots) -> None:
    good = bots.world.push()
    bots.refresh()
    sha = bots.world.push(people=BAD)
    assert bots.refresh() == ("open report",)
    assert bots.refresh() == ()
    assert bots.one().current().commit == good
    (report,) = bots.reports()
    assert (
        f"**`{WHERE}`** in `{PROJECT}@{sha[:8]}`: `unknown key 'regin', did you mean 'region'?`" in report.description
    )
    assert "DRI: @ops-lead" in report.description


def test_the_next_bad_commit_edits_the_issue_and_a_good_one_closes_it(bots: Bots) -> None:
    bots.world.push()
    bots.refresh()
    bots.world.push(people=BAD)
    bots.refresh()
    worse = bots.world.push(roles=None)
    assert bots.refresh() == ("edit report",)
    (report,) = bots.reports()
    assert f"**`roles.yml:1`** in `{PROJECT}@{worse[:8]}`" in report.description
    good = bots.world.push(**{name.removesuffix(".yml"): text for name, text in SHIPPED.items()})
    assert bots.refresh() == (f"read the registry at `{good[:8]}`", "close report")
    (report,) = bots.reports()
    assert report.state == "closed"
    assert bots.refresh() == ()


def test_many_mistakes_are_cut_to_what_a_person_can_read(bots: Bots) -> None:
    bots.world.push(people=SHIPPED["people.yml"] + "".join(f"x{at}: {{region: moon}}\n" for at in range(30)))
    bots.refresh()
    (report,) = bots.reports()
    assert report.description.count("unknown region") == 20
    assert "and 10 more" in report.description


def test_what_somebody_wrote_into_a_file_does_nothing_in_the_issue(bots: Bots) -> None:
    bots.world.push(people=SHIPPED["people.yml"] + '"@all /close ` <!-- x": {}\n')
    bots.refresh()
    (report,) = bots.reports()
    assert "``'@all /close ` <! -- x' is no name in GitLab" in report.description


def test_without_the_database_the_newest_good_commit_is_found_again(bots: Bots) -> None:
    bots.world.push()
    good = bots.world.push(people=SHIPPED["people.yml"] + "\ncam-new: {}\n")
    bots.world.push(people=BAD)
    bots.world.push(regions="[")
    assert bots.refresh() == (f"read the registry at `{good[:8]}`", "open report")
    assert bots.one().current().commit == good


def test_a_process_that_knows_a_good_one_keeps_it_when_the_database_is_gone(bots: Bots) -> None:
    bots.world.push()
    bot = bots.one()
    bots.refresh(bot)
    kept = bot.current()
    bots.database = Database("sqlite://")
    bot.shelf = Shelf(bots.database, Source(PROJECT, BRANCH))
    bots.clock.pass_(FRESH)
    assert bot.current() == kept
    bots.refresh(bot)
    assert bots.one().current() == kept


def test_where_no_commit_within_reach_is_good_the_start_counts(bots: Bots) -> None:
    bots.world.push()
    for _ in range(FAR):
        bots.world.push(people=BAD)
    bot = bots.one()
    assert bots.refresh(bot) == ("open report",)
    assert bot.current() is START
    bots.world.asked.clear()
    bots.refresh(bot)
    assert set(bots.world.asked) == {"commits"}, "a verdict on a commit never changes"


def test_verdicts_are_forgotten_before_they_are_too_many(bots: Bots, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.registry.registries.MOST_VERDICTS", 2)
    bot = bots.one()
    for _ in range(4):
        bots.world.push(people=BAD)
        bots.refresh(bot)
    assert len(bot._bad) <= 2


def test_a_file_that_is_listed_and_not_shown_is_asked_for_later(bots: Bots) -> None:
    """Such as a replica that lags: half a commit is no commit."""
    bots.world.push()
    bots.world.hidden.add("roles.yml")
    with pytest.raises(TryLater, match=r"GitLab lists roles\.yml at c0000000 of .* and does not show it"):
        bots.refresh()
    assert bots.reports() == []


def test_a_project_that_cannot_be_read_is_told_to_whoever_asked_and_the_rest_goes_on(bots: Bots) -> None:
    bots.world.push()
    bots.refresh()

    class Gone(World):
        def commits(self, *_: object, **__: object) -> tuple[Any, ...]:
            raise NotThere("404 Project Not Found")

    bot = bots.one(repository=Gone())
    with pytest.raises(NotThere):
        bots.refresh(bot)
    assert bot.current().commit == bots.world.history[0][0]


def test_a_database_that_cannot_be_read_costs_nobody_the_registry(bots: Bots, monkeypatch: pytest.MonkeyPatch) -> None:
    bots.world.push()
    bots.refresh()
    bot = bots.one()
    kept = bot.current()

    def locked(_: Shelf) -> str:
        raise TryLater("the database cannot be locked")

    monkeypatch.setattr(Shelf, "sha", locked)
    bots.clock.pass_(FRESH)
    assert bot.current() is kept
    assert bots.one().current() is START


def test_what_an_older_version_took_for_good_counts_no_longer(bots: Bots) -> None:
    good = bots.world.push()
    Shelf(bots.database, Source(PROJECT, BRANCH)).put("an older commit", {**SHIPPED, "people.yml": BAD})
    assert bots.one().current() is START
    bots.refresh()
    assert bots.one().current().commit == good


def test_another_branch_in_the_configuration_is_another_registry(bots: Bots) -> None:
    bots.world.push()
    bots.refresh()
    assert bots.one(shelf=Shelf(bots.database, Source(PROJECT, "next"))).current() is START


def test_a_dry_run_reads_and_writes_nothing_to_gitlab(bots: Bots) -> None:
    bots.world.join(TEAM, 7, "cam-new")
    bots.world.push()
    bot = bots.one(dry_run=True)
    bots.refresh(bot)
    assert bot.current().commit
    bots.world.push(people=BAD)
    assert bots.refresh(bot) == ()
    assert bots.reports() == []
    assert bots.world.requests == []


def test_whom_the_registry_lacks_is_proposed(bots: Bots) -> None:
    bots.world.join(TEAM, 7, "cam-new")
    sha = bots.world.push()
    assert bots.refresh() == (f"read the registry at `{sha[:8]}`", "propose !1 with `@cam-new`")
    assert bots.refresh() == ()


def test_a_hidden_team_costs_only_the_proposal(bots: Bots) -> None:
    bots.world.direct.clear()
    sha = bots.world.push()
    assert bots.refresh() == (f"read the registry at `{sha[:8]}`",)
