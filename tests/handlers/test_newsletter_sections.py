"""NL-05 and NL-13 as a table of cases: what stands in the outline of February 2021's newsletter, sent on the 4th."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest

from bot.handlers import newsletter_sections
from bot.handlers.newsletter_sections import Settings
from tests.communicating import RENDERER, newsletter, points, words

FULL = dict.fromkeys(Settings().sections, "- [An item](https://example.com/a)")
TWO_BEFORE = "2021-02-02"
LONG = "- [An item](https://example.com/a) " + "word " * 59


@dataclass(frozen=True)
class Case:
    """`outline` replaces sections of a full one; the topics in their order."""

    name: str
    outline: dict[str, str] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    topics: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


CASES = (
    Case("full, it needs nothing", more={"today": TWO_BEFORE}),
    Case("three business days before it may be empty", {"Featured": ""}, {"today": "2021-02-01"}),
    Case(
        "two business days before it may not",
        {"Featured": "", "What's new in GitLab": "..."},
        {"today": TWO_BEFORE},
        topics=("empty",),
        says=("`Featured`, `What's new in GitLab` say nothing", "2021-02-04"),
    ),
    Case("nor on the day itself", {"Featured": ""}, {"today": "2021-02-04"}, topics=("empty",)),
    Case("after it went out nobody is asked", {"Featured": ""}, {"today": "2021-02-05"}),
    Case(
        "a word that there is nothing is enough",
        {"Featured": "Nothing this month, see [why](https://e.com)."},
        {"today": TWO_BEFORE},
    ),
    *(
        Case(f"so is {said!r}, which is no item", {"Featured": said}, {"today": TWO_BEFORE})
        for said in ("Nothing this month.", "- none", "There is nothing this month", "n/a", "No news this time")
    ),
    Case("one item of several is one", {"Featured": "- None\n- Prices"}, topics=("bare",)),
    Case("so are many words", {"Featured": "- Nothing " + "word " * 8}, topics=("bare",)),
    Case("a section that is gone is empty", {}, {"today": TWO_BEFORE, "gone": "Featured"}, topics=("empty",)),
    Case(
        "an item without a link",
        {"Featured": "- Prices go up @all"},
        topics=("bare",),
        says=("- `Prices go up @all`",),
    ),
    Case(
        "references and addresses are links", {"Featured": "1. See gitlab-com/channel/channels#12\n2. https://e.com/x"}
    ),
    Case("a link on the line below belongs to the item", {"Featured": "- Prices go up\n  [more](https://e.com)"}),
    Case("so do the points below it", {"Featured": "- Prices:\n  - [up](https://e.com)"}),
    Case("a paragraph is an item", {"Featured": "Prices go up.\n\nAnd [more](https://e.com)."}, topics=("bare",)),
    Case("61 words are too long", {"Featured": LONG}, topics=("long",), says=("at most 60 words",)),
    Case("60 are not, wherever the link leads", {"Featured": LONG.removesuffix("word ")}),
    Case("a closed one is done", {"Featured": "- bare"}, {"state": "closed"}),
    Case("without a send date nobody knows when", {"Featured": "- bare"}, {"send": "", "is_known": False}),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_newsletter_sections(case: Case) -> None:
    more = {**case.more}
    gone = more.pop("gone", "")
    facts = newsletter(outline={**FULL, **case.outline, **({gone: "# Elsewhere"} if gone else {})}, **more)
    assert tuple(points(newsletter_sections, facts)) == case.topics
    said = words(newsletter_sections, facts)
    assert [fragment for fragment in case.says if fragment not in said] == []


def test_the_manager_is_pinged_on_that_day() -> None:
    nudge = points(newsletter_sections, newsletter(today="2021-02-03"))["empty"].nudge
    assert nudge is not None
    assert [turn.on for turn in nudge.turns] == [date(2021, 2, 2)]


def test_the_template_has_the_sections_that_are_asked_for() -> None:
    _, text = RENDERER.templated("Partner_Flash")
    assert [title for title in Settings().sections if f"\n## {title}\n" not in text] == []
