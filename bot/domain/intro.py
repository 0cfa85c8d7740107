"""The intro of an issue: a description becomes the DRI and the next best action that it states."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import chain, takewhile

from bot.domain.prose import HIDDEN, numbered, prose

LONGEST_INTRO = 15
"""Non-blank lines."""
LATELY = 16
"""So many descriptions are known by what they say, since many rules ask the same of one."""

# Every repetition is possessive: a hostile line of a million blanks or stars is read once.
BEFORE = r"\s*+(?:(?:[-*+]|[0-9]{1,9}[.)])\s++)*+(?:\[[ xX~]\]\s++)?+\|?+\s*+(?P<open>[*_]*+)"
COLON = r"[*_]*+\s*+[:：|][*_]*+\s*+"
DRI = re.compile(rf"{BEFORE}DRIs?+(?:{COLON}|[*_]*+\s*+(?:[-–—=]\s*+)?+(?=[*_`(<\[]*+@))", re.IGNORECASE)
NBA = re.compile(rf"{BEFORE}NBA{COLON}", re.IGNORECASE)

LABELS = {"DRI": DRI, "NBA": NBA}
ENDING = re.compile(r"(\r\n|\n|\r)")
LINE_BREAK = re.compile(r"\\?+(?<!\s)\s*+\Z")

HEADING = re.compile(r" *+#{1,6}+(?: |$)")
TITLE = re.compile(r" *+#(?: |$)")
SEGMENT = r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_])?"
HANDLE = re.compile(rf"(?<!\w)(?P<lean>_*+)@(?P<path>{SEGMENT}(?:/{SEGMENT})*+)")
LINK_TARGET = re.compile(r"(?<=\])\([^()]*+\)")
DATE = re.compile(
    r"\(\s*+(?:(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})|"
    r"(?P<odd>[0-9]{1,4}([-/])[0-9]{1,2}\3[0-9]{1,4}|[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}|YYYY-MM-DD))\s*+\)",
    re.IGNORECASE,
)
# Without brackets only an ISO date at the end of the line is one: inside a sentence it may be about anything.
BARE_DATE = re.compile(r"(?:^|(?<=\s))[*_]*+(?P<iso>[0-9]{4}-[0-9]{2}-[0-9]{2})[*_]*+\.?+[*_]*+$")


@dataclass(frozen=True, slots=True)
class NextAction:
    """The next best action: what, by when; `bad_date` is what stands in place of a date and is none."""

    text: str
    due: date | None = None
    bad_date: str | None = None


@lru_cache(maxsize=LATELY)
def intro(description: str) -> str:
    """The text before the first heading, at most 15 non-blank lines; a `# Title` on top is skipped."""
    kept: list[str] = []
    said = 0
    for line in takewhile(lambda line: not HEADING.match(line), _untitled(prose(description))):
        said += bool(line)
        if said > LONGEST_INTRO:
            break
        kept.append(line)
    return "\n".join(kept).strip("\n")


@lru_cache(maxsize=LATELY)
def dri_handles(description: str) -> tuple[str, ...]:
    """Whom the intro's DRI lines name: user names or group paths without the @, each once, as first spelt."""
    handles: dict[str, str] = {}
    for value in _values(DRI, intro(description).split("\n")):
        for handle in _handles(value):
            handles.setdefault(handle.lower(), handle)
    return tuple(handles.values())


def unreadable_dri(description: str) -> str | None:
    """What the first DRI line without a handle says instead ("" for nothing); None when there is no such line."""
    values = _values(DRI, intro(description).split("\n"))
    return next((value for value in values if not _handles(value)), None)


@lru_cache(maxsize=LATELY)
def next_action(description: str) -> NextAction | None:
    """The last `NBA: text (YYYY-MM-DD)` line of the description that says something; brackets may be left out."""
    actions = [_action(value) for value in _values(NBA, prose(description))]
    return next((action for action in reversed(actions) if action != NextAction("")), None)


def stated(description: str, label: str) -> tuple[str, ...]:
    """What the lines of that label (DRI, in the intro; NBA, anywhere) say, as they stand there."""
    lines = intro(description).split("\n") if label == "DRI" else prose(description)
    return tuple(_values(LABELS[label], iter(lines)))


def with_line(description: str, label: str, value: str) -> str:
    """The description with its line of that label saying `value`; where there is none, it comes first, below a title.

    Of several DRI lines the first is written, of several NBA lines the last, since that is the one that counts.
    """
    parts = ENDING.split(description)
    if not stated(description, label):
        return _with_line_added(description, f"{label}: {value}")
    places = [(at, said) for at, said in numbered(description) if LABELS[label].match(said)]
    at, said = places[0 if label == "DRI" else -1]
    parts[2 * at] = _said_anew(parts[2 * at], said, label, value)
    return "".join(parts)


