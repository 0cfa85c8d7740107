"""Groups, projects and accounts by their names (docs.gitlab.com/api/groups, /projects, /users)."""

from __future__ import annotations

import re
from threading import Lock

from bot.domain.gitlab import Person
from bot.domain.places import Room
from bot.errors import AskAPerson, Forbidden, NotThere
from bot.rest import translate, translate_places
from bot.rest.calls import Calls, enc
from bot.rest.translate import Place

REFERENCE = re.compile(r"(?P<project>[^\s#]+/[^\s#]+)#(?P<iid>[1-9]\d{0,9})")


class PlaceCalls(Calls):
    """`group` and `project` are asked for once and remembered, when they are there; a room is read each time."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._places_lock = Lock()

    def group(self, path: int | str) -> Place:
        key = f"/groups/{enc(path)}"
        return self._known(key) or self._keep(key, self._read(key, translate.group, with_projects=False))

    def project(self, path: int | str) -> Place:
        """Its answer also tells of the group it lies in, which need not be asked for then."""
        key = f"/projects/{enc(path)}"
        known = self._known(key)
        if known is None:
            known, group = self._read(key, translate.project_and_group)
            self._keep(key, known)
            if group:
                self._keep(f"/groups/{enc(group.path)}", group)
        return known

    def projects_in(self, group: int | str) -> tuple[Place, ...]:
        """Every living project at any depth below the group, without those merely shared with it."""
        path = f"/groups/{enc(group)}/projects"
        every = self._each(path, translate.project, include_subgroups=True, with_shared=False, archived=False)
        return tuple(every)

    def locate(self, ref: str) -> tuple[int, int]:
        """`group/project#12` as people write it -> (project id, iid); the issue itself is not read."""
        match = REFERENCE.fullmatch(ref.strip())
        if match is None:
            raise AskAPerson(f"{ref!r} is not an issue's reference: write it like group/project#12")
        return self.project(match["project"]).id, int(match["iid"])

    def user(self, username: str) -> Person | None:
        """The account with this name in any case; GitLab does not say which names it hides."""
        found = self._read("/users", translate.people, username=username)
        return next((one for one in found if one.username.casefold() == username.casefold()), None)

    def user_by_id(self, user_id: int) -> Person | None:
        """The account with this id, blocked ones included (`state`); None when it is gone."""
        try:
            return self._read(f"/users/{user_id}", translate.person)
        except NotThere:
            return None

    def is_group(self, handle: str) -> bool:
        """Whether a handle (`group` or `group/subgroup`) names a group the bot can see."""
        try:
            self.group(handle)
        except (NotThere, Forbidden):
            return False
        return True

    def rooms_in(self, group: int | str, *, below: bool = True) -> tuple[Room, ...]:
        """Every living project of the group, with `below` at any depth, without those merely shared with it."""
        return self._rooms(group, include_subgroups=below)

    def rooms_named(self, group: int | str, search: str) -> tuple[Room, ...]:
        """Those at any depth below whose name, path or description holds `search`: the caller compares."""
        return self._rooms(group, include_subgroups=True, search=search)

    def room(self, project: int | str) -> Room | None:
        """Never from memory; one that moved answers to its old path and says its new one; None where there is none."""
        try:
            return self._read(f"/projects/{enc(project)}", translate_places.room)
        except NotThere:
            return None

    def create_room(self, namespace_id: int, name: str, path: str) -> Room:
        """Private and empty; `path` is the last segment, AskAPerson when it is taken."""
        fields = {"namespace_id": namespace_id, "name": name, "path": path}
        body = {**fields, "visibility": "private", "initialize_with_readme": False}
        return self._write("other", "POST", "/projects", translate_places.room, body)

    def transfer_room(self, project_id: int, namespace: str) -> Room:
        """Move a project into another group, given by its full path."""
        path = f"/projects/{project_id}/transfer"
        try:
            return self._write("other", "PUT", path, translate_places.room, {"namespace": namespace})
        finally:
            self.forget_places()

    def forget_places(self) -> None:
        """Ask for every group and project anew: something moved, and what lies below has other paths now."""
        with self._places_lock:
            self._places.clear()

    def _rooms(self, group: int | str, **query: object) -> tuple[Room, ...]:
        path = f"/groups/{enc(group)}/projects"
        return tuple(self._each(path, translate_places.room, with_shared=False, archived=False, **query))

    def _known(self, key: str) -> Place | None:
        with self._places_lock:
            return self._places.get(key)

    def _keep(self, key: str, place: Place) -> Place:
        with self._places_lock:
            self._places[key] = place
        return place
