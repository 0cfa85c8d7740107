"""Records of partners that the registry does not know become a list for the operator: nobody follows them any more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from bot.domain.actions import Say
from bot.domain.gitlab import Issue
from bot.domain.partners.record import Record
from bot.domain.registry import Registry
from bot.domain.speech import code

NAME: Final = "partner_unknown"
"""Of the notice and its templates."""


@dataclass(frozen=True, slots=True)
class Orphans:
    """An entry may have left the registry, or have got another id, while the partner was on its way."""

    records: Callable[[], Mapping[str, tuple[Issue, Record]]]
    registry: Callable[[], Registry]
    has_project: bool
    """Whether the registry is kept in a project of its own; then what counts before that was read proves nothing."""

    def points(self) -> Iterator[Say]:
        """The list as its notice shows it; whoever closes a record's issue says that nobody has to follow it."""
        registry = self.registry()
        if self.has_project and not registry.commit:
            return
        for partner_id, (issue, _) in sorted(self.records().items()):
            if issue.is_open and registry.partner(partner_id) is None:
                yield Say("", "issue", {"id": code(partner_id), "issue": f"[{code(issue.reference)}]({issue.web_url})"})


def withheld(count: int) -> Say:
    """Stands for so many points that name an issue, where others than staff read along."""
    return Say("", "withheld", {"count": str(count)})
