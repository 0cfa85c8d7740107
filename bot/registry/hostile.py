"""YAML that anybody may have pushed becomes text that is safe to parse, or the one problem that keeps it from that.

What is refused here has no place in a registry, and costs memory, time or a crash: aliases that multiply, depth without
end, numbers of a million digits.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import yaml

from bot.settings.yamlfile import Problem, explained

LARGEST: Final = 500_000
"""Characters of a file: some 700 partners."""
DEEPEST: Final = 12
LONGEST: Final = 300
"""Characters of one value: below it no number gets large enough to hurt."""
PLAIN_TEXT: Final = "write it on one line, without invisible characters"


def trouble(path: Path, text: str) -> Problem | None:
    """The first thing in `text` that nobody would write in good faith; None when it may be parsed."""
    if len(text) > LARGEST:
        return Problem(path, 1, f"the file has {len(text)} characters; keep it below {LARGEST}")
    if "\ufffd" in text:
        line = text[: text.index("\ufffd")].count("\n") + 1
        return Problem(path, line, "this is not UTF-8 text; save the file as UTF-8")
    try:
        return _in_events(path, text)
    except yaml.reader.ReaderError as error:
        line = text[: error.position].count("\n") + 1
        return Problem(path, line, "there is a character that no text file has; remove it")
    except yaml.MarkedYAMLError as error:
        return Problem(path, *explained(text, error))


def _in_events(path: Path, text: str) -> Problem | None:
    """Read as a stream: nothing is expanded and nothing recurses."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        line = event.start_mark.line + 1 if event.start_mark else 1
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            return Problem(path, line, f"this is nested deeper than {DEEPEST} levels; write it flat")
        if isinstance(event, yaml.NodeEvent) and (what := _in_node(event)):
            return Problem(path, line, what)
    return None


def _in_node(event: yaml.NodeEvent) -> str:
    """What is wrong with one node; empty: nothing."""
    if isinstance(event, yaml.AliasEvent) or event.anchor:
        return "anchors and aliases are not for a registry; write the value out"
    if getattr(event, "tag", None):
        return "tags (words with '!') mean nothing here; remove it"
    value = event.value if isinstance(event, yaml.ScalarEvent) else ""
    if len(value) > LONGEST:
        return f"this value has {len(value)} characters; keep it to {LONGEST}"
    return "" if value.isprintable() else f"this value has line breaks or control characters; {PLAIN_TEXT}"
