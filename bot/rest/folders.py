"""Groups as folders: found, made and changed (docs.gitlab.com/api/groups)."""

from __future__ import annotations

from bot.domain.places import Folder, Guest
from bot.errors import NotThere
from bot.rest import translate_places as translate
from bot.rest.calls import enc
from bot.rest.places import PlaceCalls


class FolderCalls(PlaceCalls):
    """`group` is an id or a full path. What is read here is never remembered: it decides what is made."""

    def folders_below(self, group: int | str) -> tuple[Folder, ...]:
        """All groups at any depth below, without the group itself."""
        return tuple(self._each(f"/groups/{enc(group)}/descendant_groups", translate.folder))

    def folder(self, group: int | str) -> Folder | None:
        """None where there is none or it is hidden: GitLab does not tell which."""
        try:
            return self._read(f"/groups/{enc(group)}", translate.folder, with_projects=False)
        except NotThere:
            return None

    def guests(self, group: int | str) -> tuple[Guest, ...]:
        """The groups it is shared with, as far as the asking account can see them."""
        return self._read(f"/groups/{enc(group)}", translate.guests, with_projects=False)

    def create_folder(
        self, parent_id: int, name: str, path: str, *, visibility: str = "private", subgroup_creation: str = "owner"
    ) -> Folder:
        """`path` is the last segment; AskAPerson when it is taken, and then `folder` finds it."""
        fields = {"parent_id": parent_id, "name": name, "path": path, "visibility": visibility}
        body = {**fields, "subgroup_creation_level": subgroup_creation}
        return self._write("other", "POST", "/groups", translate.folder, body)

    def update_folder(
        self,
        group_id: int,
        *,
        name: str | None = None,
        path: str | None = None,
        visibility: str | None = None,
        subgroup_creation: str | None = None,
    ) -> Folder:
        """What is None stays; a new `path` (the last segment) moves all that lies below."""
        given = {"name": name, "path": path, "visibility": visibility, "subgroup_creation_level": subgroup_creation}
        body = {key: value for key, value in given.items() if value is not None}
        try:
            return self._write("other", "PUT", f"/groups/{group_id}", translate.folder, body)
        finally:
            self.forget_places()
