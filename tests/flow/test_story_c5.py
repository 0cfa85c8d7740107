"""Story C.5: the program manager's newsletter and the notice of announcements, with all that goes wrong in it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.clock import Clock
from bot.sandbox.example import example_world, files_in, tokens_of
from bot.sandbox.server import Sandbox
from tests.direct import direct
from tests.flow.certifying.world import Team
from tests.flow.ways import Sweeping
from tests.stage import HOME, ROOT, Stage, config_for

NEWS = "gitlab-com/channel/partner-communication"
MANAGER, COLLEAGUE, REVIEWER = "programs-lead", "cam-emea", "services-lead"
SHORT, APPROVED = "Notice::too-short", "Notice::approved"
LEADS = ("programs-lead", "sa-lead", "ops-lead", "marketing-lead", "enablement-lead", "comms-lead")
"""Of the six teams that sign off, in the order of their lines."""
OPENING = date(2021, 1, 14)
"""Three weeks before the first newsletter of the fiscal year."""
REQUEST = """- Type: pricing
- Summary: List prices go up
- Account managers: @cam-emea, @cam-amer
- Partner notice date: 2021-02-04
- Effective date: 2021-03-01

- [x] Partner Flash <!-- t:announcement.flash optional -->

Template: `Channel Partner Communication Request`
"""


@dataclass(frozen=True)
class Newsroom(Team):
    """What the people of communications do and see."""

    def request(self, *changes: tuple[str, str]) -> Any:
        text = REQUEST
        for former, new in changes:
            assert former in text
            text = text.replace(former, new)
        return self.project(HOME, COLLEAGUE).issues.create(
            {"title": "Partner announcement: prices", "description": text}
        )

    def rewrite(self, issue: Any, former: str, new: str, by: str = MANAGER) -> None:
        self.pause()
        text = self.see(issue).description
        assert former in text
        self.edit(issue, by, description=text.replace(former, new))

    def comment(self, issue: Any, body: str, by: str) -> None:
        self.pause()
        self.project(issue.project_id, by).issues.get(issue.iid, lazy=True).notes.create({"body": body})

    def says(self, issue: Any, *fragments: str, by: str = MANAGER) -> str:
        """What was said by the latest sweep needs none."""
        found = "\n\n".join(self.said(issue))
        return found if all(one in found for one in fragments) else super().says(issue, *fragments, by=by)

    def lies_on(self, issue: Any, window: str) -> None:
        """The issue is on that window, by its short title."""
        self.way.until(
            f"{issue.title!r} is on {window}",
            lambda: (self.see(issue).milestone or {}).get("title"),
            lambda title: title == f"Channel - {window}",
        )

    def flash(self, month: str) -> Any:
        return self.issue(f"Partner Flash - {month}", NEWS)

    def titles(self, path: str = NEWS) -> list[str]:
        return sorted(one.title for one in self.project(path).issues.list(get_all=True, state="all"))

    def reminded(self, issue: Any, *fragments: str) -> None:
        """The reminder says these; people are named in it."""
        reminders = [one for one in self.said(issue) if "still waiting" in one]
        assert len(reminders) == 1
        assert [one for one in fragments if one not in reminders[0]] == []


@contextmanager
def newsroom(folder: Path, day: date, *recurring: str, **site: Any) -> Iterator[Newsroom]:
    registry = {**files_in(ROOT / "config" / "registry"), "partners.yml": f"as_of: {day}\n\npartners: []\n"}
    world = example_world("http://127.0.0.1:0", clock=Clock(datetime.combine(day, time(14), UTC)), registry=registry)
    world.limited_users = set()
    with Sandbox(world) as sandbox, direct(sandbox):
        config = config_for(folder / "config", sandbox.url, recurring=recurring, notes_per_minute=60_000, **site)
        stage = Stage(sandbox, config, tokens_of(world))
        yield Newsroom(Sweeping(stage))
        stage.hang_up()


def test_an_announcement_goes_into_the_newsletter_once_its_notice_is_right(tmp_path: Path) -> None:
    """The quarter's first issue opens three weeks before; what comes too early is not approved, then listed."""
    with newsroom(tmp_path, OPENING, "partner_flash", "webcast") as people:
        people.morning(OPENING)
        flash = people.flash("2021-02")
        assert "Partner Flash - 2021-03" not in people.titles()
        assert "- Epic: gitlab-com/channel&5" in flash.description
        people.becomes(flash, due_date="2021-02-05", assignees=[MANAGER])
        people.lies_on(flash, "FY22Q1 1a")
        people.says(flash, "Thursday, 2021-01-21", "Tuesday, 2021-02-02", "Wednesday, 2021-02-03, 15:00 MST")

        request = people.request()
        people.becomes(request, labels=sorted(["Channel", "Channel Program", SHORT]))
        people.says(request, "**2021-03-06**", "the Partner Flash on 2021-02-04 and the webcast on 2021-02-04")
        people.pause()
        people.edit(request, "channel-director", add_labels=APPROVED)
        people.says(request, f"I took `{APPROVED}` off")
        people.becomes(request, labels=sorted(["Channel", "Channel Program", SHORT]))
        assert "List prices" not in people.see(flash).description

        people.rewrite(request, "2021-03-01", "2021-03-08", COLLEAGUE)
        people.becomes(request, labels=["Channel", "Channel Program"])
        people.says(request, "in the Partner Flash of 2021-02-04")
        line = f"- List prices go up (2021-03-08): [details]({request.web_url})"
        assert people.see(flash).description.partition("## Partner Deal")[0].count(line) == 1
        people.edit(request, "channel-director", add_labels=APPROVED)
        people.tell(request, "notice check")
        people.says(request, "These dates keep the notice of 30 days.")


