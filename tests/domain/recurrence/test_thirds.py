"""Each Select partner has one turn in a fiscal quarter, whoever comes and goes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.recurrence.thirds import due_this_month, thirds

SEVEN = tuple("abcdefg")
IDS = st.lists(st.integers(0, 30).map(str), unique=True, max_size=20)


def test_seven_are_three_two_and_two_in_the_registrys_order() -> None:
    assert thirds(SEVEN) == (("a", "b", "c"), ("d", "e"), ("f", "g"))


def test_sizes_differ_by_one_at_most_and_the_earlier_are_larger() -> None:
    for count in range(100):
        selects = [str(number) for number in range(count)]
        turns = thirds(selects)
        sizes = [len(turn) for turn in turns]
        assert [one for turn in turns for one in turn] == selects
        assert sizes == sorted(sizes, reverse=True)
        assert sizes[0] - sizes[2] <= 1


def test_one_who_comes_has_a_turn_left_and_one_who_goes_takes_no_other_along() -> None:
    second = due_this_month(("a", "new", *SEVEN[1:]), "abc", 2)
    assert second == ("new", "d", "e")
    assert due_this_month(("b", "c", "e", "f", "g"), "abc", 2) == ("e", "f")
    assert due_this_month(("a", "b", "c", "f", "g", "late"), "abcnewde", 3) == ("f", "g", "late")


def test_a_bot_that_begins_in_the_second_month_shares_out_what_is_left() -> None:
    assert due_this_month(SEVEN, (), 2) == ("a", "b", "c", "d")
    assert due_this_month(SEVEN, (), 3) == SEVEN


@given(IDS, IDS, IDS)
def test_whoever_comes_and_goes_has_exactly_one_turn(first: list[str], second: list[str], third: list[str]) -> None:
    """In each month another list of Selects: nobody has two turns, and who is there in the last month had one."""
    done: list[str] = []
    for month, selects in enumerate((first, second, third), 1):
        turn = due_this_month(selects, done, month)
        assert set(turn) <= set(selects)
        done += turn
    assert len(done) == len(set(done))
    assert set(third) <= set(done)


@pytest.mark.parametrize("month", [0, 4, -1])
def test_a_quarter_has_three_months(month: int) -> None:
    with pytest.raises(ValueError, match=f"a quarter has no month {month}; its months are 1, 2 and 3"):
        due_this_month(SEVEN, (), month)
