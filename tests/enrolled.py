"""A partner on its way through the programme, played in the sandbox: its project, tracking issue, record and people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import requests
from gitlab.v4.objects import ProjectIssue

from bot.domain.partners.record import Extension, Record
from bot.domain.partners.steps import KeepRecord
from bot.domain.plan import Plan, Wish
from bot.domain.subject import Subject
from bot.domain.telling import told
from bot.granted import Granted
from bot.render import Renderer, template_dirs
from bot.voice.cases import Opening, render_candidate, render_tracking
from tests.stage import Stage, stage

BEGAN = "2026-11-23"
LAST = "2027-05-23"
GROUP = "gitlab-com/channel/partners/emea/acme/collaboration"
NAME = "Acme Consulting CTP Requirements Project"
CONTACT, MANAGER, SERVICES, EDUCATION = "pat-example", "cam-emea", "services-lead", "eds-delivery"


@dataclass
class Track:
    """Acme Consulting, enrolled on `BEGAN`; the sandbox's clock stands on the day that `on` says."""

    stage: Stage
    issue: ProjectIssue = field(init=False)
    record: Record = field(init=False)

    def __post_init__(self) -> None:
        self.on(BEGAN)
        registry = self.stage.bot.snapshot.registry()
        partner, programme = registry.partner("acme"), self.stage.bot.site.programmes.get("ctp")
        assert partner
        assert programme
        began = date.fromisoformat(BEGAN)
        opening = Opening(
            partner, began, programme.deadline.due(began), partner.contacts.primary, MANAGER, EDUCATION, SERVICES
        )
        title, text = render_tracking(Renderer(template_dirs()), programme, opening)
        root = self.stage.as_("root")
        group = root.groups.get(GROUP)
        project = root.projects.create({"name": NAME, "namespace_id": group.id})
        at_bot = self.stage.as_("channel-bot").projects.get(project.id)
        self.issue = at_bot.issues.create({"title": title, "description": text})
        self.record = Record("acme", MANAGER, began, (1, 1), True, (project.id, self.issue.iid), began)
        self.keep()

    def on(self, day: str, hour: int = 18) -> None:
        """From now on it is that day, so many hours after midnight UTC; the team is some hours behind."""
        now = f"{day}T{hour:02}:00:00Z"
        requests.put(f"{self.stage.sandbox.url}/sandbox/clock", json={"now": now}, timeout=10).raise_for_status()

    def keep(self, **changes: Any) -> None:
        """The record is changed, as orders change it."""
        self.record = replace(self.record, **changes)
        bot = self.stage.bot
        plan = Plan(Subject.partner("acme"), wishes=(Wish("ctp_enrolment", KeepRecord(self.record)),))
        bot.apply.grant(bot.snapshot.partner("acme"), plan, lambda: None, Granted())

    def extend(self, until: str) -> None:
        today = self.stage.bot.snapshot.today()
        self.keep(
            extensions=(*self.record.extensions, Extension(date.fromisoformat(until), SERVICES, today, "Illness"))
        )

    def tick(self, *tasks: str, by: str, box: str = "x") -> None:
        """Somebody ticks the tasks with these ids, one edit each; without ids all that are the role's of `by`."""
        for task in tasks:
            lines = self.text().splitlines()
            at = next(at for at, line in enumerate(lines) if f"t:{task} " in line)
            lines[at] = f"{lines[at][:3]}{box}{lines[at][4:]}"
            self.stage.edit(self.issue, by=by, description="\n".join(lines))

    def text(self) -> str:
        return str(self.stage.fresh(self.issue, by=MANAGER).description)

    def ticked_by_all(self) -> None:
        """Everything is done, each task by whom it is for."""
        owner = ""
        for line in self.text().splitlines():
            if "owner: " in line:
                owner = line.partition("owner: ")[2].split()[0]
            if "<!-- t:" in line:
                self.tick(line.partition("<!-- t:")[2].split()[0], by=WHO[owner])

    def enlist(self, by: str = CONTACT, **form: str) -> ProjectIssue:
        """A candidate's issue, opened from the template with these fields filled in."""
        programme = self.stage.bot.site.programmes.get("ctp")
        assert programme
        text = render_candidate(Renderer(template_dirs()), programme)[1]
        for field_name, value in form.items():
            text = text.replace(f"<{field_name}>", value)
        project = self.stage.as_(by).projects.get(self.issue.project_id)
        return project.issues.create({"title": "Trainer candidate", "description": text})

    def close(self, by: str) -> None:
        self.stage.edit(self.issue, by=by, state_event="close")

    def look(self) -> None:
        self.stage.look(self.issue)

    def partner(self) -> Plan:
        """What the rules wish for the partner, as things are now."""
        bot = self.stage.bot
        return bot.rules.decide(bot.snapshot.partner("acme"))

    def plan(self) -> Plan:
        bot = self.stage.bot
        return bot.rules.decide(bot.snapshot.issue(self.issue.project_id, self.issue.iid))

    def fresh(self, by: str = MANAGER) -> ProjectIssue:
        return self.stage.fresh(self.issue, by=by)

    def look_at_partner(self) -> None:
        self.stage.bot.inbox.mark([Subject.partner("acme")], "a test", now=True)
        self.stage.drain()

    def told(self) -> list[str]:
        """What people were told on the partner's record."""
        record = self.stage.bot.snapshot.partner("acme").record_issue
        assert record
        home = self.stage.home()
        return self.stage.comments(home.issues.get(record.iid))

    def status(self) -> str:
        """The bot's comment on the tracking issue."""
        return next(iter(self.stage.comments(self.issue)), "")

    def labels(self) -> set[str]:
        return {*self.stage.fresh(self.issue, by=MANAGER).labels}


WHO = {
    "partner": CONTACT,
    "account_manager": MANAGER,
    "channel_services": SERVICES,
    "education_services": EDUCATION,
}


def wished(plan: Plan) -> tuple[str, ...]:
    assert plan.failures == ()
    return tuple(told(one.action) for one in plan.wishes)


@contextmanager
def tracked(directory: Path, *, tier: str = "premium", **site: Any) -> Iterator[Track]:
    with stage(directory, tier=tier, **site) as scene:
        yield Track(scene)
