"""Words that people type become rows of a table of who does what, and wrong tables are refused."""

from __future__ import annotations

import pytest

from bot.domain.raci import Deliverable, Duty, Table, Team, deliverables, folded, guesses

ROWS = tuple(
    Deliverable(name, {})
    for name in (
        "Onboarding process creation (contracts, accounting)",
        "Partner onboarding: GitLab Partner Program",
        "Learning partner and/or trainer onboarding: CTP list",
        "Rate cards (PS/EdS offerings)",
        "Billing and invoice management for a specific project",
        "“Bench” Relationship Management (FY22)",
        "Vetting process for partners",
    )
)
MEANT = {
    "the whole name": ("Vetting process for partners", (6,)),
    "in any case and with other signs": ('"bench" RELATIONSHIP-management, fy22', (5,)),
    "what stands before a colon, though other rows hold the words too": ("partner onboarding", (1,)),
    "what stands before a bracket": ("Rate cards", (3,)),
    "words in a row": ("invoice management", (4,)),
    "words in a row, of several": ("onboarding", (0, 1, 2)),
    "words in any order, some of them cut short": ("manage billing", (4,)),
    "words that go on where the name's end": ("invoices", (4,)),
    "short words are taken as they are": ("ra", ()),
    "little words count for nothing": ("the vetting of partners", (6,)),
    "a word of something else": ("vetting bananas", ()),
    "nothing": ("", ()),
    "nothing but little words": ("of the", ()),
}


@pytest.mark.parametrize(("said", "meant"), MEANT.values(), ids=MEANT)
def test_the_strictest_reading_that_finds_anything_counts(said: str, meant: tuple[int, ...]) -> None:
    assert deliverables(ROWS, said) == tuple(ROWS[at] for at in meant)


def test_what_is_misspelt_is_guessed_the_likest_first() -> None:
    assert guesses(ROWS, "rate crads") == (ROWS[3],)
    assert guesses(ROWS, "partner onbording")[0] == ROWS[1]
    assert len(guesses(ROWS * 2, "partner onbording")) <= 3
    assert guesses(ROWS, "bananas") == ()


def test_accents_and_signs_are_folded_away() -> None:
    assert folded("Ratée-Cards, and/or “X_y”") == ("ratee", "cards", "x", "y")


CELLS = {
    "letters": ("A, R", {"A": "", "R": ""}),
    "without blanks": ("A,R", {"A": "", "R": ""}),
    "with bars": ("A, C | R", {"A": "", "C": "", "R": ""}),
    "with a remark": ("R (prelim vetting)", {"R": "prelim vetting"}),
    "nothing": ("", {}),
}


@pytest.mark.parametrize(("cell", "duties"), CELLS.values(), ids=CELLS)
def test_a_cell_holds_several_duties_and_a_remark(cell: str, duties: dict[str, str]) -> None:
    row = Deliverable("Rate cards", {"us": cell, "them": "I"})
    said = {duty.value: dict(row.who(duty)) for duty in Duty}
    assert {duty: teams["us"] for duty, teams in said.items() if "us" in teams} == duties
    assert said["I"]["them"] == ""


@pytest.mark.parametrize("cell", ["X", "A R", "A,", "responsible", "A (a) (b)"])
def test_a_cell_that_is_none_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match="is no cell; write letters of R, A, C and I"):
        Deliverable("Rate cards", {"us": cell})


def test_a_table_knows_its_teams_and_each_row_once() -> None:
    teams = {"us": Team("Us", "channel_ops")}
    with pytest.raises(ValueError, match="names the team 'them', which is none of: us"):
        Table("T", teams, (Deliverable("Rate cards", {"them": "A"}),))
    with pytest.raises(ValueError, match="'rate-cards' is there twice"):
        Table("T", teams, (Deliverable("Rate cards", {}), Deliverable("rate-cards", {})))
    with pytest.raises(ValueError, match="is no deliverable"):
        Deliverable("?", {})
