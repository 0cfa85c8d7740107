"""Issues, their comments and journals (docs.gitlab.com/api/issues, /notes, /resource_label_events, ...)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from bot.domain.facts import Issue, LabelEvent, Note, WeightEvent
from bot.errors import Forbidden, NotThere
from bot.rest import translate
from bot.rest.calls import Calls, enc, nothing


class IssueCalls(Calls):
    """Issues by their project's id and their iid, as webhooks name them."""

    def issue(self, project_id: int, iid: int) -> Issue:
        return self._read(_path(project_id, iid), translate.issue)

    def issues(self, group: str, *, state: str = "opened", updated_after: datetime | None = None) -> Iterator[Issue]:
        """All issues below `group`, oldest first, read page by page; `state` is opened, closed or all."""
        since = {} if updated_after is None else {"updated_after": updated_after}
        return self._each(
            f"/groups/{enc(group)}/issues",
            translate.issue,
            issue_type="issue",
            state=state,
            scope="all",
            order_by="created_at",
            sort="asc",
            non_archived=True,
            **since,
        )

    def issues_of_milestone(self, group: str, title: str) -> tuple[Issue, ...]:
        """The open issues below `group` on the milestone with this exact title."""
        path = f"/groups/{enc(group)}/issues"
        found = self._each(path, translate.issue, milestone=title, state="opened", scope="all", non_archived=True)
        return tuple(found)

    def find_issues(self, project: int | str, marker_text: str) -> tuple[Issue, ...]:
        """The bot's own issues, open or closed, whose description holds `marker_text`; oldest first."""
        # GitLab's `search=` is no help: its index leaves HTML comments out, and that is where marks live.
        path = f"/projects/{enc(project)}/issues"
        mine = self._each(
            path, translate.issue, author_id=self.me().id, scope="all", state="all", order_by="created_at", sort="asc"
        )
        return tuple(one for one in mine if one.author.id == self.me().id and marker_text in one.description)

    def create_issue(self, project: int | str, fields: Mapping[str, object]) -> Issue:
        """`fields` in GitLab's words: title, description, labels, assignee_ids, milestone_id, due_date, ..."""
        return self._write("issue", "POST", f"/projects/{enc(project)}/issues", translate.issue, fields)

    def update_issue(self, project_id: int, iid: int, changes: Mapping[str, object]) -> Issue:
        """All changes in one request, in GitLab's words: add_labels, remove_labels, weight, assignee_ids, ..."""
        return self._write("other", "PUT", _path(project_id, iid), translate.issue, changes)

    def label_events(self, project_id: int, iid: int) -> tuple[LabelEvent, ...]:
        """The label journal, oldest first."""
        path = f"{_path(project_id, iid)}/resource_label_events"
        return tuple(sorted(self._each(path, translate.label_event), key=lambda event: event.id))

    def weight_events(self, project_id: int, iid: int) -> tuple[WeightEvent, ...]:
        """The weight journal, oldest first; empty where the plan has no weights."""
        path = f"{_path(project_id, iid)}/resource_weight_events"
        try:
            return tuple(sorted(self._each(path, translate.weight_event), key=lambda event: event.id))
        except (NotThere, Forbidden):
            return ()

    def notes(self, project_id: int, iid: int) -> tuple[Note, ...]:
        """The comments of people and bots, oldest first."""
        path = f"{_path(project_id, iid)}/notes"
        every = self._each(
            path, translate.spoken_note, sort="asc", order_by="created_at", activity_filter="only_comments"
        )
        return tuple(note for note in every if note is not None)

    def create_note(self, project_id: int, iid: int, body: str) -> Note:
        return self._write("note", "POST", f"{_path(project_id, iid)}/notes", translate.note, {"body": body})

    def edit_note(self, project_id: int, iid: int, note_id: int, body: str) -> Note:
        path = f"{_path(project_id, iid)}/notes/{note_id}"
        return self._write("other", "PUT", path, translate.note, {"body": body})

    def delete_note(self, project_id: int, iid: int, note_id: int) -> None:
        return self._write("other", "DELETE", f"{_path(project_id, iid)}/notes/{note_id}", nothing)


def _path(project_id: int, iid: int) -> str:
    return f"/projects/{project_id}/issues/{iid}"