@pytest.mark.parametrize("full", [True, False], ids=["everything is looked at", "what changed is looked at"])
def test_a_newsletter_that_moves_tells_its_announcements_in_the_same_sweep(tmp_path: Path, full: bool) -> None:
    """They keep their lines, those that leave partners too little notice are not approved; waiting changes nothing."""
    with newsroom(tmp_path, OPENING, "partner_flash") as people:
        people.morning(OPENING)
        flash = people.flash("2021-02")
        good, tight = people.request(("2021-03-01", "2021-06-01")), people.request(("2021-03-01", "2021-03-08"))
        for request in (good, tight):
            people.says(request, "in the Partner Flash of 2021-02-04")
        people.morning(date(2021, 2, 2))
        people.way.sweep()
        people.rewrite(flash, "Send date: 2021-02-04", "Send date: 2021-02-09")
        assert isinstance(people.way, Sweeping)
        people.way.stage.sweep(full=full)
        assert "was moved from 2021-02-04 to **2021-02-09**" in "\n".join(people.said(good))
        assert "in the Partner Flash of 2021-02-09" in "\n".join(people.said(good))
        assert SHORT in people.see(tight).labels
        assert "**2021-03-11**" in "\n".join(people.said(tight))

        people.morning(date(2021, 2, 5))
        people.edit(tight, "channel-director", add_labels=APPROVED)
        people.says(tight, f"I took `{APPROVED}` off")
        assert [name for name in people.see(tight).labels if name.startswith("Notice")] == [SHORT]
        assert people.see(flash).description.count("- List prices go up") == 2

        people.rewrite(good, "notice date: 2021-02-04", "notice date: 2021-02-09", COLLEAGUE)
        people.becomes(good, labels=["Channel", "Channel Program"])
        assert "2021-02-04" not in "\n".join(people.said(good))


def test_a_newsletter_that_moves_to_an_earlier_day_tells_what_it_leaves_behind(tmp_path: Path) -> None:
    """The next one has no issue yet, and is too late."""
    with newsroom(tmp_path, OPENING, "partner_flash") as people:
        people.morning(OPENING)
        flash, request = people.flash("2021-02"), people.request(("2021-03-01", "2021-03-08"))
        people.says(request, "in the Partner Flash of 2021-02-04")
        people.rewrite(flash, "Send date: 2021-02-04", "Send date: 2021-02-02")
        assert isinstance(people.way, Sweeping)
        people.way.stage.sweep(full=False)
        assert SHORT in people.see(request).labels
        assert "2021-03-04: that leaves them fewer than 30 days" in "\n".join(people.said(request))
        assert "List prices" not in people.see(flash).description


