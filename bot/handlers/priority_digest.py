"""In each window the director reads one issue that says how the team's priorities stand and what needs a decision.

It counts the open issues by priority and team and lists the first priorities, milestones with too many of them, and
what is overdue, carried over often, or lacks a priority, a DRI, a milestone or a date. The oldest small wins are listed
that could be slotted in. It is edited in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from bot.domain.actions import Check, Say
from bot.domain.facts import DigestFacts
from bot.domain.speech import code, handle, quoted
from bot.domain.tally import KEPT, Kind, Row, Tally

HANDBOOK = ("GL-06", "GL-07", "GL-09")


@dataclass(frozen=True, slots=True)
class Settings:
    """More than `per_milestone` issues of the first priority on one milestone are too many.

    Of the small wins that wait for a window, the `slot_in` oldest are offered.
    """

    enabled: bool = True
    per_milestone: int = 5
    slot_in: int = 10

    def __post_init__(self) -> None:
        for name in ("per_milestone", "slot_in"):
            if (given := getattr(self, name)) < 0:
                raise ValueError(f"{name} must be a number from 0 up, not {given}")


def decide_digest(facts: DigestFacts, settings: Settings) -> Iterator[Check | Say]:
    tally, labels = facts.tally, facts.site.labels
    yield Check("the open issues are counted", True, f"{tally.issues} issues", "the latest full sweep")
    teams = [
        f"| {code(label.name)} | {tally.by_team[label.name]} |" for label in labels.team if label.name in tally.by_team
    ]
    order = code(f"@{facts.site.bot.username} rollover apply")
    yield Say("", "counts", {"issues": str(tally.issues), "teams": "\n".join(teams), "order": order})
    yield _by_dri(tally, [level.key for level in labels.priority.levels])
    full = {title: count for title, count in tally.first_of.items() if count > settings.per_milestone}
    if full:
        rows = "\n".join(f"| {code(title)} | {count} |" for title, count in sorted(full.items()))
        yield Say("GL-06", "over_cap", {"most": str(settings.per_milestone), "rows": rows})
    yield from _lists(tally)
    if tally.unplanned.rows:
        yield _slot_in(facts, settings)


def _slot_in(facts: DigestFacts, settings: Settings) -> Say:
    count, rows = facts.tally.unplanned.count, facts.tally.unplanned.rows[: settings.slot_in]
    left = count - len(rows)
    values = {"count": str(count), "rows": "\n".join(map(_aged, rows)), "more": str(left) if left else ""}
    return Say("GL-09", "slot_in", {**values, "window": code(facts.window.title)})


def _aged(row: Row) -> str:
    return _cells([f"[{row.reference}]({row.url})", quoted(row.title), ", ".join(map(handle, row.dris)), row.since])


def _by_dri(tally: Tally, keys: list[str]) -> Say:
    """A line for all, then one for each DRI, those with the most issues first."""
    busy = sorted(tally.by_dri.items(), key=lambda one: (-sum(one[1].values()), one[0]))
    named = [(code(f"@{dri}") if dri else "nobody", counts) for dri, counts in busy[:KEPT]]
    rows = [
        _cells([who, *(str(counts.get(key, 0) or "") for key in (*keys, ""))])
        for who, counts in (("all", tally.by_priority), *named)
    ]
    head = _cells(["DRI", *keys, "no priority"]) + "\n" + _cells(["---"] * (len(keys) + 2))
    left = len(busy) - len(named)
    return Say("GL-05", "by_dri", {"head": head, "rows": "\n".join(rows), "more": str(left) if left else ""})


def _lists(tally: Tally) -> Iterator[Say]:
    for kind, listing in tally.lists.items():
        left = listing.count - len(listing.rows)
        yield _listed(kind, str(listing.count), _table(listing.rows), str(left) if left else "")


def _listed(kind: Kind, count: str, rows: str, more: str) -> Say:  # noqa: C901 - one line a list
    values = {"count": count, "rows": rows, "more": more}
    match kind:
        case Kind.FIRST:
            return Say("GL-06", "first", values)
        case Kind.OVERDUE:
            return Say("GL-15", "overdue", values)
        case Kind.LATE:
            return Say("GL-16", "late", values)
        case Kind.OFTEN:
            return Say("GL-15", "often", values)
        case Kind.NO_PRIORITY:
            return Say("GL-05", "no_priority", values)
        case Kind.NO_TEAM:
            return Say("GL-03", "no_team", values)
        case Kind.NO_DRI:
            return Say("GL-11", "no_dri", values)
        case Kind.NO_MILESTONE:
            return Say("GL-07", "no_milestone", values)
        case Kind.NO_DUE:
            return Say("GL-16", "no_due", values)
        case Kind.HANDS_OFF:
            return Say("", "hands_off", values)
        case _:
            assert_never(kind)


def _table(rows: tuple[Row, ...]) -> str:
    return "\n".join(map(_line, rows))


def _line(row: Row) -> str:
    dris = ", ".join(code(f"@{handle}") for handle in row.dris)
    milestone = code(row.milestone) if row.milestone else ""
    return _cells([f"[{row.reference}]({row.url})", quoted(row.title), dris, milestone, row.due])


def _cells(cells: Iterable[str]) -> str:
    """One line of a Markdown table."""
    return f"| {' | '.join(cell or '-' for cell in cells)} |"
