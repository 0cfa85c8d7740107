"""The story's fourth part: two partners have what a certification asks for, and each is given its badge."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from bot.demo.certify import CAM, Certify
from bot.demo.stage import Unmet, json_of
from bot.sandbox.example import REGISTRY

AWARD = "Partner_Certification_Award"
PHD, EDUCATION = "phd-amer", "eds-delivery"
HEAD = ("Partner", "E-mail", "Accreditation", "Course", "Earned on")
COURSES = ("Git Basics", "CI/CD", "Project Management", "Security")


class Awarding(Certify):
    """The acts, in their order."""

    def play(self, tracking: Any = None) -> None:
        """`tracking` is the training partner's issue, in which only Education Services has something left to do."""
        self.a_third_engineer()
        award = self.a_close(tracking)
        self.a_letter(award)
        self.a_badge(award)

    # Acts

    def a_third_engineer(self) -> None:
        self.stage.act("A third engineer is certified, and a services partner has what it takes")
        file = self.pair.home / "learning.csv"
        file.write_text(exported(self.today().isoformat()), encoding="utf-8")
        arguments = ("import", "practitioners", str(file), "--apply")
        self.stage.says("", "$ channel-bot import practitioners learning.csv --apply")
        status, output = self.command(arguments)
        self.stage.says("", output.strip())
        if status:
            raise Unmet(f"the import ended with exit status {status}")
        self.merged("ractitioner")
        award = self.issue_called(f"{AWARD} - Acme Consulting - PSP", by="cam-emea")
        self.presented(award)

    def a_close(self, tracking: Any) -> Any:
        """The training partner's award issue."""
        self.stage.act("Education Services closes the tracking issue, and the award begins")
        education = self.person(EDUCATION)
        self.ticks(education, tracking, "close.")
        self.settled()
        theirs = education.project(tracking.project_id).issues.get(tracking.iid)
        self.set(theirs, {"state_event": "close"})
        self.stage.says(education.username, f"closes {theirs.references['short']}")
        self.tell_all()
        award = self.issue_called(f"{AWARD} - Bolt Services - CTP")
        self.presented(award)
        self.shown(self.person(CAM), award, "The award e-mail is ready")
        return award

    def a_letter(self, award: Any) -> None:
        self.stage.act("The account manager has the award e-mail sent")
        cam = self.person(CAM)
        self.stage.answers(award, self.comment(cam, award, f"{self.me} award send-email"))
        address = f"{self.pair.admin_url}/mails?via=smtp"
        (mail, *more), _ = self.stage.expect("the mail is there", lambda: json_of(address), bool)
        if more:
            raise Unmet(f"{len(more) + 1} mails were sent in place of one")
        self.stage.says(mail["to"], f"reads: {mail['subject']}")
        self.stage.shows(mail["body"].strip())

    def a_badge(self, award: Any) -> None:
        self.stage.act("Both teams do their part, and the badge is recorded")
        cam, phd = self.person(CAM), self.person(PHD)
        self.ticks(cam, award, "cam.")
        self.shown(phd, award, "**Community:**")
        self.ticks(phd, award, "phd.")
        self.shown(cam, award, "all tasks are ticked")
        self.set(self.channels(cam).issues.get(award.iid), {"state_event": "close"})
        self.stage.says(cam.username, f"closes {award.references['short']}")
        self.merged("CTP certification of Bolt Services")
        self.stage.says("", f"partners.yml: {self.recorded()}")
        self.settled()
        self.stage.says("", "(the evening's sweep brings the reports up to date)")
        self.run_sweep("--full")

    # Props

    def presented(self, award: Any) -> None:
        who = ", ".join(person["username"] for person in award.assignees)
        said = f"opens {award.references['short']}: {award.title}, due {award.due_date}, for {who}"
        self.stage.says(self.stage.bot, said)

    def recorded(self) -> str:
        """The line of the registry that holds the badge."""
        text = self.person("ops-lead").project(REGISTRY).files.get("partners.yml", ref="main").decode().decode()
        found = [line.strip() for line in str(text).splitlines() if "cert: ctp" in line]
        if not found:
            raise Unmet("the registry's main branch does not hold the certification")
        return found[0]


def exported(day: str) -> str:
    """What the learning system exports on that day: one engineer more at Acme, trainers at Bolt."""
    rows = [
        *(("Acme Consulting", f"pse{number}@acme.example", "PSE", "", day) for number in range(3)),
        *((name, f"{kind[:2]}{number}@example.com", kind, "", day) for name, kind, number in BASICS),
        *(("Bolt Services", f"pse{number}@bolt.example", "PSE", "", day) for number in range(2)),
        *(
            ("Bolt Services", f"trainer{at % 2}@bolt.example", "Trainer", course, day)
            for at, course in enumerate(COURSES)
        ),
    ]
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows([HEAD, *rows])
    return text.getvalue()


BASICS = tuple(
    (name, kind, number)
    for name in ("Acme Consulting", "Bolt Services")
    for kind, count in (("Sales Core", 2), ("SA Core", 1))
    for number in range(count)
)
"""What both partners have as before: partner, accreditation, and a number for each person."""
