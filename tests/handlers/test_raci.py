"""RA-01 and RA-02 as tables of cases: who does what, from the shipped tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache

import pytest

from bot.config import SHIPPED, load
from bot.domain.raci import Duty
from bot.domain.registry import Registry, Role
from bot.handlers.raci import Settings, obey
from tests.awards import words
from tests.builders import SITE, facts, issue, order

HERE = facts(
    issue(),
    site=replace(
        SITE,
        registry=Registry(
            roles=(
                Role("channel_programs", "Channel Programs", "programs-lead"),
                Role("professional_services", "Professional Services", "ps-lead"),
            )
        ),
    ),
)
CHANNEL, PS = "Channel (`@programs-lead`)", "Professional Services (`@ps-lead`)"


@cache
def shipped() -> Settings:
    settings = load(SHIPPED[-1]).settings["raci"]
    assert isinstance(settings, Settings)
    return settings


@dataclass(frozen=True)
class Case:
    """What stands behind `raci`, the topic of the answer, and fragments of its words."""

    name: str
    rest: str
    topic: str = "row"
    says: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


CASES = (
    Case(
        "two teams share a deliverable",
        "msa partner onboarding",
        says=(
            "**Partner onboarding** (MSA sub-contracting)",
            f"- **Accountable:** {CHANNEL}",
            f"- **Responsible:** {CHANNEL}",
            f"- **Consulted:** {PS}",
            "- **Informed:** nobody",
        ),
    ),
    Case(
        "where the channel has no part, its cell stays blank",
        "msa coordinate delivery",
        says=(f"- **Accountable:** {PS}", f"- **Informed:** {PS}"),
        silent=("Channel (",),
    ),
    Case(
        "one duty of two teams, one with a remark",
        "MSA: vetting",
        says=(f"- **Accountable:** {PS}", f"- **Responsible:** Channel, prelim vetting (`@programs-lead`), {PS}"),
    ),
    Case(
        "a team whose role nobody leads is named alone",
        "ctp Course Content Price",
        says=("- **Accountable:** Education Services\n", f"- **Consulted:** {CHANNEL}"),
    ),
    Case("the training program is known by its later name", "tsp collecting monthly metrics", says=("(CTP)",)),
    Case(
        "words of several rows",
        "ctp onboarding",
        "several",
        says=(
            "`onboarding` can mean several rows",
            "- Partner onboarding: GitLab Partner Program\n",
            "- Learning partner and/or trainer onboarding: CTP/subcontract list",
        ),
    ),
    Case("a misspelt row", "msa rate crads", "nearest", says=("has no row `rate crads`", "- Rate cards")),
    Case("a misspelt word of it", "msa delivry", "nearest", says=("- Coordinate delivery with",), silent=("- Rate",)),
    Case("two of them", "msa custmer delivry", "nearest", says=("- Coordinate delivery with",), silent=("- Rate",)),
    Case(
        "a row of the other table",
        "msa monthly metrics @all",
        "every",
        says=("MSA sub-contracting has no row `monthly metrics @all`, nor anything like it", "- Rate cards\n"),
    ),
    Case("the table alone", "ctp", "every", says=("These are the deliverables of", "- Collecting Monthly Metrics\n")),
    Case(
        "no table",
        "rate cards",
        "which_table",
        says=("`@channel-bot raci <msa/ctp> <deliverable>`", "- `msa`: MSA sub-contracting"),
    ),
    Case("nothing at all", "", "which_table"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_raci(case: Case) -> None:
    (answer,) = obey(HERE, shipped(), order("raci", "2026-11-21", case.rest))
    assert answer.topic == case.topic
    assert answer.done is (case.topic == "row" or case.rest == "ctp")
    said = words("raci", answer)
    assert [fragment for fragment in case.says if fragment not in said] == [], said
    assert [fragment for fragment in case.silent if fragment in said] == []


LETTERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "msa": (
        ("RA", "CI"),
        ("RA", "C"),
        ("C", "RA"),
        ("I", "RA"),
        ("", "RACI"),
        ("RI", "AC"),
        ("", "RA"),
        ("CI", "RA"),
        ("CI", "RA"),
        ("R", "RA"),
    ),
    "ctp": (
        ("RA", "CI"),
        ("RA", "C"),
        ("I", "RA"),
        ("C", "RA"),
        ("C", "RA"),
        ("I", "RA"),
        ("", "RACI"),
        ("CI", "RA"),
        ("", "RA"),
        ("CI", "RA"),
        ("CI", "RA"),
        ("R", "RA"),
        ("AC", "R"),
        ("", "RA"),
        ("I", "RA"),
    ),
}


@pytest.mark.parametrize("key", LETTERS)
def test_the_shipped_tables_are_the_handbooks(key: str) -> None:
    """Row by row: the duties of the channel, then of the other team."""
    table = shipped().tables[key]
    channel, other = table.teams
    seen = [[{duty for duty in Duty if team in dict(row.who(duty))} for team in (channel, other)] for row in table.rows]
    assert seen == [[{*map(Duty, cell)} for cell in row] for row in LETTERS[key]]


def test_every_row_is_found_by_its_own_name() -> None:
    for key, table in shipped().tables.items():
        for row in table.rows:
            (answer,) = obey(HERE, shipped(), order("raci", "2026-11-21", f"{key} {row.name}"))
            assert answer.values.get("deliverable") == row.name
