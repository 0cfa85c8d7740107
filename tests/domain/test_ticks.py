"""GitLab's own lines tell who ticked what; nobody else can."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.checklist import Task
from bot.domain.gitlab import Note, Person
from bot.domain.ticks import Tick, last_tick, ticks
from tests.domain.growth import grows_linearly

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
CAM = Person(7, "cam-emea")
PAT = Person(8, "pat-example")
ITEM, COMPLETED = "marked the checklist item", "as completed"


def note(body: str, *, number: int = 1, by: Person = CAM, minutes: int = 0, system: bool = True) -> Note:
    return Note(number, body, by, NOON + timedelta(minutes=minutes), system=system)


LINES = [
    ("as GitLab writes it", f"{ITEM} **Sign it** {COMPLETED}", ("Sign it", True, "")),
    ("unticked", f"{ITEM} **Sign it** as incomplete", ("Sign it", False, "")),
    ("the older words", "marked the task **Sign it** as completed", ("Sign it", True, "")),
    ("the older words, unticked", "marked the task **Sign it** as incomplete.\n", ("Sign it", False, "")),
    ("with its comment", f"{ITEM} **Sign it <!-- t:legal.1 -->** {COMPLETED}", ("Sign it", True, "legal.1")),
    ("an optional task", f"{ITEM} **Sign it <!--t:legal.1 optional-->** {COMPLETED}", ("Sign it", True, "legal.1")),
    (
        "escaped",
        f"{ITEM} **Sign it\\: a \\= \\*b\\*  t\\:legal\\.1\\_a** {COMPLETED}",
        ("Sign it: a = *b*", True, "legal.1_a"),
    ),
    ("escaped and optional", f"{ITEM} **Sign it  t\\:legal\\.1 optional** {COMPLETED}", ("Sign it", True, "legal.1")),
    ("an escaped comment", f"{ITEM} **Sign \\<\\!\\-\\- t:a \\-\\-\\>** {COMPLETED}", ("Sign", True, "a")),
    ("entities", f"{ITEM} **Sign &amp; send &lt;!-- t:a --&gt;** {COMPLETED}", ("Sign & send", True, "a")),
    ("bold words", f"{ITEM} **Sign **it** as completed** as incomplete", ("Sign **it** as completed", False, "")),
    ("an id alone", f"{ITEM} **t:legal.1** {COMPLETED}", ("", True, "legal.1")),
    ("no id", f"{ITEM} **Sign a contract:x at:y** {COMPLETED}", ("Sign a contract:x at:y", True, "")),
]


@pytest.mark.parametrize(("body", "told"), [case[1:] for case in LINES], ids=[case[0] for case in LINES])
def test_a_line_tells_which_box_changed(body: str, told: tuple[str, bool, str]) -> None:
    text, done, number = told
    assert ticks([note(body)]) == (Tick(text, 7, "cam-emea", NOON, done, number),)


OTHERS = [
    "changed the description",
    "",
    f"{ITEM} Sign it {COMPLETED}",
    f"{ITEM} **Sign it** as done",
    f"Pat {ITEM} **Sign it** {COMPLETED}",
    f"{ITEM} **Sign it** {COMPLETED} and more",
]


@pytest.mark.parametrize("body", OTHERS)
def test_other_lines_tell_nothing(body: str) -> None:
    assert ticks([note(body)]) == ()


def test_what_people_write_tells_nothing() -> None:
    assert ticks([note(f"{ITEM} **Sign it** {COMPLETED}", system=False)]) == ()
    assert ticks([Note(1, f"{ITEM} **Sign it** {COMPLETED}", CAM, system=True)]) == ()


def test_the_oldest_comes_first() -> None:
    notes = [
        note(f"{ITEM} **c** {COMPLETED}", number=3, minutes=5),
        note(f"{ITEM} **0** {COMPLETED}", number=9, minutes=-5),
        note(f"{ITEM} **b** {COMPLETED}", number=2),
        note(f"{ITEM} **a** {COMPLETED}", number=1),
    ]
    assert [tick.text for tick in ticks(notes)] == ["0", "a", "b", "c"]


def told(*lines: tuple[str, Person]) -> tuple[Tick, ...]:
    return ticks([note(f"{ITEM} **{text}** {COMPLETED}", number=at, by=by) for at, (text, by) in enumerate(lines)])


TASK = Task("legal.1", "Sign the **agreement** with the partner's lawyers")

MEANT = [
    ("nobody", [], None),
    ("another task", [("Send it", PAT)], None),
    ("by words", [("Sign the agreement with the partner\\'s LAWYERS\\.", PAT), ("Send it", CAM)], PAT),
    ("by id, reworded", [("Unterschrieben  t\\:legal\\.1", PAT), ("Send it", CAM)], PAT),
    ("the last one", [(TASK.text, CAM), (TASK.text, PAT)], PAT),
    ("an id before words", [("x <!-- t:legal.1 -->", PAT), (TASK.text, CAM)], PAT),
    ("not by words with another id", [(f"{TASK.text} <!-- t:legal.2 -->", PAT)], None),
    ("cut off", [("Sign the agreement with…", PAT)], PAT),
    ("cut off with points", [("Sign the agreement with the p...", PAT)], PAT),
    ("whole words before those cut off", [(TASK.text, CAM), ("Sign the agreement with…", PAT)], CAM),
    ("too short to be known", [("Sign…", PAT)], None),
    ("a beginning that was not cut off", [("Sign the agreement with", PAT)], None),
    ("cut off, and another", [("Sign the agreement of both…", PAT)], None),
]


@pytest.mark.parametrize(("lines", "by"), [case[1:] for case in MEANT], ids=[case[0] for case in MEANT])
def test_the_last_tick_of_a_task_is_found(lines: list[tuple[str, Person]], by: Person | None) -> None:
    tick = last_tick(told(*lines), TASK)
    assert (tick.username if tick else None) == (by.username if by else None)


def test_a_task_of_signs_alone_is_known_by_its_id_only() -> None:
    assert last_tick(told(("!!!", PAT)), Task("", "???")) is None
    assert last_tick(told(("!!! <!-- t:a -->", PAT)), Task("a", "???")) is not None


@given(st.text())
def test_any_line_is_read(text: str) -> None:
    found = ticks([note(f"{ITEM} **{text}** {COMPLETED}")])
    assert [tick.done for tick in found] == [True]
    assert last_tick(found, Task("", text)) is None or found[0].text


HOSTILE: list[tuple[str, Callable[[int], str]]] = [
    ("stars", lambda n: "*" * n),
    ("ends", lambda n: f"** {COMPLETED}  " * n),
    ("blanks", lambda n: "t:a" + " " * n + "b"),
    ("ids", lambda n: " t:a" * n),
    ("comments", lambda n: "<!-- " * n),
    ("backslashes", lambda n: "\\" * n),
    ("points", lambda n: "." * n + "a"),
    ("entities", lambda n: "&" * n),
]


@pytest.mark.parametrize("text", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_time_grows_with_the_line(text: Callable[[int], str]) -> None:
    def work(said: str) -> object:
        return last_tick(ticks([note(f"{ITEM} **{said}** {COMPLETED}")]), TASK)

    assert grows_linearly(work, text, 400)
