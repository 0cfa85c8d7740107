"""Milestones of groups and projects (docs.gitlab.com/api/group_milestones, /milestones)."""

from __future__ import annotations

from datetime import date

from bot.domain.gitlab import Milestone
from bot.rest import translate
from bot.rest.calls import Calls, enc


class MilestoneCalls(Calls):
    """`group` and `project` are an id or a full path; milestones are named by their global id."""

    def milestones(self, group: int | str) -> tuple[Milestone, ...]:
        """The group's own milestones, open and closed."""
        return tuple(self._each(f"/groups/{enc(group)}/milestones", translate.milestone, state="all"))

    def milestones_below(self, group: int | str) -> tuple[Milestone, ...]:
        """The group's own and those of all groups and projects below it, open and closed."""
        path = f"/groups/{enc(group)}/milestones"
        return tuple(self._each(path, translate.milestone, state="all", include_descendants=True))

    def project_milestones(self, project: int | str) -> tuple[Milestone, ...]:
        """The project's own milestones, open and closed."""
        return tuple(self._each(f"/projects/{enc(project)}/milestones", translate.milestone, state="all"))

    def create_milestone(
        self, group: int | str, title: str, start: date, due: date, description: str = ""
    ) -> Milestone:
        fields = {"title": title, "start_date": start, "due_date": due, "description": description}
        return self._write("other", "POST", f"/groups/{enc(group)}/milestones", translate.milestone, fields)

    def update_milestone(self, group: int | str, milestone_id: int, **fields: object) -> Milestone:
        """`fields` in GitLab's words: title, description, start_date, due_date, state_event (close, activate)."""
        path = f"/groups/{enc(group)}/milestones/{milestone_id}"
        return self._write("other", "PUT", path, translate.milestone, fields)
