"""A licence request is judged from the registry, to the seat and to the day."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from bot.domain.form import Kind, read_form
from bot.domain.licensing.kinds import Licences
from bot.domain.licensing.request import INTEGRATION, RENEWAL, REQUEST, SEATS, Request, request_of
from bot.domain.licensing.standing import as_of, is_declined, requestor, standing
from bot.domain.licensing.values import ends, field_lines, notes
from bot.domain.licensing.verdict import Outcome, verdict
from bot.domain.registry import Licence, Partner, Practitioners, Status, Track
from bot.domain.templated import Templated
from tests.builders import BOT
from tests.licences import ACME, ALLIANCE, LICENCES, SAAS, TODAY, asked, request, with_licences

OPEN = replace(ACME, track=Track.OPEN)
TEN = ("self_managed", 10, "2027-04-30")
JUDGED: tuple[tuple[str, Request, Outcome, int, int], ...] = (
    ("ten for a Select partner", request(), Outcome.GRANT, 0, 25),
    ("25 are the limit", request(seats=25), Outcome.GRANT, 0, 25),
    ("26 are one too many", request(seats=26), Outcome.OVER, 1, 25),
    ("an Open partner has ten", request(OPEN), Outcome.GRANT, 0, 10),
    ("and not eleven", request(OPEN, seats=11), Outcome.OVER, 1, 10),
    ("what it has counts", request(with_licences(TEN), seats=20), Outcome.OVER, 5, 15),
    ("more than the limit is left at nothing", request(with_licences(("self_managed", 30, None))), Outcome.OVER, 15, 0),
    ("what ended does not count", request(with_licences(("self_managed", 25, "2026-11-22"))), Outcome.GRANT, 0, 25),
    ("on its last day it does", request(with_licences(("self_managed", 25, "2026-11-23"))), Outcome.OVER, 10, 0),
    ("the other kind is counted apart", request(with_licences(TEN), SAAS, 25), Outcome.GRANT, 0, 25),
    ("a renewal takes its place", request(with_licences(TEN), seats=25, renewal=True), Outcome.GRANT, 0, 25),
    (
        "and leaves the others",
        request(with_licences(TEN, ("self_managed", 10, "2027-06-30")), seats=16, renewal=True),
        Outcome.OVER,
        1,
        15,
    ),
    ("nobody certified", request(replace(ACME, practitioners=Practitioners())), Outcome.ENCOURAGE, 0, 25),
    ("a services engineer counts", request(replace(ACME, practitioners=Practitioners(pse=1))), Outcome.GRANT, 0, 25),
    ("sales people do not", request(replace(ACME, practitioners=Practitioners(9))), Outcome.ENCOURAGE, 0, 25),
    ("an applicant", request(replace(ACME, status=Status.APPLICANT)), Outcome.NOT_AUTHORIZED, 0, 25),
    ("a partner who left", request(replace(ACME, status=Status.INACTIVE)), Outcome.NOT_AUTHORIZED, 0, 25),
    ("nobody knows it", request(None, seats=1), Outcome.UNKNOWN, 0, 0),
    ("an alliance need not be known", request(None, ALLIANCE, 10), Outcome.GRANT, 0, 10),
    ("but has ten at most", request(None, ALLIANCE, 11), Outcome.OVER, 1, 10),
)


@pytest.mark.parametrize(("asked_for", "found"), [(one[1], one[2:]) for one in JUDGED], ids=[one[0] for one in JUDGED])
def test_the_verdict(asked_for: Request, found: tuple[Outcome, int, int]) -> None:
    judged = verdict(asked_for, LICENCES, TODAY)
    assert (judged.outcome, judged.over, judged.allowed) == found


def test_an_exception_lifts_the_limit_and_nothing_else() -> None:
    assert verdict(request(seats=26), LICENCES, TODAY, has_exception=True).outcome is Outcome.EXCEPTION
    denied = request(replace(ACME, status=Status.DENIED), seats=26)
    assert verdict(denied, LICENCES, TODAY, has_exception=True).outcome is Outcome.NOT_AUTHORIZED
    assert verdict(request(), LICENCES, TODAY, has_exception=True).outcome is Outcome.GRANT


def test_a_policy_may_ask_for_a_certified_person() -> None:
    strict, bare = Licences(LICENCES.kinds, certification_required=True), replace(ACME, practitioners=Practitioners())
    assert verdict(request(bare), strict, TODAY).outcome is Outcome.UNCERTIFIED
    assert verdict(request(), strict, TODAY).outcome is Outcome.GRANT
    assert verdict(request(bare, ALLIANCE, 5), strict, TODAY).outcome is Outcome.GRANT


def test_the_rows_say_what_was_looked_at() -> None:
    rows = verdict(
        request(with_licences(TEN, ("saas", 5, None), ("gold", 1, "2027-06-30")), seats=20), LICENCES, TODAY
    ).rows
    assert [(row.sign, row.claim, row.seen) for row in rows] == [
        ("✅", "The partner is authorized", "authorized"),
        (
            "ℹ️",
            "Other licenses",
            "10 self-managed until 2027-04-30, 5 SaaS until an unknown day, 1 `gold` until 2027-06-30",
        ),
        ("❌", "Seats after the grant", "10 + 20 of 25"),
        ("✅", "Somebody is certified (SA or PSE)", "Solutions Architects: 1, Services Engineers: 0"),
    ]
    unknown = verdict(request(None), LICENCES, TODAY).rows
    assert [row.seen for row in unknown] == ["not in the registry"]
    assert len(verdict(request(None, ALLIANCE), LICENCES, TODAY).rows) == 2


ENDS: tuple[tuple[str, Request, date, str, bool], ...] = (
    ("twelve months", request(), TODAY, "2027-11-23", False),
    ("a leap day", request(), date(2028, 2, 29), "2029-02-28", False),
    ("together with another", request(with_licences(TEN)), TODAY, "2027-04-30", False),
    ("of any kind", request(with_licences(("saas", 5, "2027-01-31"), TEN)), TODAY, "2027-01-31", False),
    ("a renewal", request(with_licences(TEN), renewal=True), TODAY, "2027-11-23", False),
    ("29 days are short", request(with_licences(("saas", 5, "2026-12-22"))), TODAY, "2026-12-22", True),
    ("30 are not", request(with_licences(("saas", 5, "2026-12-23"))), TODAY, "2026-12-23", False),
    ("what ended", request(with_licences(("saas", 5, "2026-11-22"))), TODAY, "2027-11-23", False),
    ("an unknown end", request(with_licences(("saas", 5, None))), TODAY, "2027-11-23", False),
    ("an alliance's", request(with_licences(TEN), ALLIANCE), TODAY, "2027-05-23", False),
    ("nor is it shared", request(with_licences(("alliance", 5, "2026-12-01"))), TODAY, "2027-11-23", False),
    ("nor an unknown kind's", request(with_licences(("gold", 5, "2026-12-01"))), TODAY, "2027-11-23", False),
    ("as the issue has it", request(expires=date(2027, 1, 1)), TODAY, "2027-01-01", False),
    ("from the day it was sent", request(sent_on=date(2026, 11, 1)), TODAY, "2027-11-01", False),
)


@pytest.mark.parametrize("case", ENDS, ids=[one[0] for one in ENDS])
def test_it_ends(case: tuple[str, Request, date, str, bool]) -> None:
    _, asked_for, today, day, is_short = case
    found = ends(asked_for, LICENCES, today)
    assert (found.day.isoformat(), found.is_short) == (day, is_short)


def test_which_licence_a_renewal_replaces() -> None:
    """All that end next, or on the day that the form names; where all have ended, those that did last."""
    first, second = ("self_managed", 5, "2027-01-31"), ("self_managed", 6, "2027-03-31")
    old, older = ("self_managed", 1, "2026-10-31"), ("self_managed", 2, "2025-10-31")

    def seats(*held: tuple[str, int, str | None], **more: Any) -> int | None:
        found = request(with_licences(*held), renewal=True, **more).replaced(TODAY)
        return sum(one.seats for one in found) if found else None

    assert seats(old, second, first) == 5
    assert seats(old, second, first, ends=date(2027, 3, 31)) == 6
    assert seats(old, second, first, ends=date(2027, 5, 31)) is None
    assert seats(older, old) == 1
    assert seats(first, second, first) == seats(first, first, ends=date(2027, 1, 31)) == 10
    assert seats(("saas", 1, "2027-01-31"), ("self_managed", 1, None)) is None
    assert request(with_licences(first)).replaced(TODAY) == ()


def test_the_notes_and_the_fields_are_exact() -> None:
    assert notes(request()) == "10 Ultimate NFR Licenses for Partner: Acme Consulting"
    assert notes(request(None, ALLIANCE, 5)) == "5 Ultimate Integration Licenses for Partner: Zed"
    assert field_lines(request(), LICENCES, TODAY) == (
        ("Name", "Lee Example"),
        ("Company", "Acme Consulting"),
        ("Email", "lee@acme.example"),
        ("GitLab Plan", "Ultimate"),
        ("Trial", "[x] ticked"),
        ("Users count", "10"),
        ("Starts at", "2026-11-23"),
        ("Expires at", "2027-11-23"),
        ("Notes", "10 Ultimate NFR Licenses for Partner: Acme Consulting"),
    )
    hostile = replace(request(), company="Zed\n```\n/close")
    assert notes(hostile) == "10 Ultimate NFR Licenses for Partner: Zed ''' /close"


@pytest.mark.parametrize(
    ("said", "value"),
    [
        ("10", "10"),
        ("10 users", "10"),
        ("1,000", "1000"),
        ("ten", None),
        ("0", None),
        ("-3", None),
        ("2.5", None),
        ("5 or 10", None),
    ],
)
def test_seats_are_whole_and_at_least_one(said: str, value: str | None) -> None:
    assert SEATS.kind is Kind.COUNT
    reading = read_form(f"- Seats: {said}", (SEATS,))
    assert reading.values.get("seats") == value
    assert bool(reading.problems) is (value is None)


def judged(**more: Any) -> Request | None:
    case = asked(**more).case
    assert isinstance(case, Templated)
    return request_of(case, LICENCES)


def test_the_form_becomes_a_request() -> None:
    said = {"renewal": "no", "requested_by": "@cam-emea", "kind": "SaaS", "sent_on": "2026-11-20"}
    found = judged(said={**said, "expires": "2027-04-30"})
    assert found is not None
    assert (found.kind.key, found.seats, found.renewal, found.partner) == ("saas", 10, False, ACME)
    assert (found.sent_on, found.expires) == (date(2026, 11, 20), date(2027, 4, 30))


def test_what_is_incomplete_is_no_request() -> None:
    for field in ("partner", "kind", "seats", "contact", "email"):
        assert judged(said={field: ""}) is None, field
    assert judged(said={"seats": "ten"}) is None
    bare = {"licences": Licences()}
    case = asked(site_=bare).case
    assert isinstance(case, Templated)
    assert request_of(case, Licences()) is None


def test_an_integration_has_its_own_kind_and_number() -> None:
    found = judged(key=INTEGRATION, said={"partner": "Zed", "seats": ""})
    assert found is not None
    assert (found.kind.key, found.seats, found.company, found.partner) == ("alliance", 5, "Zed", None)
    odd = Licences((replace(ALLIANCE, default_seats=None),))
    case = asked(key=INTEGRATION, said={"seats": "unknown"}).case
    assert isinstance(case, Templated)
    assert request_of(case, odd) is None


def test_a_renewal_is_one_unless_the_form_denies_it() -> None:
    for said, is_renewal in (("", True), ("no", False), ("yes", True)):
        found = judged(key=RENEWAL, said={"renewal": said, "ends": "2027-01-31"})
        assert found is not None
        assert (found.renewal, found.ends) == (is_renewal, date(2027, 1, 31))
    first = judged()
    assert first is not None
    assert first.renewal is None


def test_how_far_an_issue_is() -> None:
    now = standing(asked("sent"))
    assert now is not None
    assert (now.is_sent, now.verdict and now.verdict.outcome) == (True, Outcome.GRANT)
    assert standing(asked(is_home=False)) is None
    not_done = asked(description="- [~] no <!-- t:nfr_request.sent optional -->")
    here = standing(not_done)
    assert here is not None
    assert (here.is_sent, here.request, here.verdict) == (False, None, None)
    over = standing(asked("exception", said={"seats": "30"}))
    assert over is not None
    assert over.verdict is not None
    assert over.verdict.outcome is Outcome.EXCEPTION


@pytest.mark.parametrize(
    ("said", "author", "found"),
    [
        ("@phd-emea", None, "phd-emea"),
        ("CAM EMEA", None, "cam-emea"),
        ("cam-emea@example.com", None, "cam-emea"),
        ("Lee of Acme", None, ""),
        ("@all", None, ""),
        ("", None, "cam-emea"),
        ("", BOT, ""),
    ],
)
def test_who_asked(said: str, author: Any, found: str) -> None:
    facts = asked(said={"requested_by": said}, **({"author": author} if author else {}))
    assert isinstance(facts.case, Templated)
    assert requestor(facts, facts.case) == found


def test_what_was_sent_counts_before_the_registry_has_it() -> None:
    """Fifteen were sent an hour ago; what still waits is shown, and a tick that was taken back frees its seats."""
    sent = asked("sent", iid=7, said={"seats": "15"})

    def found(*others: Any, **more: Any) -> tuple[Outcome, int]:
        now = standing(asked(said={"seats": "20"}, others={REQUEST: others}, **more))
        assert now is not None
        assert now.verdict is not None
        return now.verdict.outcome, now.verdict.over

    assert found(sent) == (Outcome.OVER, 10)
    assert found(asked(iid=7, said={"seats": "15"})) == (Outcome.GRANT, 0)
    assert found(asked("sent", iid=7, said={"seats": "15", "partner": "Zed"})) == (Outcome.GRANT, 0)
    known = replace(ACME, nfr=(Licence("self_managed", 15, date(2027, 11, 23), sent.issue.reference),))
    assert found(sent, of=known) == (Outcome.OVER, 10)
    own = replace(ACME, nfr=(Licence("self_managed", 20, date(2027, 11, 23), "gitlab-com/channel/channels#42"),))
    assert found(of=own) == (Outcome.GRANT, 0)


def test_what_was_sent_counts_beside_an_older_one_that_reads_the_same() -> None:
    """Further licences end together with the first, often with as many seats; the registry's names no issue."""
    older = with_licences(("self_managed", 10, "2027-04-30"))
    sent = asked("sent", iid=7, of=older, said={"sent_on": "2026-11-20", "expires": "2027-04-30"})
    now = standing(asked(of=older, said={"seats": "15"}, others={REQUEST: (sent,)}))
    assert now is not None
    assert now.verdict is not None
    assert (now.verdict.outcome, now.verdict.over) == (Outcome.OVER, 10)


