"""What must not be in the project is not: addresses of package indexes, people of the team's old pages, loose ends."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from tests.meta.places import ROOT, files, shown

PARTS = sorted({shown(path).partition("/")[0] for path in files()})
"""The folders and files at the top; a test for each file would cost more than to look into it."""
FORBIDDEN = {
    "the address of a package index": re.compile(
        r"py(?:pi|thonhosted|thon-hosted)\.(?:org|io|python)|https?://\S+/simple\b", re.I
    ),
    "an option that names a package index": re.compile(
        r"^\s*(?:--(?:extra-)?index-url|-i|--find-links|--trusted-host)[ =]", re.M
    ),
    "a path outside of the project": re.compile(r"(?<![\w.])/[w]ork/|\.\./[s]hared\b"),
    "a loose end": re.compile(r"\b(?:TO[D]O|FIX[M]E|X[X]X)\b"),
    "the name of an author": re.compile(r"^\s*(?:#|\"\"\")\s*@?[Aa]uthors?\b\s*:", re.M),
}
PEOPLE = {
    "0b04153ffd8b775e",
    "521c484d3bf46d2a",
    "6e91ecdf83fd86b5",
    "6ebc8e7a81fd7836",
    "777b640ba5f298a8",
    "7d5e1ce8d85dd8c2",
    "c5db3c8079f763d0",
    "d2ab30887da52b21",
    "dc9e1f0650cf96c5",
}
"""Digests of the names of people in the pages the rules come from: not even this test says who they are."""


def digest(*words: str) -> str:
    return hashlib.sha256(" ".join(words).lower().encode()).hexdigest()[:16]


def texts(part: str) -> Iterator[tuple[Path, str]]:
    top = ROOT / part
    for path in files(under=top) if top.is_dir() else (top,):
        content = path.read_bytes()
        if b"\0" not in content[:4096]:
            yield path, content.decode("utf-8")


@pytest.mark.parametrize("part", PARTS)
def test_clean(part: str) -> None:
    assert [*troubles(texts(part))] == []


def troubles(texts: Iterable[tuple[Path, str]]) -> Iterator[str]:
    harmless: set[tuple[str, str]] = set()
    for path, text in texts:
        for what, pattern in FORBIDDEN.items():
            if found := pattern.search(text):
                yield f"{shown(path)} holds {what}: {found[0]!r}"
        pairs = {*pairwise(re.findall(r"[^\W\d_]+", text))} - harmless
        if any(digest(*pair) in PEOPLE for pair in pairs):
            yield f"{shown(path)} names a person"
        else:
            harmless |= pairs


def test_trouble_is_told_with_its_file() -> None:
    harmful = [(ROOT / "bot/sample.py", "# TO" + "DO: more"), (ROOT / "docs/sample.md", "All is well.")]
    assert [*troubles(harmful)] == ["bot/sample.py holds a loose end: 'TO" + "DO'"]


def test_the_digest_knows_a_name_whatever_its_case() -> None:
    assert digest("Pat", "Example") == digest("pat", "EXAMPLE") == "f0f763b1c1ab4038"


SAMPLES = (
    "see https://mirror.example.com/" + "simple",
    "--index-" + "url=x",
    "/wo" + "rk/x",
    "# TO" + "DO: x",
    "# Auth" + "or: x",
)


@pytest.mark.parametrize(("what", "sample"), [*zip(FORBIDDEN, SAMPLES, strict=True)], ids=FORBIDDEN)
def test_what_is_forbidden_is_found(what: str, sample: str) -> None:
    assert FORBIDDEN[what].search(sample)
