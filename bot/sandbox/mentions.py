"""A text turns into the names it mentions: those after an @, outside of code and of quotes, as GitLab counts them."""

from __future__ import annotations

import re

from bot.sandbox.records import User
from bot.sandbox.world import World

_NAMES = re.compile(r"(?<![\w`/@.])@([A-Za-z0-9_](?:[\w./-]*[A-Za-z0-9_])?)")
# A fenced block, or a span between two runs of as many backticks.
_CODE = re.compile(r"^ *```.*?(?:^ *```|\Z)|(?<!`)(`+)(?!`)[^\n]*?(?<!`)\1(?!`)", re.DOTALL | re.MULTILINE)
_QUOTES = re.compile(r"^\s*>.*$", re.MULTILINE)


def names(text: str) -> list[str]:
    """Of users, of groups by their paths, and "all"; lower case, once each, in the text's order."""
    return list(dict.fromkeys(match[1].lower() for match in _NAMES.finditer(without_code(text))))


def without_code(text: str) -> str:
    """Without quotes either: what can name somebody or something."""
    return _QUOTES.sub("", _CODE.sub("", text))


def users(world: World, text: str) -> list[User]:
    return [user for name in names(text) if (user := world.user_by_name(name)) is not None]
