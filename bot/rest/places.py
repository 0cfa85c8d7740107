"""Groups, projects and accounts by their names (docs.gitlab.com/api/groups, /projects, /users)."""

from __future__ import annotations

import re
from threading import Lock

from bot.domain.gitlab import Person
from bot.errors import AskAPerson, Forbidden, NotThere
from bot.rest import translate
from bot.rest.calls import Calls, enc
from bot.rest.translate import Place

REFERENCE = re.compile(r"(?P<project>[^\s#]+/[^\s#]+)#(?P<iid>[1-9]\d{0,9})")


class PlaceCalls(Calls):
    """Places are asked for once and remembered; what is not there is asked for again."""

    def __init__(self) -> None:
        self._places: dict[str, Place] = {}
        self._places_lock = Lock()

    def group(self, path: int | str) -> Place:
        key = f"/groups/{enc(path)}"
        return self._known(key) or self._keep(key, self._read(key, translate.group, with_projects=False))

    def project(self, path: int | str) -> Place:
        key = f"/projects/{enc(path)}"
        return self._known(key) or self._keep(key, self._read(key, translate.project))

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

    def is_group(self, handle: str) -> bool:
        """Whether a handle (`group` or `group/subgroup`) names a group the bot can see."""
        try:
            self.group(handle)
        except (NotThere, Forbidden):
            return False
        return True

    def _known(self, key: str) -> Place | None:
        with self._places_lock:
            return self._places.get(key)

    def _keep(self, key: str, place: Place) -> Place:
        with self._places_lock:
            self._places[key] = place
        return place
