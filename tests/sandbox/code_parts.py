"""A repository with a first commit, and hands to write to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import gitlab

from bot.sandbox.happenings import PushHappened
from tests.sandbox.core_parts import Play, play


@contextmanager
def repository() -> Iterator[Play]:
    """`main` has `a.yml` and `docs/b.md`; every commit comes a minute after what was before."""
    with play() as made:
        commit(made, "First", {"a.yml": "a: 1\n", "docs/b.md": "b"}, by="maintainer")
        made.heard.clear()
        yield made


def commit(played: Play, message: str, files: dict[str, str | None], by: str = "developer", **more: Any) -> Any:
    """Writes the files (None deletes) on `main` or `branch`."""
    channels = played.channels(by)
    branch = more.pop("branch", "main")
    known = {row["path"] for row in tree(channels, more.get("start_branch", branch))}
    played.world.clock.advance(timedelta(minutes=1))
    actions = [
        {"action": "delete", "file_path": path}
        if text is None
        else {"action": "update" if path in known else "create", "file_path": path, "content": text}
        for path, text in files.items()
    ]
    return channels.commits.create({"branch": branch, "commit_message": message, "actions": actions, **more})


def tree(channels: Any, ref: str) -> list[dict[str, Any]]:
    try:
        rows: list[dict[str, Any]] = channels.repository_tree(ref=ref, recursive=True, get_all=True)
    except gitlab.GitlabGetError:
        return []
    return rows


def text(played: Play, path: str, ref: str) -> str:
    found: str = played.channels("developer").files.get(path, ref).decode().decode()
    return found


def on_path(channels: Any, path: str, **query: str) -> list[str]:
    """The titles of the commits on it; the client keeps a bare `path` for itself."""
    return [row.title for row in channels.commits.list(query_parameters={"path": path, **query}, get_all=True)]


def propose(played: Play, files: dict[str, str | None], branch: str = "bot/learned", **more: Any) -> Any:
    commit(played, "Learned", files, branch=branch, start_branch="main")
    fields = {"source_branch": branch, "target_branch": "main", "title": "What the bot learned", **more}
    return played.channels("developer").mergerequests.create(fields)


def pushes(played: Play) -> list[tuple[str, int]]:
    return [(it.branch, len(it.commits)) for it in played.heard if isinstance(it, PushHappened)]
