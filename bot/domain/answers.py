"""Answers: what stands behind one field of a form becomes the values that it can mean."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Final, assert_never


class Kind(StrEnum):
    """What a field holds."""

    TEXT = "text"
    CHOICE = "choice"
    DATE = "date"
    HANDLE = "handle"
    NUMBER = "number"
    COUNT = "count"
    """A whole number of things, at least one."""
    YES_NO = "yes_no"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a form: `aliases` are other names for `label`, `choices` other spellings of each choice's key.

    Where the field of the key in `spared_by` has the value beside it, this one is not required.
    """

    key: str
    label: str
    aliases: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    choices: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    required: bool = True
    spared_by: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What one place says: `seen` is its text on one line, "" when nothing is said; `values` what it can mean."""

    seen: str = ""
    values: tuple[str, ...] = ()


MARKS: Final = frozenset([*((sign, sign) for sign in "_~\"'"), *zip("“‘„‚«»", "”’“‘»«", strict=True)])
"""What people and their keyboards put around an answer: what opens, and what closes it."""
END: Final = " ,;:."
INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
LINK = re.compile(r"!?\[(?P<said>[^\[\]]*+)\]\([^()]*+\)")
# A tag, or the place that a template keeps free; an address or mention in such brackets is meant.
TAG = re.compile(r"<(?P<kept>(?:https?://|@)[^<>\s]++(?=>))?[^<>]*+>")
ESCAPED = re.compile(r"\\(?=[^\w\s]|_)")
EMPHASIS = re.compile(r"[*`]++|~~")
PLACE = re.compile(r"\[[^\[\]]*+\]|\{++[^{}]*+\}++")
ITEM = re.compile(r"\s*+(?:(?:[-*+]|[0-9]{1,9}[.)])\s++)++")
BOX = re.compile(r"\[(?P<box>[ \xa0xX~])\](?P<said>[^\[\n]*+)")
WORD = re.compile(r"[^\W_]+")
OFFER = re.compile(r"[/|]|\bor\b", re.IGNORECASE)
"""What stands between the choices that a template offers."""
SIGNS = str.maketrans(dict.fromkeys("✅✔☑👍", " yes ") | dict.fromkeys("❌✗✘👎", " no "))
YES_NO: Final = {"yes": ("y", "yep", "yeah", "true"), "no": ("n", "nope", "false")}
NEGATIONS: Final = frozenset(["not", "no", "never", "neither", "nor", "without", "except", "instead"])
LEFT_FREE: Final = frozenset(
    [
        "fill in",
        "handle",
        "n a",
        "na",
        "name",
        "none",
        "please fill in",
        "tba",
        "tbc",
        "tbd",
        "to be announced",
        "to be confirmed",
        "to be decided",
        "to be defined",
        "to be determined",
        "to be filled",
        "to be filled in",
        "to do",
        "todo",
        "unknown",
        "username",
        "xxx",
        "yyyy mm dd",
    ]
)
"""Words that keep a place free."""

YEAR_FIRST = re.compile(r"(?<![0-9])(?P<y>[0-9]{4})(?P<sign>[-/.])(?P<m>[0-9]{1,2})(?P=sign)(?P<d>[0-9]{1,2})(?![0-9])")
ORDINAL = r"(?P<d>[0-9]{1,2})(?:st|nd|rd|th)?"
DAY_FIRST = re.compile(
    rf"(?<![0-9]){ORDINAL}[\s.-]*+(?:of\s++)?(?P<m>[a-z]{{3,9}})\.?[\s,-]*+(?P<y>[0-9]{{4}})(?![0-9])"
)
MONTH_FIRST = re.compile(rf"(?<![a-z])(?P<m>[a-z]{{3,9}})\.?\s*+{ORDINAL}[\s,]\s*+(?P<y>[0-9]{{4}})(?![0-9])")
MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)

NAME = r"[A-Za-z0-9_.][A-Za-z0-9_.-]{0,254}+"
MENTION = re.compile(rf"(?<![\w@./])@(?P<name>{NAME})(?![\w/@-])")
PROFILE = re.compile(rf"https?://[^/\s()<>]++/(?:u/|users/)?+(?P<name>{NAME})/?+(?![^\s()<>?#,;])")
BARE_NAME = re.compile(NAME)
# A point before three digits means thousands to some and a fraction to others, and so does a comma elsewhere.
NUMBER = re.compile(
    r"(?<![\w.,])(?P<sign>-?)(?P<whole>[0-9]{1,3}(?:[,'’ ][0-9]{3}){1,4}|[0-9]{1,15})"
    r"(?P<part>\.(?:[0-9]{1,2}|[0-9]{4,9}))?(?![\w]|[.,][0-9])"
)

COUNT = re.compile(r"[1-9][0-9]*")


def read_answer(field: Field, said: str) -> Answer:
    """What stands in one place for that field, over one or several lines, as values of the field's kind."""
    is_choice = field.kind in {Kind.CHOICE, Kind.YES_NO}
    seen = tidy(_ticked(said) if is_choice else _listed(said))
    if _is_left_free(field, seen):
        return Answer()
    return Answer(seen, tuple(dict.fromkeys(_values(field, seen, said))))


