"""GL-18: the digest lists the issues with the most tasks."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import pytest

from bot.domain.actions import Action
from bot.domain.facts import DigestFacts
from bot.domain.tally import Listing, Row, Tally
from bot.domain.telling import told
from bot.domain.windows import Window
from bot.handlers import broad_initiatives
from bot.handlers.broad_initiatives import Settings
from bot.render import Renderer, template_dirs
from tests.builders import SITE

TODAY = date(2026, 12, 18)


def large(*tasks: int) -> Tally:
    rows = tuple(Row(f"#{count}", f"https://g/{count}", "All of it | @all", tasks=count) for count in tasks)
    return Tally(large=Listing(len(rows), rows))


def said(tally: Tally, settings: Settings | None = None) -> str:
    facts = DigestFacts(TODAY, SITE, Window.of(TODAY), tally)
    points = [one for one in broad_initiatives.decide_digest(facts, settings or Settings()) if isinstance(one, Action)]
    assert [told(one) for one in points] == ["say `broad` (GL-18)"] * len(points)
    return "\n".join(Renderer(template_dirs()).note("broad_initiatives", one.topic, one.values) for one in points)


@dataclass(frozen=True)
class Case:
    """Issues by how many tasks they have, and those that the digest names."""

    name: str
    tally: Tally
    named: tuple[int, ...] = ()
    settings: Settings = field(default_factory=Settings)


CASES = (
    Case("no issue has many tasks", Tally()),
    Case("as many as it may have are fine", large(15, 6)),
    Case("those with more are named", large(40, 16, 15), (40, 16)),
    Case("no more of them than anybody reads", large(*range(60, 30, -1)), (60, 59, 58), Settings(most=3)),
    Case("how many are too many is a setting", large(16, 9), (16, 9), Settings(most_tasks=8)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_broad_initiatives(case: Case) -> None:
    text = said(case.tally, case.settings)
    rows = [f"| [#{count}](https://g/{count}) | `All of it ¦ @all` | {count} |" for count in case.named]
    assert [line for line in text.splitlines() if "https://" in line] == rows
    assert ("## Broad initiatives: more than" in text) is bool(rows)


def test_a_number_below_those_that_are_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="most_tasks is 4; issues with fewer than 5"):
        Settings(most_tasks=4)
    assert Settings(most_tasks=5).most_tasks == 5
