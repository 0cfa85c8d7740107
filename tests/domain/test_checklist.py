"""What a template asks is found again in what people made of it, and each task stands where its owner can see it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist import (
    Checklist,
    Matched,
    Progress,
    Reason,
    Section,
    State,
    Task,
    matched,
    read_checklist,
    with_state,
)
from bot.domain.tasklines import plain
from tests.domain.growth import grows_linearly

Row: TypeAlias = tuple[str, str, State, int]

OPEN, DONE, NOT = State.OPEN, State.DONE, State.INAPPLICABLE


def rows(text: str) -> list[Row]:
    return [(task.id, task.text, task.state, task.line) for task in read_checklist(text).tasks]


TASKS: list[tuple[str, str, list[Row]]] = [
    ("nothing", "", []),
    ("text", "a\n- b\n[ ] c\n- [] d\n- [ x ] e\n- [ ]f", []),
    ("open", "- [ ] a <!-- t:a.1 -->", [("a.1", "a", OPEN, 1)]),
    ("done", "* [x] a <!--t:a.1-->", [("a.1", "a", DONE, 1)]),
    ("done by hand", "1. [X] a\n2) [x] b\n+ [x] c", [("", "a", DONE, 1), ("", "b", DONE, 2), ("", "c", DONE, 3)]),
    ("inapplicable", "- [~] a", [("", "a", NOT, 1)]),
    ("a hard space in the box", "- [\xa0] a", [("", "a", OPEN, 1)]),
    ("indented", "- [ ] a\n  - [x] b\n      1. [~] c", [("", "a", OPEN, 1), ("", "b", DONE, 2), ("", "c", NOT, 3)]),
    ("in lists of lists", "- 1. [x] a", [("", "a", DONE, 1)]),
    ("tabs", "-\t[x]\ta", [("", "a", DONE, 1)]),
    ("Windows line ends", "a\r\n- [x] b <!-- t:b -->\r\n", [("b", "b", DONE, 2)]),
    ("text behind the id", "- [ ] a <!-- t:a.1 --> more", [("a.1", "a  more", OPEN, 1)]),
    ("the first of two ids", "- [ ] a <!-- x --><!-- t:a.1 --><!-- t:a.2 -->", [("a.1", "a", OPEN, 1)]),
    ("an id alone", "- [ ] <!-- t:a.1 -->", [("a.1", "", OPEN, 1)]),
    ("an id that is code", "- [ ] `<!-- t:a.1 -->`", [("", "`<!-- t:a.1 -->`", OPEN, 1)]),
    ("an id that does not end", "- [ ] a <!-- t:a.1abc", [("", "a", OPEN, 1)]),
    ("no id", "- [ ] a <!-- t: --> <!-- t:a b --> <!-- x:t:a -->", [("", "a", OPEN, 1)]),
    ("code", "```\n- [ ] a\n```\n- [ ] b\n\n      - [ ] c", [("", "b", OPEN, 4)]),
    ("a quote", "> - [ ] a\n\n- [ ] b", [("", "b", OPEN, 3)]),
    ("a comment", "<!-- - [ ] a -->\n<!--\n- [ ] b\n-->\n- [ ] c", [("", "c", OPEN, 5)]),
    ("behind a comment", "<!--\n- [ ] a --> - [x] b\n- [ ] c", [("", "c", OPEN, 3)]),
    ("a comment in the marker", "- <!-- x --> [ ] a", []),
]


@pytest.mark.parametrize(("text", "tasks"), [case[1:] for case in TASKS], ids=[case[0] for case in TASKS])
def test_tasks_are_read(text: str, tasks: list[Row]) -> None:
    assert rows(text) == tasks


def sections(text: str) -> list[tuple[str, str, int, int]]:
    return [(one.title, one.owner, one.line, len(one.tasks)) for one in read_checklist(text).sections]


SECTIONS: list[tuple[str, str, list[tuple[str, str, int, int]]]] = [
    ("none", "a", []),
    ("above all headings", "- [ ] a\n# A", [("", "", 1, 1), ("A", "", 2, 0)]),
    ("with owner", "a\n## A b <!-- owner: cam -->\n- [ ] a\n- [ ] b", [("A b", "cam", 2, 2)]),
    ("closed heading", "## A ## <!--owner:cam-->\n##", [("A", "cam", 1, 0), ("", "", 2, 0)]),
    ("deeper", "# A <!-- owner: a -->\n### B\n- [ ] b\n## C", [("A", "a", 1, 0), ("B", "a", 2, 1), ("C", "a", 4, 0)]),
    (
        "deeper with its own",
        "# A <!-- owner: cam -->\n## B <!-- owner: phd -->\n### C\n## D",
        [("A", "cam", 1, 0), ("B", "phd", 2, 0), ("C", "phd", 3, 0), ("D", "cam", 4, 0)],
    ),
    ("a new one", "# A <!-- owner: cam -->\n# B", [("A", "cam", 1, 0), ("B", "", 2, 0)]),
    ("no owner", "# A <!-- owner: Pat Example --> <!-- x -->", [("A", "", 1, 0)]),
    ("a hidden heading", "<!--\n# A\n--> # B\n```\n# C\n```", []),
]


@pytest.mark.parametrize(("text", "found"), [case[1:] for case in SECTIONS], ids=[case[0] for case in SECTIONS])
def test_sections_have_an_owner_or_take_the_one_above(text: str, found: list[tuple[str, str, int, int]]) -> None:
    assert sections(text) == found


def test_of_tasks_with_one_id_the_first_counts() -> None:
    checklist = read_checklist("- [ ] a <!-- t:a -->\n- [x] b <!-- t:a -->\n- [ ] c\n- [ ] d")
    assert checklist.duplicates == (Task("a", "b", DONE, 2),)
    assert matched(checklist, "- [ ] x <!-- t:a -->\n- [x] y <!-- t:a -->").tasks[0].state is OPEN


MASTER = read_checklist(
    "## Legal <!-- owner: channel_services -->\n"
    "- [ ] Sign the **agreement** <!-- t:legal.1 -->\n"
    "- [ ] Send the [exhibit](https://x.example/a) <!-- t:legal.2 optional -->\n"
    "- [ ] Evidence <!-- t:legal.3 -->\n"
    "## Courses <!-- owner: partner -->\n"
    "- [ ] Evidence <!-- t:course.1 -->\n"
    "- [ ] !!! <!-- t:course.2 -->\n"
)
AGREEMENT = Task("legal.1", "Sign the **agreement**", owner="channel_services")
EXHIBIT = Task("legal.2", "Send the [exhibit](https://x.example/a)", owner="channel_services", optional=True)

STATES: list[tuple[str, str, str, int]] = [
    ("as installed", "## Legal\n- [ ] Sign the **agreement** <!-- t:legal.1 -->", "     ", 0),
    ("by id, whatever it says", "- [x] Unterschrieben <!-- t:legal.1 -->", "x    ", 0),
    ("by words", "- [x] sign THE agreement.\n- [~] Send the exhibit", "x~   ", 0),
    ("by words that are linked", "- [x] [Sign](x) the `agreement`!", "x    ", 0),
    ("by words with an id of no task", "- [x] Sign the agreement <!-- t:other -->", "x    ", 0),
    ("the id wins over words", "- [x] Sign the agreement\n- [ ] a <!-- t:legal.1 -->", "     ", 1),
    ("an id is not taken by words", "- [x] Sign the agreement <!-- t:legal.2 -->", " x   ", 0),
    ("one's own section first", "## Courses\n- [x] Evidence\n## Legal\n- [~] Evidence", "  ~x ", 0),
    ("then in order", "- [x] Evidence\n- [~] Evidence\n- [x] evidence", "  x~ ", 1),
    ("nobody compares signs", "- [x] !!!", "     ", 1),
    ("others are extra", "- [x] a\n- [ ] b <!-- t:b -->", "     ", 2),
]
BOXES = {OPEN: " ", DONE: "x", NOT: "~"}


@pytest.mark.parametrize(("text", "boxes", "extra"), [case[1:] for case in STATES], ids=[case[0] for case in STATES])
def test_what_is_asked_is_found_by_id_then_by_words(text: str, boxes: str, extra: int) -> None:
    found = matched(MASTER, text)
    assert "".join(BOXES[task.state] for task in found.tasks) == boxes
    assert len(found.extra) == extra


def test_a_task_keeps_its_words_and_owner_and_says_where_it_stands() -> None:
    found = matched(MASTER, "a\n- [x] Unterschrieben <!-- t:legal.1 optional -->")
    assert found.tasks[:2] == (Task("legal.1", AGREEMENT.text, DONE, 2, "channel_services"), EXHIBIT)
    assert [task.id for task in found.missing] == ["legal.2", "legal.3", "course.1", "course.2"]
    assert found.extra == ()


def test_progress_counts_by_owner_what_is_asked() -> None:
    text = (
        "- [x] a <!-- t:legal.1 -->\n- [~] b <!-- t:legal.2 -->\n- [~] c <!-- t:legal.3 -->\n"
        "- [x] d\n- [ ] !!! <!-- t:course.2 -->"
    )
    progress = matched(MASTER, text).progress()
    required = Task("legal.3", "Evidence", NOT, 3, "channel_services")
    gone = Task("course.1", "Evidence", OPEN, 0, "partner")
    left = Task("course.2", "!!!", OPEN, 5, "partner")
    assert progress == {"channel_services": Progress(2, 3, (required,)), "partner": Progress(0, 2, (gone, left))}
    assert [task.reason for task in (required, gone, left)] == [Reason.REQUIRED, Reason.MISSING, Reason.OPEN]
    assert Task("a", "a", DONE, 1).reason is None
    assert Task("a", "a", NOT, 1, optional=True).reason is None


def test_complete_is_when_nothing_is_left() -> None:
    master = read_checklist("- [ ] a <!-- t:a -->\n- [ ] b <!-- t:b optional -->")
    assert matched(master, "- [x] a <!-- t:a -->\n- [~] b <!-- t:b -->").is_complete
    assert not matched(master, "- [x] a <!-- t:a -->").is_complete
    assert Matched(()).progress() == {}
    assert Checklist() == read_checklist("")
    assert read_checklist("# A") == Checklist((Section("A", "", (), 1),))


WRITTEN = [
    ("done", "- [ ] a <!-- t:a -->", DONE, "- [x] a <!-- t:a -->"),
    ("open", "* [X] a <!--t:a-->", OPEN, "* [ ] a <!--t:a-->"),
    ("inapplicable", "\t1. [x] a", DONE, "\t1. [x] a"),
    ("other bytes stay", "\ufeff é\r\n-\t[ ]\ta <!--t:a-->  \r- b\n", NOT, "\ufeff é\r\n-\t[~]\ta <!--t:a-->  \r- b\n"),
    ("so already", "- [X] a <!-- t:a -->", DONE, "- [X] a <!-- t:a -->"),
    ("a hard space is open", "- [\xa0] a <!-- t:a -->", OPEN, "- [\xa0] a <!-- t:a -->"),
    ("the first only", "- [ ] a <!--t:a-->\n- [ ] b <!--t:a-->", DONE, "- [x] a <!--t:a-->\n- [ ] b <!--t:a-->"),
    ("not another", "- [ ] b <!--t:b-->\n- [ ] c\n# <!--t:a-->", DONE, "- [ ] b <!--t:b-->\n- [ ] c\n# <!--t:a-->"),
    ("not in code", "```\n- [ ] a <!-- t:a -->\n```", DONE, "```\n- [ ] a <!-- t:a -->\n```"),
    ("not in a comment", "<!--\n- [ ] x --> - [ ] a <!-- t:a -->", DONE, "<!--\n- [ ] x --> - [ ] a <!-- t:a -->"),
]


@pytest.mark.parametrize(
    ("text", "state", "written"), [case[1:] for case in WRITTEN], ids=[case[0] for case in WRITTEN]
)
def test_one_box_is_written(text: str, state: State, written: str) -> None:
    assert with_state(text, "a", state) == written


SAME = [
    "Sign the **agreement**",
    "sign  the agreement.",
    "[Sign](https://x.example) the `agreement`",
    "Sign\\_the\\-agreement",
    "Sign the ![agreement](x.png)<!-- t:a -->",
    "Sign &#116;he agreement &lt;!-- x --&gt;",
    "Sign the agreement <!-- x",
]


@pytest.mark.parametrize("text", SAME)
def test_words_are_compared_without_their_shape(text: str) -> None:
    assert plain(text) == "sign the agreement"


PIECES = st.sampled_from(
    [
        "- [ ] ",
        "- [x] ",
        "1. [~] ",
        "a",
        "Evidence",
        " <!-- t:a -->",
        "<!--",
        "-->",
        "\n",
        "\r\n",
        "\t",
        "`",
        "```\n",
        "> ",
        "## ",
        " ",
    ]
)
TEXTS = st.lists(PIECES, max_size=40).map("".join)


@given(TEXTS, st.sampled_from(State))
def test_a_written_box_is_read_again(text: str, state: State) -> None:
    there = {task.id: task for task in reversed(read_checklist(text).tasks)}
    written = with_state(text, "a", state)
    assert len(written) == len(text)
    assert sum(one != other for one, other in zip(text, written, strict=True)) <= 1
    if "a" in there:
        assert {task.id: task for task in reversed(read_checklist(written).tasks)}["a"].state is state
    else:
        assert written == text


@given(TEXTS)
def test_each_task_that_stands_there_is_asked_or_extra(text: str) -> None:
    found = matched(MASTER, text)
    assert len(found.tasks) == len(MASTER.tasks)
    assert len(found.tasks) - len(found.missing) + len(found.extra) == len(read_checklist(text).tasks)


@given(TEXTS)
def test_a_text_matches_itself(text: str) -> None:
    checklist = read_checklist(text)
    compared = [task for task in checklist.tasks if task.id or plain(task.text)]
    assert len(matched(checklist, text).extra) == len(checklist.tasks) - len(compared)


HOSTILE: list[tuple[str, Callable[[int], str]]] = [
    ("tasks", lambda n: "- [x] Evidence\n" * n),
    ("ids", lambda n: "- [x] a <!-- t:legal.1 -->\n" * n),
    ("comments", lambda n: "- [ ] a " + "<!-- t:a -->" * n),
    ("open comments", lambda n: "- [ ] a `" + "<!--" * n + "`"),
    ("markers", lambda n: "- " * n + "[ ] a"),
    ("brackets", lambda n: "- [ ] " + "[" * n),
    ("links", lambda n: "- [ ] " + "[a](" * n),
    ("blanks", lambda n: "- [ ] a" + " " * n + "b"),
    ("headings", lambda n: "# a <!-- owner: cam -->\n## b\n" * n),
    ("hashes", lambda n: "# " + "# " * n + "a"),
]


@pytest.mark.parametrize("text", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_time_grows_with_the_text(text: Callable[[int], str]) -> None:
    assert grows_linearly(lambda said: (matched(MASTER, said), with_state(said, "a", DONE)), text, 200)
