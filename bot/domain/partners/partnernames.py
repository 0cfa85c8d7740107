"""Names that people write differently for one company become one spelling, to compare and never to show."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import get_close_matches
from itertools import accumulate
from typing import Final

LEGAL_FORMS: Final = frozenset(
    [
        "ab",
        "ag",
        "aps",
        "as",
        "bv",
        "co",
        "company",
        "corp",
        "corporation",
        "gmbh",
        "inc",
        "incorporated",
        "kg",
        "kgaa",
        "kk",
        "limited",
        "llc",
        "llp",
        "ltd",
        "ltda",
        "nv",
        "oy",
        "plc",
        "pte",
        "pty",
        "sa",
        "sarl",
        "sas",
        "se",
        "sl",
        "spa",
        "srl",
        "ug",
    ]
)
"""What a company's name may end with and people leave out."""
SILENT: Final = re.compile("['.\u2019]")
"""Signs inside words: S.A. is SA."""
UMLAUT: Final = re.compile(r"([aou])e")
"""An umlaut written out; the dots themselves have gone by then."""


def folded(name: str) -> str:
    """One spelling for case, accents, umlauts, punctuation and legal forms; empty for a name without any letter."""
    return UMLAUT.sub(r"\1", "".join(_words(name)))


def nearly(name: str, spellings: Iterable[str]) -> str:
    """Which of these folded spellings is nearly that of the name; empty where none is."""
    return next(iter(get_close_matches(folded(name), spellings, n=1, cutoff=0.8)), "")


def beginnings(name: str) -> frozenset[str]:
    """The folded spellings of its first word, its first two words, and so on up to the whole name."""
    return frozenset(UMLAUT.sub(r"\1", start) for start in accumulate(_words(name)))


def _words(name: str) -> list[str]:
    bare = "".join(char for char in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(char))
    silent = SILENT.sub("", bare.replace("&", " and "))
    words = "".join(char if char.isalnum() else " " for char in silent).split()
    while len(words) > 1 and words[-1] in {*LEGAL_FORMS, "and"}:
        words.pop()
    return words
