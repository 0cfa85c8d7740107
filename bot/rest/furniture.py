"""What `setup` puts into a group: labels and webhooks (docs.gitlab.com/api/group_labels, /group_webhooks, ...)."""

from __future__ import annotations

from bot.domain.labels import Label
from bot.rest import translate
from bot.rest.calls import Calls, enc
from bot.rest.translate import Hook


class FurnitureCalls(Calls):
    """`group` and `project` are an id or a full path; `fields` are in GitLab's words and pass through unchanged."""

    def group_labels(self, group: int | str) -> tuple[Label, ...]:
        """The labels usable in the group, those of the groups above it included."""
        return tuple(self._each(f"/groups/{enc(group)}/labels", translate.label))

    def create_group_label(self, group: int | str, label: Label) -> Label:
        fields = {"name": label.name, "color": label.color, "description": label.description}
        return self._write("other", "POST", f"/groups/{enc(group)}/labels", translate.label, fields)

    def update_group_label(self, group: int | str, name: str, **fields: object) -> Label:
        """`fields`: new_name, color, description."""
        return self._write("other", "PUT", f"/groups/{enc(group)}/labels/{enc(name)}", translate.label, fields)

    def group_hooks(self, group: int | str) -> tuple[Hook, ...]:
        return tuple(self._each(f"/groups/{enc(group)}/hooks", translate.hook))

    def create_group_hook(self, group: int | str, url: str, **fields: object) -> Hook:
        """`fields`: token, signing_token, issues_events, note_events, milestone_events, ..."""
        return self._write("other", "POST", f"/groups/{enc(group)}/hooks", translate.hook, {**fields, "url": url})

    def update_group_hook(self, group: int | str, hook_id: int, url: str, **fields: object) -> Hook:
        """GitLab wants the url with every change."""
        path = f"/groups/{enc(group)}/hooks/{hook_id}"
        return self._write("other", "PUT", path, translate.hook, {**fields, "url": url})

    def project_hooks(self, project: int | str) -> tuple[Hook, ...]:
        return tuple(self._each(f"/projects/{enc(project)}/hooks", translate.hook))

    def create_project_hook(self, project: int | str, url: str, **fields: object) -> Hook:
        return self._write("other", "POST", f"/projects/{enc(project)}/hooks", translate.hook, {**fields, "url": url})

    def update_project_hook(self, project: int | str, hook_id: int, url: str, **fields: object) -> Hook:
        path = f"/projects/{enc(project)}/hooks/{hook_id}"
        return self._write("other", "PUT", path, translate.hook, {**fields, "url": url})
