"""CT-14's extension, and the orders about an enrolment, as a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Ask
from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.partners.programme import Programmes
from bot.domain.partners.record import Extension
from bot.handlers import ctp_orders
from tests.builders import PARTNERS, issue
from tests.partnerfacts import (
    BOLT,
    PAT,
    PROJECT,
    SERVICES,
    TODAY,
    SaidCase,
    enrolled,
    heard,
    known,
    prove_said,
    record,
    request,
    running,
    tracking,
)

THERE = {"project": PROJECT, "project_id": 5, "iid": 1}
MOVED = enrolled(tracking=tracking("closed", moved_to_id=99))
MARKED = enrolled(record_issue=issue(iid=7, labels=["bot::hands-off"]))
EXPIRED = enrolled(record=running(started_on=date(2026, 5, 1)))
LATER = running(extensions=(Extension(date(2027, 3, 1), "services-lead", TODAY, "ill"),))


def extend(name: str, rest: str, topic: str, facts: PartnerFacts | None = None, *says: str, **more: Any) -> SaidCase:
    case = SaidCase(name, f"ctp extend {rest}", topic, facts or enrolled(), says, topic == "extended", by=SERVICES)
    return replace(case, **more)


CASES = (
    extend(
        "more time, with a reason", "acme 2027-02-01 trainers were ill", "extended", None, "The deadline is 2027-02-01"
    ),
    extend("by its name", "Acme Consulting until 2027-02-01: ill", "extended"),
    extend("on the tracking issue without a name", "2027-02-01 ill", "extended", issue=THERE),
    extend("or with it", "acme 2027-02-01 ill", "extended", issue=THERE),
    extend(
        "but not another's", "bolt 2027-02-01 ill", "other", None, "Here I only speak about the partner", issue=THERE
    ),
    extend("after the deadline too", "acme 2026-12-24 ill", "extended", EXPIRED),
    extend(
        "no day",
        "acme because they were ill",
        "no_day",
        None,
        "`@channel-bot ctp extend <partner> YYYY-MM-DD <reason>`",
    ),
    extend("a day as other countries write it", "acme 31.12.2027 ill", "no_day"),
    extend(
        "29 February of a year without one",
        "acme 2027-02-29 ill",
        "bad_day",
        None,
        "No calendar has the day `2027-02-29`",
    ),
    extend("29 February of a year with one", "acme 2028-02-29 ill", "extended"),
    extend(
        "a day in the past", "acme 2026-11-20 ill", "past", None, "2026-11-20 is not ahead of us: today is 2026-11-21"
    ),
    extend("the last day of the two years that may be given", "acme 2028-11-21 ill", "extended"),
    extend(
        "a day beyond them",
        "acme 2028-11-22 ill",
        "too_late",
        None,
        "2028-11-22 is further away than I may give anybody time: the last day that I take is 2028-11-21",
    ),
    extend("a day as good as never", "acme 9999-12-31 forever", "too_late"),
    extend("today", "acme 2026-11-21 ill", "past"),
    extend("a day before the deadline", "acme 2026-12-31 ill", "not_later", None, "the deadline is 2027-01-01"),
    extend("the deadline itself", "acme 2027-01-01 ill", "not_later"),
    extend("a day before the last extension", "acme 2027-02-28 ill", "not_later", enrolled(record=LATER), "2027-03-01"),
    extend(
        "or before one that is asked for",
        "acme 2027-02-28 ill",
        "not_later",
        enrolled(requests=(request("extend", until="2027-03-01", reason="ill"),)),
    ),
    extend("no reason", "acme 2027-02-01.", "no_reason", None, "the reason too"),
    extend(
        "what the team marked hands-off is not promised",
        "acme 2027-02-01 ill",
        "kept_off",
        MARKED,
        "I changed nothing: the issue in which I keep what is asked for this partner, gitlab-com/channel/channels#7,",
        "is marked `bot::hands-off`",
    ),
    extend(
        "nor told by its number where the partner reads along",
        "2027-02-01 ill",
        "kept_off",
        MARKED,
        "for this partner is marked `bot::hands-off`",
        issue=THERE,
    ),
    SaidCase("nor is an end", "ctp withdraw acme no people", "kept_off", MARKED, ("I changed nothing",)),
    extend("nobody named", "2027-02-01 ill", "unknown", None, "Please tell me which partner", "`acme`"),
    extend("nobody known", "acne 2027-02-01 ill", "unknown", None, "The nearest I know: `acme`"),
    extend("not enrolled", "acme 2027-02-01 ill", "not_running", known(), "It is not enrolled."),
    extend(
        "a folder only", "acme 2027-02-01 ill", "not_running", known(record=record(ctp=False)), "It is not enrolled."
    ),
    extend(
        "not begun",
        "acme 2027-02-01 ill",
        "not_running",
        known(record=record()),
        "the program begins with its tracking issue",
    ),
    extend(
        "withdrawn", "acme 2027-02-01 ill", "not_running", enrolled(record=running(withdrawn_on=TODAY)), "It withdrew."
    ),
    extend(
        "done",
        "acme 2027-02-01 ill",
        "not_running",
        enrolled(tracking=tracking("closed")),
        "Its tracking issue is closed.",
    ),
    extend(
        "gone", "acme 2027-02-01 ill", "not_running", enrolled(tracking=None), "is gone, was moved away, or is hidden"
    ),
    extend("moved away", "acme 2027-02-01 ill", "not_running", MOVED, "is gone, was moved away, or is hidden"),
    extend("no programme", "acme 2027-02-01 ill", "not_running", enrolled(site={"programmes": Programmes()})),
    extend(
        "in another project of the team",
        "acme 2027-02-01 ill",
        "elsewhere",
        None,
        "in `gitlab-com/channel/channels`, and in the partner's own",
        issue={"project": "gitlab-com/channel/partner-communication"},
    ),
    extend("above the partners", "acme 2027-02-01 ill", "elsewhere", issue={"project": f"{PARTNERS}/emea"}),
    SaidCase(
        "a partner leaves",
        "ctp withdraw acme they gave up",
        "withdrawn",
        enrolled(),
        ("I end the enrolment of `Acme",),
        True,
    ),
    SaidCase(
        "not without a reason",
        "ctp withdraw acme",
        "no_reason",
        enrolled(),
        (
            "Please tell me the reason too, since it is kept",
            "ctp withdraw <partner> <reason>`",
        ),
    ),
    SaidCase("before it began", "ctp withdraw Acme Consulting no time", "withdrawn", known(record=record()), (), True),
    SaidCase("when its time ran out", "ctp withdraw acme no time", "withdrawn", EXPIRED, (), True),
    SaidCase("when the issue is gone", "ctp withdraw acme no time", "withdrawn", enrolled(tracking=None), (), True),
    SaidCase("on the tracking issue", "ctp withdraw they gave up", "withdrawn", enrolled(), (), True, issue=THERE),
    SaidCase(
        "who is not enrolled",
        "ctp withdraw acme",
        "not_to_withdraw",
        known(),
        ("nothing to end", "It is not enrolled."),
    ),
    SaidCase("who left already", "ctp withdraw acme", "not_to_withdraw", enrolled(record=running(withdrawn_on=TODAY))),
    SaidCase("who is done", "ctp withdraw acme", "not_to_withdraw", enrolled(tracking=tracking("closed"))),
    SaidCase("nobody named to leave", "ctp withdraw", "unknown"),
    SaidCase(
        "the team hears all of it",
        "ctp status acme",
        "status_in_full",
        enrolled(),
        (
            "It is on its way.",
            "The last day is 2027-01-01.",
            "- Channel Services: 0/1\n- Partner: 1/1",
            "| ❌ | GitLab Certified Trainers: at least 2 | `0` |",
            f"Tracking issue: {PROJECT}#1",
        ),
    ),
    SaidCase("of one that is not enrolled too", "ctp status acme", "status_in_full", known(), ("It is not enrolled.",)),
    SaidCase(
        "also without a programme", "ctp status acme", "status_in_full", enrolled(site={"programmes": Programmes()})
    ),
    SaidCase("whoever else reads along hears how far it is", "ctp status acme", "status", enrolled(), by=PAT),
    SaidCase(
        "and so does everybody in the partner's project",
        "ctp status",
        "status",
        EXPIRED,
        ("Its time ran out.", "The last day is 2026-11-01.", "- Partner: 1/1"),
        issue=THERE,
    ),
    SaidCase("where nobody hears of others", "ctp status bolt", "other", enrolled(), issue=THERE, by=PAT),
    SaidCase("whatever they are called", "ctp status of ours", "status", enrolled(), issue=THERE, by=PAT),
    SaidCase(
        "an issue that the bot does not take for the tracking issue tells nothing",
        "ctp status",
        "status",
        enrolled(tracking=replace(tracking(), case=None)),
        issue=THERE,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_orders(case: SaidCase) -> None:
    prove_said(ctp_orders, case)


@pytest.mark.parametrize("name", ["more time, with a reason", "a partner leaves"])
def test_of_an_answer_that_was_lost_the_order_says_the_same_again(name: str) -> None:
    case = next(one for one in CASES if one.name == name)
    ask, answer = prove_said(ctp_orders, case)
    assert isinstance(ask, Ask)
    waiting = replace(case, known=replace(case.known, requests=(ask.request,)))
    assert prove_said(ctp_orders, waiting) == (ask, answer)


def test_the_request_holds_the_day_the_reason_and_where_it_was_asked() -> None:
    ask, _ = prove_said(ctp_orders, extend("", "acme 2027-02-01, /close @all", "extended"))
    assert isinstance(ask, Ask)
    wanted = ask.request
    assert (wanted.what, wanted.by, wanted.at, wanted.on) == ("extend", "services-lead", (77, 42), TODAY)
    assert wanted.values == {"until": "2027-02-01", "reason": "close all"}


def test_nobody_is_read_for_an_order_that_is_about_nobody() -> None:
    assert heard(ctp_orders, SaidCase("", "ctp status", "unknown", by=Person(9, "x"))).partners == {}
    assert [*heard(ctp_orders, SaidCase("", "ctp status Bolt inc", "status")).partners] == [BOLT.id]
