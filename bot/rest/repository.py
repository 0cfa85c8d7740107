"""Files, commits and merge requests of a project (docs.gitlab.com/api/commits, /repository_files, /merge_requests)."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice

from bot.errors import AskAPerson, NotThere
from bot.rest import translate
from bot.rest.calls import PAGE, Calls, enc, nothing
from bot.rest.translate import Commit, MergeRequest

HIDDEN = "Project Not Found"
"""GitLab's words, under a 404, when it is the project that is gone or hidden and not a branch or folder of it."""


class RepositoryCalls(Calls):
    """`project` is an id or a full path; a `ref` is a branch, a tag or a commit's sha."""

    def default_branch(self, project: int | str) -> str:
        """`main` while the repository is empty, since GitLab names none then."""
        return self._read(f"/projects/{enc(project)}", translate.project).default_branch or "main"

    def file(self, project: int | str, path: str, ref: str) -> str | None:
        """The text of a file, None when there is no such file, ref or repository."""
        try:
            return self._read(f"{_at(project)}/files/{enc(path)}", translate.file_text, ref=ref)
        except NotThere:
            return None

    def files_at(self, project: int | str, ref: str, under: str = "") -> tuple[str, ...]:
        """The paths of all files below the folder `under`; none where there is no such folder or ref."""
        folder = {"path": under.strip("/")} if under else {}
        tree = self._each(f"{_at(project)}/tree", translate.blob_path, ref=ref, recursive=True, **folder)
        try:
            return tuple(path for path in tree if path is not None)
        except NotThere as absence:
            return _none_of(absence)

    def commits(self, project: int | str, ref: str, *, path: str | None = None, limit: int = 20) -> tuple[Commit, ...]:
        """The latest commits, newest first, on `path` only when one is given; none where there is no such ref."""
        only = {} if path is None else {"path": path}
        wanted = min(limit, PAGE)
        every = self._each(f"{_at(project)}/commits", translate.commit, ref_name=ref, per_page=wanted, **only)
        try:
            return tuple(islice(every, limit))
        except NotThere as absence:
            return _none_of(absence)

    def commit_files(
        self,
        project: int | str,
        branch: str,
        message: str,
        files: Mapping[str, str],
        *,
        start: str | None = None,
        force: bool = False,
    ) -> bool:
        """Write `files` (path -> text) in one commit; False, and no commit, when all of them read so already.

        `start`: the branch from which `branch` is to be made, because it does not exist yet, or anew with `force`.
        """
        now = {path: self.file(project, path, start or branch) for path in files}
        actions = [
            {"action": "create" if now[path] is None else "update", "file_path": path, "content": text}
            for path, text in files.items()
            if now[path] != text
        ]
        if actions:
            origin = {} if start is None else {"start_branch": start, **({"force": True} if force else {})}
            body = {"branch": branch, "commit_message": message, "actions": actions, **origin}
            self._write("other", "POST", f"{_at(project)}/commits", nothing, body)
        return bool(actions)

    def merge_requests(
        self, project: int | str, *, source_branch: str | None = None, state: str = "opened"
    ) -> tuple[MergeRequest, ...]:
        """Newest first, without those from forks; `state` is opened, closed, locked, merged or all."""
        only = {} if source_branch is None else {"source_branch": source_branch}
        path = f"/projects/{enc(project)}/merge_requests"
        every = self._each(
            path, translate.own_merge_request, state=state, scope="all", order_by="created_at", sort="desc", **only
        )
        return tuple(one for one in every if one is not None)

    def propose(
        self,
        project: int | str,
        branch: str,
        title: str,
        description: str,
        files: Mapping[str, str],
        *,
        afresh: bool = False,
    ) -> MergeRequest:
        """One merge request from `branch` to the default branch in which `files` (path -> text) read so.

        What is there already is kept: calling it again after any failure doubles nothing. Where the default branch
        holds all files already, it is the branch's latest merge request in whatever state; AskAPerson without one.
        `afresh` makes the branch anew from the default branch: nothing that changed there since is a conflict.
        """
        there = self.merge_requests(project, source_branch=branch)
        target = self.default_branch(project)
        if not there and all(self.file(project, path, target) == text for path, text in files.items()):
            return self._latest(project, branch, target)
        known = self._has_branch(project, branch)
        start, force = None if known and not afresh else target, known and afresh
        self.commit_files(project, branch, title, files, start=start, force=force)
        if there:
            return self._worded(project, there[0], title, description)
        fields = {"source_branch": branch, "target_branch": target, "title": title, "description": description}
        path = f"/projects/{enc(project)}/merge_requests"
        return self._write("other", "POST", path, translate.merge_request, {**fields, "remove_source_branch": True})

    def _has_branch(self, project: int | str, branch: str) -> bool:
        try:
            self._read(f"{_at(project)}/branches/{enc(branch)}", nothing)
        except NotThere:
            return False
        return True

    def _latest(self, project: int | str, branch: str, target: str) -> MergeRequest:
        for latest in self.merge_requests(project, source_branch=branch, state="all"):
            return latest
        raise AskAPerson(f"There is nothing to propose to {project}: {target} reads so already; leave it at that")

    def _worded(self, project: int | str, now: MergeRequest, title: str, description: str) -> MergeRequest:
        """GitLab trims what it stores, so that blanks at the ends are no difference."""
        if (now.title.strip(), now.description.strip()) == (title.strip(), description.strip()):
            return now
        path = f"/projects/{enc(project)}/merge_requests/{now.iid}"
        return self._write("other", "PUT", path, translate.merge_request, {"title": title, "description": description})


def _at(project: int | str) -> str:
    return f"/projects/{enc(project)}/repository"


def _none_of(absence: NotThere) -> tuple[()]:
    """Nothing is there; a project that cannot be seen at all is another matter, and raised."""
    if HIDDEN in str(absence):
        raise absence
    return ()
