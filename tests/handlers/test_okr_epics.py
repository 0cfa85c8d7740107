"""GL-17 as a table of cases, and what it costs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain import okr
from bot.domain.actions import Nudge, Say
from bot.domain.facts import IssueFacts, Tier
from bot.domain.fiscal import Quarter
from bot.domain.gitlab import Epic, EpicRef
from bot.domain.needs import EpicsOf
from bot.handlers import okr_epics
from bot.handlers.okr_epics import Settings, needs
from tests.builders import SITE, facts, issue
from tests.cases import Case, named, planned, prove
from tests.stage import Stage, stage
from tests.teamissues import TeamCase, prove_team

OKR = "FY27Q4 OKR"
EPIC = Epic(1, 5, "FY27Q4 OKR: Grow @all", "gitlab-com/channel", web_url="https://g/e/5")
OLD = replace(EPIC, iid=4, title="FY27Q3 OKR: Grow")
REF = EpicRef(1, 5, "Grow", 9)
HERE = replace(SITE, url="https://gitlab.example/", epics="gitlab-com")


def first(today: str = "2026-11-24", priority: str | None = "1", site: Any = HERE, **more: Any) -> IssueFacts:
    fields = {"has_epics": True, **{name: more.pop(name) for name in {"epic", "has_epics"} & more.keys()}}
    return facts(issue(priority=priority, **fields), today, site=site, **more)


CASES = (
    TeamCase("another priority serves no objective", first(priority="2")),
    TeamCase("nor does an issue without one", first(priority=None)),
    TeamCase("what is in an epic is fine", first(epic=REF)),
    TeamCase("before objectives were epics nobody asked", first("2020-07-31")),
    TeamCase(
        "the quarter's epics are offered, no other's and none that is closed",
        first(epics={OKR: (EPIC, OLD, replace(EPIC, iid=6, state="closed"), replace(EPIC, iid=7, web_url=""))}),
        ("say `choose` (GL-17)",),
        (
            "one of FY27Q4's epics, [gitlab-com/channel&5](https://g/e/5) `FY27Q4 OKR: Grow",
            "@all`, `gitlab-com/channel&7` `FY27Q4 OKR: Grow @all`, or",
        ),
    ),
    TeamCase(
        "not more than so many",
        first(epics={OKR: tuple(replace(EPIC, iid=number, web_url="") for number in range(1, 4))}),
        ("say `choose` (GL-17)",),
        ("&2` `FY27Q4 OKR: Grow @all`, or",),
        {"most": 2},
    ),
    TeamCase(
        "where the quarter has none, somebody can make one",
        first("2021-02-01", epics={"FY22Q1 OKR": (OLD,)}),
        ("say `make` (GL-17)",),
        (
            "[make one](https://gitlab.example/groups/gitlab-com/-/epics/new?epic%5Btitle%5D=FY22Q1%20OKR%3A%20)",
            "with a title like `FY22Q1 OKR: ...`",
        ),
    ),
    TeamCase(
        "without epics in the plan there is a hint",
        first(site=replace(HERE, tier=Tier.FREE), has_epics=False),
        ("say `relate` (GL-17)",),
        ("tracks the objective of FY27Q4",),
    ),
    TeamCase(
        "other priorities may serve objectives too",
        first(priority="2"),
        ("say `make` (GL-17)",),
        settings={"priorities": ("1", "2")},
    ),
)


@pytest.mark.parametrize(**named(CASES))  # type: ignore[arg-type]  # any case has a name
def test_okr_epics(case: TeamCase) -> None:
    prove_team(okr_epics, case)


def test_whoever_answers_for_it_is_reminded_but_not_of_what_the_plan_does_not_have() -> None:
    (asks,) = (one for one in okr_epics.decide(first(), Settings()) if isinstance(one, Say))
    without = first(has_epics=False)
    (hints,) = (one for one in okr_epics.decide(without, Settings()) if isinstance(one, Say))
    assert (asks.nudge, hints.nudge) == (Nudge(2), None)


def test_neither_a_closed_epic_nor_another_quarters_is_the_quarters() -> None:
    there = (OLD, replace(EPIC, state="closed"), replace(EPIC, title="Later: FY27Q4 OKR"), EPIC)
    assert okr.okr_epics(there, Quarter(2027, 4)) == (EPIC,)


@pytest.mark.parametrize(
    ("known", "read"),
    [
        (first(), [EpicsOf(OKR)]),
        (first(epic=REF), []),
        (first(priority="2"), []),
        (first(has_epics=False), []),
        (first(site=replace(HERE, tier=Tier.FREE)), []),
    ],
)
def test_epics_are_read_only_for_issues_that_should_be_in_one(known: IssueFacts, read: list[EpicsOf]) -> None:
    assert [*needs(known, Settings())] == read


def test_a_quarter_that_is_none_is_refused() -> None:
    with pytest.raises(ValueError, match="no fiscal quarter"):
        Settings(since="Q3")


def test_an_issue_is_offered_the_epics_that_are_there(shared: Stage) -> None:
    quarter = Case(
        "the example's epics",
        issue={"labels": "Channel Priority:1"},
        wishes=("say `choose` (GL-17)",),
        says=("gitlab-com/channel&1](", "`FY27Q4 OKR: Partners open more business with us`"),
        today=date(2026, 11, 24).isoformat(),
    )
    prove(shared, "okr_epics", quarter)


def test_many_issues_cost_one_call_for_all_of_them(shared: Stage) -> None:
    shared.play(only="okr_epics", day=date(2026, 11, 24))
    issues = [shared.issue(labels="Channel Priority:1") for _ in range(3)]
    shared.forget_calls()
    for one in issues:
        planned(shared, one)
    assert sum(call.endswith("/epics") for call in shared.calls()) <= 2


def test_a_sweep_reads_epics_once_and_looks_at_no_settled_issue_again(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        on.play(only="okr_epics", day=date(2026, 11, 24))
        for number in range(4):
            on.issue(title=f"First {number}", labels="Channel Priority:1")
        on.sweep()
        on.play(only="okr_epics", day=date(2026, 11, 24))
        on.forget_calls()
        on.sweep()
        calls = on.calls()
    assert [call for call in calls if call.endswith("/epics")] == ["GET /api/v4/groups/gitlab-com%2Fchannel/epics"]
    assert [call for call in calls if "/issues/" in call] == []
