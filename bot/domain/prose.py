"""Prose: Markdown becomes the lines its writer says, without code blocks, block quotes and hidden comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

FENCE = re.compile(r"(?P<run>`{3,}+(?=[^`]*+$)|~{3,}+)")
ITEM = re.compile(r"(?:[-*+]|[0-9]{1,9}[.)])(?: ++|$)")
QUOTE_FENCE = re.compile(r">{3,}+")
# Code spans are looked for only up to three backticks: each longer, unmatched run would cost one more scan of the line.
HIDDEN = re.compile(r"(?P<code>(?<!`)(?P<run>`{1,3}+)(?!`).*?(?<!`)(?P=run)(?!`))|<!--(?:-?>|.*?-->|(?P<open>.*))")


def prose(markdown: str) -> Iterator[str]:
    """The lines that are neither code block nor quote nor comment, tabs expanded; blank lines come as "".

    A code block or comment that is not closed runs to the end. A line is quoted when it says so itself.
    """
    return (said for _, said in numbered(markdown))


def numbered(markdown: str) -> Iterator[tuple[int, str]]:
    """The lines of `prose`, each with its place among all lines, from 0."""
    reader = _Reader()
    for at, line in enumerate(re.split(r"\r\n|\n|\r", markdown)):
        said = reader.read(line.expandtabs(4).rstrip())
        if said is not None:
            yield at, said


@dataclass(slots=True)
class _Reader:
    fence: str = ""
    """The run of backticks or tildes that opened the code block we are in."""
    quote: str = ""
    """The `>>>` that opened the quote we are in (docs.gitlab.com/user/markdown, multiline blockquote)."""
    in_comment: bool = False
    columns: list[int] = field(default_factory=list)
    """Where the text of each open list item begins: deeper lines belong to it and are not code."""
    loose: bool = True
    """Nothing stands directly above that an indented line could continue, so it is code."""

    def read(self, line: str) -> str | None:
        """What `line` says; None when it is hidden."""
        if self.fence or self.quote:
            self._close(line.strip())
            return None
        if self.in_comment:
            return self._leave_comment(line)
        if not line:
            self.loose = True
            return ""
        return self._read_block(line)

    def _close(self, mark: str) -> None:
        if self.quote:
            self.quote = "" if mark == self.quote else self.quote
        elif mark.startswith(self.fence) and not mark.strip(self.fence[0]):
            self.fence = ""
        self.loose = True

    def _leave_comment(self, line: str) -> str | None:
        _, arrow, rest = line.partition("-->")
        self.in_comment = not arrow
        return self._uncover(rest.lstrip())

    def _read_block(self, line: str) -> str | None:
        indent = len(line) - len(line.lstrip(" "))
        while self.columns and indent < self.columns[-1]:
            self.columns.pop()
        if indent - (self.columns[-1] if self.columns else 0) >= 4:
            return None if self.loose else self._uncover(line)
        content = line[self._enter_items(line, indent) :]
        if opening := FENCE.match(content):
            self.fence = opening["run"]
            return None
        if content.startswith(">"):
            self.quote = content if QUOTE_FENCE.fullmatch(content) else ""
            self.loose = True
            return None
        return self._uncover(line)

    def _enter_items(self, line: str, at: int) -> int:
        """Where the text begins behind all list markers."""
        while item := ITEM.match(line, at):
            at = item.end()
            self.columns.append(at)
        return at

    def _uncover(self, line: str) -> str | None:
        """The line without its comments; None when nothing else is in it."""
        said = (HIDDEN.sub(self._hide, line) if "<!--" in line else line).rstrip()
        self.loose = not said or said.lstrip().startswith("#")
        return said or None

    def _hide(self, hit: re.Match[str]) -> str:
        self.in_comment = hit["open"] is not None
        return hit["code"] or ""
