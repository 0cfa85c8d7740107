"""What the milestone journal tells: how often an issue was carried over, and where it stood at a moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta, timezone

import pytest

from bot.domain.carry import (
    Endings,
    carried,
    is_decided,
    is_teams,
    level_of,
    put_since,
    stood_on,
    times,
    window_of,
    window_over,
)
from bot.domain.facts import Guard, IssueFacts
from bot.domain.gitlab import Issue, LabelEvent, Milestone, MilestoneEvent
from bot.domain.windows import Window
from tests.builders import BOT, CAM, HOME, LABELS, PARTNERS, SITE, at, facts, issue, put, window

FIRST, SECOND, THIRD = (window(f"FY27Q4 {name}") for name in ("1a", "1b", "2a"))
VERSION = Milestone(7, 7, "v1.0", group_id=9, due=date(2026, 11, 15))
TEAM_ONLY = Guard(frozenset({BOT.id}), is_up=True, team=frozenset({CAM.id}))
PAT = 99
OFTEN = LABELS.carried_often.name
Journal = tuple[MilestoneEvent, ...]

CARRIED: tuple[tuple[str, Journal, int], ...] = (
    ("no journal", (), 0),
    ("planned", (put("2026-11-01", FIRST),), 0),
    ("moved on the last day", (put("2026-11-01", FIRST), put("2026-11-15", SECOND)), 0),
    ("moved the day after", (put("2026-11-01", FIRST), put("2026-11-16", SECOND)), 1),
    ("by the bot", (put("2026-11-01", FIRST), put("2026-11-16", SECOND, by=BOT)), 1),
    ("moved back", (put("2026-11-01", SECOND), put("2026-12-16", FIRST)), 0),
    ("twice", (put("2026-11-01", FIRST), put("2026-11-16", SECOND), put("2026-12-01", THIRD)), 2),
    (
        "taken off, and planned anew",
        (put("2026-11-01", FIRST), put("2026-11-16", FIRST, "remove"), put("2026-11-20", SECOND)),
        0,
    ),
    (
        "told as a removal and an addition of one moment",
        (put("2026-11-01", FIRST), put("2026-11-16", FIRST, "remove"), put("2026-11-16", SECOND)),
        1,
    ),
    ("from what is no window", (put("2026-11-01", VERSION), put("2026-11-16", SECOND)), 0),
    ("to what is none", (put("2026-11-01", FIRST), put("2026-11-16", VERSION)), 0),
)


@pytest.mark.parametrize(("journal", "count"), [row[1:] for row in CARRIED], ids=[row[0] for row in CARRIED])
def test_how_often_it_was_carried_over(journal: Journal, count: int) -> None:
    assert len(carried(_with(journal, TEAM_ONLY))) == count


def _with(journal: Journal, guard: Guard) -> IssueFacts:
    return facts(issue(), milestone_events=journal, guard=guard)


def test_a_move_on_the_evening_of_the_last_day_is_none() -> None:
    """The team's day counts: what is the day after in UTC is still the last day in Denver."""
    evening = MilestoneEvent(2, at("2026-11-16 03:00"), CAM.id, "add", SECOND)
    utc = _with((put("2026-11-01", FIRST), evening), TEAM_ONLY)
    denver = replace(utc, site=replace(utc.site, zone=timezone(-timedelta(hours=7))))
    assert (carried(utc), carried(denver)) == ((evening.at,), ())


LATER, BEFORE = at("2026-11-18"), at("2026-11-15")
DECIDED: tuple[tuple[str, IssueFacts, bool], ...] = (
    ("nobody did anything", facts(issue()), False),
    ("what came before decides nothing", facts(issue(), milestone_events=(put("2026-11-15", SECOND),)), False),
    ("a person planned it anew", facts(issue(), milestone_events=(put("2026-11-18", THIRD),)), True),
    ("a person took it off", facts(issue(), milestone_events=(put("2026-11-18", SECOND, "remove"),)), True),
    ("the bot's own move decides nothing", facts(issue(), milestone_events=(put("2026-11-18", THIRD, by=BOT),)), False),
    ("a person took the label off", facts(issue(), label_events=(LabelEvent(1, LATER, 2, "remove", OFTEN),)), True),
    ("took it off before", facts(issue(), label_events=(LabelEvent(1, BEFORE, 2, "remove", OFTEN),)), False),
    ("the bot took it off", facts(issue(), label_events=(LabelEvent(1, LATER, BOT.id, "remove", OFTEN),)), False),
    ("put it there", facts(issue(), label_events=(LabelEvent(1, LATER, 2, "add", OFTEN),)), False),
    ("took another off", facts(issue(), label_events=(LabelEvent(1, LATER, 2, "remove", "Channel"),)), False),
)


@pytest.mark.parametrize(("seen", "expected"), [row[1:] for row in DECIDED], ids=[row[0] for row in DECIDED])
def test_who_decides_about_what_is_carried_over_often(seen: IssueFacts, expected: bool) -> None:
    guarded = replace(seen, guard=TEAM_ONLY)
    assert is_decided(guarded, at("2026-11-16")) is expected


