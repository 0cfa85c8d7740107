"""What the bot writes into a description is one line, is read back, and leaves everything else as it was."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.intro import ENDING, LABELS, NextAction, dri_handles, next_action, stated, with_line
from tests.domain.growth import grows_linearly

DUE = date(2026, 12, 1)
NEXT = "call (2026-12-01)"

WRITTEN = [
    ("an empty description", "", "DRI: @x"),
    ("no line", "Why", "DRI: @x\n\nWhy"),
    ("no line, in the description's own line ends", "Why\r\nnot", "DRI: @x\r\n\r\nWhy\r\nnot"),
    ("below a title", "# Launch\n\nWhy", "# Launch\n\nDRI: @x\n\nWhy"),
    ("apart from what follows the title", "\r\n# Launch\r\nWhy", "\r\n# Launch\r\n\r\nDRI: @x\r\n\r\nWhy"),
    ("below nothing but a title", "# Launch", "# Launch\n\nDRI: @x"),
    ("a title that opens a comment", "# Launch <!--\nWhy", "DRI: @x\n\n# Launch <!--\nWhy"),
    ("plain", "DRI: @a\nWhy", "DRI: @x\nWhy"),
    ("the place kept free", "DRI: @\nNBA: …\n", "DRI: @x\nNBA: …\n"),
    ("carriage returns", "Why\r\nDRI: @a\r\nnot", "Why\r\nDRI: @x\r\nnot"),
    ("bold label", "**DRI:** @a", "DRI: @x"),
    ("bold line", "**DRI: @a**", "DRI: @x"),
    ("bullet", "- DRI: @a, please", "- DRI: @x"),
    ("nested after a tab", "*\ta\n\n\t* DRI: @a", "*\ta\n\n\t* DRI: @x"),
    ("task", "- [x] **DRI**: @a", "- [x] DRI: @x"),
    ("no colon", "1. DRI @a", "1. DRI: @x"),
    ("several names on it", "DRI: @a and @b", "DRI: @x"),
    ("the first of several lines", "DRI: @a\nDRI: @b", "DRI: @x\nDRI: @b"),
    ("two blanks end it", "DRI: @a  \nWhy", "DRI: @x  \nWhy"),
    ("a backslash ends it", "DRI: @a\\\nWhy", "DRI: @x\\\nWhy"),
    ("table", "| DRI | @a | b |\n|---|---|---|", "| DRI | @x | b |\n|---|---|---|"),
    ("table without outer bars", "DRI | @a\n---|---", "DRI | @x\n---|---"),
    ("bold cell, empty beside it", "| **DRI** ||", "| **DRI** | @x |"),
    ("cell with a comment", "| DRI | @a <!-- b --> | c <!-- d --> |", "| DRI | @x <!-- b --> | c <!-- d --> |"),
    ("comment before", "<!-- who? --> DRI: @a", "<!-- who? --> DRI: @x"),
    ("comment behind", "DRI: @a <!-- b --> and @c <!-- d -->  \ne", "DRI: @x <!-- b --> <!-- d -->  \ne"),
    ("comment that goes on", "DRI: @a <!-- b\\\nhidden -->\nWhy", "DRI: @x <!-- b\\\nhidden -->\nWhy"),
    ("comment that ends there", "<!-- a\nb --> DRI: @a", "<!-- a\nb --> DRI: @x"),
    ("comment inside of the label", "D<!-- a -->RI: @a", "DRI: @x <!-- a -->"),
    ("a code span is no comment", "DRI: `<!--` @a\nWhy", "DRI: @x\nWhy"),
    ("below the intro", "Why\n## Details\nDRI: @a", "DRI: @x\n\nWhy\n## Details\nDRI: @a"),
    ("in a fence", "```\nDRI: @a\n```", "DRI: @x\n\n```\nDRI: @a\n```"),
    ("in a quote", "> DRI: @a\n\nDRI: @b", "> DRI: @a\n\nDRI: @x"),
    ("in a comment", "<!--\nDRI: @a\n-->", "DRI: @x\n\n<!--\nDRI: @a\n-->"),
]

NEXT_WRITTEN = [
    ("an empty description", "", f"NBA: {NEXT}"),
    ("no line", "DRI: @a", f"NBA: {NEXT}\n\nDRI: @a"),
    ("the place kept free", "DRI: @\nNBA: … (YYYY-MM-DD)\n", f"DRI: @\nNBA: {NEXT}\n"),
    ("far below", "# a\n## b\n- **NBA:** write", f"# a\n## b\n- NBA: {NEXT}"),
    ("the last of several lines", "NBA: a\nNBA:\nb", f"NBA: a\nNBA: {NEXT}\nb"),
    ("table", "| NBA | write | b |", f"| NBA | {NEXT} | b |"),
    ("in a fence", "NBA: a\n```\nNBA: b\n```", f"NBA: {NEXT}\n```\nNBA: b\n```"),
]

LINES = st.sampled_from(
    [
        *("", "", "Why", "# Launch", "## Details", "```", "~~~", "> quoted", ">>>", "<!--", "-->", "a -->", "    code"),
        *("DRI: @a", "DRI: @", "- **DRI:** @a", "| DRI | @a | b |", "**DRI: @a**  ", "\tDRI: @a", "DRI: @a <!-- b"),
        *(
            "NBA: write (2026-11-01)",
            "NBA: …",
            "* NBA: a\\",
            "| NBA | a | b |",
            "**NBA: a**",
            "--> NBA: a",
            "  NBA: `a",
        ),
        *(
            "<!-- a --> DRI: @a <!-- b -->",
            "D<!-- -->RI: @a",
            "NBA: <!-- a --> b",
            "1. a",
            "- ",
            "> NBA: a",
            "DRI: `<!--`",
        ),
    ]
)
PAGES = st.builds(str.join, st.sampled_from(["\n", "\r\n", "\r"]), st.lists(LINES, max_size=12))
NOISE = st.text("DRINBA:@|*_-()[]`<!>#/\\~ \n\r\t01", max_size=120)
DESCRIPTIONS = PAGES | NOISE


@pytest.mark.parametrize(("before", "after"), [case[1:] for case in WRITTEN], ids=[case[0] for case in WRITTEN])
def test_the_dri_is_written(before: str, after: str) -> None:
    assert with_line(before, "DRI", "@x") == after


@pytest.mark.parametrize(
    ("before", "after"), [case[1:] for case in NEXT_WRITTEN], ids=[case[0] for case in NEXT_WRITTEN]
)
def test_the_next_action_is_written(before: str, after: str) -> None:
    assert with_line(before, "NBA", NEXT) == after


@given(DESCRIPTIONS)
@example("| DRI\t@a|")
def test_the_dri_is_read_back_first(description: str) -> None:
    others = [name for name in dri_handles(description) if name != "x"]
    first, *more = dri_handles(with_line(description, "DRI", "@x"))
    assert first == "x"
    assert set(more) <= {*others}


@given(DESCRIPTIONS)
def test_the_next_action_is_read_back(description: str) -> None:
    assert next_action(with_line(description, "NBA", NEXT)) == NextAction("call", DUE)


@given(DESCRIPTIONS, st.sampled_from([("DRI", "@x"), ("NBA", NEXT)]))
def test_one_line_changes_or_is_added(description: str, line: tuple[str, str]) -> None:
    """Every other line stays, and so does what the other label says."""
    after = with_line(description, *line)
    was, now = ENDING.split(description), ENDING.split(after)
    if stated(description, line[0]):
        assert len(was) == len(now)
        assert sum(one != other for one, other in zip(was, now, strict=True)) <= 1
    else:
        now.remove(": ".join(line))
        assert [one for one in now if one.strip()] == [one for one in was if one.strip()]
    other = next(label for label in LABELS if label != line[0])
    assert stated(after, other) == stated(description, other)


@given(DESCRIPTIONS, st.sampled_from([("DRI", "@x"), ("NBA", NEXT)]))
def test_writing_it_again_changes_nothing(description: str, line: tuple[str, str]) -> None:
    once = with_line(description, *line)
    assert with_line(once, *line) == once


@pytest.mark.parametrize("line", ["DRI: @a <!-- ", "DRI: `", "<!---->", " \\", "| DRI ", "--> DRI: @a\n"])
def test_time_grows_with_the_description(line: str) -> None:
    assert grows_linearly(lambda text: with_line(f"DRI: @a {text}", "DRI", "@x"), lambda n: line * n, 500)