def test_what_the_bot_wrote_into_a_newsletter_is_known_to_the_next_look(tmp_path: Path) -> None:
    """Lists of issues are believed for some seconds; who is woken by a write would see the newsletter without it."""
    with newsroom(tmp_path, OPENING, "partner_flash") as people:
        people.morning(OPENING)
        people.way.sweep()
        people.request(("2021-03-01", "2021-06-01"))
        people.way.sweep()
        assert isinstance(people.way, Sweeping)
        snapshot = people.way.stage.bot.sweeper.surveyor.snapshot
        known = snapshot.templated.issues_of("partner_flash", OPENING, snapshot.site)
        assert [one.description for one in known] == [people.see(people.flash("2021-02")).description]


def test_a_newsletter_is_moved_reviewed_sent_and_measured(tmp_path: Path) -> None:
    with newsroom(tmp_path, OPENING, "partner_flash") as people:
        people.morning(OPENING)
        flash = people.flash("2021-02")
        people.morning(date(2021, 1, 28))
        people.reminded(flash, "**Content call:** this newsletter goes out on 2021-02-04", "@services-lead")
        people.rewrite(flash, "Send date: 2021-02-04", "Send date: 2021-02-18")
        people.becomes(flash, due_date="2021-02-19")
        people.lies_on(flash, "FY22Q1 1b")
        people.says(flash, "moved from 2021-02-04", f"`@{MANAGER}` last changed the description")
        people.tell(flash, "flash recompute", MANAGER)
        people.says(flash, "Tuesday, 2021-02-16")

        people.morning(date(2021, 2, 1))
        assert {"Partner Flash - 2021-03", "Partner Flash - 2021-04"} <= {*people.titles()}
        assert "Partner Flash - 2021-05" not in people.titles()
        people.morning(date(2021, 2, 16))
        people.reminded(flash, "**Test mail:**", "**Empty sections:** `Featured`", f"@{MANAGER}")
        people.morning(date(2021, 2, 17))
        people.reminded(flash, "by **2021-02-17, 15:00 MST**", f"@{REVIEWER}")
        people.way.desk("PUT", "clock", {"now": "2021-02-17T22:30:00+00:00"})
        people.comment(flash, "Please name the other price, too", REVIEWER)
        people.says(flash, "**Late feedback:**", f"`@{REVIEWER}`: [comment]")
        people.morning(date(2021, 2, 18))
        people.reminded(flash, "**Send day:**", "`#sdr_global`")
        people.says(flash, "The new Partner Flash is out: Partner Flash - 2021-02")

        people.morning(date(2021, 2, 19))
        people.reminded(flash, "**Numbers:**")
        people.edit(flash, MANAGER, state_event="close")
        people.becomes(flash, state="opened")
        people.says(flash, "**Opened again:** this newsletter's numbers are missing (`Open rate:`, `Click rate:`)")
        people.comment(flash, "Here they are:\n\n- Open rate: 41 %\n- Click rate: 3.2 %", MANAGER)
        people.way.sweep()
        assert "- Open rate: 41 <!-- item:open_rate -->" in people.see(flash).description
        people.edit(flash, MANAGER, state_event="close")
        march = people.flash("2021-03")
        people.pause()
        people.rewrite(march, "Send date: 2021-03-04", "Send date: 2021-03-16")
        people.says(march, "| 41.0 % | 35 % | met |", "| 3.2 % | 5 % | below |", "2021-03-15, 15:00 MDT")
        assert people.see(flash).state == "closed"


