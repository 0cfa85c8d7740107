"""A world with an invited partner becomes what people do and see in it, however the bot comes to hear of that."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from bot.sandbox import state as states
from bot.sandbox.clock import Clock
from bot.sandbox.example import PROJECTS, REGISTRY, example_world, files_in, tokens_of
from bot.sandbox.server import Sandbox
from bot.sandbox.smtp import door
from bot.sandbox.world import World
from tests.direct import direct
from tests.flow.ways import Sweeping, Way
from tests.flow.ways import way as any_way
from tests.stage import ROOT, Stage, config_for

BEGIN = date(2026, 11, 23)
"""A Monday, on which a partner is enrolled."""
DEADLINE = date(2027, 5, 23)
HOME, BOT = PROJECTS["channels"], "channel-bot"
PARTNER, NAME, CAM, PHD, CONTACT = "bolt", "Bolt Services", "cam-amer", "phd-amer", "quinn-example"
SERVICES, EDUCATION, OPERATOR = "services-lead", "eds-delivery", "ops-lead"
REGION = "gitlab-com/channel/partners/americas"
FOLDER = f"{REGION}/{PARTNER}"
PROJECT = f"{FOLDER}/collaboration/bolt-services-ctp-requirements-project"
TRACKING, AWARD = "CTP_Requirement_Tracking_Issue", "Partner_Certification_Award"
HIDDEN = re.compile(r"<!--.*?-->", re.DOTALL)
DIGEST = re.compile(r"confirm ([0-9a-f]{8})")
BOX = re.compile(r"^(?P<lead>\s*- \[)(?P<box>.)(?P<text>\].*<!-- t:(?P<id>[a-z]+\.\d+)[^>]*-->.*)$", re.MULTILINE)
PARTNERS_TASKS = ("candidates.", "competency.", "compliance.1", "compliance.2", "compliance.3", "compliance.4")
SERVICES_TASKS, EDUCATION_TASKS = ("legal.", "entry.5"), ("close.",)
MANAGERS_TASKS = ("goals.", "entry.1", "entry.2", "entry.3", "entry.4", "compliance.5")
INVITED = {
    "contacts": "primary: {name: Robin Example, email: robin@bolt.example}",
    "signed": "agreements: {mpa: 2026-05-04, services_addendum: 2026-05-04}",
    "counted": "practitioners: {sales_core: 2, sa_core: 1, pse: 2}",
}
"""What the example's registry says of the partner, and an invited one's does otherwise."""


def invited(partners: str) -> str:
    """partners.yml in which Bolt Services may be enrolled, with a contact that has an account."""
    head, found, rest = partners.partition("  - id: bolt")
    signed = "agreements: {mpa: 2026-05-04, services_addendum: 2026-05-04, training_addendum: 2026-10-01}"
    more = f"{signed}\n    ctp: {{invited_on: 2026-10-05, approved_by: services-lead}}"
    contact = "primary: {name: Quinn Example, email: quinn@bolt.example, gitlab: quinn-example}"
    assert all(text in rest for text in INVITED.values())
    return head + found + rest.replace(INVITED["contacts"], contact).replace(INVITED["signed"], more)


def able(partners: str) -> str:
    """partners.yml in which it has the trainers too."""
    numbers = f"{INVITED['counted'].removesuffix('}')}, trainers: 2, trainer_courses: 4}}"
    head, found, rest = partners.partition("  - id: bolt")
    return head + found + rest.replace(INVITED["counted"], numbers)


@dataclass(frozen=True)
class Team:
    """What people do and see; `way` is how the bot gets to know."""

    way: Way

    # People

    def project(self, path: str | int = HOME, by: str = CAM) -> Any:
        return self.way.as_(by).projects.get(path, lazy=isinstance(path, int))

    def see(self, issue: Any, by: str = OPERATOR) -> Any:
        return self.project(issue.project_id, by).issues.get(issue.iid)

    def tell(self, issue: Any, order: str, by: str = CAM) -> int:
        """The comment's id."""
        found = self.project(issue.project_id, by).issues.get(issue.iid, lazy=True)
        return int(found.notes.create({"body": f"@{BOT} {order}"}).id)

    def edit(self, issue: Any, by: str = CAM, **fields: Any) -> None:
        self.project(issue.project_id, by).issues.update(issue.iid, fields)

    def tick(self, issue: Any, *ids: str, by: str = CAM, box: str = "x") -> None:
        """Tick the tasks whose ids begin so."""
        self.pause()
        text = self.see(issue, by).description
        self.edit(issue, by, description=BOX.sub(lambda hit: _ticked(hit, ids, box), text))

    def pause(self, seconds: float = 5) -> None:
        """What GitLab stamps within the same instant counts as one deed, and the bot may be at it."""
        self.way.rest()
        self.way.desk("PUT", "clock", {"advance_seconds": seconds})

    def morning(self, day: date) -> None:
        self.way.desk("PUT", "clock", {"now": datetime.combine(day, time(15), UTC).isoformat()})
        self.way.sweep()

    def registry(self, change: Callable[[str], str], by: str = OPERATOR) -> None:
        """Somebody changes partners.yml in the registry's main branch."""
        project = self.project(REGISTRY, by)
        text = project.files.get("partners.yml", ref="main").decode().decode()
        action = {"action": "update", "file_path": "partners.yml", "content": change(text)}
        project.commits.create({"branch": "main", "commit_message": "Tell what is new", "actions": [action]})

    def merge(self, *fragments: str, by: str = OPERATOR) -> str:
        """Merge the one open proposal with all this in its title; partners.yml as it is then."""
        project = self.project(REGISTRY, by)

        def fitting(requests: list[Any]) -> bool:
            return [all(one in request.title for one in fragments) for request in requests].count(True) == 1

        look = lambda: project.mergerequests.list(state="opened", get_all=True)  # noqa: E731
        found = self.way.until(f"there is a proposal about {fragments}", look, fitting)
        for request in found:
            if all(one in request.title for one in fragments):
                request.merge()
        return str(project.files.get("partners.yml", ref="main").decode().decode())

    # What they see

    def said(self, issue: Any, by: str = OPERATOR) -> list[str]:
        """The bot's comments, oldest first, as people read them."""
        notes = self.see(issue, by).notes.list(get_all=True, sort="asc", activity_filter="only_comments")
        return [HIDDEN.sub("", note.body).strip() for note in notes if note.author["username"] == BOT]

    def says(self, issue: Any, *fragments: str, by: str = OPERATOR) -> str:
        """The comments of the bot's that hold these; waits for them."""
        found = self.way.until(
            f"{issue.title!r} is told {fragments}",
            lambda: self.said(issue, by),
            lambda said: all(any(one in text for text in said) for one in fragments),
        )
        return "\n\n".join(text for text in found if any(one in text for one in fragments))

    def becomes(self, issue: Any, **fields: Any) -> Any:
        return self.way.until(
            f"{issue.title!r} is {fields}",
            lambda: {name: _shown(getattr(self.see(issue), name)) for name in fields},
            lambda seen: seen == fields,
        )

    def issue(self, fragment: str, path: str = HOME, *, state: str = "opened", by: str = OPERATOR) -> Any:
        """The one issue there with this in its title; waits for it."""

        def look() -> list[Any]:
            groups = [
                one for one in self.way.as_("root").projects.list(get_all=True) if one.path_with_namespace == path
            ]
            listed = self.project(path, by).issues.list(get_all=True, state=state) if groups else []
            return [one for one in listed if fragment in one.title]

        found = look()
        if len(found) != 1:
            found = self.way.until(f"{path} has one issue {fragment!r}", look, lambda seen: len(seen) == 1)
        return found[0]

    def mails(self) -> list[Mapping[str, Any]]:
        """What left over SMTP."""
        return [one for one in self.way.desk("GET", "mails") if one["via"] == "smtp"]

    # What is done again and again

    def onboarding(self, by: str = CAM) -> Any:
        """The issue in which the account manager asks."""
        return self.project(HOME, by).issues.create({"title": f"Service_Partner_Onboarding - {NAME}"})

    def plan(self, issue: Any, order: str = f"ctp enrol {PARTNER}", by: str = CAM) -> str:
        """The digest that the bot wants confirmed."""
        former = {hit for one in self.said(issue) for hit in DIGEST.findall(one)}
        self.tell(issue, order, by)
        look = lambda: {hit for one in self.said(issue) for hit in DIGEST.findall(one)} - former  # noqa: E731
        return str(self.way.until(f"{order} shows a plan", look, bool).pop())

    def enrol(self) -> tuple[Any, Any]:
        """The onboarding issue and the tracking issue."""
        asked = self.onboarding()
        self.tell(asked, f"confirm {self.plan(asked)}")
        return asked, self.issue(TRACKING, PROJECT)


