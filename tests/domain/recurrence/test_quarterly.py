"""What a quarter's review lists, and what has to be read for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from bot.domain.facts import RecurringFacts, Site, Tier
from bot.domain.gitlab import Epic, Issue, Person
from bot.domain.needs import EpicsOf, OpenWith
from bot.domain.recurrence.days import BusinessDay, DueRule, FirstDay
from bot.domain.recurrence.listing import KEPT, Item, Lineup
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.quarterly import quarter_items, quarter_needs
from bot.domain.recurrence.rule import Recurrence
from tests.builders import CAM, SITE, at, issue

REVIEW = Recurrence("quarter_review", "quarter_review", Unit.QUARTER, DueRule(BusinessDay(1), 1), FirstDay())
TIME = Occurrence(REVIEW, Period.parse("FY27Q4"))
HERE = replace(SITE, url="https://gitlab.example", epics="gitlab-com")
FREE = replace(HERE, tier=Tier.FREE)
GROUP = "gitlab-com/channel"
EPIC = Epic(1, 5, "FY27Q4 OKR: Grow", GROUP, web_url="https://g/e/5")
AMER = Person(5, "cam-amer")


def one(number: int, title: str = "A deck", **more: Any) -> Issue:
    more = {"created_at": at(f"2026-10-{number:02}"), **more}
    return replace(issue(number, id=number, **more), title=title)


def items(site: Site = HERE, **more: Any) -> tuple[Item, ...]:
    facts = RecurringFacts(date(2026, 11, 1), site, REVIEW, **more)
    return tuple(quarter_items(Lineup(facts, TIME)))


def section(name: str, **more: Any) -> list[tuple[str, str]]:
    """Title and rows of each list of that part."""
    found = items(**more)
    return [(item.title, item.values["rows"]) for item in found if item.values["section"] == name]


def line(number: int, title: str = "A deck") -> str:
    return f"- [gitlab-com/channel/channels#{number}](https://g/i/{number}) `{title}`"


def test_qbr_requests_are_grouped_by_who_is_assigned_and_nobodys_come_last() -> None:
    asked = (one(1), one(2, assignees=(CAM,)), one(3, assignees=(AMER, CAM)), one(4, "@all", assignees=(CAM,)))
    assert section("qbr", labelled={"QBR": asked}) == [
        ("`@cam-amer`", line(3)),
        ("`@cam-emea`", f"{line(2)}\n{line(4, '@all')}"),
        ("", line(1)),
    ]


def test_the_backlog_comes_oldest_first_in_both_spellings_and_each_issue_once() -> None:
    twice = one(2)
    single, scoped = "Channel Priority:Backlog", "Channel Priority::Backlog"
    found = section("backlog", labelled={single: (one(9), twice), scoped: (twice, one(1, created_at=None))})
    assert found == [("", f"{line(1)}\n{line(2)}, 2026-10-02\n{line(9)}, 2026-10-09")]


def test_what_partners_may_label_is_not_listed() -> None:
    theirs = one(1, project="gitlab-com/channel/partners/emea/acme/x")
    assert items(labelled={"QBR": (theirs, one(2, state="closed"))}, site=FREE) == ()


def test_journeys_are_listed_by_stage() -> None:
    (item,) = items(labelled={"Partner Journey::Run": (one(1), one(2))}, site=FREE)
    assert item == Item(
        "journey",
        "`Partner Journey::Run`",
        values={"section": "journey", "rows": f"{line(1)}\n{line(2)}", "more": "", "count": "2"},
    )


def test_a_long_list_is_cut_and_says_how_many_are_left() -> None:
    (item,) = items(labelled={"QBR": tuple(replace(one(1), id=number) for number in range(KEPT + 3))}, site=FREE)
    assert (len(item.values["rows"].splitlines()), item.values["more"]) == (KEPT, "3")


def test_the_quarters_objectives_are_listed_or_where_to_make_them() -> None:
    there = section("okr", epics={"FY27Q4 OKR": (EPIC,)})
    assert there == [("", "- [gitlab-com/channel&5](https://g/e/5) `FY27Q4 OKR: Grow`")]
    link = "https://gitlab.example/groups/gitlab-com/-/epics/new?epic%5Btitle%5D=FY27Q4%20OKR%3A%20"
    assert section("no_okr") == [(link, "")]


def test_what_is_read_for_it() -> None:
    facts = RecurringFacts(date(2026, 11, 1), HERE, REVIEW)
    labels = ("QBR", "Channel Priority:Backlog", "Channel Priority::Backlog")
    stages = tuple(f"Partner Journey::{name}" for name in ("Stand", "Walk", "Run", "Sprint"))
    lists = [OpenWith(label) for label in (*labels, *stages)]
    assert [*quarter_needs(facts, TIME)] == [*lists, EpicsOf("FY27Q4 OKR")]
    assert [*quarter_needs(replace(facts, site=FREE), TIME)] == lists
