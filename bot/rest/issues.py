"""Issues and their journals (docs.gitlab.com/api/issues, /resource_label_events, ...)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime

from bot.domain.gitlab import Issue, LabelEvent, MilestoneEvent, WeightEvent
from bot.domain.places import StateEvent
from bot.errors import Forbidden, NotThere
from bot.rest import translate
from bot.rest.calls import Calls, enc, issue_path


class IssueCalls(Calls):
    """Issues by their project's id and their iid, as webhooks name them."""

    def issue(self, project_id: int, iid: int) -> Issue:
        return self._read(issue_path(project_id, iid), translate.issue)

    def issues(
        self,
        group: str,
        *,
        state: str = "opened",
        updated_after: datetime | None = None,
        labels: Collection[str] = (),
        milestone: str | None = None,
    ) -> Iterator[Issue]:
        """All issues below `group`, oldest first, read page by page; `state` is opened, closed or all.

        `labels`: only those that carry all of them; `milestone`: only those on the milestone with this title.
        """
        given = {"updated_after": updated_after, "labels": ",".join(labels) or None, "milestone": milestone}
        return self._each(
            f"/groups/{enc(group)}/issues",
            translate.issue,
            issue_type="issue",
            state=state,
            scope="all",
            order_by="created_at",
            sort="asc",
            non_archived=True,
            **{key: value for key, value in given.items() if value is not None},
        )

    def issues_of_milestone(self, group: str, title: str) -> tuple[Issue, ...]:
        """The open issues below `group` on the milestone with this exact title."""
        path = f"/groups/{enc(group)}/issues"
        found = self._each(path, translate.issue, milestone=title, state="opened", scope="all", non_archived=True)
        return tuple(found)

    def find_issues(
        self,
        project: int | str,
        marker_text: str,
        *,
        created_after: date | None = None,
        authors: Collection[int] = (),
    ) -> tuple[Issue, ...]:
        """The bot's own issues, open or closed, whose description holds `marker_text`; oldest first.

        `created_after` leaves out those of before that day (UTC). `authors`: ids of the bot's accounts, at one list
        each; none: the present one alone.
        """
        # GitLab's `search=` is no help: its index leaves HTML comments out, and that is where marks live.
        path = f"/projects/{enc(project)}/issues"
        given: dict[str, str] = {"created_after": f"{created_after}T00:00:00Z"} if created_after else {}
        given |= {"scope": "all", "state": "all", "order_by": "created_at", "sort": "asc"}
        found: list[Issue] = []
        for author in authors or (self.me().id,):
            mine = self._each(path, translate.issue, author_id=author, **given)
            found += (one for one in mine if one.author.id == author and marker_text in one.description)
        return tuple(sorted(found, key=lambda one: one.iid))

    def issues_by_me(
        self, project: int | str, *, iids: Collection[int] = (), updated_after: datetime | None = None
    ) -> tuple[Issue, ...]:
        """The present account's own issues, open or closed, oldest first; at most those `iids` (up to a page of them).

        `updated_after` leaves out those that nothing changed since.
        """
        path = f"/projects/{enc(project)}/issues"
        given: dict[str, object] = {"iids[]": list(iids) or None, "updated_after": updated_after}
        given |= {"scope": "all", "state": "all", "order_by": "created_at", "sort": "asc", "author_id": self.me().id}
        mine = self._each(path, translate.issue, **{key: value for key, value in given.items() if value is not None})
        return tuple(one for one in mine if one.author.id == self.me().id)

    def issues_saying(
        self,
        project: int | str,
        text: str,
        *,
        created_after: date | None = None,
        where: str = "title,description",
    ) -> tuple[Issue, ...]:
        """Issues, open or closed, that hold the words of `text`, oldest first; `where` is title, description or both.

        What stands in HTML comments GitLab does not find. `created_after` leaves out those of before that day (UTC).
        """
        path = f"/projects/{enc(project)}/issues"
        given: dict[str, str] = {"created_after": f"{created_after}T00:00:00Z"} if created_after else {}
        given |= {"search": text, "in": where, "state": "all", "scope": "all", "issue_type": "issue"}
        return tuple(self._each(path, translate.issue, order_by="created_at", sort="asc", **given))

    def issues_in(self, project: int | str, *, updated_after: datetime | None = None) -> tuple[Issue, ...]:
        """All issues of a project, open or closed, oldest first; `updated_after`: those that changed since."""
        path = f"/projects/{enc(project)}/issues"
        given: dict[str, object] = {"updated_after": updated_after} if updated_after else {}
        given |= {"state": "all", "scope": "all", "issue_type": "issue"}
        return tuple(self._each(path, translate.issue, order_by="created_at", sort="asc", **given))

    def create_issue(self, project: int | str, fields: Mapping[str, object]) -> Issue:
        """`fields` in GitLab's words: title, description, labels, assignee_ids, milestone_id, due_date, ..."""
        return self._write("issue", "POST", f"/projects/{enc(project)}/issues", translate.issue, fields)

    def update_issue(self, project_id: int, iid: int, changes: Mapping[str, object]) -> Issue:
        """All changes in one request, in GitLab's words: add_labels, remove_labels, weight, assignee_ids, ..."""
        return self._write("other", "PUT", issue_path(project_id, iid), translate.issue, changes)

    def label_events(self, project_id: int, iid: int) -> tuple[LabelEvent, ...]:
        """The label journal, oldest first."""
        path = f"{issue_path(project_id, iid)}/resource_label_events"
        return tuple(sorted(self._each(path, translate.label_event), key=lambda event: event.id))

    def state_events(self, project_id: int, iid: int) -> tuple[StateEvent, ...]:
        """Who closed and who reopened it, oldest first."""
        path = f"{issue_path(project_id, iid)}/resource_state_events"
        return tuple(sorted(self._each(path, translate.state_event), key=lambda event: event.id))

    def weight_events(self, project_id: int, iid: int) -> tuple[WeightEvent, ...]:
        """The weight journal, oldest first; empty where the plan has no weights."""
        path = f"{issue_path(project_id, iid)}/resource_weight_events"
        try:
            return tuple(sorted(self._each(path, translate.weight_event), key=lambda event: event.id))
        except (NotThere, Forbidden):
            return ()

    def milestone_events(self, project_id: int, iid: int) -> tuple[MilestoneEvent, ...]:
        """The milestone journal, oldest first, without the lines whose milestone was deleted since."""
        path = f"{issue_path(project_id, iid)}/resource_milestone_events"
        every = (event for event in self._each(path, translate.milestone_event) if event is not None)
        return tuple(sorted(every, key=lambda event: event.id))
