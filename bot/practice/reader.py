"""The practice group becomes facts: its groups and projects, whom each lets in, and what it takes to merge there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.facts import PracticeFacts, Site
from bot.domain.gitlab import Member
from bot.domain.places import MergeRules
from bot.domain.practice import Place
from bot.domain.registry import ENGINEERS
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway


@dataclass(frozen=True, slots=True)
class PracticeReader:
    """Asks with the owner's token where there is one, since only Maintainers are shown who may merge."""

    gateway: Gateway
    owner: Gateway | None
    staff: Callable[[Site], frozenset[int]]
    """Ids of the accounts that may be members anywhere."""
    holders: Callable[[str], frozenset[int]]

    def facts(self, today: date, site: Site) -> PracticeFacts:
        """NotThere when the group is not, or is hidden: nothing is said of what could not be read."""
        root = self.gateway.folder(site.practice)
        if root is None:
            raise NotThere(f"{site.practice}, 'groups.practice' in site.yml, is not there, or hidden from the bot")
        own = self.gateway.group_members(root.id, inherited=False)
        every = {root.path: self.gateway.group_members(root.id)}
        inside = {one.person.id for one in own}
        places = [Place(root.path, own), *self._groups(root.id, every), *self._projects(root.id, every)]
        return PracticeFacts(
            today=today,
            site=site,
            places=tuple(places),
            above=tuple(one for one in every[root.path] if one.person.id not in inside),
            staff=self.staff(site) | self.holders(ENGINEERS),
        )

    def _groups(self, root: int, every: dict[str, tuple[Member, ...]]) -> Iterator[Place]:
        """From the top down; `every` is told who is in each."""
        for folder in sorted(self.gateway.folders_below(root), key=lambda one: one.path):
            every[folder.path] = self.gateway.group_members(folder.id)
            yield Place(folder.path, _own(every[folder.path], _parent(folder.path, every)))

    def _projects(self, root: int, every: Mapping[str, tuple[Member, ...]]) -> Iterator[Place]:
        for room in sorted(self.gateway.rooms_in(root), key=lambda one: one.path):
            own = _own(self.gateway.project_members(room.id), _parent(room.path, every))
            yield Place(room.path, own, is_project=True, merging=self._merging(room.id))

    def _merging(self, project_id: int) -> MergeRules | None:
        try:
            return (self.owner or self.gateway).merge_rules(project_id)
        except (Forbidden, NotThere):
            return None


def _parent(path: str, every: Mapping[str, tuple[Member, ...]]) -> Sequence[Member]:
    return every.get(path.rpartition("/")[0], ())


def _own(members: Sequence[Member], above: Sequence[Member]) -> tuple[Member, ...]:
    """Those whom the place above does not have, or not at that level."""
    inherited = {one.person.id: one.level for one in above}
    return tuple(one for one in members if one.level > inherited.get(one.person.id, 0))
