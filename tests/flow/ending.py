"""A GitLab becomes what counts at the end: each issue and milestone as people see it, and whatever is there twice."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import gitlab

from bot.domain.windows import Exact, NearMiss, read_title
from tests.stage import GROUP, HOME

MARK = re.compile(r"<!-- channel-bot:v1 (\S+) (\S+) (\S+) \S+ -->")
HIDDEN = re.compile(r"\s*<!--.*?-->", re.DOTALL)
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+|milestones/\d+")
"""What differs from one pair to the next: where it listens, and in which order things got their ids."""
POINT, ANSWER = "- **", "answer"
DIGEST = "Channel priorities - "
BOT = "channel-bot"

OPENED = "opened"
"""The kind of the mark of what recurs; its value is the key of which there is one issue."""


@dataclass
class Ending:
    """`issues` and `milestones` by title; `doubled` names each thing that should be there once and is not."""

    issues: dict[str, dict[str, Any]] = field(default_factory=dict)
    milestones: dict[str, tuple[str, str | None, str | None]] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)
    healed: int = 0
    """Twins that the bot itself has closed: they were there for a while."""


def ending(client: gitlab.Gitlab) -> Ending:
    """Look at everything, page by page, as a person of the team."""
    ended = Ending()
    for milestone in client.groups.get(GROUP).milestones.list(iterator=True):
        ended.milestones[milestone.title] = milestone.state, milestone.start_date, milestone.due_date
    _find_double_windows(ended)
    marks: Counter[str] = Counter()
    for issue in client.projects.get(HOME).issues.list(iterator=True, order_by="created_at", sort="asc"):
        _add(ended, issue, marks)
    ended.doubled += [f"{count} open reports with the mark {mark}" for mark, count in marks.items() if count > 1]
    return ended


def _find_double_windows(ended: Ending) -> None:
    seen: dict[object, str] = {}
    for title, (state, _, _) in ended.milestones.items():
        match read_title(title):
            case Exact(window) | NearMiss(window) if state == "active":
                if window in seen:
                    ended.doubled.append(f"milestones {seen[window]!r} and {title!r} are one window")
                seen[window] = title


def _add(ended: Ending, issue: Any, marks: Counter[str]) -> None:
    by_bot = issue.author["username"] == BOT
    found = MARK.search(issue.description or "")
    if by_bot and issue.state == "closed":
        ended.healed += 1
        return
    recurs = bool(by_bot and found and found[1] == OPENED)
    if by_bot and found:
        marks[f"{found[1]} {found[3] if recurs else found[2]}"] += 1
    comments = [
        note.body for note in issue.notes.list(iterator=True) if not note.system and note.author["username"] == BOT
    ]
    said = Counter(_what(hit) for body in comments for hit in MARK.finditer(body))
    ended.doubled += [f"{count} comments {mark} on {issue.title}" for mark, count in said.items() if count > 1]
    if issue.title in ended.issues:
        ended.doubled.append(f"issue {issue.title}")
    # The digest names issues by numbers, which they get in whatever order people are; where nothing fails, none recurs.
    if not recurs and not (by_bot and issue.title.startswith(DIGEST)):
        ended.issues[issue.title] = _seen(issue, comments)


ONE_AN_ISSUE = {"status", "since", "reminder"}
"""Kinds of marks of which an issue has one comment."""


def _what(hit: re.Match[str]) -> str:
    """What there should be one comment of: a status an issue; of what comes with an answer, one a question."""
    return f"{hit[1]} {hit[2] if hit[1] in ONE_AN_ISSUE else hit[3]}"


def _seen(issue: Any, comments: list[str]) -> dict[str, Any]:
    answers = [hit[3] for body in comments for hit in MARK.finditer(body) if hit[1] == ANSWER]
    statements = [body for body in comments if not any(hit[1] == ANSWER for hit in MARK.finditer(body))]
    return {
        "labels": sorted(issue.labels),
        "weight": issue.weight,
        "assignees": sorted(person["username"] for person in issue.assignees),
        "milestone": issue.milestone and issue.milestone["title"],
        "due_date": issue.due_date,
        "description": ADDRESS.sub("", HIDDEN.sub("", issue.description or "")),
        "answered": len({*answers}),
        # What is open, and not what the bot has done: that depends on when it looked.
        "says": [ADDRESS.sub("", line) for body in statements for line in body.splitlines() if line.startswith(POINT)],
    }
