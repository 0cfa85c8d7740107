"""The four ways to ask GitLab that every resource is written in; the gateway gives them their policy."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar
from urllib.parse import quote

from bot.domain.gitlab import Person

T = TypeVar("T")
PAGE = 100
"""The most GitLab puts on one page."""


class Calls(ABC):
    """Paths are below /api/v4; `turn` makes a fact of the parsed JSON."""

    @abstractmethod
    def me(self) -> Person:
        """The bot's own account."""

    @abstractmethod
    def _read(self, path: str, turn: Callable[[Any], T], /, **query: object) -> T:
        """One GET, repeated for a short while when GitLab is busy.

        Raises TryLater when it stays busy, NotThere on 404, AskAPerson on anything a person has to change.
        """

    @abstractmethod
    def _each(self, path: str, turn: Callable[[Any], T], /, **query: object) -> Iterator[T]:
        """A list, page by page as it is consumed; Incomplete when a page after the first cannot be read."""

    @abstractmethod
    def _write(
        self, kind: str, method: str, path: str, turn: Callable[[Any], T], body: Mapping[str, object] | None = None
    ) -> T:
        """One POST, PUT or DELETE, never repeated; `kind` (note, issue, other) is what GitLab's limits count it as.

        Raises TryLater when it has surely not happened, Unclear when nobody can tell, NotThere and AskAPerson as above.
        """


def enc(name: int | str) -> str:
    """A name or id as one segment of a path (docs.gitlab.com/api/rest/#namespaced-paths)."""
    return quote(str(name), safe="")


def issue_path(project_id: int, iid: int) -> str:
    return f"/projects/{project_id}/issues/{iid}"


def nothing(_: Any) -> None:
    """For answers that tell nothing more than that it worked."""
