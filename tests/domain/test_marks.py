"""A mark is known again only as it was written, where it was written, with our key."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.marks import Found, Mark, Marker
from tests.domain.growth import grows_linearly

OURS = Marker(b"a key for tests")
THEIRS = Marker(b"another key")
STATUS = Mark("status", "ab--> <!-- ü\n", "issue:77/42")
LINE = OURS.write(STATUS)

KINDS = st.from_regex(r"[a-z0-9]+(-[a-z0-9]+){0,2}", fullmatch=True)
PLACES = st.sampled_from(["issue:77/42", "group:41", "calendar:", "report:a--b", "site:ü %", "a b", "<-->"])
MARKS = st.builds(Mark, KINDS, st.text(), PLACES)


def test_a_mark_is_one_comment_of_five_words() -> None:
    assert re.fullmatch(r"<!-- channel-bot:v1 status issue:77/42 [A-Za-z0-9._]+ [0-9a-f]{32} -->", LINE)


def test_the_signature_stays_the_same_in_every_version() -> None:
    line = Marker(b"key").write(Mark("status", "", "calendar:"))
    assert line == "<!-- channel-bot:v1 status calendar: - c9cb4aed8ffad740c402383b96587dbe -->"


@given(MARKS)
def test_a_mark_is_read_back(mark: Mark) -> None:
    line = OURS.write(mark)
    assert OURS.find(f"text{line}text") == (Found(mark, valid=True),)
    assert "\n" not in line
    assert "--" not in line.removeprefix("<!--").removesuffix("-->")


@given(st.characters(categories=["Cs"]))
def test_half_a_character_is_a_value_like_any_other(half: str) -> None:
    mark = Mark("status", half, "calendar:")
    assert OURS.find(OURS.write(mark)) == (Found(mark, valid=True),)


@given(MARKS, st.integers(min_value=0), st.characters())
def test_a_changed_mark_is_invalid(mark: Mark, at: int, other: str) -> None:
    line = OURS.write(mark)
    at %= len(line)
    changed = line[:at] + other + line[at + 1 :]
    assert changed == line or not any(found.valid for found in OURS.find(changed))


@given(MARKS, MARKS)
def test_parts_of_two_marks_make_no_third(one: Mark, other: Mark) -> None:
    words, others = OURS.write(one).split(" "), OURS.write(other).split(" ")
    for at in (2, 3, 4, 5):
        mixed = " ".join([*words[:at], others[at], *words[at + 1 :]])
        assert mixed in {" ".join(words), " ".join(others)} or [f.valid for f in OURS.find(mixed)] == [False]


@pytest.mark.parametrize(
    "line",
    [
        THEIRS.write(STATUS),
        LINE.replace("status", "Status"),
        LINE.replace("issue:77/42", "issue:77/43"),
        LINE.replace("issue:77/42", "issue%3A77/42"),
        LINE.replace("issue:77/42", "%ff"),
        LINE.replace("issue:77/42", "\ud800"),
        re.sub(r" \S+ (\S+) -->", r" - \1 -->", LINE),
        re.sub(r" \S+ (\S+) -->", r" ! \1 -->", LINE),
        re.sub(r" \S+ (\S+) -->", r" A \1 -->", LINE),
        re.sub(r" \S+ (\S+) -->", r" ____ \1 -->", LINE),
        re.sub(r" \S+ -->", " 0 -->", LINE),
        re.sub(r" \S+ -->", lambda hit: hit[0].upper(), LINE),
    ],
)
def test_a_forged_or_damaged_mark_is_found_but_not_valid(line: str) -> None:
    assert [found.valid for found in OURS.find(line)] == [False]


def test_a_second_spelling_of_the_value_is_invalid() -> None:
    line = OURS.write(Mark("status", "a", "calendar:"))
    assert " YQ " in line
    assert [found.valid for found in OURS.find(line.replace(" YQ ", " YR "))] == [False]


def test_marks_are_found_in_order() -> None:
    marks = [Mark("status", value, "calendar:") for value in ("1", "2", "3")]
    text = "\n".join([OURS.write(marks[0]), "text", THEIRS.write(marks[1]), OURS.write(marks[2])])
    assert OURS.find(text) == (Found(marks[0], True), Found(marks[1], False), Found(marks[2], True))


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("a", "a"),
        (f"a\n\n{LINE}", "a"),
        (f"{LINE}\na", "a"),
        (f"a\n{LINE}\nb", "a\nb"),
        (f"a\r\n{LINE}\r\nb", "a\r\nb"),
        (f"a {THEIRS.write(STATUS)}", "a"),
        ("a <!-- other -->", "a <!-- other -->"),
    ],
)
def test_a_text_is_stripped_of_marks(text: str, bare: str) -> None:
    assert OURS.strip(text) == bare


@pytest.mark.parametrize("kind", ["", "Status", "a b", "a--b", "-a", "a\n", "ü"])
def test_a_kind_is_a_small_word(kind: str) -> None:
    with pytest.raises(ValueError, match="is no kind of mark"):
        OURS.write(Mark(kind, "", "calendar:"))


@pytest.mark.parametrize("place", ["", "a\nb", "\ud800"])
def test_a_place_can_be_printed(place: str) -> None:
    with pytest.raises(ValueError, match="is no place of a mark"):
        OURS.write(Mark("status", "", place))


def test_an_empty_key_is_refused_and_a_key_is_never_shown() -> None:
    with pytest.raises(ValueError, match="set MARK_KEY"):
        Marker(b"")
    assert "key for tests" not in repr(OURS)


@given(st.text() | st.text("<!-> channel-bot:v1aZ._", max_size=200).map(lambda text: f"<!-- channel-bot:v1 {text}"))
def test_no_text_stops_us(text: str) -> None:
    assert not any(found.valid for found in OURS.find(text))
    OURS.strip(text)


@pytest.mark.parametrize(
    "text",
    [
        lambda n: "<!-- channel-bot:v1 " * n,
        lambda n: "<!-- channel-bot:v1 " + "a" * n,
        lambda n: "<!-- channel-bot:v1 a b c d " * n,
        lambda n: ("<!-- channel-bot:v1 " + "a" * 500) * (n // 500),
        lambda n: LINE * (n // 40),
        lambda n: " " * n,
    ],
)
def test_time_grows_with_the_text(text: Callable[[int], str]) -> None:
    assert grows_linearly(lambda body: (OURS.find(body), OURS.strip(body)), text, 4_000)
