"""GL-18: the digest lists the issues with the most tasks."""

from __future__ import annotations

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


def test_issues_with_as_many_tasks_as_they_may_have_are_fine() -> None:
    assert said(large(15, 6)) == ""
    assert said(Tally()) == ""


def test_those_with_more_are_listed() -> None:
    text = said(large(40, 16, 15))
    assert text.startswith("## Broad initiatives: more than 15 tasks in one issue")
    assert text.splitlines()[-2:] == [
        "| [#40](https://g/40) | `All of it ¦ @all` | 40 |",
        "| [#16](https://g/16) | `All of it ¦ @all` | 16 |",
    ]


def test_no_more_of_them_than_anybody_reads() -> None:
    assert said(large(*range(60, 30, -1)), Settings(most=3)).count("https://g/") == 3


def test_a_number_below_those_that_are_counted_is_refused() -> None:
    with pytest.raises(ValueError, match="most_tasks is 4; issues with fewer than 5"):
        Settings(most_tasks=4)
