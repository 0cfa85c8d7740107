"""What the bot last wrote of a milestone becomes a hidden mark in its description, since GitLab keeps no past of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot.domain.gitlab import Milestone, Written
from bot.domain.marks import Mark, Marker

KIND = "window"


@dataclass(frozen=True, slots=True)
class WindowMarks:
    """Marks of the milestones of one group."""

    marker: Marker
    group_id: int

    def read(self, milestone: Milestone) -> Milestone:
        """The milestone with what its mark tells, if it has one of ours."""
        marks = (found.mark for found in self.marker.find(milestone.description) if found.valid)
        values = [mark.value for mark in marks if (mark.kind, mark.place) == (KIND, self._place)]
        return replace(milestone, written=_written(values[0]) if values else None)

    def on(self, description: str, title: str, healed: int = 0) -> str:
        """The description with a mark that says: this title was written, after so many healings."""
        mark = self.marker.write(Mark(KIND, f"{title}|{healed}", self._place))
        return f"{self.marker.strip(description).strip()}\n\n{mark}".strip()

    def after_change(self, milestone: Milestone, title: str) -> str:
        """The description of a milestone that is given this title (again: then it was healed once more)."""
        before = self.read(milestone).written
        healed = before.healed + 1 if before and before.title == title else 0
        return self.on(milestone.description, title, healed)

    @property
    def _place(self) -> str:
        return f"group:{self.group_id}"


def _written(value: str) -> Written:
    title, _, healed = value.rpartition("|")
    return Written(title, int(healed))
