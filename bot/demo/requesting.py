"""The story's sixth part: a partner's license is asked for and sent, and an announcement gives partners due notice."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

from bot.demo.certify import Certify
from bot.demo.forms import filled
from bot.demo.stage import plain

CAM: Final = "cam-emea"
LICENCE: Final = {
    "Partner": "Acme Consulting",
    "License kind": "SaaS",
    "Seats": "30",
    "License contact": "Lee Example",
    "License e-mail": "lee@acme.example",
    "Renewal": "no",
    "Requested by": f"@{CAM}",
}
CHANGE: Final = "List prices of the services packages go up"
TOO_SHORT, APPROVED = "Notice::too-short", "Notice::approved"
SOON, LATER = timedelta(days=20), timedelta(days=35)
"""From the day on which partners are told to the one on which prices go up."""


class Requesting(Certify):
    """The acts, in their order."""

    def ask(self, flash: Any) -> None:
        """`flash` is the newsletter's issue in which the announcement is to appear."""
        licence = self.too_many_seats()
        self.granted(licence)
        self.sent(licence)
        notice = self.too_early(flash)
        self.in_time(notice, flash)
        self.questions(notice)

    # Acts

    def too_many_seats(self) -> Any:
        self.stage.act("A partner needs a license, and more seats than it may have")
        cam = self.person(CAM)
        text = filled(self.form(self.channels(cam), "NFR_License_Request"), LICENCE)
        issue = self.channels(cam).issues.create({"title": "NFR license - Acme Consulting", "description": text})
        self.stage.says(cam.username, f"opens {issue.references['short']} from NFR_License_Request: 30 seats for Acme")
        self.shown(cam, issue, "**Over the limit**")
        return issue

    def granted(self, issue: Any) -> None:
        self.stage.act("Ten seats are fine, and all that is to be typed stands ready")
        cam = self.person(CAM)
        self.refilled(issue, {"Seats": "10"})
        self.stage.says(cam.username, "asks for 10 seats instead")
        self.shown(cam, issue, "**Verdict: grant**")

    def sent(self, issue: Any) -> None:
        self.stage.act("The Help Desk sends it, and whoever asked hears of it")
        cam = self.person(CAM)
        specialist = self.person(issue.manager.get(issue.iid).assignees[0]["username"])
        theirs = self.channels(specialist).issues.get(issue.iid)
        self.later(5)
        self.set(theirs, {"state_event": "close"})
        self.stage.says(specialist.username, f"closes {theirs.references['short']}, too early")
        self.becomes(theirs, "opened")
        self.shown(specialist, theirs, "Opened again")
        self.ticks(specialist, theirs, "nfr_request.sent", "nfr_request.authorized", "nfr_request.letter")
        self.shown(cam, issue, "you asked for was sent")
        self.ticks(specialist, theirs, "nfr_request.salesforce")
        self.becomes(theirs, "closed")
        self.stage.says(self.stage.bot, f"closes {theirs.references['short']}, since all is done")
        self.merged("license of Acme Consulting")

    def too_early(self, flash: Any) -> Any:
        self.stage.act("An announcement comes too early")
        cam, told = self.person(CAM), self.told(flash)
        text = filled(self.form(self.channels(cam), "Channel Partner Communication Request"), announced(told))
        text = text.replace("[ ] Partner Flash", "[x] Partner Flash")
        issue = self.channels(cam).issues.create({"title": f"Partner announcement: {CHANGE}", "description": text})
        said = f"opens {issue.references['short']}: partners hear on {told} that from {told + SOON} prices go up"
        self.stage.says(cam.username, said)
        self.shown(cam, issue, "**Notice:**")
        self.labelled(issue, TOO_SHORT, True)
        self.stage.says(self.stage.bot, f"labels: adds {TOO_SHORT}")
        director = self.person("channel-director")
        self.later(5)
        self.set(self.channels(director).issues.get(issue.iid), {"add_labels": APPROVED})
        self.stage.says(director.username, f"sets the label {APPROVED} all the same")
        self.labelled(issue, APPROVED, False)
        self.stage.says(self.stage.bot, f"labels: takes {APPROVED} off, and says why")
        return issue

    def in_time(self, issue: Any, flash: Any) -> None:
        self.stage.act("With other dates it goes into the newsletter by itself")
        cam, day = self.person(CAM), self.told(flash) + LATER
        self.settled()
        self.refilled(issue, {"Effective date": str(day), "Customer announcement date": str(day)})
        self.stage.says(cam.username, f"puts the dates right: {day}")
        self.labelled(issue, TOO_SHORT, False)
        self.stage.says(self.stage.bot, f"labels: takes {TOO_SHORT} off")
        found, seconds = self.stage.expect(
            f"{flash.title} lists it",
            lambda: [
                line for line in flash.manager.get(flash.iid).description.splitlines() if f"{CHANGE} ({day})" in line
            ],
            bool,
        )
        self.stage.says(self.stage.bot, f"writes into {flash.title}, New and noteworthy: {plain(found[0])}")
        self.stage.took(seconds)

    def questions(self, issue: Any) -> None:
        self.stage.act("Who does what, and where to ask")
        cam = self.person(CAM)
        self.stage.answers(
            issue, self.comment(cam, issue, f"{self.me} raci msa rate cards", f"{self.me} where services")
        )
        self.settled()
        self.stage.says("", "(the evening's sweep brings everything up to date)")
        self.run_sweep("--full")

    # Props

    def told(self, flash: Any) -> date:
        """The day on which the newsletter goes out."""
        lines = flash.description.splitlines()
        return date.fromisoformat(next(line for line in lines if line.startswith("- Send date: ")).split()[-1])

    def refilled(self, issue: Any, values: dict[str, str]) -> None:
        self.later(5)
        self.set(issue, {"description": filled(issue.manager.get(issue.iid).description, values)})

    def becomes(self, issue: Any, state: str) -> None:
        self.stage.expect(f"it is {state}", lambda: issue.manager.get(issue.iid).state, lambda now: now == state)

    def labelled(self, issue: Any, label: str, wanted: bool) -> None:
        self.stage.expect(
            f"{label} is {'there' if wanted else 'gone'}",
            lambda: issue.manager.get(issue.iid).labels,
            lambda labels: (label in labels) is wanted,
        )


def announced(told: date) -> dict[str, str]:
    """What a careful person fills in, but for dates that are too early."""
    effective = str(told + SOON)
    return {
        "DRI": f"@{CAM}",
        "Type": "pricing",
        "Summary": CHANGE,
        "Audience": "Select partners in EMEA",
        "Account managers": f"@{CAM}, @cam-amer",
        "Partner notice date": str(told),
        "Effective date": effective,
        "Customer announcement date": effective,
        "Legal review": "no",
        "Reason of urgency": "",
        "Links": "",
    }
