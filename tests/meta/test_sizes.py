"""Files and functions stay small; what does not is listed here with its reason, and leaves the list when it shrinks."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Set
from functools import cache
from pathlib import Path

import pytest

from tests.meta.places import ROOT, files, shown

LONGEST_FILE = 300
LONGEST_FUNCTION = 40
LONGEST_HANDLER = 120
REASONS = {
    "bot/handlers/carry_over.py": "one table of fates, carried out by itself and by order, on one issue and on many",
    "bot/handlers/ctp_orders.py": "three orders about one enrolment, each with the ways in which it cannot be meant",
    "bot/sandbox/present_code.py:merge_request": "one JSON object, key by key, as GitLab documents it",
    "bot/sandbox/present.py:issue": "one JSON object, key by key, as GitLab documents it",
}
"""`bot/file.py`, or `bot/file.py:function`, and why it is longer."""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


def long_functions(path: Path) -> Iterator[str]:
    """Their names; decorators and the docstring do not count, nor do functions inside."""
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _lines(node) > LONGEST_FUNCTION:
            inner = [one for one in ast.walk(node) if one is not node and isinstance(one, ast.FunctionDef)]
            if _lines(node) - sum(map(_lines, inner)) > LONGEST_FUNCTION:
                yield node.name


def _lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first, last = node.body[0], node.body[-1]
    has_docstring = ast.get_docstring(node, clean=False) is not None
    start = (first.end_lineno or 0) + 1 if has_docstring else first.lineno
    return (last.end_lineno or 0) - start + 1


@cache
def too_long() -> Set[str]:
    found: set[str] = set()
    for path in files(".py", under=ROOT / "bot"):
        limit = LONGEST_HANDLER if path.parent.name == "handlers" else LONGEST_FILE
        if len(_code(path)) > limit:
            found.add(shown(path))
        found |= {f"{shown(path)}:{name}" for name in long_functions(path)}
    return found


def _code(path: Path) -> list[str]:
    lines = path.read_text("utf-8").splitlines()
    # A handler's limit is about its judgement, not about blank lines between functions.
    return [line for line in lines if line.strip()] if path.parent.name == "handlers" else lines


def test_what_is_long_has_a_reason() -> None:
    assert too_long() - REASONS.keys() == set(), "find the missing word, or give a reason in tests/meta/test_sizes.py"


def test_a_reason_goes_when_its_cause_is_gone() -> None:
    assert REASONS.keys() - too_long() == set()


def test_every_module_opens_with_one_sentence() -> None:
    modules = [path for path in files(".py", under=ROOT / "bot") if path.stat().st_size]
    assert len(modules) > 300
    assert [shown(path) for path in modules if not opens_with_a_sentence(parsed(path))] == []


def opens_with_a_sentence(module: ast.Module) -> bool:
    opening = (ast.get_docstring(module) or "").split("\n\n")[0]
    return opening.strip().endswith((".", "?", ":"))


@pytest.mark.parametrize(
    ("text", "does"),
    [
        ('"""A letter becomes a parcel."""', True),
        ('"""Letters and parcels"""', False),
        ('"""Letters\n\nbecome parcels."""', False),
        ("import post", False),
    ],
)
def test_what_a_sentence_is(text: str, *, does: bool) -> None:
    assert opens_with_a_sentence(ast.parse(text)) is does
