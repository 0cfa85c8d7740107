"""A user's wish about a group's boards turns into boards and their lists, within what the plan allows.

From GitLab's source: a plan without several boards shows a group's first one alone and makes none over the API; the
scope of a board is dropped silently where it is not licensed; a first board is made when somebody opens the page.
Background knowledge, not verified: that the API answers 403 there, and that a Planner may change boards.
"""

from __future__ import annotations

from bot.sandbox import labels
from bot.sandbox.permissions import PLANNER, demand
from bot.sandbox.planning_records import Board, BoardList
from bot.sandbox.records import Group, Label, User
from bot.sandbox.refusals import ApiError, bad_parameter, forbidden, not_found
from bot.sandbox.world import World

FIRST = "Development"
"""What GitLab calls the board it makes by itself."""


def of_group(world: World, group: Group) -> list[Board]:
    """By name; the first one alone where the plan has no more."""
    rows = [row for row in world.boards.values() if row.group_id == group.id]
    rows.sort(key=lambda row: (row.name.lower(), row.id))
    return rows if world.tier == "premium" else rows[:1]


def visited(world: World, group: Group) -> list[Board]:
    """What the page of boards shows, after it made the first one."""
    if not of_group(world, group):
        world.add(Board(world.next_id("boards"), group.id, FIRST))
    return of_group(world, group)


def found(world: World, group: Group, number: int) -> Board:
    row = world.boards.get(number)
    if row is None or row.group_id != group.id:
        raise not_found()
    return row


def create(world: World, user: User, group: Group, name: str) -> Board:
    if world.tier == "ce":
        raise ApiError(405, {"error": "405 Not Allowed"})
    demand(world, user, group, PLANNER)
    if world.tier != "premium":
        raise forbidden()
    return world.add(Board(world.next_id("boards"), group.id, _named(name)))


def update(world: World, user: User, board: Board, name: str | None, scope: list[str] | None) -> None:
    """`scope` are names of labels; of those that the group does not have nothing is said."""
    group = world.groups[board.group_id]
    demand(world, user, group, PLANNER)
    board.name = board.name if name is None else _named(name)
    if scope is not None and world.tier == "premium":
        board.label_ids = [row.id for one in scope if (row := labels.find(world, group, one))]


def lists(world: World, board: Board) -> list[BoardList]:
    rows = [row for row in world.board_lists.values() if row.board_id == board.id]
    return sorted(rows, key=lambda row: row.position)


def add_list(world: World, user: User, board: Board, label_id: int) -> BoardList:
    group = world.groups[board.group_id]
    demand(world, user, group, PLANNER)
    label = _usable(world, group, label_id)
    if any(row.label_id == label.id for row in lists(world, board)):
        raise bad_parameter("Label has already been taken")
    position = max((row.position for row in lists(world, board)), default=-1) + 1
    return world.add(BoardList(world.next_id("board_lists"), board.id, label.id, position))


def drop_list(world: World, user: User, board: Board, number: int) -> None:
    demand(world, user, world.groups[board.group_id], PLANNER)
    row = world.board_lists.get(number)
    if row is None or row.board_id != board.id:
        raise not_found()
    world.remove(row)


def _usable(world: World, group: Group, label_id: int) -> Label:
    """A label of the group or of those above it, none of a project."""
    for at in labels.parents(world, group):
        for row in labels.owned(world, at).values():
            if row.id == label_id:
                return row
    raise bad_parameter("Label not found")


def _named(name: str) -> str:
    if not name.strip():
        raise ApiError(400, {"message": {"name": ["can't be blank"]}})
    return name.strip()
