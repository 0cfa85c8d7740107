"""What a group plans with: its epics and its boards (docs.gitlab.com/api/epics, /epic_issues, /group_boards)."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.gitlab import Epic, Issue
from bot.domain.places import Board, BoardList
from bot.errors import Forbidden, NotThere
from bot.rest import translate, translate_planning
from bot.rest.calls import enc
from bot.rest.places import PlaceCalls


class PlanningCalls(PlaceCalls):
    """`group` is an id or a full path. Epics are read alone: GitLab's REST writes to them are on their way out."""

    def epics(self, group: int | str, labels: Collection[str] = (), search: str = "") -> tuple[Epic, ...]:
        """The epics of the group and of all below it, open and closed, oldest first; empty without such a plan.

        `labels`: only those that carry all of them; `search`: only those with these words in title or description.
        """
        given = {"labels": ",".join(labels) or None, "search": search or None}
        chosen = {key: value for key, value in given.items() if value is not None}
        path = f"/groups/{enc(group)}/epics"
        try:
            return tuple(self._each(path, translate_planning.epic, order_by="created_at", sort="asc", **chosen))
        except (Forbidden, NotThere):
            self.group(group)  # One that is not there is not to pass for one without epics.
            return ()

    def has_epics(self, group: int | str) -> bool:
        """Whether this GitLab's plan has epics, and with them several boards in a group, and filters on those."""
        try:
            return self._read(f"/groups/{enc(group)}/epics", lambda _: True, per_page=1)
        except (Forbidden, NotThere):
            # GitLab.com says 403, the Community Edition 404 of every group.
            self.group(group)
            return False

    def epic_issues(self, group: int | str, iid: int) -> tuple[Issue, ...]:
        """The issues of an epic, open and closed, as far as the asking account may read them."""
        return tuple(self._each(f"/groups/{enc(group)}/epics/{iid}/issues", translate.issue))

    def boards(self, group: int | str) -> tuple[Board, ...]:
        """The group's own boards; the first one alone where the plan has no more, none before it was ever looked at."""
        return tuple(self._each(f"/groups/{enc(group)}/boards", translate_planning.board))

    def create_board(self, group: int | str, name: str, labels: Collection[str] = ()) -> Board:
        """A board filtered by `labels`; Forbidden where the plan has only the one board that GitLab makes by itself."""
        board = self._write("other", "POST", f"/groups/{enc(group)}/boards", translate_planning.board, {"name": name})
        return self.filter_board(group, board.id, labels) if labels else board

    def filter_board(self, group: int | str, board_id: int, labels: Collection[str]) -> Board:
        """Without effect where the plan cannot filter boards (`has_filter`)."""
        path = f"/groups/{enc(group)}/boards/{board_id}"
        return self._write("other", "PUT", path, translate_planning.board, {"labels": ",".join(labels)})

    def board_lists(self, group: int | str, board_id: int) -> tuple[BoardList, ...]:
        """Its columns from left to right, without those of all that is open and all that is closed."""
        rows = self._each(_lists(group, board_id), translate_planning.board_list)
        return tuple(sorted(rows, key=lambda row: row.position))

    def create_board_list(self, group: int | str, board_id: int, label: str) -> BoardList:
        """A column for the group's label of that name, to the right of all others; NotThere when there is none."""
        label_id = self._read(f"/groups/{enc(group)}/labels/{enc(label)}", translate_planning.label_id)
        path = _lists(group, board_id)
        return self._write("other", "POST", path, translate_planning.board_list, {"label_id": label_id})


def _lists(group: int | str, board_id: int) -> str:
    return f"/groups/{enc(group)}/boards/{board_id}/lists"
