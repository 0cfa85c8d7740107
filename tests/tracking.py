"""What people do to a tracking issue, told day by day, becomes the facts that a handler decides from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from functools import cache
from types import ModuleType
from typing import Any

from bot.config import Config, load
from bot.domain.actions import Action, AddLabel, Assign, FieldAction, RemoveLabel, Reopen, Say, SetDueDate
from bot.domain.cases import Case
from bot.domain.checklist import Checklist, read_checklist
from bot.domain.facts import Account, Guard, IssueFacts, PartnerFacts, Site
from bot.domain.form import read_form
from bot.domain.forms import CANDIDATE
from bot.domain.gitlab import Issue, Note, Person
from bot.domain.needs import NoteHistory, StateHistory
from bot.domain.partners.cases import Candidate, Tracking
from bot.domain.partners.folder import Tree
from bot.domain.partners.record import Extension, Record
from bot.domain.partners.steps import Tell
from bot.domain.places import StateEvent
from bot.domain.registry import Partner, Registry
from bot.domain.telling import told
from bot.registry.loader import from_directory
from bot.render import Renderer, template_dirs
from bot.voice.cases import render_candidate, render_tracking
from tests.builders import BOT, CAM, PARTNERS, SITE
from tests.stage import ROOT

BEGAN, LAST = "2026-11-23", "2027-05-23"
PAT, SERVICES, EDUCATION, KIM = (
    Person(20, "pat-example"),
    Person(5, "services-lead"),
    Person(6, "eds-delivery"),
    Person(21, "kim"),
)
WHO = {"partner": PAT, "account_manager": CAM, "channel_services": SERVICES, "education_services": EDUCATION}
HOLDERS = {role: frozenset({person.id}) for role, person in WHO.items() if role != "partner"}
ACCOUNTS = {one.username: Account(one.username, one, member=True) for one in (CAM, PAT)}
GUARD = Guard(frozenset({BOT.id}), True, frozenset({CAM.id, SERVICES.id, EDUCATION.id}))
PROJECT = f"{PARTNERS}/emea/acme/collaboration/acme-consulting-ctp-requirements-project"
EXPIRED, WITHDRAWN, LABEL = "CTP::expired", "CTP::withdrawn", "CTP::trainer-candidate"


@cache
def configured() -> Config:
    return load(ROOT / "config", {})


@cache
def registry() -> Registry:
    return from_directory(ROOT / "config" / "registry")


@cache
def template(kind: str = "tracking") -> str:
    """What the bot's own template asks."""
    programme = configured().programmes.get("ctp")
    assert programme
    return (render_tracking if kind == "tracking" else render_candidate)(Renderer(template_dirs()), programme)[1]


def acme(**more: Any) -> Partner:
    partner = registry().partner("acme")
    assert partner
    return replace(partner, **more)


def moment(day: str) -> datetime:
    """`2026-12-01`, at noon, or `2026-12-01 23:30`, UTC."""
    text = day if " " in day else f"{day} 12:00"
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def record(**more: Any) -> Record:
    began = date.fromisoformat(BEGAN)
    return Record(**{"partner": "acme", "by": "cam-emea", "on": began, "request": (1, 1), "ctp": True,
                     "tracking": (5, 1), "started_on": began, **more})  # fmt: skip


