"""Journeys, funds, alliances, epics and the digest: with their handlers people see them at work, without them not."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.flow.award_stories import registry
from tests.flow.hygiene_stories import DAY, complete, first_ones, unplanned
from tests.flow.on_off import Ends, Seen, ends
from tests.stage import HOME, Stage
from tests.teamissues import filled

ALLIANCES = "gitlab-com/channel/alliances"
JOURNEY, FURTHER, FUNDS, LEAD = "A journey", "A journey that goes on", "A booth", "An integration"
OBJECTIVE, DIGEST = "An objective", "Channel priorities - FY27Q4 1b"
STAND = ("portal", "qualify", "pitch", "pricing", "quoting", "engaging", "certified_people", "nfr")
"""What the journey's first stage asks."""
CERTIFIED = ("certifications: []  ", "certifications: [{cert: psp, awarded_on: 2026-10-02, review_month: 10}]  ")
"""Acme Consulting is."""
SEEN: Seen = {
    ("journey", "CJ-01"): (JOURNEY, "Partner Journey::Stand"),
    ("journey", "CJ-02"): (FURTHER, "**Journey:** Onboarding (Stand) is complete"),
    ("journey", "CJ-04"): (JOURNEY, "- [x] It is certified as it wishes"),
    ("mdf", "MK-01"): (FUNDS, "authorized Select partners, and `Bolt Services` is open, authorized"),
    ("mdf", "MK-02"): (FUNDS, "**Plans:** please go through the plans"),
    ("alliance_lead", "AL-02"): (LEAD, "nobody has taken this request yet"),
    ("okr_epics", "GL-17"): (OBJECTIVE, "is in no epic"),
    ("broad_initiatives", "GL-18"): (DIGEST, "Broad initiatives: more than 15 tasks"),
    ("priority_digest", "GL-06"): (DIGEST, "## More first priorities than a milestone should hold (5)"),
    ("priority_digest", "GL-07"): (DIGEST, "## Urgent and without a milestone: 2"),
    ("priority_digest", "GL-09"): (DIGEST, "Small wins that could be slotted in: 1"),
}


def issue(on: Stage, key: str, title: str, answers: Mapping[str, str], *ticked: str, project: str = HOME) -> None:
    """Somebody opens an issue from a template."""
    here = on.as_("cam-emea").projects.get(project)
    here.issues.create({"title": title, "description": filled(key, answers, ticked)})


def play(on: Stage) -> None:
    """Two journeys begin, funds and an integration are asked for, and the team's board is a mess."""
    registry(on, *CERTIFIED)
    issue(on, "journey", JOURNEY, {"Partner": "Acme Consulting"})
    issue(on, "journey", FURTHER, {"Partner": "Bolt Services"}, *STAND)
    issue(on, "mdf_request", FUNDS, {"Partner": "Bolt Services", "Activity": "A booth", "Amount": "1,000 EUR"})
    issue(on, "alliance_request", LEAD, {"Company": "Zed", "Request": "An integration"}, project=ALLIANCES)
    complete(on, title=OBJECTIVE, labels="Channel,Channel Ops,Channel Priority:1", weight=1)
    complete(on, description="DRI: @cam-emea\n\n" + "- [ ] one more\n" * 16)
    first_ones(on)
    unplanned(on)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    return ends(tmp_path_factory.mktemp("partners"), SEEN, DAY, play)


@pytest.mark.parametrize(("handler", "rule"), SEEN)
def test_with_the_handler_it_is_seen_and_without_it_is_not(ended: Ends, handler: str, rule: str) -> None:
    ended.prove(SEEN[handler, rule])
