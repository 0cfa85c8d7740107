"""The DRI is named in an issue's first lines, the next best action anywhere."""

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.intro import NextAction, dri_handles, intro, next_action, unreadable_dri
from tests.domain.growth import grows_linearly

INTROS = [
    ("nothing", "", ""),
    ("up to the first heading", "a\n\nb\n## c\nd", "a\n\nb"),
    ("a deeper heading ends it too", "a\n#### c\nd", "a"),
    ("an empty heading ends it", "a\n##\nd", "a"),
    ("a title on top is skipped", "\n# Title\n\na\n## b", "a"),
    ("only one title", "# Title\n# Next\na", ""),
    ("a title further down is a heading", "a\n# b\nc", "a"),
    ("a heading first leaves no intro", "## a\nb", ""),
    ("a reference is no heading", "#12 is older\na", "#12 is older\na"),
    ("seven hashes are no heading", "####### a", "####### a"),
    ("fifteen lines count", "\n".join("abcdefghijklmno"), "\n".join("abcdefghijklmno")),
    ("the sixteenth does not", "\n\n".join("abcdefghijklmnop"), "\n\n".join("abcdefghijklmno")),
    ("a title and hidden lines do not count", "# T\n<!-- x -->\n" + "> q\n" * 20 + "a", "a"),
    ("a heading in code ends nothing", "a\n```\n## b\n```\nc", "a\nc"),
]

DRIS = [
    ("plain", "DRI: @cam-emea", ("cam-emea",)),
    ("no space", "DRI:@cam-emea", ("cam-emea",)),
    ("space before the colon", "DRI : @cam-emea", ("cam-emea",)),
    ("bold with colon", "**DRI:** @cam-emea", ("cam-emea",)),
    ("bold without colon", "**DRI**: @cam-emea", ("cam-emea",)),
    ("bold line", "**DRI: @cam-emea**", ("cam-emea",)),
    ("underlined", "__DRI__: @cam-emea", ("cam-emea",)),
    ("bold name", "DRI: **@cam-emea**", ("cam-emea",)),
    ("leaning name", "DRI: _@cam-emea_", ("cam-emea",)),
    ("leaning name with underscore", "DRI: _@cam_emea_", ("cam_emea",)),
    ("nothing but underscores", "DRI: _@_", ()),
    ("bullet", "- DRI: @cam-emea", ("cam-emea",)),
    ("star", "* DRI @cam-emea", ("cam-emea",)),
    ("number", "1. DRI: @cam-emea", ("cam-emea",)),
    ("bold bullet", "* **DRI**: @cam-emea", ("cam-emea",)),
    ("task", "- [x] DRI: @cam-emea", ("cam-emea",)),
    ("table", "| DRI | @cam-emea |", ("cam-emea",)),
    ("bold table", "| **DRI** | @cam-emea |", ("cam-emea",)),
    ("only the next cell", "| DRI | @cam-emea | CAM | @cam-apac |", ("cam-emea",)),
    ("dash", "DRI - @cam-emea", ("cam-emea",)),
    ("lower case", "dri: @cam-emea", ("cam-emea",)),
    ("full stop", "DRI: @cam-emea.", ("cam-emea",)),
    ("punctuation", "DRI: (@cam-emea)!", ("cam-emea",)),
    ("apostrophe", "DRI: @cam-emea's", ("cam-emea",)),
    ("dashes behind", "DRI: @cam-emea--", ("cam-emea",)),
    ("dots inside", "DRI: @cam.emea_1", ("cam.emea_1",)),
    ("one letter", "DRI: @x", ("x",)),
    ("in a code span", "DRI: `@cam-emea`", ("cam-emea",)),
    ("comma", "DRI: @cam-emea, @cam-apac", ("cam-emea", "cam-apac")),
    ("and", "DRI: @cam-emea and @cam-apac", ("cam-emea", "cam-apac")),
    ("slash", "DRI: @cam-emea/@cam-apac", ("cam-emea", "cam-apac")),
    ("plural", "DRIs: @cam-emea @cam-apac", ("cam-emea", "cam-apac")),
    ("two lines", "DRI: @cam-emea\nDRI: @cam-apac", ("cam-emea", "cam-apac")),
    ("the same twice", "DRI: @cam-emea\nDRI: @CAM-EMEA", ("cam-emea",)),
    ("link", "DRI: [@cam-emea](https://gitlab.example.com/@else)", ("cam-emea",)),
    ("linked without text", "DRI: [@cam-emea]()", ("cam-emea",)),
    ("everyone", "DRI: @all", ("all",)),
    ("group", "DRI: @gitlab-com/channel", ("gitlab-com/channel",)),
    ("group with slash behind", "DRI: @gitlab-com/channel/", ("gitlab-com/channel",)),
    ("behind a title", "# Launch\nDRI: @cam-emea", ("cam-emea",)),
    ("in the middle of the intro", "Hello\n\nDRI: @cam-emea\nBye", ("cam-emea",)),
    ("behind a comment on its line", "<!-- who? --> DRI: @cam-emea", ("cam-emea",)),
    ("below the first heading", "a\n## b\nDRI: @cam-emea", ()),
    ("below fifteen lines", "a\n" * 15 + "DRI: @cam-emea", ()),
    ("in a fence", "```\nDRI: @cam-emea\n```", ()),
    ("indented code", "    DRI: @cam-emea", ()),
    ("in a quote", "> DRI: @cam-emea", ()),
    ("in a comment", "<!-- DRI: @cam-emea -->", ()),
    ("in a sentence", "The DRI: @cam-emea", ()),
    ("in a sentence that begins so", "DRI should be @cam-emea", ()),
    ("another word", "DRIVE: @cam-emea", ()),
    ("mail", "DRI: pat-example@example.com", ()),
    ("mail with underscore", "DRI: pat_@example.com", ()),
    ("an at sign alone", "DRI: @ @- @.", ()),
]

