"""`award open` as a table of cases: what it comes to, and what people hear."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import Answer, Ask
from bot.domain.needs import PartnerState
from bot.domain.registry import Certification, Practitioners
from bot.handlers.award_on_demand import Settings, obey, order_needs
from tests.awards import ACME, LEAD, award, partner, site, words
from tests.builders import facts, issue, order
from tests.handlers.test_award_opening import RECORD, tracking

NOTHING = replace(ACME, practitioners=Practitioners())
HELD = (Certification("psp", date(2026, 10, 2)),)


@dataclass(frozen=True)
class OrderCase:
    """`award open ...` on an issue of the Channels project: the topic of the answer, a fragment, and what is asked."""

    name: str
    rest: str
    answer: str
    says: str
    of: Any = ACME
    more: tuple[tuple[str, Any], ...] = ()
    asks: str = ""
    project: str = "gitlab-com/channel/channels"


ORDERS = (
    OrderCase("all is there", "acme psp", "asked", "I open the award issue now", asks="psp"),
    OrderCase("a name will do", "Acme Consulting: PSP.", "asked", "I open the award issue", asks="psp"),
    OrderCase("what the partner is ready for is meant", "acme", "asked", "Professional Services Partner`", asks="psp"),
    OrderCase(
        "something is missing",
        "acme psp",
        "not_ready",
        "cannot be `GitLab Certified Professional Services Partner` yet. This is missing:\n  - certified Professional",
        of=NOTHING,
    ),
    OrderCase("nobody enrolled", "acme ctp", "not_ready", "the partner is enrolled in the programme: it is `not enr"),
    OrderCase(
        "ready for nothing, it is the one without enrolment", "acme", "not_ready", "(PSE): at least 3", of=NOTHING
    ),
    OrderCase(
        "or what the partner is enrolled in",
        "acme",
        "not_ready",
        "cannot be `GitLab Certified Training Partner` yet",
        of=NOTHING,
        more=(("record", RECORD), ("tracking", tracking(state="opened"))),
    ),
    OrderCase(
        "ready for two, it has to be said which",
        "acme",
        "which",
        "with one of `PSP`, `CTP`",
        more=(("record", RECORD), ("tracking", tracking())),
    ),
    OrderCase("no such certification", "acme iso", "no_programme", "no certification called `iso`. It can be `PSP`"),
    OrderCase("no such partner", "zenith psp", "unknown", "did you mean one of `acme`?"),
    OrderCase("nobody named", "", "unknown", "Please write `@channel-bot award open <partner> <certification>`"),
    OrderCase(
        "held already",
        "acme psp",
        "held",
        "since 2026-10-02, says the registry",
        of=replace(ACME, certifications=HELD),
    ),
    OrderCase(
        "there already",
        "acme psp",
        "there",
        "has its issue already: gitlab-com/channel/channels#42",
        more=(("awards", (award(),)),),
    ),
    OrderCase("where a partner may read along", "acme psp", "elsewhere", "on an issue of `gitlab", project="x/y"),
)


@pytest.mark.parametrize("case", ORDERS, ids=lambda case: case.name)
def test_award_open(case: OrderCase) -> None:
    said = order("award open", "2026-11-23 10:00", case.rest, LEAD)
    bare = facts(issue(9, project=case.project), "2026-11-23", site=site(case.of))
    read = {need.partner: partner(case.of, **dict(case.more)) for need in order_needs(bare, Settings(), said)
            if isinstance(need, PartnerState)}  # fmt: skip
    *asks, answer = obey(replace(bare, partners=read), Settings(), said)
    assert isinstance(answer, Answer)
    assert answer.topic == case.answer
    assert case.says in words("award_on_demand", answer)
    assert [one.request.values for one in asks if isinstance(one, Ask)] == [{"certification": "psp"}][: bool(case.asks)]
    assert answer.done is (case.answer in ("asked", "there"))


def test_an_order_is_carried_out_once_however_often_it_is_heard() -> None:
    """The request of the same order has the same key."""
    said = order("award open", "2026-11-23 10:00", "acme psp", LEAD)
    seen = facts(issue(9), "2026-11-23", site=site(), partners={"acme": partner()})
    first, second = (next(iter(obey(seen, Settings(), said))) for _ in range(2))
    assert isinstance(first, Ask)
    assert first == second
    assert (first.request.what, first.request.by, first.request.at) == ("award", "programs-lead", (77, 9))
