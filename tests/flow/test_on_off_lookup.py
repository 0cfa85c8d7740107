"""Look-ups and the practice: with their handlers the bot answers and tells, without them it does not."""

from __future__ import annotations

from datetime import date

import pytest

from bot.sandbox.example import GROUPS
from bot.sandbox.example import PRACTICE as GROUP
from tests.flow.on_off import Ends, Seen, ends
from tests.stage import Stage

DAY = date(2026, 11, 24)
DESK = "gitlab-com/channel/partners/services-helpdesk"
QUESTION, PRACTICE, HANDS, MOVE = (
    "A question",
    "Access to the practice group",
    "Please come over",
    "Migration to gitlab.com",
)
SEEN: Seen = {
    ("raci", "RA-01"): (QUESTION, "**Rate cards** (MSA sub-contracting)"),
    ("raci", "RA-02"): (QUESTION, "(Certified Training Partner (CTP))"),
    ("where", "SU-01"): (QUESTION, "`#channel-sales`"),
    ("where", "SU-02"): (QUESTION, "partnersupport@gitlab.com"),
    ("where", "SU-03"): (QUESTION, "first; most questions are answered there"),
    ("access_request", "AR-01"): (QUESTION, "[Open the access request]("),
    ("access_request", "AR-02"): (QUESTION, "@cam-emea please set the labels"),
    ("practice_access", "PS-01"): (PRACTICE, "`@kim-example` is in"),
    ("practice_access", "PS-03"): (PRACTICE, "`@pat-example` of `Acme Consulting` (project-based) is in"),
    ("practice_access", "PS-04"): (PRACTICE, "Merge requests need too few approvals in"),
    ("practice_access", "PS-07"): (PRACTICE, "| delivery journal |"),
    ("hands_on_help", "PS-02"): (HANDS, "**Statement of work:**"),
    ("migration", "PS-06"): (MOVE, "**Engineer:**"),
}
QUESTIONS = (
    "raci msa rate cards",
    "raci ctp rate cards",
    "where sales",
    "where support",
    "access-request Jo Doe manager @cam-emea",
)


def play(on: Stage) -> None:
    """Questions are asked, two partners' people are let into the practice group, and a migration is planned."""
    asked = on.issue(title=QUESTION)
    for text in QUESTIONS:
        asked.notes.create({"body": f"@channel-bot {text}"})
    root = on.as_("root")
    members = root.groups.get(GROUP).members
    for name in ("pat-example", "kim-example"):
        members.create({"user_id": root.users.list(username=name)[0].id, "access_level": 30})
    helpdesk = on.as_("ps-lead").projects.get(DESK)
    helpdesk.issues.create({"title": HANDS, "labels": "needs-hands-on"})
    on.issue(title=MOVE, description="- PSE:\n\nTemplate: `PS_Migration`")


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    return ends(tmp_path_factory.mktemp("lookup"), SEEN, DAY, play, groups={**GROUPS, "practice": GROUP})


@pytest.mark.parametrize(("handler", "rule"), SEEN)
def test_with_the_handler_it_is_seen_and_without_it_is_not(ended: Ends, handler: str, rule: str) -> None:
    ended.prove(SEEN[handler, rule])