def tidy(said: str) -> str:
    """The text on one line, without links, tags, places kept free, emphasis and the punctuation at its end."""
    text = ESCAPED.sub("", LINK.sub(r"\g<said>", INVISIBLE.sub("", said)))
    text = " ".join(EMPHASIS.sub("", TAG.sub(lambda hit: hit["kept"] or " ", text)).split())
    return "" if PLACE.fullmatch(text) else _unwrapped(text.rstrip(END)).rstrip(END)


def spelt(text: str) -> str:
    """The words of a text to compare it by: no case, no signs."""
    return " ".join(WORD.findall(unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()))


def _unwrapped(text: str) -> str:
    """Without the marks that stand at both ends."""
    depth = 0
    while 2 * depth + 1 < len(text) and (text[depth], text[-1 - depth]) in MARKS:
        depth += 1
    return text[depth : len(text) - depth].strip()


def _listed(said: str) -> str:
    """The lines in one, items with commas between them; tasks are no answers."""
    lines = [line for line in said.split("\n") if not BOX.match(line, _text_at(line))]
    return (", " if any(map(_text_at, lines)) else " ").join(line[_text_at(line) :] for line in lines)


def _text_at(line: str) -> int:
    item = ITEM.match(line)
    return item.end() if item else 0


def _ticked(said: str) -> str:
    """Where boxes offer the choices: what is ticked."""
    boxes = list(BOX.finditer(LINK.sub(r"\g<said>", said)))
    if not boxes:
        return _listed(said)
    return " and ".join(box["said"].strip() or "yes" for box in boxes if box["box"] in "xX")


def _is_left_free(field: Field, seen: str) -> bool:
    """Whether nothing is said, or what the template had in that place."""
    words = spelt(seen.translate(SIGNS))
    choices = _spellings(field)
    if words in choices:
        return False
    if not words or words in LEFT_FREE or words in map(spelt, (field.label, *field.aliases)):
        return True
    found = list(_found(words.split(), choices))
    rest = {word for key, word in found if not key} - {"or"}
    named = {key for key, _ in found if key}
    return bool(OFFER.search(seen)) and bool(choices) and not rest and named == set(choices.values())


def _values(field: Field, seen: str, said: str) -> Iterator[str]:
    match field.kind:
        case Kind.TEXT:
            yield seen
        case Kind.CHOICE | Kind.YES_NO:
            yield from _chosen(field, spelt(seen.translate(SIGNS)).split())
        case Kind.DATE:
            yield from _dates(seen.casefold())
        case Kind.HANDLE:
            yield from _handles(seen, ESCAPED.sub("", said))
        case Kind.NUMBER:
            yield from map(_number, NUMBER.finditer(seen))
        case Kind.COUNT:
            yield from filter(COUNT.fullmatch, map(_number, NUMBER.finditer(seen)))
        case _:
            assert_never(field.kind)


def _spellings(field: Field) -> dict[str, str]:
    """The key of each choice by its folded spellings."""
    choices = YES_NO if field.kind is Kind.YES_NO else field.choices
    return {spelt(name): key for key, names in choices.items() for name in (key, *names)}


def _chosen(field: Field, words: list[str]) -> list[str]:
    found = list(_found(words, _spellings(field)))
    is_denied = any(word in NEGATIONS for key, word in found if not key)
    # "no, not yet" is a no; "not CTP" is no choice.
    is_plain = field.kind is Kind.YES_NO and bool(found[0][0])
    return [key for key, _ in found if key] if is_plain or not is_denied else []


def _found(words: list[str], choices: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The choices among the words, the longest spelling first, each with its key; other words with none."""
    longest = max((spelling.count(" ") + 1 for spelling in choices), default=0)
    at = 0
    while at < len(words):
        tries = (" ".join(words[at : at + length]) for length in range(longest, 0, -1))
        spelling = next((one for one in tries if one in choices), words[at])
        yield choices.get(spelling, ""), spelling
        at += spelling.count(" ") + 1


def _dates(text: str) -> Iterator[str]:
    """The days that the text names; those that put day and month into numbers without the year first are none."""
    for pattern in (YEAR_FIRST, DAY_FIRST, MONTH_FIRST):
        for hit in pattern.finditer(text):
            try:
                yield date(int(hit["y"]), _month(hit["m"]), int(hit["d"])).isoformat()
            except ValueError:
                continue


def _month(name: str) -> int:
    """The number of the month, 0 for none."""
    return int(name) if name.isdigit() else next((at for at, full in enumerate(MONTHS, 1) if full.startswith(name)), 0)


def _handles(seen: str, said: str) -> list[str]:
    """Who is mentioned, or whose page is linked, or the one word that stands there."""
    for pattern, text in ((MENTION, seen), (PROFILE, said)):
        if names := [name for hit in pattern.finditer(text) if (name := hit["name"].rstrip("."))]:
            return names
    return [seen] if BARE_NAME.fullmatch(seen) else []


def _number(hit: re.Match[str]) -> str:
    whole = "".join(char for char in hit["whole"] if char.isdigit()).lstrip("0") or "0"
    part = (hit["part"] or "").rstrip("0").rstrip(".")
    return f"{hit['sign'] if whole + part != '0' else ''}{whole}{part}"
