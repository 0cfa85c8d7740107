"""CO-05, CO-07 and CO-08 as a table of cases: by what partners hear of an announcement."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest

from bot.handlers import notice_vehicles
from tests.communicating import announcement, points, words


@dataclass(frozen=True)
class Case:
    """`vehicles` stand on the line of that name, `ticked` are boxes; the topics in their order."""

    name: str
    vehicles: str | None = None
    ticked: tuple[str, ...] = ()
    answers: dict[str, str | None] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    topics: tuple[str, ...] = ()


CASES = (
    Case("the newsletter is enough", ticked=("flash",)),
    Case("as is the webcast, in words", "Webcasts"),
    Case("none is asked for", topics=("none",)),
    Case("the portal alone reaches nobody", ticked=("portal",), topics=("portal_alone",)),
    Case("nor in words", "Portal notification", topics=("portal_alone",)),
    Case("beside another one it may stand", "portal", ("flash",)),
    Case("a special one wants a reason", ticked=("special",), topics=("no_reason",)),
    Case("which may be given", ticked=("special",), answers={"Reason of urgency": "Summit invitations"}),
    Case("legal is waited for", "flash", answers={"Legal review": "yes"}, topics=("legal",)),
    Case("until its line is ticked", "flash", ("legal",), {"Legal review": "yes"}),
    Case("where it is not needed it is not", "flash", answers={"Legal review": "no"}),
    Case("a closed one needs nothing", more={"state": "closed"}),
    Case("nor one elsewhere", more={"is_home": False}),
)


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_notice_vehicles(case: Case) -> None:
    facts = announcement(ticked=case.ticked, answers={"Vehicles": case.vehicles, **case.answers}, **case.more)
    assert tuple(points(notice_vehicles, facts)) == case.topics
    assert bool(words(notice_vehicles, facts)) is bool(case.topics)


def test_legals_page_is_linked_where_configuration_has_one() -> None:
    facts = announcement(answers={"Legal review": "yes"})
    assert "[legal's page](https://l.example)" in words(notice_vehicles, facts, legal_link="https://l.example")
    assert "legal's page" not in words(notice_vehicles, facts)
