"""What partners hear of: with their handlers newsletters and announcements are in order, without them they are not."""

from __future__ import annotations

from datetime import date

import pytest
from gitlab.v4.objects import ProjectIssue

from tests.flow.on_off import Ends, Seen, ends
from tests.flow.test_story_c5 import NEWS, REQUEST
from tests.stage import Stage
from tests.teamissues import blank

DAY = date(2026, 12, 2)
"""The day before the first Thursday of the month."""
PLANNED, MOVED = "Partner Flash - 2026-12", "Partner Flash - 2027-01"
SENT, CLOSED, EARLY = "One that went out", "Partner Flash - 2026-10", "Partner Flash - 2026-11"
RIGHT, SHORT, PORTAL, SPECIAL = "Prices", "Prices, at once", "By the portal alone", "Out of cycle"
IDEA, AGREED = "An idea", "Follow-up"
SEEN: Seen = {
    ("newsletter_dates", "NL-01"): (PLANNED, "| **It is sent**, after the webcast series"),
    ("newsletter_dates", "NL-02"): (MOVED, "**Timetable** (moved from 2027-01-07"),
    ("newsletter_dates", "NL-04"): (MOVED, "**Content call:** this newsletter goes out on 2026-12-08."),
    ("newsletter_dates", "NL-07"): (PLANNED, "**Test mail:** from today on"),
    ("newsletter_dates", "NL-08"): (PLANNED, "**Feedback:** whatever should change"),
    ("newsletter_dates", "NL-10"): (SENT, "**Send day:** once the newsletter is out"),
    ("newsletter_dates", "NL-11"): (SENT, "**Numbers:** please write"),
    ("newsletter_items", "NL-05"): (PLANNED, "- List prices go up (2027-02-01)"),
    ("newsletter_items", "CO-03"): (RIGHT, "**Where it appears:**"),
    ("newsletter_metrics", "NL-11"): (EARLY, "**Opened again:** this newsletter's numbers are missing"),
    ("newsletter_metrics", "NL-12"): (PLANNED, "**How newsletters did**"),
    ("newsletter_sections", "NL-05"): (PLANNED, "**Empty sections:**"),
    ("newsletter_sections", "NL-13"): (PLANNED, "**No link:** the newsletter communicates"),
    ("notice", "CO-01"): (SHORT, "Notice::too-short"),
    ("notice", "CO-02"): (SHORT, "on which customers may hear of it **2027-01-02**"),
    ("notice", "CO-04"): (RIGHT, "business days before partners are told"),
    ("notice_vehicles", "CO-05"): (SPECIAL, "**Legal review:**"),
    ("notice_vehicles", "CO-07"): (PORTAL, "a portal notification alone does not reach people"),
    ("notice_vehicles", "CO-08"): (SPECIAL, "**Special notification:**"),
    ("engagement", "CO-09"): (IDEA, "**Sign-offs:** these are open"),
    ("engagement", "CO-10"): ("Channel engagement follow-up - Channel Marketing: A tier", "marketing-lead"),
}
CHOSEN = "- [x] Partner Flash <!-- t:announcement.flash optional -->"


def announcement(on: Stage, title: str, *changes: tuple[str, str]) -> ProjectIssue:
    text = REQUEST.replace("2021-02-04", "2026-12-03").replace("2021-03-01", "2027-02-01")
    for former, new in changes:
        assert former in text
        text = text.replace(former, new)
    return on.issue(title=title, description=text)


def newsletter(on: Stage, title: str, *lines: str) -> ProjectIssue:
    text = "\n".join([*lines, "", "Template: `Partner_Flash`"])
    room = on.as_("programs-lead").projects.get(NEWS)
    return room.issues.create({"title": title, "description": text})


def play(on: Stage) -> None:
    """Newsletters lie before and behind, announcements are written well and badly, and an idea is signed off."""
    newsletter(
        on, PLANNED, "- Send date: 2026-12-03", "", "## Featured", "", "- Something new", "", "## New and noteworthy"
    )
    newsletter(on, MOVED, "- Send date: 2026-12-08")
    newsletter(on, SENT, "- Send date: 2026-11-19")
    rates = ("- Open rate: 41", "- Click rate: 3.2")
    closed = (
        newsletter(on, CLOSED, "- Send date: 2026-10-01", *rates),
        newsletter(on, EARLY, "- Send date: 2026-11-05"),
    )
    for issue in closed:
        on.edit(issue, by="programs-lead", state_event="close")
    on.look(*closed)
    announcement(on, RIGHT)
    announcement(on, SHORT, ("2027-02-01", "2026-12-31"))
    announcement(on, PORTAL, (CHOSEN, CHOSEN.replace("Flash", "portal").replace("flash", "portal")))
    special = CHOSEN.replace("flash", "special")
    announcement(on, SPECIAL, (CHOSEN, special), ("- Summary", "- Legal review: yes\n- Summary"))
    on.issue(title=IDEA, description=blank("engagement"))
    agreed = blank("engagement").replace("- [ ]", "- [x]").replace("<its name>", "A tier")
    on.issue(title=AGREED, description=agreed)


@pytest.fixture(scope="module")
def ended(tmp_path_factory: pytest.TempPathFactory) -> Ends:
    return ends(tmp_path_factory.mktemp("news"), SEEN, DAY, play, recurring=["partner_flash"])


@pytest.mark.parametrize(("handler", "rule"), SEEN)
def test_with_the_handler_it_is_seen_and_without_it_is_not(ended: Ends, handler: str, rule: str) -> None:
    ended.prove(SEEN[handler, rule])
