"""What people wrote is repeated as a code span: Markdown itself is asked whether it is one, and only one."""

import re
from unicodedata import category

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.domain.marks import Mark, Marker
from bot.domain.speech import code, dictated, handle, quoted

MARKER = Marker(b"a key for tests")
HOSTILE = st.text("`@/<!->|\\[]()#~:\n\r\t\u202e\u200b\u2028\x00 ab", max_size=120) | st.text(max_size=300)

CASES = [
    ("plain", "Jane Doe", "`Jane Doe`"),
    ("quick action", "/close", "`/close`"),
    ("mention", "@all", "`@all`"),
    ("lines", "a\n/close\r\n\tb", "`a /close b`"),
    ("comment", "<!-- a -->", "`<! -- a -->`"),
    ("nested comment", "<!<!----", "`<!<! ----`"),
    ("tag and link", "<b>[a](b)", "`<b>[a](b)`"),
    ("backtick", "a`b", "``a`b``"),
    ("backticks at the ends", "`a`", "`` `a` ``"),
    ("backticks of all lengths", "` ``", "``` ` `` ```"),
    ("bar", "a|b", "`a¦b`"),
    ("control characters", "a\x00b\x1b[0m", "`a b [0m`"),
    ("invisible characters", "a\u202eb\u200bc\ufeff", "`abc`"),
    ("half a character", "a\ud800b", "`ab`"),
    ("a picture", "🚀", "`🚀`"),
    ("nothing", "", "` `"),
    ("blank", " \n", "` `"),
    ("exactly as long as allowed", "a" * 80, f"`{'a' * 80}`"),
    ("longer", "a" * 81, f"`{'a' * 79}…`"),
    ("cut at a space", "a" * 78 + " " + "b" * 9, f"`{'a' * 78}…`"),
    ("nothing but backticks", "`" * 500, f"` {'`' * 79}… `"),
]


@pytest.mark.parametrize(("text", "span"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_text_is_quoted(text: str, span: str) -> None:
    assert quoted(text) == span


def test_a_limit_is_kept() -> None:
    assert quoted("abcdef", 4) == "`abc…`"
    assert quoted("a" * 999, 900) == f"`{'a' * 254}…`"


def test_a_name_is_shown_whole() -> None:
    assert code("a" * 255) == f"`{'a' * 255}`"


def test_a_handle_is_shown() -> None:
    assert handle("cam-emea") == "`@cam-emea`"


@given(HOSTILE, st.integers(min_value=-1, max_value=300))
def test_a_quote_is_one_code_span_to_markdown(text: str, limit: int) -> None:
    for span in (quoted(text, limit), code(text), handle(text)):
        assert _is_one_span(span)
        assert _is_one_span(f"| a |\n|---|\n| {span} |", table=True)


@given(HOSTILE)
def test_a_quote_is_one_harmless_line(text: str) -> None:
    for span in (quoted(text), code(text), handle(text)):
        assert len(span.splitlines()) == 1
        assert not {"Cc", "Cf", "Cs"} & {category(char) for char in span}
        assert "<!--" not in span
        assert "|" not in span
        assert span.startswith("`")


def test_the_fence_stays_short_enough_for_gitlab() -> None:
    """GitLab's Markdown sees no code span behind more than 80 backticks."""
    text = " ".join("`" * length for length in range(1, 100))
    fence, _, _ = code(text).partition(" ")
    assert fence == "`" * 22


@given(st.text())
def test_a_mark_cannot_be_imitated(value: str) -> None:
    line = MARKER.write(Mark("status", value, "calendar:"))
    assert MARKER.find(code(line)) == MARKER.find(quoted(line)) == ()


@given(HOSTILE)
def test_quoting_twice_changes_nothing_that_acts(text: str) -> None:
    assert _is_one_span(quoted(quoted(text)))


def _is_one_span(markdown: str, *, table: bool = False) -> bool:
    """Whether Markdown sees a single code span, and nothing beside it."""
    parser = MarkdownIt("commonmark").enable("table") if table else MarkdownIt("commonmark")
    inline = [token for token in parser.parse(markdown) if token.type == "inline"]
    spans = [child.type for token in inline for child in token.children or []]
    return len(inline) == 1 + table and spans == ["text"] * table + ["code_inline"]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("call the partner", "call the partner"),
        (" / /close  it ", "close it"),
        ("ask @cam-emea, @@phd.apac and (@gitlab-com/channel)", "ask cam-emea, phd.apac and (gitlab-com/channel)"),
        ("mail pat@acme.example", "mail pat@acme.example"),
        ("run `@all` now", "run `all` now"),
        ("a `stray backtick", "a stray backtick"),
        ("``a` b", "a b"),
        ("`a` ``b`` ```c```", "`a` ``b`` ```c```"),
        (r"an escaped \`@all\`", "an escaped `all`"),
        ("a\nb\u200b|c <!-- d", "a b¦c <! -- d"),
        ("@", "@"),
        ("@`x", "x"),
        ("/@x", "x"),
    ],
)
def test_what_somebody_dictates_becomes_one_line(text: str, line: str) -> None:
    assert dictated(text) == line


@given(st.text() | st.text("ab@`\\\\/|<!->. \n_*"))
def test_what_is_dictated_calls_nobody_and_leaves_no_code_open(text: str) -> None:
    """The line below keeps its meaning, and no mention is left, whatever Markdown makes of the backticks."""
    line = dictated(text)
    assert not line.startswith("/")
    assert len(line.splitlines()) <= 1
    assert re.search(r"(?<!\w)@\w", line) is None
    last = MarkdownIt().parseInline(f"NBA: {line} (2026-12-01)\n`x`")[0].children or []
    assert (last[-1].type, last[-1].content) == ("code_inline", "x")