UNREADABLE = [
    ("no DRI line", "a", None),
    ("a handle", "DRI: @cam-emea", None),
    ("nothing", "DRI:", ""),
    ("nothing in bold", "**DRI:**", ""),
    ("to be done", "DRI: tbd", "tbd"),
    ("a name", "- **DRI**: Jane Doe", "Jane Doe"),
    ("a name in a bold line", "**DRI: Jane Doe**", "Jane Doe"),
    ("a bold name", "DRI: **Jane** Doe", "**Jane** Doe"),
    ("a cell", "| DRI | Jane Doe | x |", "Jane Doe"),
    ("an empty cell", "| DRI | |", ""),
    ("a second line", "DRI: @cam-emea\nDRI: Jane Doe", "Jane Doe"),
    ("a word that begins so", "DRI is Jane Doe", None),
    ("below the intro", "## a\nDRI: Jane Doe", None),
]

DUE = date(2026, 12, 1)

ACTIONS = [
    ("none", "a", None),
    ("with a date", "NBA: call (2026-12-01)", NextAction("call", DUE)),
    ("without a date", "NBA: call them", NextAction("call them")),
    ("without space", "NBA:call(2026-12-01)", NextAction("call", DUE)),
    ("lower case", "nba: call (2026-12-01)", NextAction("call", DUE)),
    ("bold", "**NBA:** call (2026-12-01)", NextAction("call", DUE)),
    ("bold line", "**NBA: call (2026-12-01)**", NextAction("call", DUE)),
    ("bold label and bold end", "**NBA:** call **now**", NextAction("call **now**")),
    ("bold date", "NBA: call **(2026-12-01)**", NextAction("call", DUE)),
    ("bold without colon", "**NBA**: call (2026-12-01).", NextAction("call", DUE)),
    ("bullet", "- NBA: call (2026-12-01)", NextAction("call", DUE)),
    ("table", "| NBA | call (2026-12-01) | x |", NextAction("call", DUE)),
    ("space in the brackets", "NBA: call ( 2026-12-01 )", NextAction("call", DUE)),
    ("date in the middle", "NBA: call (2026-12-01) and ask", NextAction("call and ask", DUE)),
    ("other brackets", "NBA: call (again) (2026-12-01)", NextAction("call (again)", DUE)),
    ("the last date counts", "NBA: call (2026-11-01) (2026-12-01)", NextAction("call (2026-11-01)", DUE)),
    ("an ISO date beats another", "NBA: call (2026-12-01) (3/4/21)", NextAction("call (3/4/21)", DUE)),
    ("only a date", "NBA: (2026-12-01)", NextAction("", DUE)),
    ("no brackets", "NBA: call 2026-12-01", NextAction("call", DUE)),
    ("no brackets, full stop", "NBA: call them by 2026-12-01.", NextAction("call them by", DUE)),
    ("no brackets, bold date", "NBA: call **2026-12-01**.", NextAction("call", DUE)),
    ("no brackets, bold line", "**NBA: call 2026-12-01.**", NextAction("call", DUE)),
    ("no brackets in a table", "| NBA | call 2026-12-01 | x |", NextAction("call", DUE)),
    ("no brackets, only a date", "NBA: 2026-12-01", NextAction("", DUE)),
    ("no brackets, two dates", "NBA: call 2026-11-01 2026-12-01", NextAction("call 2026-11-01", DUE)),
    ("no brackets, no such day", "NBA: call 2026-02-30", NextAction("call", None, "2026-02-30")),
    ("no brackets, not at the end", "NBA: call 2026-12-01 or later", NextAction("call 2026-12-01 or later")),
    ("no brackets, part of a name", "NBA: ship release-2026-12-01", NextAction("ship release-2026-12-01")),
    ("no brackets, part of a number", "NBA: call 12026-12-01", NextAction("call 12026-12-01")),
    ("no brackets, another form", "NBA: call 01.12.2026", NextAction("call 01.12.2026")),
    ("brackets win", "NBA: call (2026-12-01) after 2026-11-01", NextAction("call after 2026-11-01", DUE)),
    ("brackets win when unreadable", "NBA: call (3/4/21) 2026-12-01", NextAction("call 2026-12-01", None, "3/4/21")),
    ("no such day", "NBA: call (2026-02-30)", NextAction("call", None, "2026-02-30")),
    ("no such year", "NBA: call (0000-01-01)", NextAction("call", None, "0000-01-01")),
    ("slashes", "NBA: call (3/4/21)", NextAction("call", None, "3/4/21")),
    ("dots", "NBA: call (3.4.2021)", NextAction("call", None, "3.4.2021")),
    ("short ISO", "NBA: call (2026-2-3)", NextAction("call", None, "2026-2-3")),
    ("the place of the date", "NBA: call (YYYY-MM-DD)", NextAction("call", None, "YYYY-MM-DD")),
    ("only a bad date", "NBA: (2026-02-30)", NextAction("", None, "2026-02-30")),
    ("a version is no date", "NBA: install (1.2.3)", NextAction("install (1.2.3)")),
    ("empty", "NBA:", None),
    ("blank", "NBA:   ", None),
    ("dots to fill", "NBA: ...", None),
    ("the last line wins", "NBA: call (2026-11-01)\nNBA: write (2026-12-01)", NextAction("write", DUE)),
    ("an empty last line does not", "NBA: call (2026-12-01)\nNBA:", NextAction("call", DUE)),
    ("far below", "# a\n## b\n" + "c\n" * 50 + "NBA: call (2026-12-01)", NextAction("call", DUE)),
    ("in a fence", "```\nNBA: call (2026-12-01)\n```", None),
    ("in a quote", "> NBA: call (2026-12-01)", None),
    ("in a comment", "<!--\nNBA: call (2026-12-01)\n-->", None),
    ("indented code", "a\n\n    NBA: call", None),
    ("in a sentence", "The NBA: call", None),
    ("without colon", "NBA finals", None),
    ("another word", "NBAX: call", None),
]

