"""NF-01 as a table of cases."""

from __future__ import annotations

from typing import Any

import pytest

from bot.domain.facts import IssueFacts
from bot.domain.licensing.request import INTEGRATION, RENEWAL, REQUEST
from bot.domain.needs import IssuesOf
from bot.handlers import nfr_duplicates
from tests.builders import at
from tests.licences import LicenceCase, asked, prove_licence

SAYS = ("say `duplicate` (NF-01)",)


def beside(*others: IssueFacts, key: str = REQUEST, **more: Any) -> IssueFacts:
    return asked(key=key, others={key: others}, **more)


def earlier(day: str = "2026-11-20", iid: int = 7, *ticked: str, **more: Any) -> IssueFacts:
    return asked(*ticked, iid=iid, created_at=at(day), **more)


CASES = (
    LicenceCase("the only one", beside(asked())),
    LicenceCase("the same three days before", beside(earlier()), SAYS, ("channels#7 asks for the same",)),
    LicenceCase("the first of several is named", beside(earlier(), earlier(iid=8)), SAYS, ("#7 ",), never=("#8 ",)),
    LicenceCase("a closed one that was sent counts", beside(earlier("2026-11-20", 7, "sent", state="closed")), SAYS),
    LicenceCase("one that was closed unsent gave nobody a license", beside(earlier(state="closed"))),
    LicenceCase(
        "the limit was kept the second time", beside(earlier(said={"seats": "90"}, state="closed"), said={"seats": "5"})
    ),
    LicenceCase("seven days before", beside(earlier("2026-11-16 09:00")), SAYS),
    LicenceCase("more than seven", beside(earlier("2026-11-16 08:59"))),
    LicenceCase("of another kind", beside(earlier(said={"kind": "SaaS"}))),
    LicenceCase("for another partner", beside(earlier(said={"partner": "Zed"}))),
    LicenceCase("a later one is not earlier", beside(earlier(iid=99))),
    LicenceCase("one that lacks something", beside(earlier(said={"seats": "ten"}))),
    LicenceCase("one that lies elsewhere", beside(earlier(is_home=False))),
    LicenceCase(
        "companies nobody knows are told by their names",
        beside(earlier(key=INTEGRATION, said={"partner": "ZED, Inc"}), key=INTEGRATION, said={"partner": "Zed inc."}),
        SAYS,
    ),
    LicenceCase("mine lacks something", beside(earlier(), said={"seats": "0"})),
    LicenceCase("what was sent is not to be closed", asked("sent", others={REQUEST: (earlier(),)})),
    LicenceCase("closed is closed", beside(earlier(), state="closed")),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nfr_duplicates(case: LicenceCase) -> None:
    prove_licence(nfr_duplicates, case)


def test_others_are_read_only_where_there_may_be_one() -> None:
    def needs(facts: IssueFacts) -> list[object]:
        return list(nfr_duplicates.templated_needs(facts, nfr_duplicates.Settings()))

    assert needs(asked()) == needs(asked(state="closed")) == [IssuesOf(REQUEST)]
    for one in (asked(said={"partner": ""}), asked(key=RENEWAL), asked(is_home=False)):
        assert needs(one) == []
