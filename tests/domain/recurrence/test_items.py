"""What recurring issues list: each source by the registry, what was left over, and nobody twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.facts import Time
from bot.domain.recurrence.items import items_of
from bot.domain.recurrence.listing import Item, Lineup, listed_in, listing, planned, unfinished
from bot.domain.recurrence.opened import is_doubled, issues_for, passed_by, said
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.sources import authorized_on
from bot.domain.registry import Agreements, Partner, Status
from tests.helpdesk import (
    PHD,
    RENDERER,
    applicant,
    items_in,
    occurrence,
    partner,
    recurring,
    rule,
    select,
    signed,
    site,
    text,
    time,
)

QUARTER = ("2026-11", "2026-12", "2027-01")


def listed(key: str, period: str, *partners: Partner, times: Sequence[Time] = (), region: str = "emea") -> list[str]:
    """The items of one time, `acme` or, from the second time in a row on, `acme 2`."""
    facts = recurring(key, "2026-11-24", *times, of=site(*partners))
    others = tuple(listing(one, key) for one in times)
    found = items_of(Lineup(facts, occurrence(key, period, region), others))
    return [f"{one.key} {one.times}" if one.times > 1 else one.key for one in found]


ALL = (applicant("acme"), applicant("bolt"))


@pytest.mark.parametrize(
    ("times", "items"),
    [
        pytest.param((), ["acme", "bolt"], id="everybody who applies, the first time"),
        pytest.param([time("phd_weekly", "2026-W47", "acme")], ["acme 2", "bolt"], id="who was left comes first"),
        pytest.param(
            [time("phd_weekly", "2026-W47", "acme", ticked=("phd_weekly.acme.",))],
            ["bolt"],
            id="who was done, not again",
        ),
        pytest.param(
            [time("phd_weekly", "2026-W46", "acme"), time("phd_weekly", "2026-W47", "bolt")],
            ["acme 2", "bolt 2"],
            id="nobody is forgotten whom the latest issue did not list",
        ),
        pytest.param(
            [
                time("phd_weekly", "2026-W46", "acme"),
                time("phd_weekly", "2026-W47", "acme", ticked=("phd_weekly.acme.",)),
            ],
            ["bolt"],
            id="the latest issue tells whether somebody is done",
        ),
        pytest.param([time("phd_weekly", "2026-W49", "acme")], ["acme", "bolt"], id="what comes later says nothing"),
        pytest.param(
            [time("phd_weekly", "2026-W47", "acme", region="amer")],
            ["acme 2", "bolt"],
            id="who changed the region takes the counter along",
        ),
        pytest.param(
            [
                time("phd_weekly", "2026-W46", "acme", ticked=("phd_weekly.acme.",)),
                time("phd_weekly", "2026-W47", "acme"),
            ],
            ["bolt"],
            id="who was finished in an older one is not listed again",
        ),
        pytest.param([time("phd_weekly", "2026-W47", "gone")], ["acme", "bolt"], id="who applies no more is left out"),
    ],
)
def test_applicants_are_listed_until_they_are_done(times: Sequence[Time], items: list[str]) -> None:
    assert listed("phd_weekly", "2026-W48", *ALL, times=times) == items


def test_only_those_of_the_region_and_of_the_status() -> None:
    others = (applicant("far", region="amer"), partner("done"), applicant("late", status=Status.PENDING))
    assert listed("phd_weekly", "2026-W48", *ALL, *others) == ["acme", "bolt", "late"]


def test_the_third_time_in_a_row_is_the_third() -> None:
    before = time(
        "phd_weekly", "2026-W47", description=text("phd_weekly", "acme").replace("about:acme 1", "about:acme 2")
    )
    assert listed("phd_weekly", "2026-W48", applicant("acme"), times=[before]) == ["acme 3"]


NEW = (signed("october", "2026-10-31"), signed("september", "2026-09-30"), signed("november", "2026-11-01"))


def test_newly_authorized_are_those_of_the_month_before() -> None:
    denied = signed("denied", "2026-10-05", status=Status.DENIED)
    assert listed("phd_monthly", "2026-11", *NEW, denied, partner("undated")) == ["october"]


def test_whom_the_registry_learns_of_late_is_listed_later_and_nobody_twice() -> None:
    before = time("phd_monthly", "2026-10", "september")
    late = signed("late", "2026-09-12")
    assert listed("phd_monthly", "2026-11", *NEW, late, times=[before]) == ["october", "late"]
    assert listed("phd_monthly", "2026-11", *NEW, signed("old", "2026-07-31"), times=[before]) == ["october"]


def test_the_day_of_authorization_goes_before_that_of_the_agreement() -> None:
    both = partner("both", agreements=Agreements(mpa=date(2026, 9, 1)), authorized_on=date(2026, 10, 2))
    assert authorized_on(both) == date(2026, 10, 2)
    assert authorized_on(replace(both, authorized_on=None)) == date(2026, 9, 1)
    assert listed("phd_monthly", "2026-11", both) == ["both"]


def played(partners: Mapping[str, Sequence[Partner]]) -> list[list[str]]:
    """What each month of the quarter lists, by who is there then."""
    times: list[Time] = []
    months = []
    for month in QUARTER:
        names = listed("phd_select", month, *partners[month], times=times)
        times.append(time("phd_select", month, *names))
        months.append(names)
    return months


SEVEN = [select(name) for name in "abcdefg"]


def test_every_select_has_its_turn_once_a_quarter() -> None:
    assert played(dict.fromkeys(QUARTER, SEVEN)) == [["a", "b", "c"], ["d", "e"], ["f", "g"]]


def test_one_added_in_the_middle_has_its_turn_once() -> None:
    with_new = [select("new"), *SEVEN]
    months = played({"2026-11": SEVEN, "2026-12": with_new, "2027-01": with_new})
    assert sorted(name for month in months for name in month) == sorted([one.id for one in with_new])


def test_the_next_quarter_begins_anew() -> None:
    done = [time("phd_select", "2026-10", "a", "b", "c", "d", "e", "f", "g")]
    assert listed("phd_select", "2026-11", *SEVEN, times=done) == ["a", "b", "c"]


def test_a_change_of_region_gives_no_second_turn() -> None:
    """Whoever was listed in the one region in this quarter is through, and no other region's time counts for more."""
    before = time("phd_select", "2026-11", "a", region="amer")
    moved = [select("a"), select("b"), select("c")]
    assert listed("phd_select", "2026-12", *moved, times=[before]) == ["b"]
    assert listed("phd_select", "2027-01", *moved, times=[before]) == ["b", "c"]
    facts = recurring("phd_select", "2026-12-24", before, of=site(*moved))
    (wish,) = issues_for(facts, [occurrence("phd_select", "2027-01")])
    assert [item.key for item in items_in(wish.values)] == ["b", "c"]


