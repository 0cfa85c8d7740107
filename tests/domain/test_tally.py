"""What a tally counts, list by list, and that it stays small and comes back from its text."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.domain.cases import Case
from bot.domain.checklist import Checklist
from bot.domain.form import Reading
from bot.domain.gitlab import Issue
from bot.domain.marks import Mark, Marker
from bot.domain.partners.cases import Award
from bot.domain.tally import KEPT, MOST_DRIS, Kind, Listing, Row, Tally
from bot.domain.tallying import MANY, Tallying
from bot.domain.templated import Template, Templated
from tests.builders import BOT, CAM, PARTNERS, SITE, at, issue, window

TODAY = date(2026, 11, 21)
PAST, RUNNING = window("FY27Q4 1a"), window("FY27Q4 1b")
TIDY = {"description": "DRI: @cam-emea", "due_date": date(2026, 11, 30), "milestone": RUNNING}


def tally(*issues: Issue) -> Tally:
    tallying = Tallying(SITE, TODAY)
    for one in issues:
        tallying.add(one)
    return tallying.result()


def tidy(priority: str | None = "2", **fields: Any) -> Issue:
    """An issue that lacks nothing, but for `fields`."""
    team = set() if fields.pop("teamless", False) else {"Channel Ops"}
    return issue(42, priority, **{**TIDY, **fields, "labels": {*fields.get("labels", ()), *team}})


LISTED: tuple[tuple[str, Issue, set[Kind]], ...] = (
    ("nothing is wrong", tidy(), set()),
    ("the first priority", tidy("1"), {Kind.FIRST}),
    ("its window is over", tidy(milestone=PAST), {Kind.OVERDUE}),
    ("a project's milestone is no window", tidy(milestone=replace(PAST, project_id=77)), set()),
    ("carried over often", tidy(labels={"Carry-over::often"}), {Kind.OFTEN}),
    ("no priority", tidy(None, milestone=None), {Kind.NO_PRIORITY}),
    ("no team", tidy(teamless=True), {Kind.NO_TEAM}),
    ("no DRI", tidy(description="The deck."), {Kind.NO_DRI}),
    ("priority 3 without a milestone", tidy("3", milestone=None), {Kind.NO_MILESTONE}),
    ("priority 4 needs none", tidy("4", milestone=None), set()),
    ("no date", tidy(due_date=None), {Kind.NO_DUE}),
    ("a due date that is past", tidy(due_date=date(2026, 1, 2)), {Kind.LATE}),
    ("an NBA that is past", tidy(description="DRI: @cam-emea\nNBA: call (2026-01-02)", due_date=None), {Kind.LATE}),
    ("a next best action is one", tidy(due_date=None, description="DRI: @cam-emea\nNBA: call (2026-12-01)"), set()),
    ("told to keep off", tidy(labels={"bot::hands-off"}), {Kind.HANDS_OFF}),
    ("two priorities are the more urgent one", tidy("1", labels={"Channel Priority:3"}), {Kind.FIRST}),
    ("the scoped spelling", tidy(None, labels={"Channel Priority::1"}), {Kind.FIRST}),
)


@pytest.mark.parametrize(("one", "kinds"), [row[1:] for row in LISTED], ids=[row[0] for row in LISTED])
def test_what_is_listed(one: Issue, kinds: set[Kind]) -> None:
    found = tally(one)
    assert (found.issues, set(found.lists)) == (1, kinds)
    assert {listing.count for listing in found.lists.values()} <= {1}


def test_counts_by_priority_team_and_window() -> None:
    found = tally(tidy("1"), tidy("1", labels={"Channel Services"}), tidy(None, teamless=True))
    assert (found.by_priority, found.first_of) == ({"1": 2, "": 1}, {RUNNING.title: 2})
    assert found.by_team == {"Channel Ops": 2, "Channel Services": 1}


def test_counts_by_dri_and_priority() -> None:
    """In any case of the handle; an issue that names two counts for both."""
    others = tidy("2", description="DRI: @CAM-emea, @cam-amer"), tidy(None, description="")
    assert tally(tidy("1"), *others).by_dri == {"cam-emea": {"1": 1, "2": 1}, "cam-amer": {"2": 1}, "": {"": 1}}


def test_of_invented_dris_only_so_many_are_counted() -> None:
    found = tally(
        *(tidy("1", description=f"DRI: @nobody{number}") for number in range(MOST_DRIS + 5)),
        tidy("1", description="DRI: @nobody0"),
    )
    assert (found.issues, len(found.by_dri), found.by_dri["nobody0"]) == (MOST_DRIS + 6, MOST_DRIS, {"1": 2})


def report(by: Any) -> Issue:
    mark = Marker(b"a key").write(Mark("report", "x", "report:milestone_titles"))
    return tidy(author=by, description=f"DRI: @ops-lead\n\n{mark}")


NOBODYS = (
    ("closed", tidy(state="closed")),
    ("no issue", tidy(issue_type="task")),
    ("somebody else's", replace(tidy(), project="gitlab-com/other", labels=frozenset({"bug"}))),
    ("a partner's, where labels may be anybody's", replace(tidy(), project=f"{PARTNERS}/emea/acme")),
    ("a report of the bot's own", report(BOT)),
)


@pytest.mark.parametrize("one", [row[1] for row in NOBODYS], ids=[row[0] for row in NOBODYS])
def test_what_counts_for_nothing(one: Issue) -> None:
    assert tally(one) == Tally()


REQUEST = Template("nfr_request", "NFR_License_Request", needs_info="NFR::needs-info", stale_after=5)
DUTY = Templated(REQUEST)
LATE = issue(42, description="Template: `NFR_License_Request`", assignees=(CAM,), due_date=date(2026, 11, 20))


@pytest.mark.parametrize(
    ("one", "case", "late"),
    [
        (LATE, DUTY, 1),
        (replace(LATE, due_date=TODAY), DUTY, 0),
        (replace(LATE, due_date=None), DUTY, 0),
        (replace(LATE, labels=frozenset({"NFR::needs-info"})), DUTY, 0),
        (
            replace(LATE, labels=frozenset({"NFR::needs-info"})),
            replace(DUTY, template=replace(REQUEST, stale_after=None)),
            1,
        ),
        (replace(LATE, state="closed"), DUTY, 0),
        (replace(LATE, project=f"{PARTNERS}/emea/acme/x", labels=frozenset({"Channel"})), DUTY, 0),
        (LATE, Award(None, None, Reading(), Checklist()), 0),
    ],
)
def test_of_issues_from_templates_the_late_ones_are_listed_and_none_is_counted(
    one: Issue, case: Case, late: int
) -> None:
    """They have no priority, and whoever is assigned has them in hand; awards have deadlines of their own."""
    tallying = Tallying(SITE, TODAY)
    tallying.add(one, case)
    found = tallying.result()
    row = Row("#42", "https://g/i/42", "Issue 42", (CAM.username,), due="2026-11-20")
    assert found == (Tally(lists={Kind.LATE: Listing(1, (row,))}) if late else Tally())


def test_a_copied_mark_hides_nothing() -> None:
    assert tally(report(SITE.bot)).issues == 0
    assert tally(report(tidy().author)).issues == 1


def test_a_row_says_where_what_and_who() -> None:
    """An issue elsewhere is named with its project."""
    away = tidy("1", project="gitlab-com/channel/news", description="DRI: @a and @b", milestone=None, due_date=None)
    rows = tally(tidy("1"), away).lists[Kind.FIRST].rows
    assert rows[0] == Row("#42", "https://g/i/42", "Issue 42", ("cam-emea",), RUNNING.title, "2026-11-30")
    assert rows[1] == Row("gitlab-com/channel/news#42", "https://g/i/42", "Issue 42", ("a", "b"))


def test_long_lists_are_counted_to_their_end_and_kept_short() -> None:
    found = tally(*(issue(number, "1", **TIDY) for number in range(KEPT + 7)))
    listing = found.lists[Kind.FIRST]
    assert (listing.count, len(listing.rows), listing.rows[-1].reference) == (KEPT + 7, KEPT, f"#{KEPT - 1}")


def test_lists_come_in_the_order_in_which_they_are_shown() -> None:
    found = tally(tidy(labels={"bot::hands-off"}), tidy(None), tidy("1"))
    assert tuple(found.lists) == (Kind.FIRST, Kind.NO_PRIORITY, Kind.HANDS_OFF)


def test_small_wins_without_a_window_are_listed_oldest_first() -> None:
    """Neither those that are planned nor the backlog is meant."""
    waiting = {"priority": "4", "milestone": None}
    old, new = (tidy(**waiting, created_at=at(day)) for day in ("2026-01-02", "2026-10-02"))
    others = (tidy("4"), tidy("Backlog", milestone=None), tidy("3", milestone=None))
    found = tally(new, *others, replace(old, iid=7)).unplanned
    assert (found.count, [(one.reference, one.since) for one in found.rows]) == (
        2,
        [("#7", "2026-01-02"), ("#42", "2026-10-02")],
    )


def test_of_many_small_wins_the_oldest_are_kept() -> None:
    days = [at("2026-01-01") + timedelta(days=number) for number in range(KEPT + 3)]
    found = tally(*(tidy("4", milestone=None, created_at=day) for day in reversed(days))).unplanned
    assert (found.count, [one.since for one in found.rows]) == (
        KEPT + 3,
        [day.date().isoformat() for day in days[:KEPT]],
    )


def test_issues_with_many_tasks_are_listed_those_with_the_most_first() -> None:
    counts = (MANY, MANY + 1, 40)
    text = "DRI: @cam-emea\n\n{}\n> - [ ] quoted"
    found = tally(*(tidy(description=text.format("\n- [x] one" * count)) for count in counts)).large
    assert (found.count, [one.tasks for one in found.rows]) == (2, [40, MANY + 1])


def test_it_comes_back_from_its_text() -> None:
    busy = tidy("4", milestone=None, description="- [ ] one\n" * 9)
    found = tally(busy, *(one for _, one, _ in LISTED))
    assert found.unplanned.rows
    assert found.large.rows
    text = found.to_json()
    assert (Tally.from_json(text), Tally.from_json(text).to_json()) == (found, text)
    assert tuple(Tally.from_json(text).lists) == tuple(found.lists)
    assert Tally.from_json(Tally().to_json()) == Tally()
    assert Listing() == Listing(0, ())


@pytest.mark.parametrize("text", ["no json", "{}", '{"lists": {"other": {}}}', "[]"])
def test_another_text_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        Tally.from_json(text)
