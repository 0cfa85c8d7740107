"""NL-05 and CO-03 as a table of cases: announcements in the outline of newsletters, on 14 January 2021."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.domain.edits import digest
from bot.domain.facts import IssueFacts
from bot.domain.needs import IssuesOf
from bot.domain.subject import Subject
from bot.handlers import newsletter_items
from tests.communicating import announcement, does, newsletter, words

KEY = "gitlab-com/channel/channels#42"
TEXT = "List prices go up (2021-03-08): [details](https://g/i/42)"
IN_JUNE = TEXT.replace("2021-03-08", "2021-06-01")
LINE = f"- A better text <!-- item:{KEY} {digest(TEXT)} -->"
"""As people reworded it."""
UNSIGNED = f"- A better text <!-- item:{KEY} -->"
OWN = f"- {TEXT} <!-- item:{KEY} {digest(TEXT)} -->"
"""As the bot wrote it."""
SECTION = "New and noteworthy"
LIST = f"list `{TEXT}` under `{SECTION}`"
DROP = f"drop the item `{KEY}`"
LISTED, REWORDED = {SECTION: OWN}, {SECTION: LINE}
JUNE_ANSWERS = {"answers": {"Effective date": "2021-06-01"}}
APPROVED = {"labels": {"Notice::approved"}}
EARLIER = {"outline": LISTED, "send": "2021-02-02"}
JUNE = {SECTION: OWN.replace(TEXT, IN_JUNE).replace(digest(TEXT), digest(IN_JUNE))}
LATER = {"answers": {"Partner notice date": "2021-02-05", "Effective date": "2021-05-01"}}


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
    says: tuple[str, ...] = ()


CASES = (
    Case("right dates are listed", does=(LIST,)),
    Case("once", here={"outline": LISTED}),
    Case("boxes count as words do", {"answers": {"Vehicles": None}, "ticked": ("flash",)}, does=(LIST,)),
    Case("without the newsletter they are not", {"answers": {"Vehicles": "webcast"}}),
    Case("unticked it goes", {"answers": {"Vehicles": "webcast"}}, {"outline": LISTED}, does=(DROP,)),
    Case("too short a notice is not listed, whatever its label says", {"answers": {"Effective date": "2021-03-01"}}),
    Case("and goes", {"answers": {"Effective date": "2021-03-01"}}, {"outline": LISTED}, does=(DROP,)),
    Case("a label is nobody's judgement", {"labels": {"Notice::too-short"}}, does=(LIST,)),
    Case(
        "its line follows the announcement",
        {"answers": {"Effective date": "2021-06-01", "Summary": "By 10 %"}},
        {"outline": LISTED},
        does=(f"list `By 10 % (2021-06-01): [details](https://g/i/42)` under `{SECTION}`",),
    ),
    Case("until people reword it", here={"outline": REWORDED}),
    Case(
        "then they hear of what changed",
        {"answers": {"Effective date": "2021-06-01"}},
        {"outline": REWORDED},
        says=(f"`{KEY}`: now `List prices go up (2021-06-01)",),
    ),
    Case(
        "unless they keep it without the code",
        {"answers": {"Effective date": "2021-06-01"}},
        {"outline": {SECTION: UNSIGNED}},
    ),
    Case(
        "their words are theirs to delete",
        {"answers": {"Partner notice date": "TBD"}},
        {"outline": REWORDED},
        says=("**Not for this newsletter any more:**", f"- `{KEY}`"),
    ),
    Case("a form that lacks an answer is not listed", {"answers": {"Account managers": None}}),
    Case("nor one with an answer that nobody can read", {"answers": {"Type": "princing"}}),
    Case("and goes once it lacks one", {"answers": {"Type": None}}, {"outline": LISTED}, does=(DROP,)),
    Case("what is confidential is not listed", {"confidential": True}),
    Case("and goes when it becomes so", {"confidential": True}, {"outline": LISTED}, does=(DROP,)),
    Case("unless the newsletter is too", {"confidential": True}, {"confidential": True}, does=(LIST,)),
    Case("what is left alone is not listed", {"labels": {"bot::hands-off"}}),
    Case("nor taken off", {"labels": {"bot::hands-off"}, "answers": {"Vehicles": "webcast"}}, {"outline": LISTED}),
    Case(
        "a notice date that is over is not listed",
        {"today": "2021-02-02", "answers": {"Partner notice date": "2021-02-01"}},
        {"today": "2021-02-02"},
    ),
    Case(
        "what is listed stays when its notice date goes by",
        {"today": "2021-02-02", "answers": {"Partner notice date": "2021-02-01"}},
        {"today": "2021-02-02", "outline": LISTED},
    ),
    Case(
        "also when the newsletter is moved",
        {"today": "2021-02-05", "answers": {"Effective date": "2021-06-01"}},
        {"today": "2021-02-05", "outline": JUNE, "send": "2021-02-09"},
    ),
    Case(
        "even too late for the notice, which people have to put right",
        here={"outline": LISTED, "send": "2021-02-18"},
    ),
    Case("but nothing is listed there anew", here={"send": "2021-02-18"}),
    Case(
        "nor kept in one that goes out before partners may hear of it",
        here={"outline": LISTED, "send": "2021-02-03"},
        does=(DROP,),
    ),
    Case(
        "nor carried on to one that is too late",
        here={"period": "2021-03", "iid": 8},
        next={"period": "2021-02", "iid": 7, "outline": LISTED, "send": "2021-02-02"},
    ),
    Case(
        "other dates that are too late take it off",
        {"answers": {"Partner notice date": "2021-02-01", "Effective date": "2021-03-05"}},
        {"outline": LISTED},
        does=(DROP,),
    ),
    Case(
        "moved behind the next one it is carried there",
        {"answers": {"Effective date": "2021-06-01"}},
        {"outline": JUNE, "send": "2021-03-05"},
        does=(DROP,),
    ),
    Case(
        "but once approved, where partners have their notice",
        {"today": "2021-02-02", "answers": {"Partner notice date": "2021-02-01"}, **APPROVED},
        {"today": "2021-02-02"},
        does=(LIST,),
    ),
    Case(
        "and only there",
        {
            "today": "2021-02-02",
            "answers": {"Partner notice date": "2021-02-01", "Effective date": "2021-03-05"},
            **APPROVED,
        },
        {"today": "2021-02-02"},
    ),
    Case("nor are dates that cannot be read", {"answers": {"Effective date": "3/4/21"}}),
    Case("on its very day it is", {"answers": {"Partner notice date": "2021-02-04"}}, does=(LIST,)),
    Case("also while it is that day", here={"today": "2021-02-04"}, does=(LIST,)),
    Case("a day later the next one has it", LATER),
    Case(
        "and this one no longer",
        LATER,
        {"outline": LISTED},
        does=(DROP,),
    ),
    Case("a moved send date counts", here={"send": "2021-02-03"}),
    Case("also the other one's", here={"send": "2021-03-05"}, next={"send": "2021-03-03"}),
    Case(
        "what was closed keeps its line, and people hear of it",
        {"state": "closed"},
        {"outline": LISTED},
        says=("**Closed announcements:**", f"- `{KEY}`"),
    ),
    Case("what was approved before is done", {"state": "closed", **APPROVED}, {"outline": LISTED}),
    Case("so is what partners were told", {"state": "closed", "ticked": ("told",)}, {"outline": LISTED}),
    Case("and gets none", {"state": "closed"}),
    Case("of what nobody knows the line stays", here={"outline": {SECTION: OWN.replace("#42", "#43")}}, does=(LIST,)),
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
    said = words(newsletter_items, february(**case.here, others=known))
    assert [one for one in case.says if one not in said] == []
    assert bool(said) is bool(case.says)


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
    Told("it is opened today", (february(),), says="appears:** in the Partner Flash of 2021-02-04", wakes=(7,)),
    Told(
        "its line is still missing the day after, since somebody may have deleted it",
        (february(),),
        {"today": "2021-01-15"},
        says="whose outline does not list it. I put a line there soon, unless whoever edits the newsletter took it off",
        wakes=(7,),
    ),
    Told(
        "it is still listed then",
        (february(outline=LISTED),),
        {"today": "2021-01-15"},
        says="**Where it appears:** in the Partner Flash of 2021-02-04",
    ),
    Told(
        "it moves along",
        (february(outline=LISTED, send="2021-02-02"), march()),
        {"answers": {"Effective date": "2021-05-01"}},
        says="2021-03-04, [",
        wakes=(8,),
    ),
    Told("it is reworded", (february(outline=REWORDED), march()), says="2021-02-04, ["),
    Told("it is confidential", (february(), march()), {"confidential": True}, says="This announcement is confidential"),
    Told(
        "so is the newsletter", (february(confidential=True),), {"confidential": True}, says="2021-02-04, [", wakes=(7,)
    ),
    Told("its notice is too short", (february(),), {"answers": {"Effective date": "2021-03-01"}}),
    Told("its newsletter has no issue yet", (), says="of 2021-02-04. Its issue is not open yet"),
    Told("it is not for the newsletter", (february(outline=LISTED),), {"answers": {"Vehicles": "portal"}}, wakes=(7,)),
    Told(
        "it is out",
        (february(outline=LISTED), march()),
        {"today": "2021-02-05"},
        says="**Where it appeared:** in the Partner Flash of 2021-02-04, [",
    ),
    Told("it is closed", (february(outline=LISTED), march()), {"state": "closed"}, wakes=(7,)),
    Told("it was left behind, of which the newsletter tells it", (february(**EARLIER),), wakes=()),
    Told("and was closed then", (february(**EARLIER),), {"state": "closed"}, wakes=(7,)),
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


@dataclass(frozen=True)
class Moved:
    """Who has to look again because of February's newsletter, beside March's."""

    name: str
    announced: dict[str, Any] = field(default_factory=dict)
    here: dict[str, Any] = field(default_factory=dict)
    next: dict[str, Any] = field(default_factory=dict)
    wakes: tuple[str, ...] = ()


HEARS = ("issue:77/42",)
MOVED = (
    Moved("what it carries may read another day", here={"outline": LISTED}, wakes=HEARS),
    Moved("also when that is too late for it", here={"send": "2021-02-18"}, wakes=HEARS),
    Moved("what is to be listed is told once it is"),
    Moved("what another newsletter carries is not told", LATER),
    Moved("nor what is for none", {"answers": {"Vehicles": "portal"}}),
    Moved("nor what is closed", {"state": "closed"}),
    Moved("nor what is left alone", {"labels": {"bot::hands-off"}}, {"outline": LISTED}),
    Moved("nor what has no notice date", {"answers": {"Partner notice date": None}}),
    Moved("nor what is elsewhere", {"is_home": False}),
    Moved("nor what is confidential", {"confidential": True}),
    Moved("nor about what people have to decide there", LATER, {"outline": REWORDED}),
    Moved("nor about what they have to decide elsewhere", here={"outline": LISTED}, next={"outline": REWORDED}),
    Moved("one that is left alone tells nobody", here={"outline": LISTED, "labels": {"bot::hands-off"}}),
    Moved("nor one that was sent", here={"outline": LISTED, "today": "2021-02-05"}),
    Moved("moved to an earlier day it leaves it to the next", JUNE_ANSWERS, EARLIER, wakes=("issue:77/8", *HEARS)),
    Moved("also where that is too late", here=EARLIER, wakes=("issue:77/8", *HEARS)),
    Moved("and tells it where that has no issue yet", here=EARLIER, next={"state": "closed"}, wakes=HEARS),
    Moved("also what it does not list", here={"send": "2021-02-02"}, wakes=HEARS),
    Moved("but not to one that goes out before", JUNE_ANSWERS, {"outline": LISTED, "send": "2021-03-05"}),
)


@pytest.mark.parametrize("case", MOVED, ids=[case.name for case in MOVED])
def test_a_newsletter_tells_whom_it_carries(case: Moved) -> None:
    other = march(**case.next)
    known = {"partner_flash": (february(**case.here), other), "announcement": (announcement(**case.announced),)}
    woken = newsletter_items.templated_affects(february(**case.here, others=known), newsletter_items.Settings())
    assert tuple(one.key for one in woken) == case.wakes


def test_each_side_reads_the_other() -> None:
    settings, needs = newsletter_items.Settings(), newsletter_items.templated_needs
    assert {*needs(february(), settings)} == {IssuesOf("announcement", fresh=True), IssuesOf("partner_flash")}
    assert {*needs(announcement(), settings)} == {IssuesOf("announcement"), IssuesOf("partner_flash")}
    assert {*needs(february(today="2021-02-05"), settings)} == set()
