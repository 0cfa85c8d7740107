"""PH-03 as a table of cases: which partners' reviews are proposed to the registry, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import ProposeChanges
from bot.domain.facts import IssueFacts
from bot.domain.needs import ProposedFor, StateHistory
from bot.domain.partners.changes import Proposal, Reviewed
from bot.domain.places import StateEvent
from bot.handlers import phd_reviews
from bot.handlers.phd_reviews import Settings
from tests.builders import CAM, at, facts, issue
from tests.helpdesk import applicant, case, partner, select, site

CLOSED = (StateEvent(1, at("2026-11-20 23:30"), CAM.id, "closed"),)
OF = site(applicant("acme"), applicant("bolt"), select("core"))
DONE = ("phd_weekly.acme.", "phd_weekly.sfdc")


@dataclass(frozen=True)
class Case:
    """A review, and the partners whose day is proposed."""

    name: str
    facts: IssueFacts
    proposes: tuple[str, ...] = ()


def weekly(*names: str, ticked: tuple[str, ...] = DONE, state: str = "closed", **more: Any) -> IssueFacts:
    given: dict[str, Any] = {"of": OF, "ticked": ticked, "state": state, "state_events": CLOSED, **more}
    return case("phd_weekly", *(names or ("acme", "bolt")), **given)


def monthly(**more: Any) -> IssueFacts:
    given: dict[str, Any] = {
        "of": OF,
        "state": "closed",
        "state_events": CLOSED,
        "ticked": ("phd_select.sfdc",),
        **more,
    }
    return case("phd_select", "core", **given)


CASES = (
    Case("of a weekly review those that are done", weekly(), ("acme",)),
    Case("while it is open, nobody", weekly(state="opened")),
    Case("closed without the last task, nobody", weekly(ticked=("phd_weekly.acme.",))),
    Case("of a Select review everybody, whatever is missing", monthly(), ("core",)),
    Case("what the registry has already, nobody", monthly(of=site(select("core", last_phd_review=date(2026, 11, 20))))),
    Case("what was proposed is not proposed again", monthly(proposed={"core": {"reviewed 2026-11-20": "open !3"}})),
    Case("nor what somebody decided against", monthly(proposed={"core": {"reviewed 2026-11-20": "closed !3"}})),
    Case(
        "an older review in the registry is overtaken",
        monthly(proposed={"core": {"reviewed 2026-08-20": "closed !3"}}),
        ("core",),
    ),
    Case("of an issue that moved, nobody", monthly(moved_to_id=3)),
    Case("who is in the registry no more is left out", weekly("acme", "gone"), ("acme",)),
    Case("an issue elsewhere is none of its business", weekly(is_home=False)),
    Case("nor is an ordinary one", facts(issue(state="closed"))),
    Case(
        "an Open partner has a review of its own",
        case(
            "open_review",
            of=site(partner("acme")),
            values={"partner": "Acme"},
            state="closed",
            state_events=CLOSED,
            ticked=("open_review.sfdc",),
        ),
        ("acme",),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_phd_reviews(case: Case) -> None:
    said = list(phd_reviews.decide_templated(case.facts, Settings()))
    wishes = [one for one in said if isinstance(one, ProposeChanges)]
    wanted = tuple(Proposal(name, Reviewed(date(2026, 11, 20))) for name in case.proposes)
    assert wishes == ([ProposeChanges("77-42", wanted)] if wanted else [])


def test_where_gitlab_does_not_tell_the_day_it_is_today() -> None:
    said = list(phd_reviews.decide_templated(monthly(state_events=()), Settings()))
    assert ProposeChanges("77-42", (Proposal("core", Reviewed(date(2026, 11, 24))),)) in said


def test_it_needs_the_day_and_what_was_proposed_only_where_it_may_speak() -> None:
    assert list(phd_reviews.templated_needs(weekly(state="opened"), Settings())) == []
    assert list(phd_reviews.templated_needs(monthly(), Settings())) == [StateHistory(), ProposedFor("core")]
