"""A world of partners becomes one value that is equal when people see the same, whatever way led there."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bot.sandbox.example import GROUPS, REGISTRY
from tests.flow.certifying.world import HIDDEN, HOME, Team

CHANGING = re.compile(r"http://127\.0\.0\.1:\d+|/uploads/[0-9a-f]+|[#!]\d+|(?:issues|work_items|notes?_?)/?\d+|\n\n+")
DONE = re.compile(r"^Done for you on .*$", re.MULTILINE)
"""What was done in which look depends on how many looks it took."""


def everything(team: Team, *, reports: bool = False) -> dict[str, Any]:
    """Groups, members, projects, files, issues with what the bot says on them, proposals and mails.

    Without marks, numbers and addresses; `reports`: with the team's own issues and digests too, which tell of hygiene.
    """
    root = team.way.as_("root")
    groups = [one for one in root.groups.list(get_all=True) if one.full_path.startswith(GROUPS["partners"])]
    rooms = [one for one in root.projects.list(get_all=True) if _is_partners(one.path_with_namespace)]
    home = root.projects.get(HOME)
    listed = [(room, issue) for room in (*rooms, home) for issue in room.issues.list(get_all=True)]
    return {
        "groups": {one.full_path: (one.name, one.visibility, _members(root.groups.get(one.id))) for one in groups},
        "projects": {one.path_with_namespace: (one.name, one.visibility, _files(one)) for one in rooms},
        "issues": sorted((_issue(room, one) for room, one in listed if reports or _is_case(room, one)), key=repr),
        "proposals": sorted((one.title, one.state) for one in _proposals(root)),
        "mails": sorted((one["to"], one["subject"], one["body"]) for one in team.mails()),
    }


def without_words(seen: Mapping[str, Any]) -> dict[str, Any]:
    """The same without what is written in and on issues."""
    issues = [{key: value for key, value in one.items() if key not in ("text", "said")} for one in seen["issues"]]
    return {**seen, "issues": sorted(issues, key=repr)}


def _is_partners(path: str) -> bool:
    return str(path).startswith(f"{GROUPS['partners']}/")


def _is_case(room: Any, issue: Any) -> bool:
    begins = ("CTP enrolment", "Partner folder", "Partner_Certification_Award")
    return str(room.path_with_namespace) != HOME or str(issue.title).startswith(begins)


def _members(group: Any) -> tuple[Any, ...]:
    own = sorted((one.username, one.access_level) for one in group.members.list(get_all=True))
    return (*own, *sorted((one.invite_email, one.access_level) for one in group.invitations.list(get_all=True)))


def _files(room: Any) -> tuple[Any, ...]:
    tree = room.repository_tree(recursive=True, get_all=True)
    paths = sorted(one["path"] for one in tree if one["type"] == "blob")
    return (*paths, *(one.title for one in room.commits.list(get_all=True)))


def _proposals(root: Any) -> list[Any]:
    return list(root.projects.get(REGISTRY).mergerequests.list(state="all", get_all=True))


def _issue(room: Any, issue: Any) -> dict[str, Any]:
    notes = issue.notes.list(get_all=True, sort="asc", activity_filter="only_comments")
    return {
        "of": room.path_with_namespace,
        "title": issue.title,
        "state": issue.state,
        "labels": sorted(issue.labels),
        "who": sorted(one["username"] for one in issue.assignees),
        "due": issue.due_date,
        "text": words(issue.description or ""),
        "said": [(one.author["username"], words(one.body)) for one in notes],
        "links": len(issue.links.list(get_all=True)),
    }


def words(text: str) -> str:
    """As people read it, without what differs from world to world."""
    return CHANGING.sub(" ", DONE.sub("", HIDDEN.sub("", text))).strip()
