"""In each window the director reads one issue that says how the team's priorities stand and what needs a decision.

It counts the open issues by priority and team and lists the first priorities, milestones with too many of them, and
what is overdue, carried over often, or lacks a priority, a DRI, a milestone or a date. It is edited in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.domain.actions import Check, Say
from bot.domain.facts import DigestFacts
from bot.domain.speech import code, quoted
from bot.domain.tally import Kind, Row, Tally

HANDBOOK = ("GL-06", "GL-07")


@dataclass(frozen=True, slots=True)
class Settings:
    """More than `per_milestone` issues of the first priority on one milestone are too many."""

    enabled: bool = True
    per_milestone: int = 5

    def __post_init__(self) -> None:
        if self.per_milestone < 0:
            raise ValueError(f"per_milestone must be a number from 0 up, not {self.per_milestone}")


def decide_digest(facts: DigestFacts, settings: Settings) -> Iterator[Check | Say]:
    tally, labels = facts.tally, facts.site.labels
    yield Check("the open issues are counted", True, f"{tally.issues} issues", "the latest full sweep")
    names = {level.key: code(labels.priority.name(level)) for level in labels.priority.levels} | {"": "none"}
    priorities = [f"| {name} | {tally.by_priority.get(key, 0)} |" for key, name in names.items()]
    teams = [f"| {code(label.name)} | {tally.by_team.get(label.name, 0)} |" for label in labels.team]
    values = {"issues": str(tally.issues), "priorities": "\n".join(priorities), "teams": "\n".join(teams)}
    yield Say("", "counts", {**values, "order": code(f"@{facts.site.bot.username} rollover apply")})
    full = {title: count for title, count in tally.first_of.items() if count > settings.per_milestone}
    if full:
        rows = "\n".join(f"| {code(title)} | {count} |" for title, count in sorted(full.items()))
        yield Say("GL-06", "over_cap", {"most": str(settings.per_milestone), "rows": rows})
    yield from _lists(tally)


def _lists(tally: Tally) -> Iterator[Say]:
    for kind, listing in tally.lists.items():
        left = listing.count - len(listing.rows)
        values = {"count": str(listing.count), "rows": _table(listing.rows), "more": str(left) if left else ""}
        match kind:
            case Kind.FIRST:
                yield Say("GL-06", "first", values)
            case Kind.OVERDUE:
                yield Say("GL-15", "overdue", values)
            case Kind.OFTEN:
                yield Say("GL-15", "often", values)
            case Kind.NO_PRIORITY:
                yield Say("GL-05", "no_priority", values)
            case Kind.NO_DRI:
                yield Say("GL-11", "no_dri", values)
            case Kind.NO_MILESTONE:
                yield Say("GL-07", "no_milestone", values)
            case Kind.NO_DUE:
                yield Say("GL-16", "no_due", values)
            case Kind.HANDS_OFF:
                yield Say("", "hands_off", values)
            case _:
                assert_never(kind)


def _table(rows: tuple[Row, ...]) -> str:
    return "\n".join(map(_line, rows))


def _line(row: Row) -> str:
    dris = ", ".join(code(f"@{handle}") for handle in row.dris) or "-"
    milestone = code(row.milestone) if row.milestone else "-"
    return f"| [{row.reference}]({row.url}) | {quoted(row.title)} | {dris} | {milestone} | {row.due or '-'} |"
