"""Edits change one line or one box of a description; everything that a person wrote stays."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.domain.actions import DropItem, Edit, PutItem, TickTask, WriteLine
from bot.domain.edits import digest, edited, item_line, items_in, listed_in
from bot.domain.tasklines import ENDING

TEXT = """Hello, this is ours.

## New and noteworthy <!-- owner: channel_programs -->

<!-- New resources. -->

- Our own line
- Prices change <!-- item:g/p#1 -->

## Steps

- [ ] Sent <!-- t:flash.sent -->
* [X] Noted <!-- t:flash.noted -->
"""
ITEM = PutItem("New and noteworthy", "g/p#2", "Tiers change, see g/p#2")
LINE = "- Tiers change, see g/p#2 <!-- item:g/p#2 -->"


def test_a_task_is_ticked_and_nothing_else() -> None:
    assert edited(TEXT, TickTask("flash.sent")) == TEXT.replace("[ ] Sent", "[x] Sent")


@pytest.mark.parametrize("task", ["flash.noted", "flash.nothing"])
def test_what_is_ticked_or_not_there_changes_nothing(task: str) -> None:
    assert edited(TEXT, TickTask(task)) == TEXT


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("## News\n\n- Rate:\n- More\n", "## News\n\n- Rate: 4 <!-- item:rate -->\n- More\n"),
        ("## News\n* **Rate:**\n", "## News\n- Rate: 4 <!-- item:rate -->\n"),
        ("- Rate:\n\n## News\n\n- Rate: 3\n", "- Rate:\n\n## News\n\n- Rate: 3\n- Rate: 4 <!-- item:rate -->\n"),
        (
            "## News\n\nNone\n\n## Steps\n- Rate:\n",
            "## News\n\nNone\n- Rate: 4 <!-- item:rate -->\n\n## Steps\n- Rate:\n",
        ),
    ],
)
def test_a_line_that_its_section_keeps_free_is_filled(text: str, wanted: str) -> None:
    assert edited(text, PutItem("News", "rate", "Rate: 4")) == wanted
    assert edited(wanted, PutItem("News", "rate", "Rate: 4")) == wanted


@pytest.mark.parametrize("below", ["", "\n\nA word of mine\n- Rate:\n"], ids=["nothing below", "people wrote below"])
def test_an_item_stands_above_the_line_that_names_the_template(below: str) -> None:
    """What the section promises to list is found in it, wherever people went on writing."""
    text = f"## News\n\nThe bot lists it here.\n\nTemplate: `Partner_Flash`{below}"
    once = edited(text, PutItem("News", "rate", "Rate: 4"))
    listed = "The bot lists it here.\n- Rate: 4 <!-- item:rate -->"
    assert once == text.replace("The bot lists it here.", listed)
    both = edited(once, PutItem("News", "more", "More: 5"))
    assert both == once.replace(" item:rate -->", " item:rate -->\n- More: 5 <!-- item:more -->")
    bare = "## News\n\n**Template:** `Partner_Flash`\n"
    wanted = "## News\n\n- Rate: 4 <!-- item:rate -->\n\n**Template:** `Partner_Flash`\n"
    assert edited(bare, PutItem("News", "rate", "Rate: 4")) == wanted


def test_a_line_is_written() -> None:
    assert edited("DRI: @cam-emea\n", WriteLine("DRI", "@phd-emea")) == "DRI: @phd-emea\n"


def test_an_item_comes_last_in_its_section() -> None:
    there = "- Prices change <!-- item:g/p#1 -->\n"
    assert edited(TEXT, ITEM) == TEXT.replace(there, f"{there}{LINE}\n")


def test_an_item_that_is_there_is_rewritten_where_it_stands() -> None:
    wanted = PutItem("Steps", "g/p#1", "Prices change on 1 March")
    assert edited(TEXT, wanted) == TEXT.replace("- Prices change <", "- Prices change on 1 March <")


def test_an_item_that_already_says_so_stays_as_people_wrote_it() -> None:
    text = TEXT.replace("- Prices change <!--", "-   Prices change   <!--")
    assert edited(text, PutItem("New and noteworthy", "g/p#1", "Prices change")) == text


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("## Notes", f"## Notes\n\n{LINE}"),
        ("## Notes\n\n\n", f"## Notes\n\n{LINE}\n\n\n"),
        ("## Notes\n\n## Next\n", f"## Notes\n\n{LINE}\n\n## Next\n"),
        ("## Notes\r\n\r\nMine\r\n", f"## Notes\r\n\r\nMine\r\n{LINE}\r\n"),
        ("Mine", f"Mine\n\n## Notes\n\n{LINE}\n"),
        ("", f"\n\n## Notes\n\n{LINE}\n"),
        ("### **notes**:\n- Mine\n", f"### **notes**:\n- Mine\n{LINE}\n"),
    ],
    ids=["alone", "blank below", "empty, another below", "windows", "no such section", "nothing at all", "other signs"],
)
def test_wherever_the_section_is_the_item_finds_it(text: str, wanted: str) -> None:
    assert edited(text, PutItem("Notes", ITEM.key, ITEM.text)) == wanted


@pytest.mark.parametrize("swallows", ["```", "<!-- a thought", ">>>"], ids=["code", "a comment", "a quote"])
def test_what_nobody_closed_swallows_no_item(swallows: str) -> None:
    put = PutItem("Notes", ITEM.key, ITEM.text)
    assert edited(f"Mine\n{swallows}\nx", put) == f"## Notes\n\n{LINE}\n\nMine\n{swallows}\nx"
    assert edited(f"## Notes\n\n{swallows}\nx", put) == f"## Notes\n\n{LINE}\n\n\n{swallows}\nx"


def test_an_item_is_dropped_with_its_line() -> None:
    assert edited(TEXT, DropItem("g/p#1")) == TEXT.replace("- Prices change <!-- item:g/p#1 -->\n", "")
    assert edited(TEXT, DropItem("g/p#9")) == TEXT


def test_what_is_listed_is_known_by_its_key() -> None:
    assert items_in(TEXT) == {"g/p#1": "Prices change"}
    assert items_in(f"{TEXT}\n- Twice <!-- item:g/p#1 -->\n\n```\n- No <!-- item:g/p#3 -->\n```\n") == items_in(TEXT)
    assert item_line(ITEM) == LINE


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=120)
LINES = st.lists(
    st.one_of(WORDS, st.sampled_from([*TEXT.splitlines(), "```", "<!--", "> x", LINE, "Template: `Partner_Flash`"])),
    max_size=12,
)
EDITS = st.sampled_from([TickTask("flash.sent"), ITEM, DropItem("g/p#1"), DropItem("g/p#2")])


@given(st.builds("\n".join, LINES), EDITS)
def test_said_twice_it_is_done_once(text: str, edit: Edit) -> None:
    once = edited(text, edit)
    if not isinstance(edit, DropItem):
        assert edited(once, edit) == once


@given(st.builds("\n".join, LINES), EDITS)
@example("0\r", ITEM)
def test_every_line_of_a_person_stays(text: str, edit: Edit) -> None:
    """An edit takes away nothing but the line, or the box, that it is about."""
    ours = ("item:", "t:flash.sent")
    kept = [line for line in ENDING.split(text)[::2] if not any(sign in line for sign in ours)]
    left = iter(ENDING.split(edited(text, edit))[::2])
    assert all(line.rstrip() in (one.rstrip() for one in left) for line in kept if line.strip())


def test_a_signed_item_is_known_to_be_reworded() -> None:
    """By whatever people change of its words; its comment alone, or where it stands, is no change of them."""
    item = PutItem("News", "g/p#1", "Prices change", signed=True)
    assert item_line(item) == f"- Prices change <!-- item:g/p#1 {digest('Prices change')} -->"
    text = edited("## News\n\n- A word\n", item)
    assert listed_in(text)["g/p#1"].is_untouched
    assert edited(text, item) == text
    reworded = text.replace("Prices change", "Prices go up")
    assert not listed_in(reworded)["g/p#1"].is_untouched
    assert listed_in(edited(reworded, item))["g/p#1"].is_untouched
    unsigned = edited("## News\n", PutItem("News", "g/p#1", "Prices change"))
    assert (listed_in(unsigned)["g/p#1"].is_untouched, listed_in(unsigned)["g/p#1"].signed) == (False, "")
