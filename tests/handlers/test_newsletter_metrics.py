"""NL-11 and NL-12 as a table of cases: the numbers of February 2021's newsletter, and those before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.actions import PutItem
from bot.domain.edits import edited
from bot.domain.gitlab import Person
from bot.domain.needs import IssuesOf, NoteHistory, StateHistory
from bot.domain.places import StateEvent
from bot.handlers import newsletter_metrics
from tests.builders import BOT, CAM, at
from tests.communicating import MANAGER, does, newsletter, note, points, words

BOTH = {"Open rate": "35.2 %", "Click rate": "4.9"}


def event(when: str, state: str, by: Person = CAM) -> StateEvent:
    return StateEvent(int(at(when).timestamp()), at(when), by.id, state)


def earlier(**numbers: str) -> tuple[Any, ...]:
    """Newsletters by month (`m2020_10`), each with its open rate; the click rate is a tenth of it."""
    return tuple(
        newsletter(
            period=month[1:].replace("_", "-"),
            state="closed",
            iid=at_ + 100,
            numbers={"Open rate": rate, "Click rate": f"{float(rate) / 10:g}"} if rate else {},
        )
        for at_, (month, rate) in enumerate(numbers.items())
    )


CLOSED = {"state": "closed", "today": "2021-02-06", "state_events": (event("2021-02-05", "closed", MANAGER),)}
AGAIN = (event("2021-02-05", "closed", MANAGER), event("2021-02-05 00:01", "reopened", BOT))


@dataclass(frozen=True)
class Case:
    """`more` is of the newsletter; the topics in their order."""

    name: str
    more: dict[str, Any] = field(default_factory=dict)
    does: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


CASES = (
    Case("open and without numbers there is time"),
    Case("closed with numbers it is done", {**CLOSED, "numbers": BOTH}),
    Case(
        "closed without numbers it is opened again",
        CLOSED,
        does=("reopen the issue",),
        topics=("reopened",),
        says=("`Open rate:`, `Click rate:`",),
    ),
    Case(
        "one number is not enough",
        {**CLOSED, "numbers": {"Open rate": "35"}},
        does=("reopen the issue",),
        topics=("reopened",),
        says=("(`Click rate:`)",),
    ),
    Case(
        "numbers in a comment are, and are written down",
        {**CLOSED, "notes": (note("2021-02-05", "Open rate: 35\n\nClick rate: 5"),)},
        does=("list `Open rate: 35` under `Numbers`", "list `Click rate: 5` under `Numbers`"),
    ),
    Case("opened again, the reason stays", {"state_events": AGAIN}, topics=("reopened",)),
    Case(
        "closed a second time it stays",
        {**CLOSED, "state_events": (*AGAIN, event("2021-02-06", "closed", MANAGER))},
    ),
    Case("what was closed long ago stays", {**CLOSED, "today": "2021-03-08"}),
    Case("as does what nobody knows the day of", {**CLOSED, "state_events": ()}),
    Case("as does what was moved away", {**CLOSED, "moved_to_id": 9}),
    Case("as does what is elsewhere", {**CLOSED, "is_home": False}),
    Case(
        "a comment's numbers are written down, the latest",
        {
            "numbers": {"Open rate": "35"},
            "notes": (
                note("2021-02-05", "Click rate: 4 %"),
                note("2021-02-05 10:00", "Correction, Click rate: 5\n\n- Click rate: 5.5 %"),
                note("2021-02-05 10:01", "- Click rate: 5.5"),
                note("2021-02-05 11:00", "Click rate: 1", BOT),
                note("2021-02-05 12:00", "Click rate: 2", system=True),
            ),
        },
        does=("list `Click rate: 5.5` under `Numbers`",),
    ),
    Case(
        "what is no rate is asked about",
        {"numbers": {"Open rate": "350", "Click rate": "5"}},
        topics=("doubtful",),
        says=("`350` is no rate",),
    ),
    Case(
        "nor is it one in a comment",
        {"notes": (note("2021-02-05", "Open rate: -5\n\nClick rate: high"),)},
        topics=("doubtful",),
        says=("`-5`, `high` is no rate. Please write a number from 0 to 100",),
    ),
    Case(
        "until somebody says it right",
        {"notes": (note("2021-02-05", "Open rate: -5"), note("2021-02-05 10:00", "Open rate: 5"))},
        does=("list `Open rate: 5` under `Numbers`",),
    ),
    Case(
        "or it stands in the description",
        {"numbers": {"Open rate": "5"}, "notes": (note("2021-02-05", "Open rate: -5"),)},
    ),
    Case(
        "a doubtful one there is for people to put right",
        {"numbers": {"Open rate": "high"}, "notes": (note("2021-02-05", "Open rate: 5"),)},
        topics=("doubtful",),
    ),
    Case(
        "a decimal comma is one",
        {"notes": (note("2021-02-05", "Open rate: 31,5 %\nClick rate: 4.2%"),)},
        does=("list `Open rate: 31.5` under `Numbers`", "list `Click rate: 4.2` under `Numbers`"),
    ),
    Case("in the description too", {**CLOSED, "numbers": {"Open rate": "31,5 %", "Click rate": "4,25"}}),
    Case(
        "half a year is averaged against the targets",
        {
            "others": {
                "partner_flash": earlier(
                    m2020_07="90", m2020_08="30", m2020_12="38", m2021_01="", m2021_02="90", m2021_03="90"
                )
            }
        },
        topics=("averages",),
        says=("(2 with numbers)", "| Open rate | 34.0 % | 35 % | below |", "| Click rate | 3.4 % | 5 % | below |"),
    ),
    Case(
        "and may meet them",
        {"others": {"partner_flash": earlier(m2020_12="70")}},
        topics=("averages",),
        says=("| 70.0 % | 35 % | met |", "| 7.0 % | 5 % | met |"),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_newsletter_metrics(case: Case) -> None:
    facts = newsletter(**case.more)
    assert does(newsletter_metrics, facts) == case.does
    assert tuple(points(newsletter_metrics, facts)) == case.topics
    said = words(newsletter_metrics, facts)
    assert [fragment for fragment in case.says if fragment not in said] == []


@pytest.mark.parametrize(
    ("more", "needs"),
    [
        ({"wrote": frozenset()}, {NoteHistory(), IssuesOf("partner_flash")}),
        ({}, {NoteHistory(), IssuesOf("partner_flash"), StateHistory()}),
        ({"wrote": frozenset({"state"})}, {NoteHistory(), IssuesOf("partner_flash"), StateHistory()}),
        ({"numbers": BOTH}, {NoteHistory(), IssuesOf("partner_flash")}),
        ({"state": "closed", "wrote": frozenset()}, {NoteHistory(), StateHistory()}),
        ({"state": "closed", "numbers": BOTH}, set()),
        ({"is_home": False}, set()),
    ],
)
def test_no_more_is_read_than_it_takes(more: dict[str, Any], needs: set[Any]) -> None:
    assert {*newsletter_metrics.templated_needs(newsletter(**more), newsletter_metrics.Settings())} == needs


def test_what_a_comment_says_fills_the_line_that_the_template_keeps_free() -> None:
    there = newsletter().issue.description
    put = PutItem("Numbers", "click_rate", "Click rate: 4.2")
    assert edited(there, put) == there.replace("- Click rate:\n", "- Click rate: 4.2 <!-- item:click_rate -->\n")