def test_a_change_of_region_lists_nobody_anew() -> None:
    there = time("phd_monthly", "2026-11", "october", region="amer")
    here = time("phd_monthly", "2026-10", "september")
    assert listed("phd_monthly", "2026-11", *NEW, times=[there, here]) == []
    late = signed("late", "2026-09-12")
    assert listed("phd_monthly", "2026-11", *NEW, late, times=[there]) == [], "a region's first list looks back a month"


def test_only_authorized_selects_have_turns() -> None:
    assert listed("phd_select", "2027-01", select("a"), partner("b"), select("c", status=Status.INACTIVE)) == ["a"]


def test_open_partners_come_by_their_last_review() -> None:
    some = [partner("b", last_phd_review=date(2026, 1, 1)), partner("a", last_phd_review=date(2026, 5, 1)), select("s")]
    facts = recurring("phd_open", "2026-11-24", of=site(*some, partner("c")))
    found = items_of(Lineup(facts, occurrence("phd_open", "2026-11")))
    assert [(one.key, one.values["reviewed"]) for one in found] == [
        ("c", "never"),
        ("b", "2026-01-01"),
        ("a", "2026-05-01"),
    ]


def test_a_recurrence_without_a_source_lists_nothing() -> None:
    assert listed("other", "2026-11", *ALL) == []


def test_times_that_are_opened_together_count_for_each_other() -> None:
    """After a gap two months have their issues in one look, and no Select is in both."""
    facts = recurring("phd_select", "2026-12-24", of=site(*SEVEN))
    both = [occurrence("phd_select", month) for month in ("2026-12", "2026-11")]
    wishes = list(issues_for(facts, both))
    assert [one.key for one in wishes] == ["phd_select emea 2026-11", "phd_select emea 2026-12"]
    assert [[item.key for item in items_in(one.values)] for one in wishes] == [["a", "b", "c"], ["d", "e"]]


