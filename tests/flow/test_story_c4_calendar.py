"""Story C.4, its calendar: the Help Desk's reviews as people live them, from the Friday issue to the mail."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

from tests.flow.desk_calendar import (
    CAM,
    OTHER_PHD,
    PHD,
    applicant,
    authorized,
    desk,
    more,
    opened,
    select,
)

MONDAY, FRIDAY, NEXT = date(2026, 11, 23), date(2026, 11, 27), date(2026, 11, 30)
ABOUT = re.compile(r"<!-- about:(\S+) \d+ -->")


def test_the_friday_issue_carries_over_whom_it_was_not_through_with(tmp_path: Path) -> None:
    """Ten checks for each; who is done is in the registry by a merge request, the other is listed again, counted."""
    with desk(tmp_path, MONDAY, applicant("ann"), applicant("bob"), recurring=["phd_weekly"]) as people:
        people.morning(MONDAY)
        issue = people.issue("PHD weekly - EMEA - 2026-W48")
        assert issue.due_date == FRIDAY.isoformat()
        assert [one["username"] for one in issue.assignees] == [PHD]
        assert issue.description.count("<!-- t:phd_weekly.ann.") == 10
        assert "By 2026-11-25: payments" in issue.description
        people.boxes(issue, "phd_weekly.ann.", "phd_weekly.sfdc")
        people.morning(FRIDAY)
        people.close(issue)
        text = people.merge("Record the review of Ann")
        assert text.count("last_phd_review: 2026-11-27") == 1
        people.morning(NEXT)
        following = people.issue("PHD weekly - EMEA - 2026-W49").description
        assert ABOUT.findall(following) == ["bob"]
        assert "### Bob (on the list 2 times in a row)" in following


def test_closed_without_the_two_fields_in_salesforce_it_is_opened_again_once(tmp_path: Path) -> None:
    with desk(tmp_path, MONDAY, recurring=["phd_weekly"]) as people:
        people.morning(MONDAY)
        issue = people.issue("PHD weekly - EMEA - 2026-W48")
        people.close(issue)
        people.becomes(issue, state="opened")
        people.says(issue, "Last PHD Review and Account Notes")
        people.close(issue)
        people.way.sweep()
        assert people.see(issue).state == "closed"


def test_when_the_specialist_is_not_there_the_backup_takes_it(tmp_path: Path) -> None:
    with desk(tmp_path, MONDAY, recurring=["phd_weekly"]) as people:
        gone = people.stage.sandbox.world.user_by_name(PHD)
        assert gone
        gone.state = "blocked"
        people.morning(MONDAY)
        people.becomes(people.issue("PHD weekly - EMEA - 2026-W48"), assignees=[OTHER_PHD])


def test_the_account_manager_is_asked_before_a_partner_is_reminded(tmp_path: Path) -> None:
    """On the Friday in the middle of the month; the mail is about the failed checks, as they are now."""
    begins = date(2026, 12, 11)
    with desk(tmp_path, begins, authorized("nia", "2026-11-20"), recurring=["phd_monthly"]) as people:
        people.morning(begins)
        issue = people.issue("PHD monthly - EMEA - 2026-12")
        assert issue.due_date == "2026-12-18"
        assert issue.description.count("<!-- t:phd_monthly.nia.") == 4
        people.boxes(issue, "phd_monthly.nia.portal", "phd_monthly.nia.users")
        people.tell(issue, "phd remind nia\n@channel-bot phd remind nia", PHD)
        asked = people.says(issue, f"@{CAM}, the Partner Help Desk would like to write to `Nia`", "phd go-ahead nia")
        assert asked.count("would like to write") == 1
        assert f"`@{CAM}` was asked already" in asked
        people.tell(issue, "phd go-ahead nia", "cam-amer")
        people.says(issue, f"Only `@{CAM}`")
        assert "Hello" not in "".join(people.said(issue))
        people.tell(issue, "phd go-ahead nia", CAM)
        mail = people.says(issue, "The reminder for Nia is ready")
        assert "TRAINING" in mail
        assert "YOUR FIRST DEAL" in mail
        assert "THE PARTNER PORTAL" not in mail
        people.boxes(issue, "phd_monthly.nia.deals")
        people.way.sweep()
        assert "YOUR FIRST DEAL" not in people.says(issue, "The reminder for Nia is ready")
        people.tell(issue, "phd case-study nia Big Bank", PHD)
        people.says(issue, f"`@{CAM}` follows up")
        lead = people.issue("Case study lead - Nia")
        assert [one["username"] for one in lead.assignees] == [CAM]
        assert "Big Bank" in lead.description
        assert "Big Bank" not in "".join(people.said(issue))


def test_every_select_is_reviewed_once_a_quarter_also_one_added_meanwhile(tmp_path: Path) -> None:
    """Each month has its third; a bot that forgot everything lists nobody twice."""
    first = date(2026, 11, 2)
    with desk(tmp_path, first, *map(select, ("ada", "ben", "cat", "dan")), recurring=["phd_select"]) as people:
        turns = []
        for day in (first, date(2026, 12, 1), date(2027, 1, 4), date(2027, 2, 1)):
            people.morning(day)
            turns.append(ABOUT.findall(people.issue(f"PHD Select review - EMEA - {day:%Y-%m}").description))
            people.stage.forget_everything()
            people.morning(day)
            if day == first:
                people.registry(more(select("eve")))
        assert turns == [["ada", "ben"], ["cat", "dan"], ["eve"], ["ada", "ben"]]
        assert len(people.titles("Select review - EMEA")) == 4


def test_open_partners_wait_for_the_selects_and_then_have_their_reviews_once(tmp_path: Path) -> None:
    first = date(2026, 11, 2)
    partners = (select("ada"), opened("oli"), opened("una"))
    with desk(tmp_path, first, *partners, recurring=["phd_select", "phd_open"]) as people:
        people.morning(first)
        talk, review = people.issue("Open prioritisation - EMEA"), people.issue("Select review - EMEA")
        people.says(talk, "this waits until")
        people.becomes(talk, assignees=sorted(["programs-lead", PHD]))
        people.boxes(talk, "phd_open.una.review")
        people.way.sweep()
        assert people.titles("Open partner review") == []
        people.boxes(review, "phd_select.sfdc")
        people.close(review)
        own = people.issue("PHD Open partner review - Una")
        assert [one["username"] for one in own.assignees] == [PHD]
        people.stage.forget_everything()
        people.way.sweep()
        assert people.titles("Open partner review") == ["PHD Open partner review - Una"]
        people.boxes(own, "open_review.sfdc")
        people.close(own)
        assert "last_phd_review: 2026-11-02" in people.merge("Record the review of Una")
