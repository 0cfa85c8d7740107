"""What the looks of one sweep share: how long it is believed, and by whom it is not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest

from bot.memory import Memory
from bot.partners.lately import BELIEVED, FRESH, Lately
from bot.store.database import Database


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def memory() -> Memory:
    return Memory(Database("sqlite://"))


@pytest.fixture
def numbers() -> Iterator[int]:
    """GitLab answers with another number each time."""
    return count(1)


def test_one_answer_is_enough_for_a_sweep(memory: Memory, numbers: Iterator[int]) -> None:
    clock = Clock()
    lately = Lately(memory, clock)
    lately.keep_up()
    assert [lately.of("folders", BELIEVED, lambda: next(numbers)) for _ in range(3)] == [1, 1, 1]
    assert lately.of("awards", BELIEVED, lambda: next(numbers)) == 2
    clock.now += BELIEVED
    assert lately.of("folders", BELIEVED, lambda: next(numbers)) == 3


def test_who_needs_to_know_now_is_told_now(memory: Memory, numbers: Iterator[int]) -> None:
    lately = Lately(memory)
    lately.of("folders", BELIEVED, lambda: next(numbers))
    assert lately.of("folders", FRESH, lambda: next(numbers)) == 2


def test_another_sweep_believes_nothing_of_before_in_any_process(memory: Memory, numbers: Iterator[int]) -> None:
    here, there = Lately(memory), Lately(memory)
    here.keep_up()
    assert here.of("folders", BELIEVED, lambda: next(numbers)) == 1
    there.begin()
    assert here.of("folders", BELIEVED, lambda: next(numbers)) == 1
    here.keep_up()
    assert here.of("folders", BELIEVED, lambda: next(numbers)) == 2


def test_what_was_being_read_when_a_sweep_began_is_not_believed(memory: Memory, numbers: Iterator[int]) -> None:
    lately = Lately(memory)

    def slowly() -> int:
        lately.begin()
        lately.keep_up()
        return next(numbers)

    assert lately.of("folders", BELIEVED, slowly) == 1
    assert lately.of("folders", BELIEVED, lambda: next(numbers)) == 2


def test_one_answer_may_be_forgotten_and_old_ones_are(memory: Memory, numbers: Iterator[int]) -> None:
    clock = Clock()
    lately = Lately(memory, clock)
    lately.keep_up()
    for key in ("staff", "folders"):
        lately.of(key, BELIEVED, lambda: next(numbers))
    lately.forget("staff")
    assert [lately.of(key, BELIEVED, lambda: next(numbers)) for key in ("staff", "folders")] == [3, 2]
    clock.now += BELIEVED
    lately.keep_up()
    assert lately._kept == {}


def test_a_failed_read_is_tried_again(memory: Memory, numbers: Iterator[int]) -> None:
    lately = Lately(memory)
    with pytest.raises(ZeroDivisionError):
        lately.of("folders", BELIEVED, lambda: 1 // 0)
    assert lately.of("folders", BELIEVED, lambda: next(numbers)) == 1
