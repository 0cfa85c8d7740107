"""Slugs: a company's name becomes a path in GitLab, and the names of other companies that may be the same one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from difflib import SequenceMatcher
from typing import Final

from bot.domain.partners.partnernames import beginnings, folded
from bot.domain.speech import quoted

__all__ = ["folded", "similar", "slug"]

LONGEST_PATH = 100
SPELT_OUT: Final = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "oe", "å": "a"}
    | {"ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i"}
)
"""Letters that are no letter with an accent, or are more than that; all small."""
OTHER = re.compile(r"[^a-z0-9]+")
RESERVED: Final = frozenset(
    [
        *(
            "admin",
            "api",
            "assets",
            "badges",
            "blame",
            "blob",
            "builds",
            "commits",
            "create",
            "create-dir",
            "dashboard",
        ),
        *("deploy-html", "edit", "explore", "files", "find-file", "groups", "health-check", "help", "import", "info"),
        *("jwt", "login", "new", "oauth", "preview", "profile", "projects", "public", "raw", "refs", "search"),
        *("sitemap", "snippets", "tree", "unsubscribes", "update", "uploads", "users", "v2", "wikis"),
    ]
)
"""Paths that GitLab keeps for itself somewhere (docs.gitlab.com/user/reserved_names)."""
NEARLY: Final = 0.88
SHORTEST_PREFIX = 5
LONGEST_NAME = 255
"""GitLab's longest name of a group or project; comparing takes the square of it."""


def slug(name: str) -> str:
    """The path of a company's group: small letters, digits and single dashes, at most 100 characters.

    A path that GitLab keeps for itself gets "-partner" behind it. ValueError: nothing is left of the name.
    """
    letters = unicodedata.normalize("NFC", name).lower().translate(SPELT_OUT)
    path = OTHER.sub("-", _without_accents(letters)).strip("-")[:LONGEST_PATH].rstrip("-")
    if not path:
        raise ValueError(
            f"No letter or digit of the name {quoted(name)} can stand in a path of GitLab: "
            "give the partner an id of a-z, 0-9 and dashes in the registry."
        )
    return f"{path}-partner" if path in RESERVED else path


def similar(name: str, others: Iterable[tuple[str, str]]) -> tuple[str, ...]:
    """The keys, sorted, of those (key, name) that may be the same company under another spelling."""
    return tuple(sorted({key for key, other in others if _is_alike(name[:LONGEST_NAME], other[:LONGEST_NAME])}))


def _is_alike(name: str, other: str) -> bool:
    first, second = sorted((folded(name), folded(other)), key=lambda one: (len(one), one))
    if not first:
        return False
    # Each name is among its own beginnings.
    begins = len(first) >= SHORTEST_PREFIX and first in beginnings(name) and first in beginnings(other)
    return first == second or begins or _is_near(first, second)


def _is_near(first: str, second: str) -> bool:
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return matcher.quick_ratio() >= NEARLY and matcher.ratio() >= NEARLY


def _without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
