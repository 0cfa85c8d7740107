"""Steps of a set-up: what is there and what should be, one frozen record for each difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias, assert_never

from bot.app import Bot
from bot.domain.actions import ChangeMilestone, CloseMilestone, CreateMilestone, MilestoneAction, MoveIssues, Say
from bot.domain.facts import CalendarFacts
from bot.domain.labels import Label
from bot.domain.places import Board
from bot.domain.plan import Plan
from bot.domain.telling import told
from bot.environ import Environment
from bot.gateway import Gateway, Hook

Sign = Literal["+", "~", "=", "!"]
"""Create, change, keep as it is, tell a person."""


@dataclass(frozen=True, slots=True)
class Hands:
    """Who does the work: the bot for labels and milestones, the Owner's token, if there is one, for hooks and files."""

    bot: Bot
    owner: Gateway | None
    environment: Environment


@dataclass(frozen=True, slots=True)
class Home:
    """Where a webhook lives: a group, or a project where the plan has no group webhooks. `path` is the full path."""

    level: Literal["group", "project"]
    path: str


@dataclass(frozen=True, slots=True)
class Kept:
    """Something that is as it should be."""

    area: str
    name: str


@dataclass(frozen=True, slots=True)
class Ask:
    """Something that a person has to do or to know."""

    area: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class CreateLabel:
    label: Label


@dataclass(frozen=True, slots=True)
class ChangeLabel:
    now: Label
    wanted: Label


@dataclass(frozen=True, slots=True)
class CreateBoard:
    """`name` is the base label, which it is filtered by; `lists` are labels, from left to right."""

    name: str
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FilterBoard:
    board: Board
    labels: frozenset[str]


@dataclass(frozen=True, slots=True)
class AddLists:
    """To the right of those it has."""

    board: Board
    lists: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CreateHook:
    """`fields` are GitLab's words, secrets among them: they are never shown."""

    home: Home
    url: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ChangeHook:
    """`differences` says what `fields` changes, without secrets."""

    home: Home
    hook: Hook
    fields: Mapping[str, object]
    differences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WakeHook:
    """Send a test delivery to a hook that GitLab has switched off: a good answer switches it on again."""

    home: Home
    hook: Hook


@dataclass(frozen=True, slots=True)
class WriteFile:
    """`differs` is empty for a new file; `name` is how people read of it, its path where that is empty."""

    project: str
    branch: str
    path: str
    text: str
    differs: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class SettleCalendar:
    """What the rules wish for the milestones, as the worker would grant it."""

    facts: CalendarFacts
    plan: Plan


BoardStep: TypeAlias = CreateBoard | FilterBoard | AddLists
HookStep: TypeAlias = CreateHook | ChangeHook | WakeHook
Difference: TypeAlias = CreateLabel | ChangeLabel | BoardStep | HookStep | WriteFile | SettleCalendar
Step: TypeAlias = Difference | Ask | Kept


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the plan as a person reads it."""

    sign: Sign
    area: str
    name: str
    now: str = ""
    wanted: str = ""


def lines(step: Step) -> Iterator[Line]:
    """The rows that show a step."""
    match step:
        case Kept(area, name):
            yield Line("=", area, name)
        case Ask(area, name, text):
            yield Line("!", area, name, wanted=text)
        case CreateLabel(label):
            yield Line("+", "label", label.name, wanted=_looks(label))
        case ChangeLabel(now, wanted):
            yield Line("~", "label", wanted.name, _looks(now), _looks(wanted))
        case CreateBoard() | FilterBoard() | AddLists():
            yield _of_board(step)
        case CreateHook() | ChangeHook() | WakeHook():
            yield _of_hook(step)
        case WriteFile(path=path, differs=differs, name=name):
            yield Line("~" if differs else "+", "file", name or path, differs, "as shipped with the bot")
        case SettleCalendar(_, plan):
            yield from _of_calendar(plan)
        case _:
            assert_never(step)


def _of_board(step: BoardStep) -> Line:
    match step:
        case CreateBoard(name, lists):
            return Line("+", "board", name, wanted=f"filtered by {name}, lists {', '.join(lists)}")
        case FilterBoard(board, labels):
            now = f"filtered by {', '.join(sorted(board.labels))}" if board.labels else "not filtered"
            return Line("~", "board", board.name, now, f"filtered by {', '.join(sorted(labels))}")
        case AddLists(board, lists):
            return Line("~", "board", board.name, wanted=f"more lists: {', '.join(lists)}")
        case _:
            assert_never(step)


def _of_hook(step: HookStep) -> Line:
    match step:
        case CreateHook(home, url, fields):
            return Line("+", "webhook", f"{home.level} {home.path}", wanted=f"{url}, {_events(fields)}")
        case ChangeHook(home, _, _, differences):
            return Line("~", "webhook", f"{home.level} {home.path}", wanted=", ".join(differences))
        case WakeHook(home, hook):
            name = f"{home.level} {home.path}"
            return Line("~", "webhook", name, hook.alert_status, "switched on by a test delivery")
        case _:
            assert_never(step)


def _of_calendar(plan: Plan) -> Iterator[Line]:
    for _, action in plan.milestones:
        sign: Sign = "+" if isinstance(action, CreateMilestone) else "~"
        yield Line(sign, "milestone", _title(action), wanted=_wish(action))
    for _, point in plan.points:
        yield Line("!", "milestone", point.values.get("title", point.topic), wanted=_reported(point))
    for failure in plan.failures:
        yield Line("!", "milestone", failure.handler, wanted=f"the handler raised {failure.error}; report this mistake")


def _title(action: MilestoneAction) -> str:
    match action:
        case CreateMilestone(title=title):
            return title
        case ChangeMilestone(milestone=milestone) | CloseMilestone(milestone=milestone):
            return milestone.title
        case MoveIssues(target=milestone):
            return milestone.title if milestone else "none"
        case _:
            assert_never(action)


def _wish(action: MilestoneAction) -> str:
    return f"{action.start} to {action.due}" if isinstance(action, CreateMilestone) else told(action)


def _reported(point: Say) -> str:
    return f"listed in the bot's report issue ({point.rule}: {point.topic})"


def _looks(label: Label) -> str:
    return f"{label.color} {label.description}".strip()


def _events(fields: Mapping[str, object]) -> str:
    return f"{sum(value is True and name.endswith('_events') for name, value in fields.items())} kinds of events"
