"""Asked about a deliverable, the bot says which team is accountable, responsible, consulted and informed.

The lead of each team is named and not mentioned, since a question is no reason to call anybody. A label for each
deliverable would say no more than the order does, so there is none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from bot.domain.actions import Answer
from bot.domain.facts import IssueFacts
from bot.domain.orders import Command, Order
from bot.domain.raci import Deliverable, Duty, Table, Team, deliverables, folded, guesses
from bot.domain.registry import Registry
from bot.domain.speech import code, quoted

HANDBOOK = ("RA-01", "RA-02")
USAGE = "raci <msa/ctp> <deliverable>"
COMMANDS = (
    Command("raci", USAGE, "which team does what for a deliverable, by the MSA or the CTP table", internal=True),
)
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Settings:
    """The `tables` by key, each with its teams and its rows, as the handbook has them."""

    enabled: bool = True
    tables: Mapping[str, Table] = field(default_factory=dict)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    usage = code(f"@{facts.site.bot.username} {USAGE}")
    table, said = _table(settings.tables, order.rest)
    if table is None:
        names = "\n".join(f"- {code(key)}: {one.name}" for key, one in settings.tables.items())
        yield Answer("which_table", {"tables": names, "order": usage}, done=False)
        return
    found = deliverables(table.rows, said)
    if len(found) == 1:
        yield _row(facts.site.registry, table, found[0])
    elif found:
        yield Answer("several", {"said": quoted(said), "rows": _listed(found), "table": table.name}, done=False)
    elif near := guesses(table.rows, said) if said else ():
        yield Answer("nearest", {"said": quoted(said), "rows": _listed(near), "table": table.name}, done=False)
    else:
        unknown = quoted(said) if said else ""
        yield Answer("every", {"said": unknown, "rows": _listed(table.rows), "table": table.name}, done=not said)


def _table(tables: Mapping[str, Table], rest: str) -> tuple[Table | None, str]:
    """The table that the first word names, and the words that follow."""
    first, _, said = rest.strip().partition(" ")
    for key, table in tables.items():
        if folded(first) in map(folded, (key, *table.spellings)):
            return table, said.strip()
    return None, rest


def _listed(rows: Sequence[Deliverable]) -> str:
    return "\n".join(f"- {row.name}" for row in rows)


def _row(registry: Registry, table: Table, row: Deliverable) -> Answer:
    who = {duty: _teams(registry, table.teams, row, duty) for duty in Duty}
    values = {
        "deliverable": row.name,
        "table": table.name,
        "accountable": who[Duty.ACCOUNTABLE],
        "responsible": who[Duty.RESPONSIBLE],
        "consulted": who[Duty.CONSULTED],
        "informed": who[Duty.INFORMED],
    }
    return Answer("row", values)


def _teams(registry: Registry, teams: Mapping[str, Team], row: Deliverable, duty: Duty) -> str:
    named = (_named(registry, teams[team], remark) for team, remark in row.who(duty))
    return ", ".join(named) or NOBODY


def _named(registry: Registry, team: Team, remark: str) -> str:
    """`Channel, prelim vetting (`@programs-lead`)`; without a lead where the registry has none."""
    lead, what = registry.holder(team.role), f"{team.name}, {remark}" if remark else team.name
    return f"{what} ({code(f'@{lead}')})" if lead else what
