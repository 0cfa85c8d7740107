"""What an award asks for on the way to it, row by row, and how that reads."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.facts import PartnerFacts
from bot.domain.partners.eligibility import Requirement
from bot.domain.partners.readiness import awards_for, closed_on, failing_lines, journey, requirements, shown_source
from tests.awards import CTP, PSP, award, event, partner
from tests.handlers.test_award_opening import RECORD, enrolled, tracking

ROW = Requirement("x", "the MPA | is signed", "signed", "not `so`", False, "registry", date(2026, 11, 2), "KT-01")


def lacking(seen: PartnerFacts) -> list[tuple[str, str, str]]:
    return [(row.key, row.seen, row.rule) for row in journey(seen, CTP) if not row.holds]


def test_a_programme_in_which_nobody_enrols_has_no_way() -> None:
    assert journey(enrolled(), PSP) == ()
    assert next(row.key for row in requirements(enrolled(), PSP)) == "programme"


def test_the_whole_way_is_shown() -> None:
    rows = [(row.key, row.needed, row.seen, row.holds) for row in journey(enrolled(), CTP)]
    assert rows == [
        ("enrolled", "enrolled", "enrolled", True),
        ("tracking", "closed", "closed", True),
        ("closer", "Education Services", "somebody of Education Services", True),
        ("tasks", "none open", "0 open, 0 to be confirmed", True),
        ("deadline", "by 2026-11-20", "in time", True),
    ]


@pytest.mark.parametrize(
    ("seen", "lacks"),
    [
        (partner(), [("enrolled", "not enrolled", "CT-06")]),
        (
            enrolled(record=replace(RECORD, withdrawn_on=date(2026, 11, 1))),
            [("enrolled", "withdrawn on 2026-11-01", "CT-06")],
        ),
        (enrolled(tracking=None), [("tracking", "gone, or hidden from the bot", "CT-16")]),
        (enrolled(tracking=award()), [("tracking", "gone, or hidden from the bot", "CT-16")]),
        (enrolled(tracking=tracking(state="opened")), [("tracking", "open", "CT-16")]),
        (enrolled(tracking=tracking(state_events=())), [("closer", "somebody else", "CT-16")]),
    ],
)
def test_what_is_missing_on_the_way(seen: PartnerFacts, lacks: list[tuple[str, str, str]]) -> None:
    assert lacking(seen) == lacks


def test_awards_are_told_apart_by_their_programme() -> None:
    seen = partner(awards=(award(), award(iid=43, programme=CTP), award(iid=44, programme=None)))
    assert [one.issue.iid for one in awards_for(seen, PSP)] == [42]
    assert [one.issue.iid for one in awards_for(seen, CTP)] == [43]


def test_a_row_reads_as_a_line_that_acts_nowhere() -> None:
    assert shown_source(ROW) == "registry, as of 2026-11-02; KT-01"
    assert shown_source(replace(ROW, as_of=None)) == "registry; KT-01"
    line = "  - the MPA ¦ is signed: it is `` not `so` `` (registry, as of 2026-11-02; KT-01)"
    assert failing_lines([ROW, replace(ROW, holds=True)]) == line


def test_the_day_of_closing_is_the_teams() -> None:
    late = event("2026-11-24 23:30", "closed")
    assert closed_on(award(state="closed", state_events=(event("2026-11-20", "closed"), late))) == date(2026, 11, 24)
    assert closed_on(award(state_events=(late,))) is None
    assert closed_on(award(state="closed")) is None
