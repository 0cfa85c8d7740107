"""REST: the boards of a group and their lists."""

from __future__ import annotations

from flask import Blueprint, Response

from bot.sandbox import boards, present_planning
from bot.sandbox.planning_records import Board, BoardList
from bot.sandbox.refusals import bad_parameter, not_found
from bot.sandbox.support import answer, caller, group, here, nothing, page_of, params

routes = Blueprint("boards", __name__)
BOARDS = "/groups/<ref:name>/boards"
LISTS = f"{BOARDS}/<int:number>/lists"
UPDATABLE = ("name", "hide_backlog_list", "hide_closed_list", "assignee_id", "milestone_id", "labels", "weight")


@routes.get(BOARDS)
def listed(name: str) -> Response:
    caller()
    return page_of(boards.of_group(here(), group(name)), lambda row: present_planning.board(here(), row))


@routes.post(BOARDS)
def create(name: str) -> Response:
    me, at = caller(), group(name)
    return answer(present_planning.board(here(), boards.create(here(), me, at, params().required("name"))), 201)


@routes.get(f"{BOARDS}/<int:number>")
def read(name: str, number: int) -> Response:
    return answer(present_planning.board(here(), _board(name, number)))


@routes.put(f"{BOARDS}/<int:number>")
def update(name: str, number: int) -> Response:
    me, row, asked = caller(), _board(name, number), params()
    asked.need_one_of(*UPDATABLE)
    boards.update(here(), me, row, asked.text("name"), asked.words("labels"))
    return answer(present_planning.board(here(), row))


@routes.get(LISTS)
def lists(name: str, number: int) -> Response:
    """Without the lists of what is open and what is closed, which every board has."""
    rows = boards.lists(here(), _board(name, number))
    return page_of(rows, lambda row: present_planning.board_list(here(), row))


@routes.post(LISTS)
def add_list(name: str, number: int) -> Response:
    me, row, label = caller(), _board(name, number), params().integer("label_id")
    if label is None:
        raise bad_parameter("label_id is missing")
    return answer(present_planning.board_list(here(), boards.add_list(here(), me, row, label)), 201)


@routes.get(f"{LISTS}/<int:at>")
def read_list(name: str, number: int, at: int) -> Response:
    return answer(present_planning.board_list(here(), _list(_board(name, number), at)))


@routes.delete(f"{LISTS}/<int:at>")
def drop_list(name: str, number: int, at: int) -> Response:
    me, row = caller(), _board(name, number)
    boards.drop_list(here(), me, row, at)
    return nothing()


def _board(name: str, number: int) -> Board:
    caller()
    return boards.found(here(), group(name), number)


def _list(board: Board, number: int) -> BoardList:
    for row in boards.lists(here(), board):
        if row.id == number:
            return row
    raise not_found()
