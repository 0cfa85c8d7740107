"""Whom a table names, whatever people did to it."""

from __future__ import annotations

import pytest

from bot.domain.partners.roster import Listed, listed

HEAD = "| Name | GitLab handle | Courses | Issue |\n|---|---|---|---|\n"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ()),
        (HEAD, ()),
        (f"{HEAD}| | | | |", ()),
        (f"{HEAD}| Quinn | @quinn | CI | #3 |", (Listed("Quinn", "quinn", 3),)),
        (f"{HEAD}| Quinn | `quinn.x` | CI |", (Listed("Quinn", "quinn.x"),)),
        (f"{HEAD}Quinn | to be confirmed | | ", (Listed("Quinn", ""),)),
        (f"{HEAD}| | @quinn | | g/p/-/issues/12#note_3 |", (Listed("", "quinn", 12),)),
        ("| **Handle** | Candidate |\n|:-:|--|\n| @quinn | Quinn |", (Listed("Quinn", "quinn"),)),
        (f"{HEAD}| A | a | | |\n\nText\n| B | b | | |", (Listed("A", "a"),)),
        (f"{HEAD}| A \\| B | a | | |", (Listed("A \\| B", "a"),)),
        ("| Goal | Planned for |\n|---|---|\n| Kick-off | 2027 |", ()),
        (f"```\n{HEAD}| A | a | | |\n```", ()),
        (f"{HEAD}| A | a | | |\n| A | a | | |", (Listed("A", "a"), Listed("A", "a"))),
    ],
)
def test_the_table_is_found_by_its_head(text: str, found: tuple[Listed, ...]) -> None:
    assert listed(text) == found