def _with_line_added(description: str, line: str) -> str:
    parts = ENDING.split(description)
    ending = parts[1] if len(parts) > 1 else "\n"
    at, said = next(((at, said) for at, said in numbered(description) if said), (0, ""))
    if not TITLE.match(said) or parts[2 * at].rstrip() != said:
        return f"{line}{2 * ending}{description}" if description else line
    # Above the title it would end the intro, and hide what the intro says.
    is_apart = not parts[2 * at + 2 : 2 * at + 3] or not parts[2 * at + 2].strip()
    parts[2 * at] += f"{2 * ending}{line}{'' if is_apart else ending}"
    return "".join(parts)


def _said_anew(line: str, said: str, label: str, value: str) -> str:
    """The line with another value; its indent, list marker, comments, other cells and line break stay."""
    hidden = _hidden(line, said)
    named = LABELS[label].match(_blanked(line, hidden))
    if named and "|" in named[0]:
        start, end = named.end(), _blanked(line, hidden).find("|", named.end())
        before = f"{line[:start].rstrip()} {value}"
    else:
        # A comment inside of the label hides where it begins, and then the line begins anew.
        start, end = named.start("open") if named else 0, -1
        before = f"{line[:start]}{label}: {value}"
    kept = "".join(f" {line[at:to]}" for at, to in hidden if start <= at and (at < end or end < 0))
    rest = f" {line[end:]}" if end >= 0 else _line_break(line, hidden)
    return f"{before}{kept}{rest}"


def _hidden(line: str, said: str) -> list[tuple[int, int]]:
    """Where the comments of `line` begin and end; `said` is what they leave of it."""
    places = _comments(line, 0)
    if "".join(_blanked(line, places).split()) == "".join(said.split()):
        return places
    # It begins inside of a comment that an earlier line opened.
    begin = line.find("-->") + len("-->")
    return [(0, begin), *_comments(line, begin)]


def _comments(line: str, begin: int) -> list[tuple[int, int]]:
    return [hit.span() for hit in HIDDEN.finditer(line, begin) if not hit["code"]]


def _blanked(line: str, places: list[tuple[int, int]]) -> str:
    for at, to in places:
        line = line[:at] + " " * (to - at) + line[to:]
    return line


def _line_break(line: str, hidden: list[tuple[int, int]]) -> str:
    """What ends the line as Markdown sees it: blanks, or a backslash."""
    end = LINE_BREAK.search(line)
    return end[0] if end and not (hidden and hidden[-1][1] > end.start()) else ""


def _untitled(lines: Iterator[str]) -> Iterator[str]:
    first = next((line for line in lines if line), "")
    return lines if TITLE.match(first) else chain([first], lines)


def _values(label: re.Pattern[str], lines: Iterator[str] | list[str]) -> Iterator[str]:
    """What stands behind the label on each line that has it; in a table row, the one cell next to it."""
    for line in lines:
        if named := label.match(line):
            value = line[named.end() :]
            cell = (value.partition("|")[0] if "|" in named[0] else value).strip()
            emphasis = named["open"]
            # `**NBA: call**`: what opened before the label closes behind the value.
            yield cell.removesuffix(emphasis) if named[0].count(emphasis) == 1 else cell


def _handles(value: str) -> list[str]:
    hits = HANDLE.finditer(LINK_TARGET.sub("", value))
    # `_@name_` is emphasis: the closing underscores are not the name's.
    paths = [hit["path"].rstrip("_") if hit["lean"] else hit["path"] for hit in hits]
    return [path for path in paths if path]


def _action(value: str) -> NextAction:
    stated = _date(value)
    if stated is None:
        return NextAction(_words(value))
    text = f"{_words(value[: stated.start()].rstrip('*_ '))} {_words(value[stated.end() :])}".strip()
    try:
        return NextAction(text, date.fromisoformat(stated["iso"] or ""))
    except ValueError:
        return NextAction(text, None, stated["iso"] or stated["odd"])


def _date(value: str) -> re.Match[str] | None:
    """What is meant as the date: an ISO date in brackets, else what stands in brackets, else a date at the end."""
    dates = list(DATE.finditer(value))
    iso = next((hit for hit in reversed(dates) if hit["iso"]), None)
    return iso or (dates[-1] if dates else BARE_DATE.search(value))


def _words(text: str) -> str:
    """`text` when there is a word in it: dots and dashes alone are a place kept free."""
    return text.strip() if any(char.isalnum() for char in text) else ""
