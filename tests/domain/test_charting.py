"""Bars and rows, as tables."""

from __future__ import annotations

import pytest

from bot.domain.checklist import Task
from bot.domain.partners.charting import bar, number_rows, own_progress, task_names
from bot.domain.partners.programme import Programme
from tests.tracking import Story, acme


@pytest.mark.parametrize(
    ("done", "total", "shown"),
    [
        (0, 0, "0/0"),
        (0, 3, "▱▱▱ 0/3"),
        (2, 3, "▰▰▱ 2/3"),
        (3, 3, "▰▰▰ 3/3"),
        (5, 3, "▰▰▰ 5/3"),
        (1, 28, "▰▱▱▱▱▱▱▱▱▱ 1/28"),
        (14, 28, "▰▰▰▰▰▱▱▱▱▱ 14/28"),
        (27, 28, "▰▰▰▰▰▰▰▰▰▱ 27/28"),
        (28, 28, "▰▰▰▰▰▰▰▰▰▰ 28/28"),
    ],
)
def test_a_bar_is_full_only_when_all_is_done(done: int, total: int, shown: str) -> None:
    assert bar(done, total) == shown


@pytest.mark.parametrize(
    ("names", "shown"), [((), ""), (("A", "B"), "A; B"), (("A", "B", "C"), "A; B …"), (("a | @all",), "a ¦ all")]
)
def test_the_first_tasks_are_named(names: tuple[str, ...], shown: str) -> None:
    assert task_names([Task(name, name) for name in names], 2) == shown


def test_numbers_that_no_candidate_adds_to_are_not_shown() -> None:
    assert number_rows(acme(), Programme("x", "X", competency={"pse": 3})) == ""


def test_a_candidate_without_tasks_of_the_own_has_none_to_do() -> None:
    assert own_progress(Story("candidate", "Nothing").facts()).total == 8
