"""Groups, projects, members and invitations put straight into a sandbox's world, and random ones of them."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st

from bot.sandbox.permissions import can_see
from bot.sandbox.records import Group, Member, Project, Share, User
from bot.sandbox.world import World

LEVELS = (5, 10, 15, 20, 30, 40, 50)
OUTSIDERS = ("pat-example", "lee-example")
PEOPLE = ("channel-bot", "channel-bot-owner", "cam-emea", "phd-apac", *OUTSIDERS)
Row = TypeVar("Row", Member, Share)


@dataclass
class Grove:
    """Plants rows under new names, so that one world does for many examples."""

    world: World
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def user(self, name: str) -> User:
        """Somebody new where nobody has the name yet."""
        found = self.world.user_by_name(name)
        if found is None:
            number, now = self.world.next_id("users"), self.world.clock.now()
            found = self.world.add(User(number, name, name, f"{name}@example.com", now))
        return found

    def group(self, parent: Group | None = None, visibility: str = "private") -> Group:
        name = f"g{next(self.numbers)}"
        path = f"{parent.full_path}/{name}" if parent else name
        above, now = parent.id if parent else None, self.world.clock.now()
        row = Group(self.world.next_id("groups"), name, name, path, now, above)
        row.visibility = visibility
        return self.world.add(row)

    def project(self, group: Group, visibility: str = "private") -> Project:
        name, now = f"p{next(self.numbers)}", self.world.clock.now()
        row = Project(self.world.next_id("projects"), name, name, f"{group.full_path}/{name}", group.id, now)
        row.visibility, row.updated_at = visibility, now
        return self.world.add(row)

    def join(self, name: str, place: Group | Project, level: int) -> None:
        row = Member(self.world.next_id("members"), self.user(name).id, level, self.world.clock.now())
        self.world.add(_placed(row, place))

    def share(self, place: Group | Project, guest: Group, level: int) -> None:
        self.world.add(_placed(Share(self.world.next_id("shares"), guest.id, level), place))


@dataclass(frozen=True)
class Tree:
    """What a random part of a world looks like: numbers pick places and people."""

    depth: int
    visibility: str
    guests: tuple[tuple[str, bool], ...]
    """Groups to invite: visibility, and whether each lies in the one before it."""
    members: tuple[tuple[int, str, int], ...]
    shares: tuple[tuple[int, int, int], ...]


numbers = st.integers(0, 11)
trees = st.builds(
    Tree,
    st.integers(1, 3),
    st.sampled_from(["private"] * 5 + ["internal", "public"]),
    st.lists(st.tuples(st.sampled_from(["private", "internal"]), st.booleans()), max_size=3).map(tuple),
    st.lists(st.tuples(numbers, st.sampled_from(PEOPLE), st.sampled_from(LEVELS)), max_size=6).map(tuple),
    st.lists(st.tuples(numbers, numbers, st.sampled_from(LEVELS[1:])), max_size=4).map(tuple),
)


def grown(grove: Grove, tree: Tree, root: Group | None = None) -> Project:
    """The project at the bottom of the tree; the bot belongs to its top group, which lies in `root`."""
    chain = [grove.group(root)]
    for _ in range(tree.depth - 1):
        chain.append(grove.group(chain[-1]))
    project = grove.project(chain[-1], tree.visibility)
    guests: list[Group] = []
    for visibility, is_below in tree.guests:
        guests.append(grove.group(guests[-1] if is_below and guests else None, visibility))
    grove.join("channel-bot", chain[0], 15)
    places: list[Group | Project] = [project, *chain, *guests]
    for at, who, level in tree.members:
        grove.join(who, places[at % len(places)], level)
    pairs = {(at % len(places), to % len(guests)): level for at, to, level in tree.shares if guests}
    for (at, to), level in pairs.items():
        if places[at] is not guests[to]:
            grove.share(places[at], guests[to], level)
    return project


def hides_a_circle(grove: Grove, project: Project) -> bool:
    """Whether a group the bot cannot see is invited and has invited others: GitLab then tells the bot of neither."""
    world, bot = grove.world, grove.user("channel-bot")
    invited = [world.groups[share.shared_with_group_id] for share in world.shares_of(project)]
    hidden = (guest for guest in invited if not can_see(world, bot, guest))
    return any(world.shares_of(at) for guest in hidden for at in world.ancestors(guest))


def _placed(row: Row, place: Group | Project) -> Row:
    row.project_id, row.group_id = (place.id, None) if isinstance(place, Project) else (None, place.id)
    return row