def test_what_others_ask_for_is_shown() -> None:
    waiting = asked(iid=7, said={"seats": "15"})
    other = asked(iid=8, said={"kind": "SaaS"})
    now = standing(asked(others={REQUEST: (waiting, other)}))
    assert now is not None
    assert now.verdict is not None
    seen = {row.claim: row.seen for row in now.verdict.rows}
    assert seen["Also asked for"] == "15 self-managed in gitlab-com/channel/channels#7"


def test_a_renewal_that_was_sent_counts_instead_of_what_it_renews() -> None:
    old = with_licences(("self_managed", 15, "2026-12-31"), ("self_managed", 5, "2026-12-31"))
    said = {"ends": "2026-12-31", "sent_on": "2026-11-20", "expires": "2027-11-20"}
    renewal = asked("sent", iid=7, key=RENEWAL, of=old, said=said)
    now = standing(asked(of=old, said={"renewal": "no"}, others={RENEWAL: (renewal,)}))
    assert now is not None
    assert now.request is not None
    assert now.request.existing == (Licence("self_managed", 10, date(2027, 11, 20), renewal.issue.reference),)


def test_what_may_be_closed_unsent() -> None:
    """What was declined, may not be granted, lacks an answer, or was asked twice; and nothing that was sent."""
    first = {REQUEST: (asked(iid=7),)}
    assert is_declined(asked("declined"))
    assert is_declined(asked(said={"seats": "90"}))
    assert is_declined(asked(others=first))
    assert is_declined(asked(said={"seats": "-5"}))
    assert not is_declined(asked("sent", said={"seats": "-5"}))
    assert not is_declined(asked())
    assert not is_declined(asked("sent", others=first))
    assert not is_declined(asked("declined", is_home=False))


def test_the_day_of_the_data_is_the_partners_own() -> None:
    def day(of: Partner, **site: Any) -> str:
        facts = asked(of=of, site_=site)
        assert isinstance(facts.case, Templated)
        return as_of(facts.site, facts.case)

    assert day(ACME) == "2026-11-02"
    assert day(replace(ACME, as_of=None)) == "2026-11-01"
    bare = replace(asked().site.registry, as_of=None, partners=())
    assert day(ACME, registry=bare) == "an unknown day"


def test_a_kind_nobody_knows_shares_no_end() -> None:
    assert LICENCES.get("gold") is None
    assert not LICENCES.co_terms("gold")
    assert not Licences().co_terms(REQUEST)
