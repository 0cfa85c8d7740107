"""Speech: what people wrote becomes an inert code span, safe to repeat in the bot's own Markdown."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 255
"""GitLab's longest title. It also keeps the fence far below 81 backticks, where Markdown stops seeing a code span."""
GONE = {"Cf", "Cs"}
SPACES = {"Cc", "Zl", "Zp"}
MENTION = re.compile(r"(?<!\w)@++(?=[\w.])")
ESCAPE = re.compile(r"\\++(?=`)")
# A run of more than three backticks is taken for a stray one, so that each line is read once.
SPANS = re.compile(r"(?P<kept>(?P<run>(?<!`)`{1,3}+(?!`)).+?(?<!`)(?P=run)(?!`)|[^`]++)|`++")


def quoted(text: str, limit: int = 80) -> str:
    """`text` as a code span on one line of at most `limit` (up to 255) characters, an ellipsis for what was cut.

    In a code span nothing acts: no mention, quick action, link, tag, reference or label.
    """
    return _span(shortened(clean(text), min(limit, LONGEST)))


def code(text: str) -> str:
    """A name (label, title, path) as a code span, cut only beyond GitLab's longest."""
    return quoted(text, LONGEST)


def handle(username: str) -> str:
    """`@name` as text: it names the account and notifies nobody."""
    return quoted(f"@{username}", LONGEST)


def dictated(text: str) -> str:
    """`text` as a line of Markdown that the bot writes for somebody: nobody is mentioned, no code span is left open."""
    kept = "".join(hit["kept"] or "" for hit in SPANS.finditer(ESCAPE.sub("", clean(text))))
    return " ".join(MENTION.sub("", kept).lstrip("/ ").split())


def clean(text: str) -> str:
    """One line that is text in every place: no comment opens, no table cell ends, nothing is invisible."""
    seen = text if text.isascii() and text.isprintable() else "".join(map(_visible, text))
    line = " ".join(seen.split())
    # A table splits its cells at bars even inside code spans, and the halves would come alive.
    return line.replace("<!--", "<! --").replace("|", "¦")


def shortened(line: str, limit: int = LONGEST) -> str:
    """The line as it is, or with an ellipsis for what is beyond the limit."""
    return line if len(line) <= limit else line[: max(limit - 1, 0)].rstrip() + "…"


def _visible(char: str) -> str:
    category = unicodedata.category(char)
    if category in GONE:
        return ""
    return " " if category in SPACES else char


def _span(line: str) -> str:
    """The shortest fence that does not occur in the line (spec.commonmark.org, code spans)."""
    runs = {len(run) for run in re.findall("`+", line)}
    fence = "`" * next(length for length in range(1, LONGEST) if length not in runs)
    pad = " " if not line or line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{pad}{line}{pad if line else ''}{fence}"
