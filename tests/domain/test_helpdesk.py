"""Who is in a review, what each of them failed, and how the day of a review comes into the registry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.actions import ProposeChanges
from bot.domain.helpdesk.choosing import choice, same_month
from bot.domain.helpdesk.reminding import agrees
from bot.domain.helpdesk.reviews import done_with, review_of, reviews
from bot.domain.marks import Marker
from bot.domain.partners.changes import Proposal, Reviewed, changed, is_recorded, name_of
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.domain.telling import told
from bot.domain.templated import Templated
from bot.registry.editing import edited_together, in_words
from bot.registry.remembered import Remembered, mark_of, remembered
from tests.builders import facts, issue
from tests.helpdesk import applicant, case, partner, site, text

OF = site(applicant("acme"), applicant("bolt"))
DAY = date(2026, 11, 20)
CHANGE = Reviewed(DAY)
FILE = """\
partners:
  - id: acme
    name: Acme   # a comment
    region: emea
    account_manager: cam-emea
    last_phd_review: 2026-10-16   # by hand
  - {id: bolt, name: Bolt, region: emea, account_manager: cam-emea}
  - id: core
    name: Core
    region: emea
    account_manager: cam-emea
"""


def test_a_review_is_read_partner_by_partner() -> None:
    here = case("phd_weekly", "acme", "bolt", of=OF, ticked=("phd_weekly.acme.", "phd_weekly.bolt.website"))
    acme, bolt = reviews(here)
    assert (acme.is_finished, acme.failed) == (True, ())
    assert bolt.failed == (
        "region",
        "welcome",
        "account",
        "locator",
        "manager",
        "deals",
        "record",
        "notice",
        "questions",
    )
    assert done_with(here) == (acme.partner,)


def test_who_has_no_checks_left_was_not_reviewed() -> None:
    written = text("phd_weekly", "acme").replace("t:phd_weekly.acme.", "t:other.acme.")
    assert reviews(case("phd_weekly", of=OF, description=written)) == ()


def test_an_open_review_is_its_partners() -> None:
    here = case("open_review", of=OF, values={"partner": "Bolt"}, ticked=("open_review.",))
    (bolt,) = reviews(here)
    assert (bolt.partner.id, bolt.is_finished, len(bolt.checks)) == ("bolt", True, 14)
    assert reviews(case("open_review", of=OF, values={"partner": "Nobody"})) == ()


@pytest.mark.parametrize(("name", "found"), [("acme", "acme"), ("`ACME`", "acme"), ("gone", None), ("", None)])
def test_a_name_means_a_partner_of_the_review(name: str, found: str | None) -> None:
    meant = review_of(case("phd_weekly", "acme", "bolt", of=OF), name)
    assert (meant.partner.id if meant else None) == found


def test_the_account_manager_speaks_and_so_does_their_manager() -> None:
    acme = partner("acme")
    assert [agrees(OF.registry, acme, name) for name in ("CAM-EMEA", "programs-lead", "phd-emea", "")] == [
        True,
        True,
        False,
        False,
    ]
    stranger = partner("acme", account_manager="cam-x")
    assert [agrees(OF.registry, stranger, name) for name in ("cam-x", "programs-lead", "")] == [True, False, False]


def test_a_choice_is_what_is_ticked_and_named() -> None:
    here = case("phd_open", "acme", "bolt", of=OF, ticked=("phd_open.bolt.review",))
    assert isinstance(here.case, Templated)
    assert [one.id for one in choice(here, here.case).partners] == ["bolt"]


def test_an_issue_of_no_month_has_no_companion() -> None:
    assert same_month(facts(issue())) is None
    here = case("phd_open", of=OF, period="2026-11", others={"phd_select": (facts(issue()),)})
    assert same_month(here) is None


def test_a_review_is_recorded_once_and_never_backwards() -> None:
    acme = partner("acme")
    assert changed(acme, CHANGE) == replace(acme, last_phd_review=DAY)
    later = replace(acme, last_phd_review=date(2026, 11, 21))
    assert [is_recorded(one, CHANGE) for one in (acme, changed(acme, CHANGE), later)] == [False, True, True]
    assert name_of(CHANGE) == "reviewed 2026-11-20"


def test_the_day_goes_into_each_entry_and_nothing_else_changes() -> None:
    every = [Proposal(name, CHANGE) for name in ("acme", "bolt", "core")]
    assert (
        edited_together(FILE, every)
        == FILE.replace("2026-10-16", "2026-11-20")
        .replace("account_manager: cam-emea}", "account_manager: cam-emea, last_phd_review: 2026-11-20}")
        .rstrip()
        + "\n    last_phd_review: 2026-11-20\n"
    )
    assert in_words(CHANGE) == "last_phd_review: 2026-11-20"


def test_a_merge_request_remembers_what_it_proposes() -> None:
    marker, what = Marker(b"key"), Remembered("abc", (Proposal("acme", CHANGE), Proposal("bolt", CHANGE)))
    assert remembered(marker, marker.write(mark_of(what))) == what


def test_what_is_proposed_is_told_in_a_few_words() -> None:
    one, two = (ProposeChanges("77-42", (Proposal("acme", CHANGE),) * count) for count in (1, 2))
    assert told(one) == "propose 1 change to the registry (`77-42`)"
    assert told(two).startswith("propose 2 changes")
    plan = Plan(Subject.issue(77, 42), (Wish("phd_reviews", one),))
    assert plan.writes
    assert plan.proposals == (("phd_reviews", one),)