HOSTILE = [
    ("blanks", lambda n: " " * n),
    ("a deep line", lambda n: "a\n" + " " * n + "x"),
    ("stars", lambda n: "*" * n),
    ("bullets", lambda n: "* " * n),
    ("bullets and blanks", lambda n: ("* " + " " * 50) * (n // 50)),
    ("numbers", lambda n: "1" * n),
    ("DRI and blanks", lambda n: "DRI" + " " * n),
    ("DRI and stars", lambda n: "DRI:" + "*" * n),
    ("at signs", lambda n: "DRI: " + "@" * n),
    ("underscores", lambda n: "DRI: " + "_" * n),
    ("underscores and at signs", lambda n: "DRI: " + "_@" * n),
    ("a long handle", lambda n: "DRI: @" + "a." * n),
    ("a handle of dots", lambda n: "DRI: @a" + "." * n),
    ("a long path", lambda n: "DRI: @" + "a/" * n),
    ("link targets", lambda n: "DRI: " + "](" * n),
    ("many handles", lambda n: "DRI: " + " ".join(f"@a{k}" for k in range(n // 4))),
    ("brackets", lambda n: "NBA: " + "(" * n),
    ("brackets and blanks", lambda n: "NBA: " + "( " * n),
    ("a bracket and blanks", lambda n: "NBA: (" + " " * n),
    ("dates", lambda n: "NBA: " + "(2026-12-01)" * n),
    ("dates without brackets", lambda n: "NBA: " + "2026-12-01 " * n + "x"),
    ("stars before a date", lambda n: "NBA: " + " *" * n + "2026-12-01" + "*" * n + "x"),
    ("a date and stars", lambda n: "NBA: 2026-12-01" + "*" * n + "x"),
    ("many actions", lambda n: "NBA: a\n" * n),
    ("pipes", lambda n: "| NBA " + "|" * n),
]


def _read(description: str) -> object:
    return dri_handles(description), unreadable_dri(description), next_action(description)


@pytest.mark.parametrize(("description", "text"), [case[1:] for case in INTROS], ids=[case[0] for case in INTROS])
def test_the_intro_is_the_text_on_top(description: str, text: str) -> None:
    assert intro(description) == text


@pytest.mark.parametrize(("description", "handles"), [case[1:] for case in DRIS], ids=[case[0] for case in DRIS])
def test_a_dri_line_names_its_handles(description: str, handles: tuple[str, ...]) -> None:
    assert dri_handles(description) == handles


@pytest.mark.parametrize(
    ("description", "written"), [case[1:] for case in UNREADABLE], ids=[case[0] for case in UNREADABLE]
)
def test_a_dri_line_without_a_handle_says_what_it_says(description: str, written: str | None) -> None:
    assert unreadable_dri(description) == written


@pytest.mark.parametrize(("description", "action"), [case[1:] for case in ACTIONS], ids=[case[0] for case in ACTIONS])
def test_an_nba_line_names_the_next_action(description: str, action: NextAction | None) -> None:
    assert next_action(description) == action


@given(st.dates(), st.text("abc xyz,;", min_size=1, max_size=30).filter(str.strip))
def test_an_nba_line_is_read_back(due: date, words: str) -> None:
    action = next_action(f"NBA: {words} ({due})")
    assert action is not None
    assert action.due == due
    assert action.bad_date is None


@given(st.dates(), st.text("abc xyz,;-", max_size=30), st.sampled_from(["", ".", " ", ". "]))
def test_a_date_at_the_end_needs_no_brackets(due: date, words: str, end: str) -> None:
    assert next_action(f"NBA: {words} {due}{end}") == next_action(f"NBA: {words} ({due}){end}")


@given(st.dates(), st.dates(), st.text("abc xyz", max_size=30))
def test_brackets_win_over_a_date_at_the_end(due: date, other: date, words: str) -> None:
    action = next_action(f"NBA: {words} ({due}) {other}")
    assert action is not None
    assert action.due == due


@given(st.from_regex(r"[A-Za-z0-9]([A-Za-z0-9_.-]{0,20}[A-Za-z0-9])?", fullmatch=True), st.sampled_from(".,;:!?) '*"))
def test_punctuation_behind_a_handle_is_not_part_of_it(handle: str, behind: str) -> None:
    assert dri_handles(f"DRI: @{handle}{behind}") == (handle,)


@given(st.text(max_size=200) | st.text("DRINBA:@|*_-()[]`<!>#/ \n\t0123456789", max_size=200))
def test_no_description_stops_us(description: str) -> None:
    assert all(handle and "@" not in handle for handle in dri_handles(description))
    assert "\r" not in intro(description)
    unreadable_dri(description)
    next_action(description)


@pytest.mark.parametrize("text", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_time_grows_with_the_description(text: Callable[[int], str]) -> None:
    assert grows_linearly(_read, text, 4_000)
