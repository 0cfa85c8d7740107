"""A text that names other issues leaves a system note in each: "mentioned in issue workspace#1".

From GitLab's source: one note for each pair of issues however often it is named, and it is hidden from those who may
not read the issue it tells of. Background knowledge, not verified: what stands in code or in a quote does not count,
and internal comments leave no trace.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.sandbox import journal, mentions, relations
from bot.sandbox.permissions import can_read_issue, project_of
from bot.sandbox.records import Issue, User
from bot.sandbox.world import World

SHORT = re.compile(r"(?<![\w/&#.-])([\w.-]+(?:/[\w.-]+)*)?#(\d+)(?![\w-])")
ADDRESS = re.compile(r"/([\w.-]+(?:/[\w.-]+)+)/-/(?:issues|work_items)/(\d+)(?!\w)")


def follow(world: World, user: User, issue: Issue, text: str | None, before: str | None = None) -> None:
    """`text` was written in the issue or in a comment of it, `before` is what stood there."""
    known = {other.id for other in named(world, issue, before)}
    for other in named(world, issue, text):
        if other.id not in known and other is not issue and can_read_issue(world, user, other):
            _tell(world, user, issue, other)


def named(world: World, issue: Issue, text: str | None) -> Iterator[Issue]:
    """Once each, in the text's order within each way of naming."""
    plain = mentions.without_code(text or "")
    seen: set[int] = set()
    for path, iid in [*_addresses(world, plain), *SHORT.findall(plain)]:
        found = _issue(world, issue, path, int(iid))
        if found is not None and found.id not in seen:
            seen.add(found.id)
            yield found


def _addresses(world: World, text: str) -> list[tuple[str, str]]:
    """Those of this GitLab."""
    return [(match[1], match[2]) for match in ADDRESS.finditer(text) if text[: match.start()].endswith(world.url)]


def _issue(world: World, issue: Issue, path: str, iid: int) -> Issue | None:
    here = project_of(world, issue)
    near = f"{here.full_path.rpartition('/')[0]}/{path}"
    project = world.project_by_path(path if "/" in path else near) if path else here
    return world.issue(project.id, iid) if project else None


def _tell(world: World, user: User, issue: Issue, other: Issue) -> None:
    text = f"mentioned in issue {relations.reference(world, issue, other)}"
    if any(note.system and note.body == text for note in world.index.notes[other.id]):
        return
    journal.say(world, other, user, text, "cross_reference").told_of_id = issue.id
