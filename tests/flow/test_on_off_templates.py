"""What every templated issue needs: with their handlers it is given, without them it is not."""

from __future__ import annotations

from datetime import date

import pytest

from tests.flow.on_off import Ends, Seen, ends
from tests.flow.test_story_c4_nfr import form
from tests.handlers.test_dri import user_id
from tests.helpdesk import text
from tests.stage import Stage
from tests.teamissues import filled

DAY = date(2026, 11, 24)
ALLIANCES = "gitlab-com/channel/alliances"
LICENCE, SENT, WEEK, LATE, MONTH = "A license", "A license that was sent", "A week", "A week that is over", "A month"
NEWS, COMPANY, CREDIT = "An announcement", "A technology company", "A campaign"
SEEN: Seen = {
    ("intake", "NF-02"): (LICENCE, "opened | Channel, NFR::needs-info, Partner Help Desk | phd-emea |"),
    ("missing_answers", "NF-09"): (LICENCE, "**To fill in:** please fill in"),
    ("missing_answers", "CO-03"): (NEWS, "**To fill in:** please fill in"),
    ("missing_answers", "AL-01"): (COMPANY, "**To fill in:** please fill in"),
    ("missing_answers", "AL-04"): (CREDIT, "**To fill in:** please fill in"),
    ("closing_tasks", "PH-03"): (WEEK, "**Opened again:** the issue was closed while this was still to do"),
    ("closing_tasks", "NF-12"): (SENT, "**Opened again:** the issue was closed while this was still to do"),
    ("duty_deadlines", "PH-02"): (LATE, "**Late:** this was due on 2026-11-20"),
    ("duty_deadlines", "RA-03"): (MONTH, "**Due:** `@eds-delivery` has this until **2026-11-24**."),
}


def play(on: Stage) -> None:
    """Templates are sent half empty, issues are closed with tasks open, and others are due or late."""
    specialist, education = user_id(on, "phd-emea"), user_id(on, "eds-delivery")
    on.issue(title=LICENCE, description=form().replace("Seats: 10", "Seats:"))
    on.issue(title=NEWS, description=filled("announcement", {}))
    for key, title in (("technology_partner", COMPANY), ("mdf_credit", CREDIT)):
        alliances = on.as_("cam-emea").projects.get(ALLIANCES)
        alliances.issues.create({"title": title, "description": filled(key, {})})
    closed = (on.issue(title=WEEK, description=text("phd_weekly")), on.issue(title=SENT, description=form()))
    for issue in closed:
        on.edit(issue, state_event="close")
    on.look(*closed)
    week, month = text("phd_weekly"), filled("eds_monthly", {})
    on.issue(title=LATE, description=week, due_date="2026-11-20", assignee_ids=[specialist])
    on.issue(title=MONTH, description=month, due_date=DAY.isoformat(), assignee_ids=[education])


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    return ends(tmp_path_factory.mktemp("templates"), SEEN, DAY, play)


@pytest.mark.parametrize(("handler", "rule"), SEEN)
def test_with_the_handler_it_is_seen_and_without_it_is_not(ended: Ends, handler: str, rule: str) -> None:
    ended.prove(SEEN[handler, rule])
