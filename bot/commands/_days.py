"""What comes becomes a page for people: day by day, with one line for what is the same on several issues."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from bot.forecast import Coming, Kind

VERBS: Final[Mapping[Kind, str]] = {
    "open": "opens",
    "due": "due",
    "remind": "reminds",
    "say": "says",
    "change": "changes",
}
"""In the order in which a day tells them."""
COUNTED: Final[Mapping[Kind, str]] = {"open": "opened", "due": "due", "remind": "reminders"}
SHOWN: Final = 4
"""Places that a line names."""
LONGEST: Final = 160
"""Signs of what somebody hears; all of it is in the other formats."""
LINK: Final = re.compile(r"\[([^\]\n]*+)\]\([^)\s]*+\)")
MARKUP: Final = re.compile(r"\*\*|`")
BLOCK: Final = re.compile(r"\s*+(?:```|\|)")
"""Where a table or a text to copy begins."""
SENTENCE: Final = re.compile(r"(?<=[.?!]) (?=[A-Z(])")


def page(coming: Sequence[Coming], days: int, group: str) -> Iterator[str]:
    """The lines of the page; `group` is left out of the names of issues."""
    if not coming:
        yield f"Nothing comes in {'one day' if days == 1 else f'{days} days'}."
        return
    yield f"{'This day' if days == 1 else f'The next {days} days'}, if nobody does anything: {_totals(coming)}."
    for day in sorted({one.on for one in coming}):
        yield ""
        yield f"{day:%A}, {day.day} {day:%B %Y}"
        yield from _lines([one for one in coming if one.on == day], group)


def plain(text: str, longest: int = LONGEST) -> str:
    """Markdown as one line of bare words, cut after a sentence where it is too long."""
    said = " ".join(MARKUP.sub("", LINK.sub(r"\1", BLOCK.split(text)[0])).split())
    kept, *others = SENTENCE.split(said)
    for sentence in others:
        if len(kept) + len(sentence) > longest:
            break
        kept = f"{kept} {sentence}"
    return kept if len(kept) <= longest else f"{kept[: longest - 2].rstrip()} …"


def _totals(coming: Iterable[Coming]) -> str:
    count = Counter(one.kind for one in coming)
    parts = [f"{count[kind]} {word}" for kind, word in COUNTED.items() if count[kind]]
    return ", ".join(parts) or "nothing opens and nobody is reminded"


def _lines(coming: Sequence[Coming], group: str) -> Iterator[str]:
    places: dict[tuple[Kind, str, str], list[str]] = {}
    for one in sorted(coming, key=lambda one: [*VERBS].index(one.kind)):
        places.setdefault((one.kind, plain(one.what), one.handler), []).append(_place(one, group))
    for (kind, what, handler), where in places.items():
        on = f" on {_listed(where)}" if any(where) else ""
        yield f"  {VERBS[kind]:<8} {what}{on} [{handler}]"


def _place(one: Coming, group: str) -> str:
    """Empty where the words tell it already."""
    is_told = one.kind in {"open", "due"} and not one.url
    return "" if is_told else one.where.removeprefix(f"{group}/")


def _listed(where: Sequence[str]) -> str:
    names = [*dict.fromkeys(where)]
    more = len(names) - SHOWN
    return ", ".join(names) if more <= 1 else f"{', '.join(names[:SHOWN])} and {more} more"