@dataclass
class Story:
    """One issue of Acme Consulting's; `day` is the day on which the next thing happens."""

    kind: str = "tracking"
    text: str = ""
    day: str = BEGAN
    notes: list[Note] = field(default_factory=list)
    events: list[StateEvent] = field(default_factory=list)
    record: Record = field(default_factory=record)
    partner: Partner = field(default_factory=acme)
    fields: dict[str, Any] = field(default_factory=dict)
    more: dict[str, Any] = field(default_factory=dict)
    site: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.text = self.text or template(self.kind)

    @property
    def tasks(self) -> Checklist:
        return read_checklist(template(self.kind))

    def on(self, day: str) -> Story:
        self.day = day
        return self

    def say(self, body: str, by: Person = CAM, *, system: bool = False) -> Story:
        at = moment(self.day)
        self.notes.append(Note(100 + len(self.notes), body, by, at, at, system=system))
        return self

    def tick(self, *ids: str, by: Person | None = None, done: bool = True, silent: bool = False) -> Story:
        """The tasks with these ids, by whom they are for; `silent`: with other edits, of which GitLab tells less."""
        for task in (one for one in self.tasks.tasks if one.id in ids):
            old, new = ("[ ]", "[x]") if done else ("[x]", "[ ]")
            self.text = self.text.replace(f"{old} {task.text}", f"{new} {task.text}")
            if not silent:
                state = "completed" if done else "incomplete"
                self.say(f"marked the checklist item **{task.text}** as {state}", by or WHO[task.owner], system=True)
        return self

    def tick_all(self, *but: str) -> Story:
        return self.tick(*(task.id for task in self.tasks.tasks if task.id not in but))

    def drop(self, *ids: str) -> Story:
        """Somebody deletes the lines of these tasks."""
        marks = [f"<!-- t:{one} " for one in ids]
        self.text = "\n".join(line for line in self.text.splitlines() if not any(mark in line for mark in marks))
        return self

    def close(self, by: Person, state: str = "closed") -> Story:
        self.events.append(StateEvent(len(self.events) + 1, moment(self.day), by.id, state))
        self.fields["state"] = "closed" if state == "closed" else "opened"
        return self

    def reopen(self, by: Person = BOT) -> Story:
        return self.close(by, "reopened")

    def extend(self, until: str) -> Story:
        given = Extension(date.fromisoformat(until), "services-lead", moment(self.day).date(), "Illness")
        self.record = replace(self.record, extensions=(*self.record.extensions, given))
        return self

    def withdraw(self) -> Story:
        self.record = replace(self.record, withdrawn_on=moment(self.day).date(), withdrawn_by="cam-emea")
        return self

    def facts(self, today: str = "") -> IssueFacts:
        due = self.record.extended_to or date.fromisoformat(LAST)
        given = {"assignees": (CAM, PAT), "due_date": due, "description": self.text, "project": PROJECT, **self.fields}
        issue = Issue(**{"project_id": 5, "iid": 1, "title": "CTP", "author": PAT, **given})
        facts = {"notes": tuple(self.notes), "state_events": tuple(self.events), "guard": GUARD, "holders": HOLDERS}
        facts |= {"accounts": ACCOUNTS, "read": frozenset({NoteHistory(), StateHistory()}), "case": self.case()}
        return IssueFacts(moment(today or self.day).date(), self.world(), issue, **{**facts, **self.more})

    def known(self, today: str = "", tree: Tree | None = None, **more: Any) -> PartnerFacts:
        """The partner, of whom this is the tracking issue."""
        facts = self.facts(today)
        given = {"record": self.record, "tracking": facts, "accounts": facts.accounts, "holders": HOLDERS}
        return PartnerFacts(
            facts.today, facts.site, self.partner, tree or Tree(f"{PARTNERS}/emea/acme"), **{**given, **more}
        )

    def case(self) -> Case:
        programme = configured().programmes.get("ctp")
        assert programme
        if self.kind == "tracking":
            return Tracking(self.partner, programme, self.record, self.tasks)
        return Candidate(self.partner, programme, self.record, read_form(self.text, CANDIDATE), self.tasks)

    def world(self) -> Site:
        given = {"registry": registry(), "programmes": configured().programmes, "zone": configured().tz}
        return replace(SITE, **{**given, **self.site})


@dataclass(frozen=True)
class TrackCase:
    """What happened until `today`, and what a handler wishes for because of it, in the words of `told`.

    `says` are fragments of what people read of it. With `who`, those are the people whom it reminds, and no others.
    """

    name: str
    told: Callable[[Story], object] = lambda story: None
    today: str = "2026-12-01"
    wishes: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    who: tuple[str, ...] | None = None
    kind: str = "tracking"
    affects: tuple[str, ...] = ()