def _ticked(hit: re.Match[str], ids: tuple[str, ...], box: str) -> str:
    return f"{hit['lead']}{box}{hit['text']}" if hit["id"].startswith(ids) else hit[0]


def _shown(value: Any) -> Any:
    match value:
        case [{"username": _}, *_]:
            return sorted(one["username"] for one in value)
        case [*names]:
            return sorted(names)
        case _:
            return value


# Worlds


@contextmanager
def team(
    folder: Path, *, tier: str = "premium", saved: Path | None = None, day: date = BEGIN, **how: Any
) -> Iterator[tuple[Team, Stage]]:
    """People and a bot that sweeps when somebody waits; `saved` is a state that another world ended in."""
    world = states.load(saved) if saved else _new_world(tier, day)
    world.limited_users = set()
    with Sandbox(world, smtp=door()) as sandbox, direct(sandbox):
        site = {"notes_per_minute": 60_000, **how.pop("site", {})}
        config = config_for(folder / "config", sandbox.url, tier=tier, **site)
        stage = Stage(sandbox, config, tokens_of(world), **{"smtp_url": sandbox.smtp_url, **how})
        yield Team(Sweeping(stage)), stage


def _new_world(tier: str, day: date) -> World:
    texts = {**files_in(ROOT / "config" / "registry")}
    texts["partners.yml"] = invited(texts["partners.yml"])
    clock = Clock(datetime.combine(day, time(16), UTC))
    return example_world("http://127.0.0.1:0", tier=tier, clock=clock, registry=texts)  # type: ignore[arg-type]  # checked


@contextmanager
def told_by(name: str, folder: Path) -> Iterator[Team]:
    """The same where the bot hears of the world in that way."""
    if name == "sweeps alone":
        with team(folder) as (made, _):
            yield made
        return
    with any_way(name, folder, BEGIN) as way:
        made = Team(way)
        # A sandbox of its own process moves the registry's days to its clock; the story's are the shipped ones.
        made.registry(lambda _: invited(files_in(ROOT / "config" / "registry")["partners.yml"]))
        way.rest()
        yield made


def save(stage: Stage, path: Path) -> Path:
    """Keep the world as it is, for others to begin with."""
    states.save(stage.sandbox.world, path)
    return path
