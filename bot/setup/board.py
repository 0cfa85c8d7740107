"""The team's board as the labels want it and the boards of the group become steps; what people added to it stays.

A board is the team's when it has the base label's name, else when it is filtered by just that label, else when the plan
has only one. GitLab has no record of who took a list away, so a missing one comes back.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode

from bot.config import SiteSettings
from bot.domain.facts import Tier
from bot.domain.labels import Labels
from bot.domain.places import Board
from bot.gateway import Gateway
from bot.setup.steps import AddLists, Ask, CreateBoard, FilterBoard, Kept

Found = CreateBoard | FilterBoard | AddLists | Kept | Ask


def survey_board(gateway: Gateway, site: SiteSettings, labels: Labels) -> Iterator[Found]:
    """Steps for one board of the group: filtered by the base label, with a list for each priority."""
    group, base = site.groups.channel, labels.base.name
    wanted = tuple(map(labels.priority.name, labels.priority.levels))
    board = _ours(gateway.boards(group), base)
    if board is not None:
        yield from _compared(board, base, wanted, _page(site, base))
    elif site.gitlab.tier is Tier.FREE or not gateway.has_epics(group):
        advice = "GitLab makes this plan's one board when somebody looks for it: open it and run this again"
        yield Ask("board", base, f"{_page(site, base)} ({advice})")
    else:
        yield CreateBoard(base, wanted)


def _ours(boards: Sequence[Board], base: str) -> Board | None:
    named = (board for board in boards if board.name.strip().casefold() == base.casefold())
    filtered = (board for board in boards if board.labels == {base})
    only = (board for board in boards if not board.has_filter)
    return next(named, None) or next(filtered, None) or next(only, None)


def _compared(board: Board, base: str, wanted: tuple[str, ...], page: str) -> Iterator[Found]:
    there = {column.label for column in board.lists}
    missing = tuple(label for label in wanted if label not in there)
    if board.has_filter and base not in board.labels:
        yield FilterBoard(board, board.labels | {base})
    if missing:
        yield AddLists(board, missing)
    if missing and not board.has_filter:
        yield Ask("board", board.name, f"this plan keeps no filter with a board: share it as {page}")
    for label in sorted(there - {None, *wanted}, key=str):
        yield Ask("board", board.name, f"a person added a list for {label}: it stays")
    for label in sorted(board.labels - {base}):
        yield Ask(
            "board", board.name, f"a person filters it by {label} as well, which hides all other issues: it stays"
        )
    if not missing and (base in board.labels or not board.has_filter):
        yield Kept("board", board.name)


def _page(site: SiteSettings, base: str) -> str:
    """Where the board is seen filtered, whatever the plan keeps with it."""
    query = urlencode({"label_name[]": base})
    return f"{site.gitlab.url.rstrip('/')}/groups/{site.groups.channel}/-/boards?{query}"
