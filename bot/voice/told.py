"""What people must hear once becomes one comment that mentions them, known again by its mark."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import Unclear
from bot.memory import Memory
from bot.voice.ownnotes import OwnNotes

KIND = "told"


@dataclass(frozen=True, slots=True)
class Told:
    """Tells each thing once an issue; the database only saves looking for it."""

    own: OwnNotes
    memory: Memory

    def tell(self, project_id: int, iid: int, key: str, body: str, before_write: Callable[[], None]) -> bool:
        """Comment on the issue unless a comment under this key stands there; whether one was written.

        `body` is Markdown that is safe to print, mentions included.
        """
        if self.was_told(project_id, iid, key):
            return False
        before_write()
        try:
            self.own.gateway.create_note(project_id, iid, self.own.signed_once(project_id, iid, KIND, key, body))
        except Unclear:
            # GitLab may have got it: what is there is not written again.
            if not self._stands(project_id, iid, key):
                raise
        self._remember(project_id, iid, key)
        return True

    def was_told(self, project_id: int, iid: int, key: str) -> bool:
        """Whether people heard of it; GitLab is asked when the memory does not know."""
        if self.memory.cursor(_name(project_id, iid, key)) is not None:
            return True
        stands = self._stands(project_id, iid, key)
        if stands:
            self._remember(project_id, iid, key)
        return stands

    def _stands(self, project_id: int, iid: int, key: str) -> bool:
        return key in self.own.values_of(project_id, iid, KIND)

    def _remember(self, project_id: int, iid: int, key: str) -> None:
        self.memory.move_cursor(_name(project_id, iid, key), KIND)


def _name(project_id: int, iid: int, key: str) -> str:
    return f"{KIND}:{project_id}/{iid}:{key}"
