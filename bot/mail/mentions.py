"""A text and the names of partners become those names that occur in it, however they are written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache

from bot.domain.registry import Partner

WRITTEN_OUT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})
MOST_NAMES = 4096
"""So many are kept as patterns, since each mail is searched for all partners' names."""
ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")


def plain(text: str) -> str:
    """As it looks: compatibility forms replaced, what is invisible gone."""
    if text.isascii():
        return text
    shown = unicodedata.normalize("NFKC", text)
    return "".join(char for char in shown if unicodedata.category(char) != "Cf")


def mentioned(text: str, others: Sequence[Partner], known: Iterable[str]) -> Iterator[str]:
    """Names and aliases of `others` that stand in the text as words of their own.

    `known` are names that may stand there; what is part of one of them is no mention. Addresses are no words.
    """
    own = sorted({form for name in known for form in folded(name)}, key=len, reverse=True)
    hidden = re.compile("|".join(map(_as_words, own)) or r"(?!)")
    forms = [hidden.sub(" ", form) for form in folded(ADDRESS.sub(" ", plain(text)))]
    for name in dict.fromkeys(name for other in others for name in (other.name, *other.aliases)):
        if any(one.search(form) for one in _patterns(name) for form in forms):
            yield name


@lru_cache(maxsize=MOST_NAMES)
def _patterns(name: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(_as_words(form)) for form in folded(name))


def folded(text: str) -> set[str]:
    """Ways to write the words of `text` in small letters without accents: `müller & co` as muller or mueller co."""
    small = plain(text).casefold()
    return {_bare(small), _bare(small.translate(WRITTEN_OUT))} - {""}


def _bare(text: str) -> str:
    apart = text if text.isascii() else unicodedata.normalize("NFKD", text)
    letters = apart if apart.isascii() else "".join(char for char in apart if not unicodedata.combining(char))
    return " ".join(re.findall(r"[^\W_]+", letters))


def _as_words(form: str) -> str:
    """A pattern. Scripts without capitals mostly have no spaces either: there a name may touch its neighbours."""
    before = r"(?<!\S)" if _ends_words(form[0]) else ""
    after = r"(?!\S)" if _ends_words(form[-1]) else ""
    return before + re.escape(form) + after


def _ends_words(char: str) -> bool:
    return char.isdigit() or char.lower() != char.upper()
