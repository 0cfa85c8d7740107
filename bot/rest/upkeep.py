"""What `setup` and `check` further ask: own labels, a hook's test, the bot's role, who wrote a file last."""

from __future__ import annotations

from typing import Any

from bot.domain.labels import Label
from bot.errors import NotThere
from bot.rest import translate
from bot.rest.calls import Calls, enc, nothing

TRIGGER = "issues_events"
"""The kind of event that a test delivery plays unless told otherwise."""


class UpkeepCalls(Calls):
    """`group` and `project` are an id or a full path."""

    def own_group_labels(self, group: int | str) -> tuple[Label, ...]:
        """The group's own labels, without those of the groups above."""
        return tuple(self._each(f"/groups/{enc(group)}/labels", translate.label, include_ancestor_groups=False))

    def own_project_labels(self, project: int | str) -> tuple[Label, ...]:
        """The project's own labels, without those of its groups (docs.gitlab.com/api/labels)."""
        return tuple(self._each(f"/projects/{enc(project)}/labels", translate.label, include_ancestor_groups=False))

    def test_group_hook(self, group: int | str, hook_id: int) -> None:
        """Send a test delivery; one that is answered 2xx wakes a disabled hook, another is an AskAPerson."""
        self._write("other", "POST", f"/groups/{enc(group)}/hooks/{hook_id}/test/{TRIGGER}", nothing)

    def test_project_hook(self, project: int | str, hook_id: int, trigger: str = TRIGGER) -> None:
        """GitLab plays only what there is an example of: an issue, say, or a commit."""
        self._write("other", "POST", f"/projects/{enc(project)}/hooks/{hook_id}/test/{trigger}", nothing)

    def group_access(self, group: int | str, user_id: int) -> int | None:
        """The access level of a member, inherited or direct; None for nobody (docs.gitlab.com/api/group_members)."""
        return self._access(f"/groups/{enc(group)}/members/all/{user_id}")

    def project_access(self, project: int | str, user_id: int) -> int | None:
        return self._access(f"/projects/{enc(project)}/members/all/{user_id}")

    def last_commit_message(self, project: int | str, path: str, ref: str) -> str:
        """The message of the commit that wrote a file last; "" when there is no such file."""
        base = f"/projects/{enc(project)}/repository"
        try:
            commit = self._read(f"{base}/files/{enc(path)}", _last_commit, ref=ref)
            return self._read(f"{base}/commits/{commit}", _message)
        except NotThere:
            return ""

    def _access(self, path: str) -> int | None:
        try:
            return self._read(path, _level)
        except NotThere:
            return None


def _last_commit(data: Any) -> str:
    return str(data["last_commit_id"])


def _message(data: Any) -> str:
    return str(data["message"])


def _level(data: Any) -> int:
    return int(data["access_level"])