def test_a_first_thursday_that_is_a_holiday_and_months_opened_by_hand(tmp_path: Path) -> None:
    """New Year's Day 2026 is a Thursday; two months have their issues already, under titles of people's own."""
    day = date(2025, 12, 8)
    with newsroom(tmp_path, day, "partner_flash", holidays=["2025-12-25", "2026-01-01"]) as people:
        by_hand = {"title": "Partner Flash 2025-12", "description": "Send date: 2025-12-04"}
        december = people.project(NEWS, MANAGER).issues.create(by_hand)
        people.project(NEWS, MANAGER).issues.create({"title": "Partner Flash - November 2025"})
        people.morning(day)
        assert people.titles() == ["Partner Flash - 2026-01", "Partner Flash - November 2025", "Partner Flash 2025-12"]
        january = people.flash("2026-01")
        assert "- Send date: 2026-01-02" in january.description
        people.becomes(january, due_date="2026-01-09")
        people.lies_on(january, "FY26Q4 3a")
        people.says(january, "**Friday, 2026-01-02**", "Wednesday, 2025-12-31, 15:00 MST")
        people.says(december, "**Thursday, 2025-12-04**")
        people.rewrite(january, "2026-01-02", "1/8/26")
        people.says(january, "I cannot read **Send date** `1/8/26`", "`YYYY-MM-DD`", "**Friday, 2026-01-02**")
        people.rewrite(january, "1/8/26", "2062-01-08")
        people.says(january, "`2062-01-08` lies too far from the planned day, 2026-01-02")
        people.way.sweep()
        assert len(people.titles()) == 3


def test_announcements_that_lack_something_are_asked_for_it(tmp_path: Path) -> None:
    """Dates in numbers, in the past or in the wrong order, no account managers, and a way that reaches nobody."""
    with newsroom(tmp_path, OPENING) as people:
        unread = people.request(("2021-03-01", "3/4/21"))
        past = people.request(("2021-02-04", "2021-01-11"))
        backwards = people.request(("2021-03-01", "2021-02-01"))
        unnamed = people.request(("- Account managers: @cam-emea, @cam-amer\n", ""), ("2021-03-01", "2021-03-08"))
        portal = people.request(
            ("[x] Partner Flash <!-- t:announcement.flash", "[x] Portal <!-- t:announcement.portal")
        )
        people.way.sweep()
        people.says(unread, "I cannot read **Effective date** `3/4/21`", "Days are written `YYYY-MM-DD`")
        people.becomes(unread, labels=["Announcement::needs-info", "Channel", "Channel Program"])
        people.says(past, "2021-01-11 is over")
        people.says(backwards, "this would count, or reach customers, before partners are told on 2021-02-04")
        people.becomes(backwards, labels=["Channel", "Channel Program", SHORT])
        people.says(unnamed, "please fill in **Account managers**")
        people.says(portal, "a portal notification alone does not reach people")
        people.pause()
        people.edit(unread, "channel-director", add_labels=APPROVED)
        people.becomes(unread, labels=["Announcement::needs-info", "Channel", "Channel Program"])


def test_six_sign_offs_open_three_issues_once(tmp_path: Path) -> None:
    day = date(2026, 11, 23)
    with newsroom(tmp_path, day) as people:
        boxes = ("programs", "sa", "ops", "marketing")
        lines = [f"- [ ] Yes <!-- t:engagement.channel_{one} -->" for one in boxes]
        lines += [f"- [ ] Yes <!-- t:engagement.partner_{one} -->" for one in ("enablement", "communications")]
        text = "\n".join(("- Initiative: A new tier", "- DRI: @cam-emea", "", *lines))
        fields = {"title": "A new tier", "description": f"{text}\n\nTemplate: `Channel_Program_Engagement`"}
        issue = people.project(HOME, COLLEAGUE).issues.create(fields)
        people.morning(day)
        assert {"programs-lead", "ops-lead", "comms-lead", "sa-lead"} <= {
            person["username"] for person in people.see(issue).assignees
        }
        people.says(issue, "**Sign-offs:** these are open", "Channel Operations: `@ops-lead`")
        people.rewrite(issue, "[ ]", "[x]", COLLEAGUE)
        people.says(issue, "**Please confirm:**", f"- Channel Operations: `@ops-lead` (ticked by `@{COLLEAGUE}`)")
        assert [title for title in people.titles(HOME) if title.startswith("Channel engagement follow-up")] == []
        for line, lead in zip(lines, LEADS, strict=True):
            ticked = line.replace("[ ]", "[x]")
            people.rewrite(issue, ticked, line, lead)
            people.rewrite(issue, line, ticked, lead)
        people.way.sweep()
        people.way.sweep()
        follow_ups = [title for title in people.titles(HOME) if title.startswith("Channel engagement follow-up")]
        assert len(follow_ups) == 3
        assert all(title.endswith(": A new tier") for title in follow_ups)
        related = people.see(issue).links.list(get_all=True)
        assert len(related) == 3
