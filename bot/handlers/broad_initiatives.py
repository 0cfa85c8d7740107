"""A broad initiative is an epic with several issues: the digest lists issues with more tasks than an issue should have.

Epics with hardly an issue are listed in the month's look at epics (`epic_review` in recurrences.yml).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Say
from bot.domain.facts import DigestFacts
from bot.domain.speech import quoted
from bot.domain.tally import Row
from bot.domain.tallying import MANY

HANDBOOK = ("GL-18",)


@dataclass(frozen=True, slots=True)
class Settings:
    """An issue has at most `most_tasks` tasks; at most `most` issues are listed. ValueError for too few tasks."""

    enabled: bool = True
    most_tasks: int = 15
    most: int = 10

    def __post_init__(self) -> None:
        if self.most_tasks < MANY:
            raise ValueError(f"most_tasks is {self.most_tasks}; issues with fewer than {MANY} are not counted")


def decide_digest(facts: DigestFacts, settings: Settings) -> Iterator[Check | Say]:
    broad = [row for row in facts.tally.large.rows if row.tasks > settings.most_tasks]
    claim = f"every issue has at most {settings.most_tasks} tasks"
    yield Check(claim, not broad, f"{len(broad)} have more", "the latest full sweep")
    if broad:
        rows = "\n".join(map(_line, broad[: settings.most]))
        yield Say("GL-18", "broad", {"most": str(settings.most_tasks), "rows": rows})


def _line(row: Row) -> str:
    return f"| [{row.reference}]({row.url}) | {quoted(row.title)} | {row.tasks} |"
