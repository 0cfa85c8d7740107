"""The Partner Help Desk's handlers, and what recurs: with them people see its rules followed, without them not."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.flow.desk_calendar import CAM, PHD, Desk, applicant, authorized, desk, opened, select
from tests.flow.on_off import Ends, Pages, Seen, pages, switch
from tests.helpdesk import text

DAY = date(2027, 2, 12)
"""The Friday in the middle of the first month of a fiscal quarter."""
WEEKLY, MONTHLY, SELECT, OPEN = "A week of reviews", "A month of reviews", "Some Select partners", "Open partners"
SEEN: Seen = {
    ("phd_reviews", "PH-03"): ("Record the review of Ann", "opened"),
    ("phd_reviews", "PH-07"): ("Record the review of Mia", "opened"),
    ("phd_reviews", "PH-11"): ("Record the review of Ben", "opened"),
    ("phd_reminders", "PH-08"): (MONTHLY, "The reminder for Nia is ready"),
    ("phd_reminders", "PH-12"): (SELECT, "The reminder for Ada is ready"),
    ("phd_open", "PH-14"): ("PHD Open partner review - Una", "phd-emea"),
    ("phd_case_study", "PH-13"): ("Case study lead - Ada", "Big Bank"),
    ("recurring_issues", "PH-02"): ("PHD weekly - EMEA - 2027-W06", "due 2027-02-12"),
    ("recurring_issues", "PH-07"): ("PHD monthly - EMEA - 2027-02", "due 2027-02-12"),
    ("recurring_issues", "PH-10"): ("PHD Select review - EMEA - 2027-02", "due 2027-02-26"),
    ("recurring_issues", "PH-14"): ("PHD Open prioritisation - EMEA - 2027-02", "due 2027-02-26"),
    ("recurring_issues", "NL-03"): ("Partner Flash - 2027-04", "due 2027-04-02"),
    ("recurring_issues", "CO-06"): ("Partner Webcast - 2027-03", "This is the quarter's **program-centric** webcast"),
    ("recurring_issues", "GL-04"): ("Quarterly review - FY28Q1", "Each request has an answer or a date"),
    ("recurring_issues", "GL-18"): ("Epics - 2027-02", "these epics have one or none"),
    ("recurring_issues", "GL-19"): ("Epics - 2027-02", "The epics are in order"),
    ("recurring_issues", "RA-03"): ("Education Services monthly - 2027-02", "The month's billing is done"),
    ("recurring_issues", "AL-06"): ("Alliances KPI - 2027-02", "due 2027-02-26"),
}
RECURRING = (
    *("phd_weekly", "phd_monthly", "phd_select", "phd_open", "partner_flash", "webcast"),
    *("quarter_review", "epic_review", "eds_monthly", "alliances_kpi"),
)
PARTNERS = (applicant("ann"), authorized("mia", "2027-01-20"), authorized("nia", "2027-01-20"))
SELECTS = (select("ada"), select("ben"), opened("una"))


def play(people: Desk) -> None:
    """Reviews are closed, a reminder is agreed on, Open partners are chosen, and a customer is praised."""
    on = people.stage
    for key, name in (("phd_weekly", "ann"), ("phd_monthly", "mia"), ("phd_select", "ben")):
        done = text(key, name, ticked=(f"{key}.",))
        people.close(on.issue(title=f"Of {name}", description=done, assignee_ids=[]))
    monthly = on.issue(title=MONTHLY, description=text("phd_monthly", "nia", ticked=("phd_monthly.nia.portal",)))
    chosen = on.issue(title=SELECT, description=text("phd_select", "ada", ticked=("phd_select.ada.logo",)))
    on.issue(title=OPEN, description=text("phd_open", "una", ticked=("phd_open.una.",)))
    people.tell(monthly, "phd go-ahead nia", CAM)
    people.tell(chosen, "phd go-ahead ada", CAM)
    people.tell(chosen, "phd case-study ada Big Bank", PHD)
    on.sweep()
    on.sweep()


def ended_by(folder: Path, *, enabled: bool) -> Pages:
    partners = (*PARTNERS, *SELECTS)
    with desk(folder, DAY, *partners, recurring=RECURRING) as people:
        switch(people.stage, {handler for handler, _ in SEEN}, enabled=enabled)
        people.stage.play()
        play(people)
        return pages(people.stage.sandbox.world)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    return Ends(*(ended_by(tmp_path_factory.mktemp("desk"), enabled=enabled) for enabled in (True, False)))


@pytest.mark.parametrize(("handler", "rule"), SEEN)
def test_with_the_handler_it_is_seen_and_without_it_is_not(ended: Ends, handler: str, rule: str) -> None:
    ended.prove(SEEN[handler, rule])
