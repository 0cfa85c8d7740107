"""PH-02 and others as a table of cases: which issues are opened on which day, and how one reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.domain.actions import Check, OpenIssue, Say
from bot.domain.facts import Time
from bot.domain.gitlab import Person
from bot.domain.subject import Subject
from bot.domain.workdays import Workdays
from bot.handlers import recurring_issues
from bot.handlers.recurring_issues import Settings
from tests.builders import BOT
from tests.helpdesk import applicant, case, items_in, recurring, rule, site, text, time
from tests.stage import HOME, Stage, stage

FRIDAY = date(2026, 11, 27)


@dataclass(frozen=True)
class Case:
    """A recurrence on a day, the times that have their issue, and which are opened: key and due day."""

    name: str
    key: str
    today: str
    opens: Sequence[str] = ()
    times: Sequence[Time] = ()
    rule: dict[str, Any] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    resumed: str = ""


WEEKS = [time("phd_weekly", "2026-W48", region=region) for region in ("emea", "amer")]
EVERY: dict[str, Any] = {"each_region": False}
CASES = (
    Case(
        "on Monday each region has its week, due on Friday",
        "phd_weekly",
        "2026-11-23",
        ("phd_weekly emea 2026-W48 2026-11-27", "phd_weekly amer 2026-W48 2026-11-27"),
    ),
    Case(
        "a Friday that is a holiday makes it Thursday",
        "phd_weekly",
        "2026-11-23",
        ("phd_weekly - 2026-W48 2026-11-26",),
        rule=EVERY,
        holidays=frozenset({FRIDAY}),
    ),
    Case("what is there is not opened again", "phd_weekly", "2026-11-23", times=WEEKS),
    Case(
        "one region's issue is not another's",
        "phd_weekly",
        "2026-11-25",
        ("phd_weekly amer 2026-W48 2026-11-27",),
        times=WEEKS[:1],
    ),
    Case(
        "after a gap of ten days both weeks come, each with its own day",
        "phd_weekly",
        "2026-12-03",
        ("phd_weekly - 2026-W48 2026-11-27", "phd_weekly - 2026-W49 2026-12-04"),
        times=[time("phd_weekly", "2026-W47", region="")],
        rule=EVERY,
    ),
    Case("seven days before the Friday in the middle of the month", "phd_monthly", "2026-12-10", rule=EVERY),
    Case(
        "the Friday nearest the 15th",
        "phd_monthly",
        "2026-12-11",
        ("phd_monthly - 2026-12 2026-12-18",),
        rule=EVERY,
        times=[time("phd_monthly", "2026-11", region="")],
    ),
    Case(
        "or the third Friday, where configuration says so",
        "phd_monthly",
        "2026-05-08",
        ("phd_monthly - 2026-05 2026-05-15",),
        rule={**EVERY, "due": "third friday"},
    ),
    Case(
        "the Select review is there from the first to the last business day",
        "phd_select",
        "2026-11-01",
        ("phd_select - 2026-11 2026-11-30",),
        rule=EVERY,
    ),
    Case("before it begins nothing is opened", "phd_weekly", "2026-11-23", rule={"starts": "2026-12-01"}),
    Case(
        "switched on again it begins with the current week",
        "phd_weekly",
        "2026-12-17",
        ("phd_weekly - 2026-W51 2026-12-18",),
        times=[time("phd_weekly", "2026-W47", region="", author=BOT)],
        rule=EVERY,
        resumed="2026-12-17",
    ),
    Case(
        "what it misses after that comes late",
        "phd_weekly",
        "2026-12-29",
        ("phd_weekly - 2026-W51 2026-12-18", "phd_weekly - 2026-W52 2026-12-25", "phd_weekly - 2026-W53 2027-01-01"),
        times=[time("phd_weekly", "2026-W47", region="", author=BOT)],
        rule=EVERY,
        resumed="2026-12-17",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_recurring_issues(case: Case) -> None:
    of = site(workdays=Workdays(case.holidays))
    facts = recurring(case.key, case.today, *case.times, of=of, **case.rule)
    facts = replace(facts, resumed=date.fromisoformat(case.resumed) if case.resumed else None)
    said = list(recurring_issues.decide_recurring(facts, Settings()))
    wishes = [one for one in said if isinstance(one, OpenIssue)]
    assert [f"{one.key} {one.due}" for one in wishes] == [*case.opens]
    (*checks,) = (one for one in said if isinstance(one, Check))
    assert all(checks)
    assert any(not one.holds for one in checks) is bool(case.opens)


def test_what_a_former_bot_opened_is_history_too() -> None:
    """The week between is missed, though the bot has another account now."""
    old = Person(77, "old-bot")
    times = [time("phd_weekly", week, region="", author=old) for week in ("2026-W46", "2026-W48")]
    for former, opened in ((frozenset({77}), ["phd_weekly - 2026-W47"]), (frozenset[int](), [])):
        facts = recurring("phd_weekly", "2026-11-25", *times, of=site(former_bots=former), **EVERY)
        wishes = [one for one in recurring_issues.decide_recurring(facts, Settings()) if isinstance(one, OpenIssue)]
        assert [one.key for one in wishes] == opened


ASKED: Sequence[tuple[str, dict[str, Any], list[tuple[str, str]]]] = (
    ("a title that names the period is fine", {"period": "2026-W48"}, []),
    ("else it is asked for", {}, [("`2026-W48`", "`EMEA`, `Americas`")]),
    ("also where it tells several", {"title": "Weekly EMEA and Americas"}, [("`2026-W48`", "`EMEA`, `Americas`")]),
    ("only the week, where it tells the region", {"title": "Weekly Americas"}, [("`2026-W48`", "")]),
    ("only the region, where it tells the week", {"title": "Weekly 2026-W48"}, [("", "`EMEA`, `Americas`")]),
    (
        "or the week by its day of birth",
        {"title": "Weekly W48", "created_at": datetime(2026, 11, 24, tzinfo=UTC)},
        [("", "`EMEA`, `Americas`")],
    ),
    ("one for all regions names none", {"each_region": False}, [("`2026-W48`", "")]),
    ("and is asked although it tells a week", {"each_region": False, "title": "Weekly 2026-W48"}, [("`2026-W48`", "")]),
    ("what the bot opened is not asked", {"author": BOT}, []),
    ("nor what an account of it opened before", {"author": Person(77, "old-bot")}, []),
    ("nor what is closed", {"state": "closed"}, []),
    ("nor what lies elsewhere", {"is_home": False}, []),
    ("nor what does not come again any more", {"enabled": False}, []),
    ("nor what never did", {"template": "phd_open"}, []),
)


@pytest.mark.parametrize(("fields", "said"), [one[1:] for one in ASKED], ids=[one[0] for one in ASKED])
def test_a_title_without_its_period(fields: dict[str, Any], said: list[tuple[str, str]]) -> None:
    changes = {name: one for name, one in fields.items() if name in {"each_region", "enabled", "template"}}
    of = site(recurrences=(rule("phd_weekly", **changes),), former_bots=frozenset({77}))
    facts = case("phd_weekly", of=of, **{name: one for name, one in fields.items() if name not in changes})
    decided = list(recurring_issues.decide_templated(facts, Settings()))
    points = [one for one in decided if isinstance(one, Say)]
    assert [(one.values["period"], one.values["regions"]) for one in points] == said


def test_who_goes_by_the_registry_alone_needs_nothing_else() -> None:
    for key in ("phd_weekly", "other"):
        assert list(recurring_issues.recurring_needs(recurring(key, "2026-11-23", of=site()), Settings())) == []


def look(on: Stage, day: str, key: str = "phd_weekly") -> None:
    on.play(only="recurring_issues", day=date.fromisoformat(day))
    on.bot.inbox.mark([Subject.recurring(key)], "a test", now=True)
    on.drain()


def test_it_is_opened_as_its_template_has_it_and_once(tmp_path: Path) -> None:
    """The real client opens it in the sandbox; a second look, and one that remembers nothing, open no other."""
    with stage(tmp_path, recurring=["phd_weekly"], registry={"project": "", "branch": "main"}) as on:
        look(on, "2026-11-23")
        found = {one.title: one for one in on.home().issues.list(get_all=True)}
        emea = found["PHD weekly - EMEA - 2026-W48"]
        assert len(found) == 4
        assert [one["username"] for one in emea.assignees] == ["phd-emea"]
        assert (emea.due_date, emea.milestone["title"] if emea.milestone else None) == ("2026-11-27", None)
        assert {"Channel", "Partner Help Desk"} <= set(emea.labels)
        assert "By 2026-11-25: payments are followed up" in emea.description
        assert "No applicant waits for a first review." in emea.description
        on.forget_calls()
        look(on, "2026-11-24")
        on.forget_everything()
        look(on, "2026-11-24")
        assert on.calls(writes=True) == []


def test_one_from_the_template_that_names_no_week_is_asked_once(tmp_path: Path) -> None:
    with stage(tmp_path, recurring=["phd_weekly"], registry={"project": "", "branch": "main"}) as on:
        on.play(day=date(2026, 11, 23))
        issue = on.issue("phd-emea", title="PHD weekly EMEA", description=text("phd_weekly"))
        for _ in range(2):
            on.sweep(full=True)
        (said,) = (one.body for one in issue.notes.list(get_all=True) if "**Which week?**" in one.body)
        assert "does not tell me which week this is for" in said
        assert "such as `2026-W48`, and close" in said
        on.edit(issue, by="phd-emea", title="PHD weekly EMEA W48")
        on.sweep(full=True)
        assert not [one for one in issue.notes.list(get_all=True) if "**Which week?**" in one.body]


def test_an_issue_that_somebody_opened_by_hand_counts(tmp_path: Path) -> None:
    with stage(tmp_path, recurring=["phd_weekly"], registry={"project": "", "branch": "main"}) as on:
        on.as_("phd-emea").projects.get(HOME).issues.create({"title": "PHD weekly: EMEA, week 48 of 2026"})
        look(on, "2026-11-23")
        titles = [one.title for one in on.home().issues.list(get_all=True)]
        assert len(titles) == 4
        assert sum("EMEA" in title for title in titles) == 1


def test_a_specialist_who_left_is_stood_in_for(tmp_path: Path) -> None:
    with stage(tmp_path, recurring=["phd_weekly"], registry={"project": "", "branch": "main"}) as on:
        gone = on.sandbox.world.user_by_name("phd-emea")
        assert gone
        gone.state = "blocked"
        look(on, "2026-11-23")
        emea = next(one for one in on.home().issues.list(get_all=True) if "EMEA" in one.title)
        assert [one["username"] for one in emea.assignees] == ["phd-amer"]


def test_the_name_of_an_applicant_calls_nobody() -> None:
    facts = recurring("phd_weekly", "2026-11-23", of=site(applicant("acme", name="@all /close <!-- x")))
    wish = next(one for one in recurring_issues.decide_recurring(facts, Settings()) if isinstance(one, OpenIssue))
    assert [one.title for one in items_in(wish.values)] == ["all /close <! -- x"]
