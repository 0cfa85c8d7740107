"""Templated issues made by hand: the template, what people did to its issue, and the team around it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from types import ModuleType
from typing import Any

from bot.domain.actions import Action, AddLabel, Assign, Check, Close, RemoveLabel, Reopen, Say, SetDueDate
from bot.domain.answers import Field, Kind
from bot.domain.facts import Account, Guard, IssueFacts
from bot.domain.form import Reading, read_form
from bot.domain.gitlab import LabelEvent, Note, Person
from bot.domain.places import StateEvent
from bot.domain.registry import Colleague, Partner, Region, Registry, Role
from bot.domain.telling import told
from bot.domain.templated import Template, Templated
from bot.render import Renderer, template_dirs
from tests.builders import BOT, CAM, SITE, at, issue
from tests.builders import facts as facts_of

PHD, BACKUP, LEAD, CHIEF = (
    Person(4, "phd-emea"),
    Person(5, "phd-amer"),
    Person(6, "desk-lead"),
    Person(7, "emea-lead"),
)
NEEDS_INFO = "NFR::needs-info"
FORM = (
    Field("partner", "Partner"),
    Field("kind", "License kind", (), Kind.CHOICE, {"saas": (), "self-managed": ()}),
    Field("seats", "Seats", (), Kind.NUMBER),
    Field("by", "Requested by", (), Kind.HANDLE, required=False),
    Field("until", "Until", (), Kind.DATE, required=False),
)
ASKED = Template(
    "licence",
    "License_Request",
    labels=("Partner Help Desk",),
    assign="help_desk",
    lead="partner_help_desk",
    due=2,
    needs_info=NEEDS_INFO,
    stale_after=5,
    close_requires=("licence.sent", "licence.noted"),
    form=FORM,
)
REGISTRY = Registry(
    people=(Colleague("phd-emea", "PHD EMEA", "emea", ("partner_help_desk",), "emea-lead"),),
    roles=(Role("partner_help_desk", "Partner Help Desk", "desk-lead"), Role("director", "Director", "the-director")),
    regions=(Region("emea", "EMEA", "emea", "phd-emea", "phd-amer"),),
    partners=(Partner("acme", "Acme Consulting", "emea", "cam-emea"),),
)
TASKS = """
- [ ] The license is sent <!-- t:licence.sent -->
- [ ] Salesforce shows it <!-- t:licence.noted -->
"""
ANSWERS: Mapping[str, str] = {"Partner": "Acme Consulting", "License kind": "SaaS", "Seats": "5"}
RENDERER = Renderer(template_dirs())


def text(answers: Mapping[str, str] = ANSWERS, tasks: str = TASKS, ticked: int = 0) -> str:
    """The description with these answers, and as many of its tasks done."""
    lines = "\n".join(f"- {label}: {value}" for label, value in answers.items())
    return f"{lines}\n{tasks.replace('[ ]', '[x]', ticked)}\nTemplate: `{ASKED.name}`"


def templated(description: str = "", today: str = "2026-11-24", **more: Any) -> IssueFacts:
    """An issue that a CAM opened on Monday, 23 November 2026, from the template.

    `template` and `is_home` are the case's; the fields of the issue and of the facts go by their names.
    """
    written = description or text()
    template = replace(ASKED, **more.pop("template", {}))
    form = read_form(written, template.form) if template.form else Reading()
    partner = REGISTRY.partner_called(form.values.get("partner", ""))
    case = Templated(template, form, partner, is_home=more.pop("is_home", True))
    names = {"state", "labels", "assignees", "due_date", "author", "moved_to_id", "created_at"}
    fields = {name: more.pop(name) for name in names & more.keys()}
    of = issue(**{"created_at": at("2026-11-23 10:00"), "description": written, **fields})
    accounts = {one.username: Account(one.username, one, member=True) for one in (CAM, PHD, BACKUP, LEAD)}
    site = replace(SITE, registry=REGISTRY, places={"alliances": "gitlab-com/alliances"})
    known = {"site": site, "case": case, "accounts": accounts, "guard": Guard(frozenset({BOT.id}))}
    return facts_of(of, today, **{**known, **more})


def event(when: str, state: str, by: Person = CAM) -> StateEvent:
    return StateEvent(int(at(when).timestamp()), at(when), by.id, state)


def labelled(when: str, action: str = "add", label: str = NEEDS_INFO, by: Person = BOT) -> LabelEvent:
    return LabelEvent(int(at(when).timestamp()), at(when), by.id, action, label)


def said(when: str, by: Person = CAM, *, system: bool = False) -> Note:
    return Note(int(at(when).timestamp()), "A word", by, at(when), system=system)


def decided(module: ModuleType, facts: IssueFacts, **settings: Any) -> list[Action | Check]:
    return list(module.decide_templated(facts, module.Settings(**settings)))


def does(actions: list[Action | Check]) -> tuple[str, ...]:
    """What is to be done, in the words of `told`."""
    kinds = (AddLabel, RemoveLabel, Assign, SetDueDate, Reopen, Close)
    return tuple(told(one) for one in actions if isinstance(one, kinds))


def says(actions: list[Action | Check]) -> tuple[Say, ...]:
    return tuple(one for one in actions if isinstance(one, Say))


def words(handler: str, point: Say) -> str:
    """The sentence that people read."""
    return RENDERER.note(handler, point.topic, point.values)


def day(text: str) -> date:
    return date.fromisoformat(text)


@dataclass(frozen=True)
class TemplatedCase:
    """An issue, what is done about it, and fragments of what is said; without any, nothing is said."""

    name: str
    facts: IssueFacts
    does: tuple[str, ...] = ()
    says: tuple[str, ...] = ()


def prove_decision(module: ModuleType, case: TemplatedCase) -> None:
    """The handler does just that, in words that hold these fragments."""
    actions = decided(module, case.facts)
    assert does(actions) == case.does
    said = "\n".join(words(module.__name__.rpartition(".")[2], one) for one in says(actions))
    assert bool(said) == bool(case.says)
    assert [one for one in case.says if one not in said] == []
