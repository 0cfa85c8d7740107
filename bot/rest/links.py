"""Links between issues and to uploaded files (docs.gitlab.com/api/issue_links, /project_markdown_uploads)."""

from __future__ import annotations

from typing import Any

from bot.errors import Conflict
from bot.rest.calls import Calls, enc, issue_path, nothing
from bot.rest.wire import File


class LinkCalls(Calls):
    """Issues by their project's id and their iid."""

    def link_issues(self, project_id: int, iid: int, other_project_id: int, other_iid: int) -> None:
        """Relate two issues to each other; two that are linked already are no error."""
        body = {"target_project_id": other_project_id, "target_issue_iid": other_iid, "link_type": "relates_to"}
        try:
            self._write("other", "POST", _links(project_id, iid), nothing, body)
        except Conflict:
            return

    def linked(self, project_id: int, iid: int) -> tuple[tuple[int, int], ...]:
        """The project's id and the iid of every issue linked to this one, whichever was linked to which."""
        return tuple(self._each(_links(project_id, iid), _issue))

    def upload(self, project: int | str, name: str, content: bytes, mime: str) -> str:
        """Store a file with a project, and return the Markdown that links to it.

        Two uploads of one file are two files. Whoever has its address can read it, unless the project has it otherwise.
        """
        body = {"file": File(name, content, mime)}
        return self._write("other", "POST", f"/projects/{enc(project)}/uploads", _markdown, body)


def _links(project_id: int, iid: int) -> str:
    return f"{issue_path(project_id, iid)}/links"


def _issue(data: Any) -> tuple[int, int]:
    return int(data["project_id"]), int(data["iid"])


def _markdown(data: Any) -> str:
    return str(data["markdown"])