def test_of_several_weeks_in_one_look_the_newest_lists_the_applicants() -> None:
    """Whoever waits is gone through once, not in each week that was missed, and was not on a list that nobody saw."""
    facts = recurring("phd_weekly", "2026-11-24", time("phd_weekly", "2026-W46", "acme"), of=site(*ALL))
    both = [occurrence("phd_weekly", week) for week in ("2026-W47", "2026-W48")]
    older, newest = issues_for(facts, both)
    assert [[(one.key, one.times) for one in items_in(wish.values)] for wish in (older, newest)] == [
        [],
        [("acme", 2), ("bolt", 1)],
    ]
    assert (older.values["listed_in"], newest.values["listed_in"]) == ("2026-W48", "")
    shown = RENDERER.templated("PHD_Weekly_Review", **older.values)[1]
    assert "The applicants are on the list of 2026-W48." in shown
    assert "No applicant waits" not in shown


def test_a_month_without_anything_to_list_has_no_issue_where_that_is_skipped() -> None:
    for skip, opened in (("open", ["2026-11", "2026-12"]), ("skip", ["2026-12"])):
        facts = recurring("phd_open", "2026-12-24", of=site(partner("acme")), when_empty=skip)
        wanted = [occurrence("phd_open", month) for month in ("2026-11", "2026-12")]
        assert [one.key[-7:] for one in issues_for(facts, wanted)] == opened
    nobody = recurring("phd_select", "2026-12-24", of=site(), when_empty="skip")
    wanted = [occurrence("phd_select", month) for month in ("2026-11", "2026-12")]
    assert [*issues_for(nobody, wanted)] == []
    assert [*passed_by(nobody, wanted)] == wanted[:1], "December may have a Select yet"
    assert [*passed_by(replace(nobody, recurrence=rule("phd_select")), wanted)] == []
    assert [*passed_by(replace(nobody, site=site(*SEVEN)), wanted)] == []


def test_the_specialist_is_assigned_and_the_backup_named() -> None:
    facts = recurring("phd_weekly", "2026-11-24", of=site())
    (wish,) = issues_for(facts, [occurrence("phd_weekly", "2026-W48")])
    assert (wish.assign, wish.backup, wish.due) == (("phd-emea",), ("phd-amer",), date(2026, 11, 27))
    assert wish.values["payments_on"] == "2026-11-25"


def test_what_is_written_into_an_issue_is_read_from_it_again() -> None:
    written = text("phd_weekly", "acme", "bolt", ticked=("phd_weekly.bolt.",))
    assert listed_in(written) == {"acme": 1, "bolt": 1}
    assert unfinished(written, "phd_weekly") == {"acme"}
    at = occurrence("phd_weekly", "2026-W48")
    assert planned(at, [Item("acme", "Acme", 2)]) == planned(at, [Item("acme", "Other words", 2)])


def test_a_period_is_said_as_people_say_it() -> None:
    spoken = [said(Period.parse(key)) for key in ("2026-W48", "2026-11", "FY27Q4")]
    assert spoken == ["week 48 of 2026", "November 2026", "FY27Q4"]


@pytest.mark.parametrize(
    ("younger", "is_so"),
    [
        pytest.param({}, True, id="a twin"),
        pytest.param({"state": "closed"}, False, id="a twin that was closed"),
        pytest.param({"author": PHD}, False, id="what a person opened"),
        pytest.param({"period": "2026-W48"}, False, id="another time"),
        pytest.param({"iid": 0}, False, id="one that is gone"),
    ],
)
def test_what_the_bot_opened_twice_is_noticed(younger: Mapping[str, Any], is_so: bool) -> None:
    of = site(applicant("acme"))
    more = {"iid": 9, "author": of.bot, "period": "2026-W47", **younger}
    twins = [time("phd_weekly", more.pop("period"), **more), time("phd_weekly", "2026-W47", iid=8, author=of.bot)]
    assert is_doubled(recurring("phd_weekly", "2026-11-24", *twins, of=of)) is is_so
    assert not is_doubled(recurring("phd_weekly", "2026-11-24", twins[1], of=of))
