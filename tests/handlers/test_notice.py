"""CO-01, CO-02 and CO-04 as a table of cases: the dates of an announcement, on 14 January 2021."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Answer, Nudge, Turn
from bot.domain.needs import IssuesOf, LabelHistory
from bot.domain.registry import Registry
from bot.handlers import notice
from tests.builders import CAM, at, order
from tests.communicating import COMMS, MANAGER, RENDERER, announcement, does, labelled, newsletter, points, words

SHORT, APPROVED = "Notice::too-short", "Notice::approved"
READS = [IssuesOf("announcement"), IssuesOf("partner_flash")]


@dataclass(frozen=True)
class Case:
    """`answers` change the right announcement; `more` is of the issue and its facts; the topics in their order."""

    name: str
    answers: dict[str, str | None] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    does: tuple[str, ...] = ()
    topics: tuple[str, ...] = ("dates",)
    says: tuple[str, ...] = ()


def dates(notice: str | None, effective: str | None, customers: str | None = None) -> dict[str, str | None]:
    return {"Partner notice date": notice, "Effective date": effective, "Customer announcement date": customers}


FASTER: dict[str, str | None] = {"Vehicles": "Partner Flash, special"}
OTHER: dict[str, str | None] = {"Type": "other"}
LINE = "- List prices go up <!-- item:gitlab-com/channel/channels#42 -->"


def on(day: str) -> dict[str, Any]:
    """The journal of an approval of that day."""
    return {"label_events": (labelled(f"{day} 20:00", "add", APPROVED, MANAGER),)}


def sent(**more: Any) -> dict[str, Any]:
    return {"others": {"partner_flash": (newsletter(**{"today": "2021-02-05", **more}),)}, "today": "2021-02-05"}


CASES = (
    Case("32 days are right", says=("2021-03-06", "by 2021-01-21")),
    Case(
        "what should have been complete is asked for soon",
        more={"today": "2021-01-22"},
        says=("by 2021-01-21, 10 business days before partners are told: that day is over, so please tell",),
    ),
    Case("30 days before are on time", dates("2021-02-04", "2021-03-06")),
    Case(
        "29 days are too short",
        dates("2021-02-04", "2021-03-05"),
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
        says=("**2021-03-06**", "the Partner Flash on 2021-02-04 and the webcast on 2021-02-04", "fewer than 30 days"),
    ),
    Case(
        "once they are right the label goes",
        more={"labels": {SHORT}},
        does=(f"remove label `{SHORT}`",),
    ),
    Case(
        "customers hear of prices no earlier either",
        dates("2021-02-04", "2021-03-08", "2021-03-05"),
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
        says=("customers may hear of it **2021-03-06**",),
    ),
    Case(
        "customers may hear of other changes before",
        dates("2021-02-04", "2021-03-08", "2021-03-05") | {"Type": "program"},
    ),
    Case(
        "effective before notice",
        dates("2021-02-04", "2021-02-01"),
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
        says=("before partners are told on 2021-02-04",),
    ),
    Case(
        "an approval too early is taken off",
        dates("2021-02-04", "2021-03-01"),
        {"labels": {SHORT, APPROVED}},
        does=(f"remove label `{APPROVED}`",),
        topics=("dates", "blocked", "too_short"),
        says=(f"I took `{APPROVED}` off",),
    ),
    Case(
        "and it is still said why",
        dates("2021-02-04", "2021-03-01"),
        {
            "labels": {SHORT},
            "label_events": (
                labelled("2021-01-15", "add", APPROVED, CAM),
                labelled("2021-01-15 00:01", "remove", APPROVED),
            ),
        },
        topics=("dates", "blocked", "too_short"),
    ),
    Case(
        "who took it off by hand is told nothing",
        dates("2021-02-04", "2021-03-01"),
        {"labels": {SHORT}, "label_events": (labelled("2021-01-15", "remove", APPROVED, CAM),)},
        topics=("dates", "too_short"),
    ),
    Case("an approval of right dates stays", more={"labels": {APPROVED}}),
    Case(
        "a notice date in the past",
        dates("2021-01-13", "2021-03-01") | FASTER,
        topics=("dates", "past"),
        says=("2021-01-13 is over",),
    ),
    Case("a day that went by without an approval", FASTER, {"today": "2021-02-05"}, topics=("dates", "past")),
    Case("partners may be told on the day of the request", dates("2021-01-14", "2021-03-01") | FASTER),
    Case(
        "no approval makes a day right that was over then",
        dates("2021-01-13", "2021-03-01") | FASTER,
        {"labels": {APPROVED}},
        does=(f"remove label `{APPROVED}`",),
        topics=("dates", "blocked", "past"),
    ),
    Case("nor once partners were told", more={"today": "2021-02-05", "ticked": ("told",)}),
    Case("nor once the newsletter that carried it went out", more=sent(outline={"New and noteworthy": LINE})),
    Case(
        "one that did not carry it told nobody",
        more=sent(),
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short", "past"),
        says=(
            "the one from 2021-02-04 on goes out on 2021-03-04",
            "or tick that partners were told if they were in time",
        ),
    ),
    Case(
        "by the newsletter alone partners hear of it when that is sent",
        dates("2021-02-05", "2021-03-08") | {"Vehicles": "Partner Flash"},
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
        says=(
            "goes out on 2021-03-04: that leaves them fewer than 30 days",
            "may take effect is **2021-04-03**",
            "The Partner Flash of 2021-02-04 would be in time",
            "but hear of it by the Partner Flash of 2021-03-04",
        ),
    ),
    Case(
        "a newsletter that was moved behind the notice date",
        dates("2021-02-04", "2021-03-08"),
        {"others": {"partner_flash": (newsletter(send="2021-02-18"),)}},
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
        says=("goes out on 2021-02-18", "Or tick a vehicle that is faster", "the Partner Flash on 2021-02-18"),
    ),
    Case(
        "one that leaves partners their notice asks for a new date at once",
        dates("2021-02-04", "2021-06-01") | {"Vehicles": "Partner Flash"},
        {"labels": {APPROVED}, "others": {"partner_flash": (newsletter(send="2021-02-09"),)}},
        topics=("dates", "moved"),
        says=("was moved from 2021-02-04 to **2021-02-09**", "Please write 2021-02-09 as the notice date"),
    ),
    Case(
        "and still does once it is over",
        dates("2021-02-04", "2021-06-01"),
        {"today": "2021-02-05", "others": {"partner_flash": (newsletter(send="2021-02-09"),)}},
        topics=("dates", "past"),
        says=("2021-02-04 is over, and the Partner Flash by which partners hear of this goes out on 2021-02-09",),
    ),
    Case(
        "the new date is right",
        dates("2021-02-09", "2021-06-01"),
        {"others": {"partner_flash": (newsletter(send="2021-02-09"),)}},
    ),
    Case(
        "who had it planned for a day of its own is asked nothing",
        dates("2021-02-05", "2021-06-01"),
        {"others": {"partner_flash": (newsletter(send="2021-02-09"),)}},
    ),
    Case(
        "nor who is told otherwise",
        dates("2021-02-04", "2021-06-01") | FASTER,
        {"others": {"partner_flash": (newsletter(send="2021-02-09"),)}},
    ),
    Case(
        "nor after it went out",
        dates("2021-02-04", "2021-06-01"),
        {
            "today": "2021-02-10",
            "others": {"partner_flash": (newsletter(send="2021-02-09", outline={"New and noteworthy": LINE}),)},
        },
    ),
    Case("a faster vehicle keeps the notice", dates("2021-02-05", "2021-03-08") | FASTER),
    Case(
        "the next occasions are those after the notice date",
        dates("2021-03-20", "2021-03-30"),
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
        says=("the Partner Flash on 2021-04-01 and the webcast on 2021-04-01",),
    ),
    Case(
        "a survey needs no notice",
        dates("2021-02-04", "2021-02-10") | OTHER,
        says=("**Dates** (partners are told on 2021-02-04)", "any day: this kind needs no notice"),
    ),
    Case("nor a day on which it takes effect", dates("2021-02-04", None) | OTHER),
    Case("but a day that is not over", dates("2021-01-13", None) | OTHER, topics=("dates", "past")),
    Case(
        "a kind that nobody knows needs it",
        dates("2021-02-04", "2021-02-10") | {"Type": None},
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
    ),
    Case(
        "customers hear of no change before partners do",
        dates("2021-02-04", "2021-03-08", "2021-01-20") | {"Type": "product"},
        does=(f"add label `{SHORT}`",),
        topics=("dates", "too_short"),
        says=("before partners are told on 2021-02-04", "customers may hear of it **2021-02-04**"),
    ),
    Case(
        "whose turn it is to approve is said",
        says=("`@program-manager` approves it with the label `Notice::approved`",),
    ),
    Case(
        "where nobody has that role, the team",
        more={"site": {"registry": Registry()}},
        says=("Channel Programs approves",),
    ),
    Case("once approved the day may go by", FASTER, {"today": "2021-02-05", "labels": {APPROVED}, **on("2021-02-04")}),
    Case("and where nobody knows when that was", FASTER, {"today": "2021-02-05", "labels": {APPROVED}}),
    Case(
        "a day later nobody can approve it",
        FASTER,
        {"today": "2021-02-05", "labels": {APPROVED}, **on("2021-02-05")},
        does=(f"remove label `{APPROVED}`",),
        topics=("dates", "blocked", "past"),
        says=("2021-02-04 is over",),
    ),
    Case(
        "too short stays too short when the day goes by",
        dates("2021-02-04", "2021-03-08"),
        {"today": "2021-02-05", "labels": {SHORT}, "others": {"partner_flash": (newsletter(send="2021-02-18"),)}},
        topics=("dates", "too_short", "past"),
        says=("hear of it by the Partner Flash of 2021-02-18", "**2021-03-20**"),
    ),
    Case(
        "and is not approved, however early that was",
        dates("2021-02-04", "2021-03-08"),
        {
            "today": "2021-02-05",
            "labels": {SHORT, APPROVED},
            "others": {"partner_flash": (newsletter(send="2021-02-18"),)},
            **on("2021-02-01"),
        },
        does=(f"remove label `{APPROVED}`",),
        topics=("dates", "blocked", "too_short"),
    ),
    Case(
        "until partners were told",
        dates("2021-02-04", "2021-03-08"),
        {
            "today": "2021-02-05",
            "labels": {SHORT},
            "ticked": ("told",),
            "others": {"partner_flash": (newsletter(send="2021-02-18"),)},
        },
        does=(f"remove label `{SHORT}`",),
    ),
    Case(
        "or until the dates change",
        dates("2021-02-18", "2021-03-20"),
        {"today": "2021-02-05", "labels": {SHORT}, "others": {"partner_flash": (newsletter(send="2021-02-18"),)}},
        does=(f"remove label `{SHORT}`",),
    ),
    Case(
        "what went out too late stays too short",
        dates("2021-02-04", "2021-03-08"),
        {
            "labels": {SHORT},
            "today": "2021-02-19",
            "others": {"partner_flash": (newsletter(send="2021-02-18", outline={"New and noteworthy": LINE}),)},
        },
        topics=("dates", "too_short"),
        says=("partners heard of this by the Partner Flash of 2021-02-18 alone",),
    ),
    Case("where a date is missing nothing is judged", dates("2021-02-04", None), {"labels": {SHORT}}, topics=()),
    Case(
        "where a date cannot be read nothing is approved",
        dates("3/4/21", "2021-06-01"),
        {"labels": {APPROVED}},
        does=(f"remove label `{APPROVED}`",),
        topics=("blocked",),
    ),
    Case("nor where one that may be left out cannot", dates("2021-02-04", "2021-06-01", "3/4/21"), topics=()),
    Case("a closed one is nobody's concern", dates("2021-02-04", "2021-02-05"), {"state": "closed"}, topics=()),
    Case("nor one in another project", dates("2021-02-04", "2021-02-05"), {"is_home": False}, topics=()),
    Case("nobody knows when it was opened", more={"created_at": None}),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_notice(case: Case) -> None:
    facts = announcement(**{"answers": case.answers, **case.more})
    assert does(notice, facts) == case.does
    assert tuple(points(notice, facts)) == case.topics
    said = words(notice, facts)
    assert [fragment for fragment in case.says if fragment not in said] == []


def test_who_approves_too_early_is_reminded_at_once() -> None:
    facts = announcement(answers=dates("2021-02-04", "2021-03-01"), labels={APPROVED})
    nudge = points(notice, facts)["blocked"].nudge
    assert nudge is not None
    assert nudge.after == 0


@pytest.mark.parametrize(("opened", "after"), [("2021-01-13", 0), ("2021-01-14", 1)])
def test_who_opens_an_announcement_after_the_newsletter_moved_reads_of_it_once(opened: str, after: int) -> None:
    others = {"partner_flash": (newsletter(send="2021-02-09"),)}
    answers, created = dates("2021-02-04", "2021-06-01"), at(f"{opened} 10:00")
    facts = announcement(answers=answers, others=others, created_at=created)
    assert points(notice, facts)["moved"].nudge == Nudge(after)


def test_the_journal_is_read_only_where_an_approval_may_be_wrong() -> None:
    """A call a look is spent only on what may have been approved too early, or too late."""
    settings = notice.Settings()
    assert [*notice.templated_needs(announcement(), settings)] == READS
    wrong = announcement(answers=dates("2021-02-04", "2021-03-01"))
    assert [*notice.templated_needs(wrong, settings)] == [*READS, LabelHistory()]
    late = announcement(today="2021-02-05", answers=FASTER, labels={APPROVED})
    assert [*notice.templated_needs(late, settings)] == [*READS, LabelHistory()]
    early = announcement(today="2021-02-04", answers=FASTER, labels={APPROVED})
    assert [*notice.templated_needs(early, settings)] == READS
    assert [*notice.templated_needs(announcement(state="closed"), settings)] == []
    assert [*notice.templated_needs(announcement(is_home=False), settings)] == []


def test_where_nothing_recurs_no_occasion_is_named() -> None:
    facts = announcement(answers=dates("2021-02-04", "2021-03-01"), site={"recurrences": ()})
    assert "next occasions" not in words(notice, facts)


@pytest.mark.parametrize(
    ("facts", "done", "says"),
    [
        (announcement(), True, "These dates keep the notice of 30 days."),
        (announcement(answers=dates("2021-02-04", "2021-03-01")), True, "do **not** keep"),
        (announcement(answers=dates("3/4/21", "2021-03-01")), False, "cannot tell yet"),
        (announcement(is_home=False), False, "no announcement here"),
    ],
)
def test_asked_for_it_the_verdict_is_said(facts: Any, done: bool, says: str) -> None:
    asked = order("notice check", "2021-01-15")
    assert [*notice.order_needs(facts, notice.Settings(), asked)] == READS
    (answer,) = notice.obey(facts, notice.Settings(), asked)
    assert isinstance(answer, Answer)
    assert answer.done is done
    assert says in RENDERER.note("notice", answer.topic, answer.values)


EARLY = dates("2021-02-04", "2021-03-01")


@pytest.mark.parametrize(
    ("more", "nudge"),
    [
        (
            {
                "label_events": (
                    labelled("2021-01-13 12:00", "add", APPROVED, MANAGER),
                    labelled("2021-01-14 12:00", "add", APPROVED, COMMS),
                )
            },
            Nudge(turns=(Turn(date(2021, 1, 14), ("comms-lead", "program-manager")),)),
        ),
        ({"label_events": ()}, Nudge(0)),
        ({"label_events": (replace(labelled("2021-01-14 12:00", "add", APPROVED, COMMS), username=""),)}, Nudge(0)),
    ],
)
def test_whoever_approved_too_early_hears_of_it_once(more: dict[str, Any], nudge: Nudge) -> None:
    facts = announcement(answers=EARLY, labels={APPROVED}, assignees=(MANAGER,), **more)
    assert points(notice, facts)["blocked"].nudge == nudge
