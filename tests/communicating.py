"""Newsletters, announcements and engagements made by hand, from the shipped templates and recurrences."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import ModuleType
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from bot.domain.actions import Action, Check, Say
from bot.domain.checklist import read_checklist
from bot.domain.communications import keys
from bot.domain.facts import Account, Guard, IssueFacts
from bot.domain.form import read_form
from bot.domain.gitlab import LabelEvent, Note, Person
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period
from bot.domain.recurrence.rule import event_on
from bot.domain.registry import Registry, Role
from bot.domain.telling import told
from bot.domain.templated import Templated
from bot.domain.workdays import Workdays
from bot.render import Renderer, template_dirs
from bot.settings.issue_templates import IssueTemplate, templates
from bot.settings.recurrences import RecurrenceSettings, recurrences
from tests.builders import BOT, CAM, SITE, at, issue
from tests.builders import facts as facts_of

ROOT = Path(__file__).parent.parent
KEYS = (keys.ANNOUNCEMENT, keys.ENGAGEMENT, keys.FOLLOW_UP, keys.NEWSLETTER, keys.WEBCAST)
NEWS = "gitlab-com/channel/partner-communication"
RENDERER = Renderer(template_dirs())
MANAGER, REVIEWER, COMMS = Person(11, "program-manager"), Person(12, "enablement-lead"), Person(13, "comms-lead")
ROLES = (
    Role("channel_programs", "Channel Programs", "program-manager", "Channel Program"),
    Role("channel_sa", "Channel Solutions Architects", "sa-lead"),
    Role("channel_ops", "Channel Operations", "ops-lead", "Channel Ops"),
    Role("channel_marketing", "Channel Marketing", "marketing-lead", "Channel Marketing"),
    Role("partner_enablement", "Partner Enablement", "enablement-lead", "Internal Channel Enablement"),
    Role("partner_communications", "Partner Communications", "comms-lead"),
)


def _shipped(name: str) -> Mapping[str, Any]:
    return dict(yaml.safe_load((ROOT / "config" / name).read_text("utf-8")))


TEMPLATES = templates({key: IssueTemplate(**_shipped("issue_templates.yml")[key]) for key in KEYS})
RECURRENCES = recurrences(
    {key: RecurrenceSettings(**_shipped("recurrences.yml")[key]) for key in (keys.NEWSLETTER, keys.WEBCAST)}
)
TEAM = replace(
    SITE,
    templates=TEMPLATES,
    recurrences=RECURRENCES,
    places={"newsletter": NEWS},
    zone=ZoneInfo("America/Denver"),
    workdays=Workdays(frozenset({date(2026, 1, 1)})),
    registry=Registry(roles=ROLES),
)
RIGHT: Mapping[str, str] = {
    "Type": "pricing",
    "Summary": "List prices go up",
    "Account managers": "@cam-emea",
    "Partner notice date": "2021-02-04",
    "Effective date": "2021-03-08",
    "Vehicles": "Partner Flash, portal",
}
"""Of an announcement whose dates keep the notice."""


def announcement(today: str = "2021-01-14", ticked: tuple[str, ...] = (), **more: Any) -> IssueFacts:
    """A request that a CAM opened on 14 January 2021; `answers` replaces some of `RIGHT`, None leaves one out."""
    answers = {**RIGHT, **more.pop("answers", {})}
    lines = "\n".join(f"- {label}: {said}" for label, said in answers.items() if said is not None)
    boxes = "\n".join(f"- [x] Yes <!-- t:announcement.{one} -->" for one in ticked)
    return made(keys.ANNOUNCEMENT, f"{lines}\n\n{boxes}\n", today, **more)


def newsletter(
    period: str = "2021-02", today: str = "2021-01-14", *, send: str | None = None, **more: Any
) -> IssueFacts:
    """The issue that the bot opened for a month; `send` is what stands there as the send date, "" removes the line.

    `numbers` are lines behind it, `outline` stands in the place of a section's hint by its title.
    """
    recurrence = next(one for one in RECURRENCES if one.key == keys.NEWSLETTER)
    _, text = RENDERER.templated("Partner_Flash", period=period, event="SEND", dri="@program-manager")
    text = text.replace("- Send date: SEND\n", "" if send == "" else f"- Send date: {send or _planned(period)}\n")
    for title, said in more.pop("outline", {}).items():
        text = text.replace(f"## {title}\n", f"## {title}\n\n{said}\n")
    for label, said in more.pop("numbers", {}).items():
        text = text.replace(f"- {label}:", f"- {label}: {said}")
    for step in more.pop("ticked", ()):
        text = "\n".join(
            one.replace("[ ]", "[x]") if f"t:partner_flash.{step} " in one else one for one in text.split("\n")
        )
    time = Occurrence(recurrence, Period.parse(period)) if more.pop("is_known", True) else None
    fields = {"project": NEWS, "author": BOT, "assignees": (MANAGER,), "iid": 7, **more}
    return made(keys.NEWSLETTER, text, today, time=time, title=f"Partner Flash - {period}", **fields)


def _planned(period: str) -> str:
    recurrence = next(one for one in RECURRENCES if one.key == keys.NEWSLETTER)
    return event_on(recurrence, Period.parse(period), TEAM.workdays).isoformat()


def engagement(*signed: str, today: str = "2026-11-24", **more: Any) -> IssueFacts:
    """An initiative on which these teams signed off."""
    _, text = RENDERER.templated("Channel_Program_Engagement")
    text = text.replace("<its name>", "A new partner tier")
    for role in signed:
        text = "\n".join(
            one.replace("[ ]", "[x]") if f"t:engagement.{role} " in one else one for one in text.split("\n")
        )
    people = (Person(20 + number, role.lead) for number, role in enumerate(ROLES))
    accounts = {one.username: Account(one.username, one, member=True) for one in people}
    return made(keys.ENGAGEMENT, text, today, **{"accounts": accounts, **more})


def made(key: str, text: str, today: str, time: Occurrence | None = None, **more: Any) -> IssueFacts:
    """The facts of an issue from that template; fields of the issue and of the facts go by their names."""
    template = TEMPLATES.get(key)
    assert template is not None
    names = {"state", "labels", "assignees", "due_date", "author", "moved_to_id", "created_at", "milestone", "project"}
    names |= {"title", "iid", "project_id", "confidential"}
    fields = {name: more.pop(name) for name in names & more.keys()}
    created = {"created_at": at("2021-01-14 10:00"), "description": text, **fields}
    of = issue(**created)
    form = read_form(text, template.form)
    master = read_checklist(RENDERER.templated(template.name)[1])
    case = Templated(template, form, None, time, is_home=more.pop("is_home", True), master=master)
    site = replace(TEAM, **more.pop("site", {}))
    return facts_of(of, today, **{"site": site, "case": case, "guard": Guard(frozenset({BOT.id})), **more})


def note(when: str, body: str, by: Person = CAM, *, system: bool = False) -> Note:
    """A comment, or a line of GitLab's own, at that moment in UTC."""
    return Note(int(at(when).timestamp()), body, by, at(when), system=system)


def labelled(when: str, action: str, label: str, by: Person = BOT) -> LabelEvent:
    return LabelEvent(int(at(when).timestamp()), at(when), by.id, action, label, by.username)


def does(handler: ModuleType, facts: IssueFacts, **settings: Any) -> tuple[str, ...]:
    """What is wished for besides words, in the words of `told`."""
    wishes = _decided(handler, facts, **settings)
    return tuple(told(one) for one in wishes if not isinstance(one, Check | Say))


def points(handler: ModuleType, facts: IssueFacts, **settings: Any) -> Mapping[str, Say]:
    """What is said, by topic."""
    return {one.topic: one for one in _decided(handler, facts, **settings) if isinstance(one, Say)}


def words(handler: ModuleType, facts: IssueFacts, **settings: Any) -> str:
    """All that people read, each point in a paragraph of its own."""
    name = handler.__name__.rpartition(".")[2]
    said = points(handler, facts, **settings).values()
    return "\n\n".join(RENDERER.note(name, one.topic, one.values) for one in said)


def _decided(handler: ModuleType, facts: IssueFacts, **settings: Any) -> list[Action | Check]:
    return list(handler.decide_templated(facts, handler.Settings(**settings)))
