"""NL-05 and CO-03 as a table of cases: announcements in the outline of newsletters, on 14 January 2021."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.facts import IssueFacts
from bot.domain.needs import IssuesOf
from bot.domain.subject import Subject
from bot.handlers import newsletter_items
from tests.communicating import announcement, does, newsletter, points, words

KEY = "gitlab-com/channel/channels#42"
LINE = f"- A better text <!-- item:{KEY} -->"
SECTION = "New and noteworthy"
LIST = f"list `List prices go up (2021-03-08): [details](https://g/i/42)` under `{SECTION}`"
DROP = f"drop the item `{KEY}`"
LISTED = {SECTION: LINE}


def february(**more: Any) -> IssueFacts:
    return newsletter(**{"iid": 7, **more})


def march(**more: Any) -> IssueFacts:
    return newsletter(**{"period": "2021-03", "iid": 8, **more})


@dataclass(frozen=True)
class Case:
    """What February's newsletter does about `announced`, while March's has its issue too."""

    name: str
    announced: dict[str, Any] = field(default_factory=dict)
    here: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)
    does: tuple[str, ...] = ()


CASES = (
    Case("right dates are listed", does=(LIST,)),
    Case("once", here={"outline": LISTED}),
    Case("boxes count as words do", {"answers": {"Vehicles": None}, "ticked": ("flash",)}, does=(LIST,)),
    Case("without the newsletter they are not", {"answers": {"Vehicles": "webcast"}}),
    Case("unticked it goes", {"answers": {"Vehicles": "webcast"}}, {"outline": LISTED}, does=(DROP,)),
    Case("too short a notice is not listed", {"labels": {"Notice::too-short"}}),
    Case("and goes", {"labels": {"Notice::too-short"}}, {"outline": LISTED}, does=(DROP,)),
    Case("nor are dates that cannot be read", {"answers": {"Effective date": "3/4/21"}}),
    Case("on its very day it is", {"answers": {"Partner notice date": "2021-02-04"}}, does=(LIST,)),
    Case("also while it is that day", here={"today": "2021-02-04"}, does=(LIST,)),
    Case("a day later the next one has it", {"answers": {"Partner notice date": "2021-02-05"}}),
    Case(
        "and this one no longer",
        {"answers": {"Partner notice date": "2021-02-05"}},
        {"outline": LISTED},
        does=(DROP,),
    ),
    Case("a moved send date counts", here={"send": "2021-02-03"}),
    Case("also the other one's", here={"send": "2021-03-05"}, next={"send": "2021-03-03"}),
    Case("what was closed keeps its line", {"state": "closed"}, {"outline": LISTED}),
    Case("and gets none", {"state": "closed"}),
    Case("of what nobody knows the line stays", here={"outline": {SECTION: LINE.replace("#42", "#43")}}, does=(LIST,)),
    Case("what another one carried when it went out is done", next={"state": "closed", "outline": LISTED}),
    Case(
        "what went out stays as it is", {"answers": {"Vehicles": "webcast"}}, {"outline": LISTED, "today": "2021-02-05"}
    ),
    Case("as does a closed one", here={"state": "closed"}),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_newsletter_items(case: Case) -> None:
    here, other = february(**case.here), march(**case.next)
    known = {"partner_flash": (here, other), "announcement": (announcement(**case.announced),)}
    assert does(newsletter_items, february(**case.here, others=known)) == case.does
    assert points(newsletter_items, february(**case.here, others=known)) == {}


@dataclass(frozen=True)
class Told:
    """What an announcement hears of where it will be, beside these newsletters; which of them have to look again."""

    name: str
    newsletters: tuple[IssueFacts, ...] = ()
    more: dict[str, Any] = field(default_factory=dict)
    says: str = ""
    wakes: tuple[int, ...] = ()


TOLD = (
    Told(
        "it is to be listed",
        (february(), march()),
        says="Partner Flash of 2021-02-04, [`Partner Flash - 2021-02`]",
        wakes=(7,),
    ),
    Told("it is listed", (february(outline=LISTED), march()), says="2021-02-04, ["),
    Told("it moves along", (february(outline=LISTED, send="2021-02-02"), march()), says="2021-03-04, [", wakes=(7, 8)),
    Told("its newsletter has no issue yet", (), says="of 2021-02-04. Its issue is not open yet"),
    Told("it is not for the newsletter", (february(outline=LISTED),), {"answers": {"Vehicles": "portal"}}, wakes=(7,)),
    Told("it is out", (february(outline=LISTED), march()), {"today": "2021-02-05"}, says="2021-02-04, ["),
    Told("it is closed", (february(outline=LISTED), march()), {"state": "closed"}),
    Told("it is elsewhere", (february(),), {"is_home": False}),
    Told("nothing recurs", (), {"site": {"recurrences": ()}}),
)


@pytest.mark.parametrize("case", TOLD, ids=[case.name for case in TOLD])
def test_an_announcement_hears_where_it_appears(case: Told) -> None:
    facts = announcement(**case.more, others={"partner_flash": case.newsletters})
    said = words(newsletter_items, facts)
    assert (case.says in said) if case.says else not said
    woken = newsletter_items.templated_affects(facts, newsletter_items.Settings())
    assert tuple(woken) == tuple(Subject.issue(77, iid) for iid in case.wakes)


def test_each_side_reads_the_other() -> None:
    settings, needs = newsletter_items.Settings(), newsletter_items.templated_needs
    assert {*needs(february(), settings)} == {IssuesOf("announcement", fresh=True), IssuesOf("partner_flash")}
    assert {*needs(announcement(), settings)} == {IssuesOf("partner_flash")}
    assert {*needs(february(today="2021-02-05"), settings)} == set()
