"""A search's words and an issue's texts turn into whether they match, as GitLab's full-text index would have it.

From GitLab's source: every word asked for must begin a word of the texts, in any order, and words in quotes stand
together, whole; PostgreSQL leaves out tags, HTML comments and the commonest words. Its stemming is not played, so that
"reviews" finds no "review" here.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache

TAG = re.compile(r"<!--.*?-->|</?[A-Za-z][^<>]*>", re.DOTALL)
WORD = re.compile(r"[a-z0-9]+")
LETTERS_LOST = re.compile(r'[^a-zA-Z0-9 .@/\-"]')
SCHEME = re.compile(r"(?<!\w)\w+://(?=\w)")
TERM = re.compile(r'"([^"]*)"|(\S+)')
COMMON = (
    "a about all an and are as at be been but by can did do does for from had has have he her his how i if in into is "
    "it its me my no nor not of on or our she so such than that the their them then there these they this those to "
    "too was we were what when where which who will with you your"
)
"""The stop words people are likely to write, of PostgreSQL's 127."""
STOP_WORDS = frozenset(COMMON.split())


def matches(search: str, texts: Sequence[str]) -> bool:
    """Each of the `texts` is indexed by itself: no phrase goes from one into the next. Common words find nothing."""
    columns = [*map(_indexed, texts)]
    terms = [term for term in _terms(search) if term]
    return bool(terms) and all(any(_stands(term, column) for column in columns) for term in terms)


@lru_cache(maxsize=1024)
def _indexed(text: str) -> Sequence[str]:
    return _words(TAG.sub(" ", text))


def _terms(search: str) -> Iterator[list[str]]:
    """One list for each phrase; a single word stands alone in its list, with a * for how it may go on."""
    plain = LETTERS_LOST.sub(" ", _plain(SCHEME.sub("", search)))
    for match in TERM.finditer(plain):
        if match[1] is not None:
            yield [word for word in _words(match[1]) if word not in STOP_WORDS]
        else:
            yield from ([f"{word}*"] for word in _words(match[2]) if word not in STOP_WORDS)


def _stands(term: list[str], column: Sequence[str]) -> bool:
    if len(term) == 1 and term[0].endswith("*"):
        return any(word.startswith(term[0][:-1]) for word in column)
    spans = (column[at : at + len(term)] for at in range(len(column) - len(term) + 1))
    return any(span == term for span in spans)


def _words(text: str) -> list[str]:
    return WORD.findall(_plain(text).lower())


def _plain(text: str) -> str:
    """Without accents."""
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))
