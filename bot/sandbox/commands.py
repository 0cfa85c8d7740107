"""A text someone wrote turns into the text without its quick actions and the list of those, in order."""

from __future__ import annotations

import re
from dataclasses import dataclass

NAMES = {
    "label": "label",
    "labels": "label",
    "unlabel": "unlabel",
    "remove_label": "unlabel",
    "relabel": "relabel",
    "assign": "assign",
    "unassign": "unassign",
    "remove_assignee": "unassign",
    "reassign": "reassign",
    "due": "due",
    "due_date": "due",
    "remove_due_date": "remove_due_date",
    "weight": "weight",
    "clear_weight": "clear_weight",
    "milestone": "milestone",
    "remove_milestone": "remove_milestone",
    "close": "close",
    "reopen": "reopen",
    "title": "title",
    "confidential": "confidential",
    "lock": "lock",
    "unlock": "unlock",
    "estimate": "estimate",
    "remove_estimate": "estimate",
    "relate": "relate",
    "todo": "todo",
    "subscribe": "subscribe",
    "unsubscribe": "subscribe",
}
"""What can be written -> what it means. Anything else at the start of a line is plain text."""
LINE = re.compile(r"^/([a-z_]+)(?:[ \t]+(.*?))?[ \t]*$", re.IGNORECASE)
FENCE = re.compile(r"^\s*(```|~~~)")


@dataclass(frozen=True)
class Command:
    name: str
    words: str


def extract(text: str) -> tuple[str, list[Command]]:
    """Commands count at the start of a line only, outside code fences, quotes and HTML comments."""
    kept: list[str] = []
    commands: list[Command] = []
    inside: str | None = None
    for line in text.splitlines():
        inside, opaque = _next_state(line, inside)
        match = None if opaque else LINE.match(line)
        if match and match[1].lower() in NAMES:
            commands.append(Command(NAMES[match[1].lower()], match[2] or ""))
        else:
            kept.append(line)
    return ("\n".join(kept).strip() if commands else text), commands


def new_lines(old: str | None, new: str) -> str:
    """The lines of `new` that `old` does not have: only their commands run when a description is edited."""
    known = set((old or "").splitlines())
    return "\n".join(line for line in new.splitlines() if line not in known)


def _next_state(line: str, inside: str | None) -> tuple[str | None, bool]:
    """What encloses the next line, and whether this one is no place for a command."""
    fence = FENCE.match(line)
    if inside is None:
        if fence:
            return fence[1], True
        if line.startswith(">>>"):
            return ">>>", True
        if "<!--" in line and "-->" not in line:
            return "-->", True
        return None, False
    closes = (inside == "-->" and "-->" in line) or (fence is not None and fence[1] == inside)
    closes = closes or (inside == ">>>" and line.startswith(">>>"))
    return (None if closes else inside), True
