"""Label names and a project turn into label rows: found, silently created, renamed, removed, kept exclusive per scope.

Labels of any tier may be called `a::b`; only on tier premium do two labels of one scope exclude each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from bot.sandbox.permissions import PLANNER, demand
from bot.sandbox.planning_records import Board, Epic
from bot.sandbox.records import Group, Issue, Label, Project, User
from bot.sandbox.refusals import conflict, invalid
from bot.sandbox.world import World

DEFAULT_COLOR = "#6699cc"
CSS_COLORS = {
    "red": "#FF0000",
    "green": "#008000",
    "blue": "#0000FF",
    "yellow": "#FFFF00",
    "orange": "#FFA500",
    "purple": "#800080",
    "gray": "#808080",
    "grey": "#808080",
    "black": "#000000",
    "white": "#FFFFFF",
    "magenta": "#FF00FF",
    "cyan": "#00FFFF",
    "teal": "#008080",
    "navy": "#000080",
}
"""The CSS names the sandbox knows; GitLab knows them all."""
HEX = re.compile(r"#(?:[0-9A-Fa-f]{3}){1,2}")


def parents(world: World, owner: Group | Project) -> Iterator[Group | Project]:
    """Whose labels and milestones can be used there: the project, its group, and upwards."""
    if isinstance(owner, Project):
        yield owner
        owner = world.groups[owner.group_id]
    yield from world.ancestors(owner)


def owned(world: World, owner: Group | Project) -> dict[str, Label]:
    return world.index.labels["project" if isinstance(owner, Project) else "group", owner.id]


def find(world: World, owner: Group | Project, name: str) -> Label | None:
    """The label of that name, case-sensitive, that issues there can bear."""
    for at in parents(world, owner):
        if (label := owned(world, at).get(name)) is not None:
            return label
    return None


def find_or_create(world: World, owner: Group | Project, names: Iterable[str]) -> list[Label]:
    """Labels in the order of their names; what does not exist is made there, as GitLab does unasked."""
    found: dict[int, Label] = {}
    for name in names:
        label = find(world, owner, name) or _add(world, owner, name, DEFAULT_COLOR)
        found[label.id] = label
    return list(found.values())


def create(world: World, user: User, owner: Group | Project, name: str, color: str) -> Label:
    demand(world, user, owner, PLANNER)
    if find(world, owner, name.strip()) is not None:
        raise conflict("Label already exists")
    return _add(world, owner, _checked(name), checked_color(color))


def rename(world: World, owner: Group | Project, label: Label, name: str) -> None:
    """Silent, as in GitLab: no issue changes, no webhook fires."""
    if name != label.name and name in owned(world, owner):
        raise invalid("title", "has already been taken")
    world.index.forget(label)
    label.name = _checked(name)
    world.index.put(label)


def delete(world: World, label: Label) -> None:
    """Takes the label off all that bears it without a webhook, and its lists off boards; its events show no label."""
    bearers: Iterable[Issue | Epic | Board] = chain(world.issues.values(), world.epics.values(), world.boards.values())
    for row in bearers:
        if label.id in row.label_ids:
            row.label_ids.remove(label.id)
    for column in [column for column in world.board_lists.values() if column.label_id == label.id]:
        world.remove(column)
    world.remove(label)


def checked_color(color: str) -> str:
    if color.lower() in CSS_COLORS:
        return CSS_COLORS[color.lower()]
    if not HEX.fullmatch(color):
        raise invalid("color", "must be a valid color code")
    return color


def after(world: World, old: Sequence[Label], added: Sequence[Label], removed: Sequence[Label]) -> list[Label]:
    """The labels once `added` came and `removed` went; what is in both goes. Of one scope only the newest stays."""
    gone = {label.id for label in removed}
    kept = {label.id: label for label in old if label.id not in gone}
    for label in added:
        if label.id in gone or label.id in kept:
            continue
        if world.tier == "premium" and (scope := scope_of(label.name)) is not None:
            kept = {number: other for number, other in kept.items() if scope_of(other.name) != scope}
        kept[label.id] = label
    return list(kept.values())


def scope_of(name: str) -> str | None:
    """ "a::b" has the scope "a", "a::b::c" the scope "a::b", "a" none."""
    scope, found, key = name.rpartition("::")
    return scope if found and scope and key else None


def _checked(name: str) -> str:
    if not name.strip():
        raise invalid("title", "can't be blank", "is invalid")
    if "," in name:
        raise invalid("title", "is invalid")
    if len(name) > 255:
        raise invalid("title", "is too long (maximum is 255 characters)")
    return name.strip()


def _add(world: World, owner: Group | Project, name: str, color: str) -> Label:
    label = Label(world.next_id("labels"), name, color, world.clock.now())
    if isinstance(owner, Project):
        label.project_id = owner.id
    else:
        label.group_id = owner.id
    return world.add(label)
