"""What GitLab's full-text search finds of an issue, and what it does not."""

from __future__ import annotations

import pytest

from bot.sandbox.full_text import matches

TITLE = "FY27-Q1: Review of Select partners (third 2)"
TEXT = "Rows of <b>bold</b> people\n<!-- bot:item acme -->\nCafé at https://example.com/rollout?x=1"


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("select review", True),
        ("sel rev", True),
        ("elect", False),
        ("FY27-Q1", True),
        ("FY27-Q2", False),
        ("review bold", True),
        ("acme", False),
        ("item", False),
        ("b", True),
        ("cafe", True),
        ("https://example.com/rollout", True),
        ("review of the partners", True),
        ("of the", False),
        ('"select partners"', True),
        ('"select partner"', False),
        ('"partners select"', False),
        ('"partners third" rows', True),
        ('"2 rows"', False),
        ("!?", False),
        ("reviews", False),
    ],
)
def test_words_and_phrases(search: str, found: bool) -> None:
    """Beginnings of words, phrases within one text, no tags, no HTML comments, no common words alone, no stemming."""
    assert matches(search, [TITLE, TEXT]) is found
