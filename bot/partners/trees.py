"""GitLab's groups and projects below the group of all partners become one partner's folder."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.domain.facts import Site
from bot.domain.partners.folder import COLLABORATION, INTERNAL, Group, Tree, homes
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import project_name
from bot.domain.partners.slug import similar
from bot.domain.places import Folder, Room, Seat
from bot.domain.registry import Partner, names_of
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway
from bot.partners.lately import FRESH, Lately

ID_DEPTH = 2
"""A partner's group lies so many levels below the group of all partners: its region's, then its own."""
DISTINCT = 8
"""Fewer letters than these, shared by the names of all partners' projects, would find half of GitLab."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Reads folders: two lists for all partners, and some calls for each group that is there.

    Of a group only that is read which rules ask about: who is in it by itself or from above, whom it is shared with,
    or who is invited.
    """

    lately: Lately
    gateway: Gateway
    owner: Gateway | None
    """GitLab shows invitations to owners only; without one, or where it refuses, there seem to be none."""

    def read(self, site: Site, partner: Partner, programmes: Iterable[Programme], max_age: float = FRESH) -> Tree:
        """The partner's folder as it is now; Forbidden without the group of all partners.

        The lists of all partners may be `max_age` seconds old.
        """
        every = self.lately.of(("folders", site.partners), max_age, partial(self._every, site.partners))
        companies = [one for one in every if one.path.removeprefix(f"{site.partners}/").count("/") == ID_DEPTH - 1]
        path = self._path(site, partner, companies)
        at = {one.path.casefold(): one for one in every}
        company = at.get(path.casefold())
        inside = [one for one in every if one.path.casefold().startswith(f"{path.casefold()}/")]
        children = {f"{path}/{name}".casefold() for name in (COLLABORATION, INTERNAL)}
        collaboration = self._collaboration(at.get(f"{path}/{COLLABORATION}".casefold()))
        search = partial(self._rooms_named, site.group, max_age)
        return Tree(
            path=path,
            region=at.get(path.rpartition("/")[0].casefold()),
            company=self._closed(company, with_members=collaboration is None),
            collaboration=collaboration,
            internal=self._closed(at.get(f"{path}/{INTERNAL}".casefold()), with_members=True),
            others=tuple(one for one in inside if one.path.casefold() not in children),
            rooms=self.gateway.rooms_in(company.id) if company else (),
            similar=() if company else tuple(_alike(partner, companies)),
            strays=tuple(_strays(partner, path, programmes, search)),
        )

    def _every(self, above: str) -> Sequence[Folder]:
        try:
            return self.gateway.folders_below(above)
        except NotThere as gone:
            raise Forbidden(
                f"GitLab shows the bot no group {above}: correct groups.partners in config/site.yml, or give the bot's "
                "account a role in that group"
            ) from gone

    def _path(self, site: Site, partner: Partner, companies: Sequence[Folder]) -> str:
        """Where the partner's group is, by its id or its name, else where it belongs."""
        below = {one.path.casefold(): one.path for one in companies}
        tries = homes(site.partners, site.registry, partner)
        return next((below[path.casefold()] for path in tries if path.casefold() in below), tries[0])

    def _closed(self, folder: Folder | None, *, with_members: bool) -> Group | None:
        """A group in which no partner should be."""
        if folder is None:
            return None
        return Group(
            folder=folder,
            members=self.gateway.group_members(folder.id) if with_members else (),
            own=self.gateway.group_members(folder.id, inherited=False),
            guests=self.gateway.guests(folder.id),
        )

    def _collaboration(self, folder: Folder | None) -> Group | None:
        if folder is None:
            return None
        return Group(
            folder=folder,
            members=self.gateway.group_members(folder.id),
            own=self.gateway.group_members(folder.id, inherited=False),
            invited=self._invited(folder),
        )

    def _invited(self, folder: Folder) -> tuple[Seat, ...]:
        """Whoever invites is found invited all the same, so nothing is done twice where they are not shown."""
        try:
            return self.owner.invitations(folder.id) if self.owner else ()
        except Forbidden:
            return ()

    def _rooms_named(self, group: str, max_age: float, name: str) -> tuple[Room, ...]:
        return self.lately.of(("rooms", group, name), max_age, partial(self.gateway.rooms_named, group, name))


def _strays(
    partner: Partner, path: str, programmes: Iterable[Programme], search: Callable[[str], Iterable[Room]]
) -> Iterable[Room]:
    """Projects that are named like the partner's and lie elsewhere, the group with the templates included."""
    home = f"{path}/{COLLABORATION}".casefold()
    for programme in (one for one in programmes if one.is_tracked):
        name = project_name(partner, programme)
        # What the names of all partners' projects share finds all of them at once.
        for room in search(programme.project_words if len(programme.project_words) >= DISTINCT else name):
            if room.name.casefold() == name.casefold() and room.namespace.casefold() != home:
                yield room


def _alike(partner: Partner, companies: Iterable[Folder]) -> Iterable[Folder]:
    """Groups of partners in any region that may be the same company's under another spelling."""
    keyed = {one.path: one for one in companies}
    called = [(path, name) for path, one in keyed.items() for name in (one.name, path.rpartition("/")[2])]
    keys = dict.fromkeys(key for name in names_of(partner) for key in similar(name, called))
    return [keyed[key] for key in keys]