def test_where_partners_may_edit_only_the_teams_moves_count() -> None:
    journal = (put("2026-11-01", FIRST), MilestoneEvent(8, at("2026-11-16"), PAT, "add", SECOND))
    assert [len(carried(_with(journal, guard))) for guard in (Guard(), TEAM_ONLY)] == [1, 0]


STOOD: tuple[tuple[str, Journal, Milestone | None], ...] = (
    ("no journal: where it is", (), THIRD),
    ("put there before", (put("2026-11-01", FIRST),), FIRST),
    ("put there that very moment", (put("2026-11-21", FIRST),), FIRST),
    ("taken off before", (put("2026-11-01", FIRST), put("2026-11-02", FIRST, "remove")), None),
    ("put there after", (put("2026-11-22", FIRST),), None),
    ("taken off after", (put("2026-11-22", FIRST, "remove"),), FIRST),
    ("moved after", (put("2026-11-01", FIRST), put("2026-11-22", SECOND)), FIRST),
)


@pytest.mark.parametrize(("journal", "milestone"), [row[1:] for row in STOOD], ids=[row[0] for row in STOOD])
def test_where_it_stood(journal: Journal, milestone: Milestone | None) -> None:
    assert stood_on(facts(issue(milestone=THIRD), milestone_events=journal), at("2026-11-21")) == milestone


SINCE: tuple[tuple[str, Journal, Milestone | None, bool | None], ...] = (
    ("nothing happened", (put("2026-11-21", FIRST),), SECOND, None),
    ("it was put there", (put("2026-11-22", SECOND),), SECOND, True),
    ("it was put there and on", (put("2026-11-22", SECOND), put("2026-11-23", THIRD)), SECOND, True),
    ("it was put elsewhere", (put("2026-11-22", THIRD),), SECOND, False),
    ("it was taken off, not put there", (put("2026-11-22", SECOND, "remove"),), SECOND, False),
    ("it was taken off", (put("2026-11-22", FIRST, "remove"),), None, True),
    ("it was put elsewhere, not taken off", (put("2026-11-22", SECOND),), None, False),
)


@pytest.mark.parametrize(("journal", "target", "done"), [row[1:] for row in SINCE], ids=[row[0] for row in SINCE])
def test_what_happened_since(journal: Journal, target: Milestone | None, done: bool | None) -> None:
    assert put_since(facts(issue(), milestone_events=journal), at("2026-11-21"), target) is done


def test_which_milestones_are_windows() -> None:
    near = Milestone(5, 5, "FY27Q4M1a", group_id=9)
    assert window_of(FIRST) == window_of(near) == Window.of(date(2026, 11, 1))
    on_project = Milestone(6, 6, FIRST.title, project_id=77)
    assert [window_of(one) for one in (None, VERSION, on_project)] == [None, None, None]


@pytest.mark.parametrize(("day", "days", "is_over"), [(15, 1, False), (16, 1, True), (17, 3, False), (18, 3, True)])
def test_when_a_window_is_over(day: int, days: int, is_over: bool) -> None:
    assert (window_over(FIRST, date(2026, 11, day), days) is not None) is is_over


def test_the_most_urgent_priority_counts_in_both_spellings() -> None:
    both = issue(labels={"Channel Priority::2", "Channel Priority:4"})
    level = level_of(both, LABELS)
    assert level is not None
    assert (level.key, level_of(issue(), LABELS)) == ("2", None)


def test_what_is_over_goes_to_the_next_window_or_that_of_the_day() -> None:
    endings, one = Endings(SITE, {"2": "next"}), issue(priority="2", milestone=FIRST)

    def goes_to(day: date) -> date | None:
        ending = endings.of(one, FIRST, day)
        return ending.to.start if ending else None

    days = [date(2026, 11, 15), date(2026, 11, 16), date(2026, 12, 20)]
    assert [goes_to(day) for day in days] == [None, date(2026, 11, 16), date(2026, 12, 16)]
    assert endings.of(one, None, days[-1]) is None


TEAMS = (
    ("at home", issue(), True),
    ("elsewhere, with a label of the team", issue(project="gitlab-com/channel/newsletter"), True),
    ("elsewhere, without", Issue(1, 1, "gitlab-com/channel/newsletter", "Chore"), False),
    ("in a partner's folder", issue(project=f"{PARTNERS}/emea/acme/collaboration/workspace"), False),
    ("kept off", issue(labels={LABELS.hands_off.name}), False),
    ("closed", issue(state="closed"), False),
    ("a task", issue(issue_type="task", project=HOME), False),
)


@pytest.mark.parametrize(("one", "expected"), [row[1:] for row in TEAMS], ids=[row[0] for row in TEAMS])
def test_which_issues_one_order_may_move(one: Issue, expected: bool) -> None:
    assert is_teams(one, SITE) is expected


def test_times_in_words() -> None:
    assert [times(count) for count in range(5)] == ["", "once", "twice", "3 times", "4 times"]
