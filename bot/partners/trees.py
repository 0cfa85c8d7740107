"""GitLab's groups and projects below the group of all partners become one partner's folder."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.domain.facts import Site
from bot.domain.partners.folder import COLLABORATION, INTERNAL, Group, Tree, homes
from bot.domain.partners.programme import Programme
from bot.domain.partners.provisioning import project_name
from bot.domain.partners.slug import similar
from bot.domain.places import Folder, Room, Seat
from bot.domain.registry import Partner, names_of
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway

ID_DEPTH = 2
"""A partner's group lies so many levels below the group of all partners: its region's, then its own."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Reads folders: one list for all partners, and some calls for each group that is there."""

    gateway: Gateway
    owner: Gateway | None
    """GitLab shows invitations to owners only; without one, or where it refuses, there seem to be none."""

    def read(self, site: Site, partner: Partner, programmes: Iterable[Programme]) -> Tree:
        """The partner's folder as it is now; Forbidden without the group of all partners."""
        every = self._every(site.partners)
        companies = [one for one in every if one.path.removeprefix(f"{site.partners}/").count("/") == ID_DEPTH - 1]
        path = self._path(site, partner, companies)
        at = {one.path.casefold(): one for one in every}
        company = at.get(path.casefold())
        inside = [one for one in every if one.path.casefold().startswith(f"{path.casefold()}/")]
        children = {f"{path}/{name}".casefold() for name in (COLLABORATION, INTERNAL)}
        return Tree(
            path=path,
            region=at.get(path.rpartition("/")[0].casefold()),
            company=self._group(company),
            collaboration=self._group(at.get(f"{path}/{COLLABORATION}".casefold())),
            internal=self._group(at.get(f"{path}/{INTERNAL}".casefold())),
            others=tuple(one for one in inside if one.path.casefold() not in children),
            rooms=self.gateway.rooms_in(company.id) if company else (),
            similar=() if company else tuple(_alike(partner, companies)),
            strays=self._strays(site, partner, path, programmes),
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

    def _group(self, folder: Folder | None) -> Group | None:
        if folder is None:
            return None
        return Group(
            folder=folder,
            members=self.gateway.group_members(folder.id),
            own=self.gateway.group_members(folder.id, inherited=False),
            guests=self.gateway.guests(folder.id),
            invited=self._invited(folder),
        )

    def _invited(self, folder: Folder) -> tuple[Seat, ...]:
        """Whoever invites is found invited all the same, so nothing is done twice where they are not shown."""
        try:
            return self.owner.invitations(folder.id) if self.owner else ()
        except Forbidden:
            return ()

    def _strays(self, site: Site, partner: Partner, path: str, programmes: Iterable[Programme]) -> tuple[Room, ...]:
        """Projects that are named like the partner's and lie elsewhere, the group with the templates included."""
        names = [project_name(partner, one) for one in programmes if one.is_tracked]
        home = f"{path}/{COLLABORATION}".casefold()
        found = [room for name in names for room in self.gateway.rooms_named(site.group, name)]
        wanted = {name.casefold() for name in names}
        return tuple(room for room in found if room.name.casefold() in wanted and room.namespace.casefold() != home)


def _alike(partner: Partner, companies: Iterable[Folder]) -> Iterable[Folder]:
    """Groups of partners in any region that may be the same company's under another spelling."""
    keyed = {one.path: one for one in companies}
    called = [(path, name) for path, one in keyed.items() for name in (one.name, path.rpartition("/")[2])]
    keys = dict.fromkeys(key for name in names_of(partner) for key in similar(name, called))
    return [keyed[key] for key in keys]
