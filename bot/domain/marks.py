"""Hidden signed marks: what the bot must remember becomes an HTML comment in its own text, and is known again."""

from __future__ import annotations

import binascii
import hashlib
import hmac
import re
from base64 import b64decode, b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import quote, unquote

NAME = "channel-bot:v1"
SIGNATURE_BYTES = 16

MARK = re.compile(rf"<!-- {re.escape(NAME)} ([^\s<>]++) ([^\s<>]++) ([^\s<>]++) ([^\s<>]++) -->")
MARK_LINE = re.compile(rf"{MARK.pattern}(?:\r?\n)?")
KIND = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
# The usual alphabet of base64 for addresses has a dash, and two dashes may not stand inside a comment.
ALPHABET = b"._"
WORD = re.compile(r"[A-Za-z0-9._]+")
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Mark:
    """`kind` says what is remembered, `value` is it, `place` is the key of the subject it was written for."""

    kind: str
    value: str
    place: str


@dataclass(frozen=True, slots=True)
class Found:
    """A mark as it stands in a text; only a `valid` one was written with our key, and is unchanged since."""

    mark: Mark
    valid: bool


@dataclass(frozen=True, slots=True)
class Marker:
    """Writes marks and knows its own again; `key` is the secret MARK_KEY."""

    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if not self.key:
            raise ValueError("the key that signs marks is empty; set MARK_KEY to a long random text")

    def write(self, mark: Mark) -> str:
        """The mark as one line of text; ValueError for a kind that is no small word, or no place."""
        if not KIND.fullmatch(mark.kind):
            raise ValueError(f"{mark.kind!r} is no kind of mark; use small letters, digits and single dashes")
        if not (mark.place and mark.place.isprintable()):
            raise ValueError(f"{mark.place!r} is no place of a mark; use the key of a subject")
        return self.render(mark)

    def find(self, text: str) -> tuple[Found, ...]:
        """All marks in `text`, in order, forged and damaged ones among them."""
        return tuple(_found(self, hit[1], hit[2], hit[3], hit[0]) for hit in MARK.finditer(text))

    def strip(self, text: str) -> str:
        """`text` without marks, valid or not, and without blank space around it."""
        return MARK_LINE.sub("", text).strip()

    def render(self, mark: Mark) -> str:
        value = b64encode(_bytes(mark.value), ALPHABET).decode().rstrip("=") or NOTHING
        place = quote(mark.place, safe=":/", errors="replace").replace("--", "-%2D")
        return f"<!-- {NAME} {mark.kind} {place} {value} {self._sign(mark)} -->"

    def _sign(self, mark: Mark) -> str:
        """Each part goes in behind its length, so that no two marks sign the same bytes."""
        parts = [_bytes(part) for part in (NAME, mark.kind, mark.place, mark.value)]
        framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.new(self.key, framed, hashlib.sha256).digest()[:SIGNATURE_BYTES].hex()


@lru_cache(maxsize=1024)
def _found(marker: Marker, kind: str, place: str, word: str, whole: str) -> Found:
    """The same marks are looked at again and again."""
    value = _decode(word)
    mark = Mark(kind, value or "", unquote(place))
    # Comparing whole texts also refuses a second spelling of the same value.
    same = hmac.compare_digest(_bytes(marker.render(mark)), _bytes(whole))
    return Found(mark, same and value is not None)


def _decode(word: str) -> str | None:
    if not WORD.fullmatch(word):
        return "" if word == NOTHING else None
    try:
        raw = b64decode(word + "=" * (-len(word) % 4), ALPHABET)
        return raw.decode("utf-8", "surrogatepass")
    except (binascii.Error, UnicodeDecodeError):
        return None


def _bytes(text: str) -> bytes:
    """UTF-8; GitLab's JSON may carry half a character, which must not stop us."""
    return text.encode("utf-8", "surrogatepass")
