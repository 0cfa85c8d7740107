"""The story's third part: an invited partner is enrolled, and has six months to become a training partner."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from bot.demo.props import Props
from bot.demo.stage import Person, plain
from bot.sandbox.example import CANDIDATE, REGISTRY

ID, NAME, CAM, REGION = "bolt", "Bolt Services", "cam-amer", "americas"
SAME_NAME = "Bolt-Services GmbH"
TRACKING = "CTP_Requirement_Tracking_Issue"
DETAILS = re.compile(r"<details><summary>(.*?)</summary>.*?</details>", re.DOTALL)
DIGEST = re.compile(r"confirm ([0-9a-f]{8})")
BOX = re.compile(
    r"^(?P<lead>\s*- \[) (?P<text>\].*<!-- t:(?P<id>[a-z_]+\.\w+)(?P<optional> optional)? -->.*)$", re.MULTILINE
)
PARTNERS = ("candidates.", "competency.", "compliance.1", "compliance.2", "compliance.3", "compliance.4")
MANAGERS = ("goals.", "entry.1", "entry.2", "entry.3", "entry.4", "compliance.5")
SERVICES = ("entry.5", "legal.")


@dataclass(frozen=True, slots=True)
class Certify(Props):
    """The acts, in their order."""

    def play(self) -> Any:
        """The partner's tracking issue. Raises Unmet when something that is expected does not happen in time."""
        request, plan = self.a_similar_name()
        tracking = self.a_plan_confirmed(request, plan)
        self.less_rights()
        deadline = date.fromisoformat(tracking.due_date)
        self.a_reminder(tracking, deadline - timedelta(days=30))
        self.everybodys_part(tracking)
        self.a_reminder(tracking, deadline - timedelta(days=14))
        self.closed_too_early(tracking)
        return tracking

    # Acts

    def a_similar_name(self) -> tuple[Any, str]:
        """The account manager's issue, and the digest of the plan on it."""
        self.stage.act("A partner is invited, and another one is called almost the same")
        self.register(invited(self.today()), f"{NAME} is invited, and its contact is @{CANDIDATE}")
        twin = self.made_group(f"{self.partners}/emea/bolt-services", SAME_NAME)
        cam = self.person(CAM)
        issue = self.channels(cam).issues.create({"title": f"Service_Partner_Onboarding - {NAME}"})
        self.stage.says(cam.username, f"opens issue {issue.references['short']}: {issue.title}")
        self.settled()
        self.stage.answers(issue, self.comment(cam, issue, f"{self.me} ctp enrol {ID}"))
        note = self.comment(cam, issue, f"{self.me} ctp enrol {ID} despite {twin}")
        self.stage.answers(issue, note)
        return issue, self.heard(cam, issue, DIGEST)

    def a_plan_confirmed(self, request: Any, plan: str) -> Any:
        """The tracking issue."""
        self.stage.act("The plan is confirmed, and everything is made")
        cam = self.person(CAM)
        self.stage.answers(request, self.comment(cam, request, f"{self.me} confirm {plan}"))
        tracking = self.issue_called(TRACKING, self.project)
        contact = self.person(CANDIDATE)
        found = self.group_of(contact).projects.list(get_all=True)[0]
        self.stage.says(contact.username, f"is let into {self.shared}, and finds {found.name}:")
        for one in contact.project(self.project).repository_tree(recursive=True, get_all=True):
            if one["type"] == "blob":
                self.stage.says("", one["path"])
        who = ", ".join(person["username"] for person in tracking.assignees)
        self.stage.says(self.stage.bot, f"opens {tracking.title}, due {tracking.due_date}, for {who}")
        self.tell_all()
        self.shown(contact, tracking, "has until")
        self.merged(f"enrolment of {NAME}")
        return tracking

    def less_rights(self) -> None:
        self.stage.act("The partner's contact cannot do their part any more")
        root = self.person("root")
        contact = root.client.users.list(username=CANDIDATE)[0]
        members = self.group_of(root).members
        members.update(contact.id, {"access_level": 20})
        self.stage.says("root", f"makes {CANDIDATE} a Reporter of {self.shared}")
        self.tell_daily()
        issue = self.issue_called("Partner folder to be put right: Bolt", by="ops-lead", saying=CANDIDATE)
        self.stage.says(self.stage.bot, f"opens {issue.references['short']}: {issue.title}")
        self.stage.shows(plain(issue.description))
        members.update(contact.id, {"access_level": 40})
        self.stage.says("root", "makes them Maintainer again")
        self.tell_daily()
        self.stage.expect("it is closed", lambda: issue.manager.get(issue.iid).state, lambda now: now == "closed")
        self.stage.says(self.stage.bot, f"closes {issue.references['short']}")

    def a_reminder(self, tracking: Any, day: date) -> None:
        left = (date.fromisoformat(tracking.due_date) - day).days
        self.stage.act(f"{left} days before the deadline, whoever is late hears of it")
        self.move_on_to(day)
        self.shown(self.person(CANDIDATE), tracking, "still waiting for you")

    def everybodys_part(self, tracking: Any) -> None:
        self.stage.act("Everybody completes what is theirs")
        for username, tasks in ((CANDIDATE, PARTNERS), (CAM, MANAGERS), ("services-lead", SERVICES)):
            self.ticks(self.person(username), tracking, *tasks)
        self.tell_all()
        self.shown(self.person(CANDIDATE), tracking, "▱▱ 0/2 | `@eds-delivery`")

    def closed_too_early(self, tracking: Any) -> None:
        self.stage.act("Who closes too early is told why it is open again")
        contact = self.person(CANDIDATE)
        theirs = contact.project(tracking.project_id).issues.get(tracking.iid)
        self.set(theirs, {"state_event": "close"})
        self.stage.says(contact.username, f"closes {theirs.references['short']}")
        self.tell_all()
        self.stage.expect("it is open again", lambda: theirs.manager.get(theirs.iid).state, lambda now: now == "opened")
        self.shown(contact, theirs, "Opened again")

    # Props

    @property
    def partners(self) -> str:
        return self.config.site.groups.partners

    @property
    def shared(self) -> str:
        return f"{self.partners}/{REGION}/{ID}/collaboration"

    @property
    def project(self) -> str:
        return f"{self.shared}/bolt-services-ctp-requirements-project"

    def group_of(self, by: Person) -> Any:
        return by.group(self.shared)

    def register(self, changes: dict[str, str], why: str) -> None:
        """An operator writes that into the partner's entry."""

        def entered(text: str) -> str:
            head, entry, rest = text.partition(f"  - id: {ID}")
            for old, new in changes.items():
                rest = re.sub(rf"{old}: \{{.*\}}", f"{old}: {new}", rest, count=1)
            return head + entry + rest

        self.rewritten(entered, why)

    def rewritten(self, change: Callable[[str], str], why: str) -> None:
        """An operator changes the registry's partners so."""
        lead = self.person("ops-lead")
        project = lead.project(REGISTRY)
        text = change(project.files.get("partners.yml", ref="main").decode().decode())
        action = {"action": "update", "file_path": "partners.yml", "content": text}
        project.commits.create({"branch": "main", "commit_message": why, "actions": [action]})
        self.stage.says(lead.username, f"writes into the registry: {why}")
        self.tell_all()

    def made_group(self, path: str, name: str) -> str:
        root, (above, _, last) = self.person("root"), path.rpartition("/")
        parent = root.group(above)
        fields = {"name": name, "path": last, "parent_id": parent.id, "visibility": "private"}
        made = root.client.groups.create(fields)
        self.stage.says("root", f"makes the group {name} at {made.full_path}")
        return str(made.full_path)

    def tell_all(self) -> None:
        """Where the plan has no group webhooks, the bot hears of partners' groups and projects by its sweeps alone."""
        if self.pair.tier != "premium":
            self.settled()
            self.stage.says("", "(this plan sends no webhook for that)")
            self.run_sweep("--full")

    def tell_daily(self) -> None:
        """There, who is a member of what is looked at once a day."""
        if self.pair.tier != "premium":
            self.move_on_to(self.today() + timedelta(days=1))

    def said(self, by: Person, issue: Any) -> list[str]:
        """The bot's comments on it."""
        notes = by.project(issue.project_id).issues.get(issue.iid, lazy=True).notes.list(get_all=True)
        return [plain(one.body) for one in notes if not one.system and one.author["username"] == self.stage.bot]

    def heard(self, by: Person, issue: Any, pattern: re.Pattern[str]) -> str:
        """What the newest of the bot's comments with that says there."""
        return next(hit[1] for text in self.said(by, issue) if (hit := pattern.search(text)))

    def shown(self, by: Person, issue: Any, fragment: str) -> None:
        """Wait until the bot says that on the issue, and print the comment."""

        def look() -> list[str]:
            return [text for text in self.said(by, issue) if fragment in text]

        found, seconds = self.stage.expect(f"a comment says {fragment!r}", look, bool)
        self.stage.says(self.stage.bot, f"comments on {issue.references['short']}:")
        self.stage.shows(DETAILS.sub(r"▸ \1", found[0]))
        self.stage.took(seconds)

    def issue_called(self, title: str, path: str = "", *, by: str = CAM, saying: str = "") -> Any:
        """The open issue with that in its title, once it is there."""
        person = self.person(by)

        def look() -> list[Any]:
            where = path or self.config.site.projects["channels"]
            rooms = [one for one in person.client.projects.list(get_all=True) if one.path_with_namespace == where]
            found = [one for room in rooms for one in room.issues.list(state="opened", get_all=True)]
            return [one for one in found if title in one.title and saying in one.description]

        return self.stage.expect(f"there is an issue {title}", look, bool)[0][0]

    def ticks(self, by: Person, issue: Any, *tasks: str) -> None:
        self.settled()
        self.later(5)
        theirs = by.project(issue.project_id).issues.get(issue.iid)
        text = BOX.sub(lambda hit: ticked(hit) if hit["id"].startswith(tasks) else hit[0], theirs.description)
        self.set(theirs, {"description": text})
        count = sum(one != other for one, other in zip(text.splitlines(), theirs.description.splitlines(), strict=True))
        self.stage.says(
            by.username, f"ticks {count} {'task' if count == 1 else 'tasks'} in {theirs.references['short']}"
        )

    def merged(self, title: str) -> None:
        """Somebody who looks after the registry merges what the bot proposes."""
        lead = self.person("ops-lead")
        requests = lead.project(REGISTRY).mergerequests

        def look() -> list[Any]:
            return [one for one in requests.list(state="opened", get_all=True) if title in one.title]

        (request, *_), seconds = self.stage.expect(f"{title!r} is proposed", look, bool)
        self.stage.says(self.stage.bot, f"proposes to the registry: {request.title} (!{request.iid})")
        self.stage.took(seconds)
        request.merge()
        self.stage.says(lead.username, f"merges !{request.iid}")
        self.tell_all()


def ticked(hit: re.Match[str]) -> str:
    """A task that is done; one that is optional does not apply."""
    return f"{hit['lead']}{'~' if hit['optional'] else 'x'}{hit['text']}"


def invited(today: date) -> dict[str, str]:
    """What the registry comes to say of the partner that is invited, by key: all is signed before today."""
    signed, added, asked = (today - timedelta(days=days) for days in (200, 50, 45))
    return {
        "primary": f"{{name: Quinn Example, email: quinn@bolt.example, gitlab: {CANDIDATE}}}",
        "agreements": (
            f"{{mpa: {signed}, services_addendum: {signed}, training_addendum: {added}}}\n"
            f"    ctp: {{invited_on: {asked}, approved_by: services-lead}}"
        ),
    }
