"""Issues from the team's shipped templates, as a person fills them in: what a handler wishes, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.config import Config, load
from bot.domain.actions import Action, Say
from bot.domain.checklist import State, read_checklist, with_state
from bot.domain.facts import Account, Guard, IssueFacts
from bot.domain.form import Reading, read_form
from bot.domain.gitlab import Person
from bot.domain.registry import Certification, Colleague, Partner, Registry, Role, Status, Track
from bot.domain.telling import told
from bot.domain.templated import Templated
from bot.render import Renderer, template_dirs
from tests.builders import BOT, CAM, SITE, issue
from tests.builders import facts as facts_of

OTHER, LEAD = Person(5, "cam-amer"), Person(8, "alliances-lead")
ACME = Partner(
    "acme", "Acme Consulting", "emea", "cam-emea", track=Track.SELECT, status=Status.AUTHORIZED, stage="strategic"
)
"""At the end of its journey, so that no stage is news."""
REGISTRY = Registry(
    people=(Colleague("alliances-lead", "Lead", roles=("alliances",)), Colleague("ally", "Ally", roles=("alliances",))),
    roles=(Role("alliances", "Alliances", "alliances-lead"), Role("director", "Director", "channel-director")),
)
ACCOUNTS = {one.username: Account(one.username, one, member=True) for one in (CAM, OTHER, LEAD)}


@cache
def shipped() -> Config:
    return load(Path("config"))


@cache
def blank(key: str) -> str:
    """The template's text as GitLab offers it."""
    template = shipped().templates.get(key)
    assert template is not None
    return Renderer(template_dirs(), given=shipped().words).templated(template.name)[1]


def filled(key: str, answers: Mapping[str, str], ticked: tuple[str, ...] = ()) -> str:
    """With these answers behind the labels, and these tasks done, by their ids without the template's key."""
    text = blank(key)
    for label, answer in answers.items():
        old = next(line for line in text.splitlines() if line.startswith(f"- {label}:"))
        text = text.replace(old, f"- {label}: {answer}")
    for task in ticked:
        text = with_state(text, f"{key}.{task}", State.DONE)
    return text


def certified(*certs: str, **more: Any) -> Partner:
    return replace(ACME, certifications=tuple(Certification(one, date(2026, 10, 1)) for one in certs), **more)


def begun(key: str, description: str, partner: Partner = ACME, today: str = "2026-11-24", **more: Any) -> IssueFacts:
    """The facts of such an issue; fields of the issue and of the facts go by their names."""
    template = shipped().templates.get(key)
    assert template is not None
    registry = replace(REGISTRY, partners=(partner,))
    form = read_form(description, template.form) if template.form else Reading()
    found = registry.partner_called(form.values.get("partner", ""))
    case = Templated(template, form, found, is_home=more.pop("is_home", True), master=read_checklist(blank(key)))
    fields = {name: more.pop(name) for name in {"state", "labels", "assignees", "author"} & more.keys()}
    known = {"site": replace(SITE, registry=registry), "case": case, "accounts": ACCOUNTS}
    guard = Guard(frozenset({BOT.id}))
    return facts_of(issue(description=description, **fields), today, **{**known, "guard": guard, **more})


@dataclass(frozen=True)
class TeamCase:
    """An issue as it is and what a handler wishes for, in the words of `told`; `says` are fragments of what it says."""

    name: str
    known: IssueFacts
    wishes: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    settings: Mapping[str, Any] = field(default_factory=dict)


def prove_team(module: ModuleType, case: TeamCase) -> None:
    """It wishes for that, in words that a person can read."""
    name = module.__name__.rpartition(".")[2]
    settings = replace(shipped().settings[name], **case.settings)  # type: ignore[type-var]  # all are dataclasses
    decide = module.decide if case.known.case is None and hasattr(module, "decide") else module.decide_templated
    actions = [one for one in decide(case.known, settings) if isinstance(one, Action)]
    assert tuple(map(told, actions)) == case.wishes
    renderer = Renderer(template_dirs())
    read = "\n".join(renderer.note(name, one.topic, one.values) for one in actions if isinstance(one, Say))
    assert [fragment for fragment in case.says if fragment not in read] == [], read
