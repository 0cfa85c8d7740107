"""What counts as said: everything but code blocks, block quotes and hidden comments."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.prose import prose
from tests.domain.growth import grows_linearly

CASES = [
    ("plain lines and blank ones", "a\n\nb", ["a", "", "b"]),
    ("all kinds of line ends", "a\r\nb\rc\nd", ["a", "b", "c", "d"]),
    ("odd separators are no line ends", "a\x0bb\u2028c", ["a\x0bb\u2028c"]),
    ("a fence hides", "a\n```\nb\n```\nc", ["a", "c"]),
    ("a fence with a language", "``` yaml\nb\n```\nc", ["c"]),
    ("tildes", "~~~\nb\n```\nc\n~~~~\nd", ["d"]),
    ("a shorter run does not close", "````\nb\n```\nc\n````\nd", ["d"]),
    ("a run with words does not close", "```\nb\n``` c\nd", []),
    ("an unclosed fence runs to the end", "a\n```\nb\n\nc", ["a"]),
    ("three backticks with more on the line are code, not a fence", "```a``` b\nc", ["```a``` b", "c"]),
    ("a fence in a list", "- a\n  ```\n  b\n  ```\n- c", ["- a", "- c"]),
    ("a fence behind a list marker", "1. ```\n   b\n   ```\nc", ["c"]),
    ("a fence deep in a list", "- a\n  - b\n\n    ```\n    c\n    ```\nd", ["- a", "  - b", "", "d"]),
    ("a comment inside a fence does not open", "```\n<!--\n```\nb", ["b"]),
    ("indented code", "a\n\n    b\n\n    c\n\nd", ["a", "", "", "", "d"]),
    ("code indented by a tab", "\tb\nc", ["c"]),
    ("code behind a heading", "# a\n    b", ["# a"]),
    ("an indented line continues a paragraph", "a\n    b", ["a", "    b"]),
    ("no fence opens inside a paragraph's deep line", "a\n    ```\nb", ["a", "    ```", "b"]),
    ("a paragraph of a list item", "- a\n\n    b", ["- a", "", "    b"]),
    ("code in a list item", "- a\n\n      b", ["- a", ""]),
    ("a list that has ended", "- a\n\nb\n\n    c", ["- a", "", "b", ""]),
    ("a quote", "> a\nb\n>c", ["b"]),
    ("a quote in a list", "- > a\n- b", ["- b"]),
    ("a quote over several lines", ">>>\na\n\nb\n>>>\nc", ["c"]),
    ("a longer mark does not close a quote", ">>>\na\n>>>>\nb\n>>>\nc", ["c"]),
    ("three marks with words quote one line", ">>> a\nb", ["b"]),
    ("a comment", "a <!-- b --> c", ["a  c"]),
    ("a line that is only a comment", "a\n<!-- b -->\nc", ["a", "c"]),
    ("several comments", "<!-- a -->b<!-- c -->d", ["bd"]),
    ("a comment over several lines", "a <!-- b\nc\n\nd --> e <!-- f --> g\nh", ["a", "e  g", "h"]),
    ("a comment that ends with its line", "<!-- a\nb -->\nc", ["c"]),
    ("a comment opens again where one ends", "<!-- a\n--> b <!-- c\nd\n--> e", ["b", "e"]),
    ("an unclosed comment runs to the end", "a\n<!-- b\n\nc", ["a"]),
    ("empty comments", "a<!-->b<!--->c<!---->d", ["abcd"]),
    ("a fence inside a comment does not open", "<!--\n```\n-->\na", ["a"]),
    ("a comment written as code", "`<!--` a\nb", ["`<!--` a", "b"]),
    ("a comment written as code with two backticks", "`` ` <!-- `` a\nb", ["`` ` <!-- `` a", "b"]),
    ("code of four backticks protects nothing", "```` <!-- ```` a\nb", ["````"]),
    ("a lone backtick protects nothing", "` <!-- a\nb", ["`"]),
    ("a task", "- [ ] a", ["- [ ] a"]),
    ("a number is no list marker without its dot", "2026 a\n\n    b", ["2026 a", ""]),
]

HOSTILE = [
    ("blanks", lambda n: " " * n),
    ("blank lines", lambda n: "\n" * n),
    ("backticks", lambda n: "`" * n),
    ("single backticks", lambda n: "` " * n),
    ("runs of backticks", lambda n: " ".join("`" * (k % 20) for k in range(n // 10))),
    ("comments that open", lambda n: "<!-- " * n),
    ("comments that open on lines", lambda n: "<!-- \n" * n),
    ("comments that close", lambda n: "<!-- -->" * n),
    ("comments and backticks", lambda n: "`<!---->``" * n),
    ("list markers", lambda n: "- " * n),
    ("deeper and deeper lists", lambda n: "\n".join(" " * (2 * (k % 40)) + "- a" for k in range(n // 40))),
    ("quotes", lambda n: "> " * n),
    ("fences", lambda n: "~~~\n" * n),
    ("hashes", lambda n: "#" * n),
]


@pytest.mark.parametrize(("markdown", "said"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_said(markdown: str, said: list[str]) -> None:
    assert list(prose(markdown)) == said


@given(st.text("ab`~<>!-# \n\t*1.[]", max_size=120))
def test_only_what_was_written_is_said(markdown: str) -> None:
    for line in prose(markdown):
        assert "<!--" not in line or "`" in line
        assert "\n" not in line
        assert line == line.rstrip()


@pytest.mark.parametrize("text", [case[1] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_time_grows_with_the_text(text: Callable[[int], str]) -> None:
    assert grows_linearly(lambda markdown: list(prose(markdown)), text, 4_000)