@dataclass(frozen=True)
class RecordCase:
    """What happened to a tracking issue until `today`, and what a handler wishes for the partner because of it."""

    name: str
    told: Callable[[Story], object] = lambda story: None
    today: str = "2026-12-01"
    wishes: tuple[str, ...] = ()
    says: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()
    known: Mapping[str, Any] = field(default_factory=dict)


def prove_track(module: ModuleType, case: TrackCase) -> None:
    """It wishes for that, in words that a person can read; once that is done it wishes for nothing more."""
    story = Story(case.kind)
    case.told(story)
    facts = story.facts(case.today)
    needs = {*getattr(module, f"{case.kind}_needs")(facts, module.Settings())}
    assert needs >= {NoteHistory(), StateHistory()}
    actions = decided(module, case.kind, facts)
    assert tuple(map(told, actions)) == case.wishes, tuple(map(told, actions))
    text = words(module, actions)
    assert [fragment for fragment in case.says if fragment not in text] == [], text
    if case.who is not None:
        assert reminded(actions) == case.who, reminded(actions)
    affects = getattr(module, f"{case.kind}_affects", lambda *_: ())
    assert tuple(one.key for one in affects(facts, module.Settings())) == case.affects
    again = decided(module, case.kind, settled(facts, actions))
    assert [one for one in again if not isinstance(one, Say)] == []


def prove_record(module: ModuleType, case: RecordCase) -> None:
    """It wishes for that, and tells those people, in words that a person can read."""
    story = Story()
    case.told(story)
    said = module.decide_partner(story.known(case.today, **case.known), module.Settings())
    actions = [one for one in said if isinstance(one, Action)]
    assert tuple(map(told, actions)) == case.wishes, tuple(map(told, actions))
    text = words(module, actions)
    assert [fragment for fragment in case.says if fragment not in text] == [], text
    assert tuple(name for one in actions if isinstance(one, Tell) for name in one.who) == case.tells


def decided(module: ModuleType, kind: str, facts: IssueFacts, settings: object = None) -> list[Action]:
    said = getattr(module, f"decide_{kind}")(facts, settings or module.Settings())
    return [one for one in said if isinstance(one, Action)]


def reminded(actions: Iterable[Action]) -> tuple[str, ...]:
    """Whom the points would remind, whenever."""
    nudges = [one.nudge for one in actions if isinstance(one, Say) and one.nudge]
    return tuple(dict.fromkeys(name for nudge in nudges for name in nudge.who))


def words(module: ModuleType, actions: Iterable[Action]) -> str:
    """Everything that people would read of it."""
    renderer, name = Renderer(template_dirs()), module.__name__.rpartition(".")[2]
    return "\n".join(renderer.note(name, one.topic, one.values) for one in actions if isinstance(one, Say | Tell))


def settled(facts: IssueFacts, actions: Iterable[Action]) -> IssueFacts:
    """The same issue once everything is granted."""
    for action in actions:
        if isinstance(action, FieldAction):
            facts = replace(facts, **dict(_granted(facts, action)))
    return facts


def _granted(facts: IssueFacts, action: FieldAction) -> Iterator[tuple[str, Any]]:
    issue = facts.issue
    match action:
        case AddLabel(name):
            yield "issue", replace(issue, labels=issue.labels | {name})
        case RemoveLabel(name):
            yield "issue", replace(issue, labels=issue.labels - {name})
        case Assign(person):
            yield "issue", replace(issue, assignees=(*issue.assignees, person))
        case SetDueDate(due):
            yield "issue", replace(issue, due_date=due)
        case Reopen():
            now = max((event.at for event in facts.state_events), default=moment(BEGAN))
            yield "state_events", (*facts.state_events, StateEvent(99, now, BOT.id, "reopened"))
            yield "issue", replace(issue, state="opened")
        case _:
            raise AssertionError(f"a tracking issue needs no {action}")
