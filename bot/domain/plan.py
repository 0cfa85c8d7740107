"""A plan: the wishes of all handlers about one subject, merged, with what they contradict each other about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain.actions import (
    Action,
    AddLabel,
    Answer,
    Assign,
    Check,
    Close,
    DropItem,
    Edit,
    FieldAction,
    MilestoneAction,
    OpenIssue,
    ProposeChanges,
    PutItem,
    RemoveLabel,
    Reopen,
    Say,
    SetDueDate,
    SetMilestone,
    SetWeight,
    TickTask,
    WriteLine,
)
from bot.domain.gitlab import Milestone, Person
from bot.domain.partners.steps import PartnerAction
from bot.domain.subject import Subject

EVENTS: dict[type[FieldAction], str] = {Reopen: "reopen", Close: "close"}
SETTERS = (SetWeight, SetDueDate, SetMilestone)


@dataclass(frozen=True, slots=True)
class Wish:
    """One action and the handler that wants it."""

    handler: str
    action: Action


@dataclass(frozen=True, slots=True)
class Seen:
    """One check and the handler that made it."""

    handler: str
    check: Check


@dataclass(frozen=True, slots=True)
class Failure:
    """A handler that raised: its wishes are lost, the others' are not. `error` is the exception's class and text.

    Or, `is_hidden`, one that could not be asked, because GitLab does not let the bot read what it needs; then `error`
    is what GitLab says.
    """

    handler: str
    error: str
    is_hidden: bool = False

    def __str__(self) -> str:
        verb = "was not asked:" if self.is_hidden else "raised"
        return f"handler {self.handler} {verb} {self.error}"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Handlers that want different values for one field; none of them is granted."""

    field: str
    wishes: tuple[Wish, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Everything one PUT changes on an issue; None leaves a field alone, `clear_weight` and `clear_milestone` empty it.

    `edits` are written into the description, one for each label, task and item.
    """

    add_labels: tuple[str, ...] = ()
    remove_labels: tuple[str, ...] = ()
    weight: int | None = None
    clear_weight: bool = False
    assign: tuple[Person, ...] = ()
    due: date | None = None
    milestone: Milestone | None = None
    clear_milestone: bool = False
    edits: tuple[Edit, ...] = ()
    state: str = ""
    """`reopen` or `close`, as GitLab spells it in `state_event`; empty leaves it."""

    def __bool__(self) -> bool:
        return self != Fields()


@dataclass(frozen=True, slots=True)
class Plan:
    """What is wished for one subject. An empty plan means the subject is as the rules want it."""

    subject: Subject
    wishes: tuple[Wish, ...] = ()
    seen: tuple[Seen, ...] = ()
    affects: tuple[Subject, ...] = ()
    conflicts: tuple[Conflict, ...] = ()
    failures: tuple[Failure, ...] = ()
    is_off: bool = False
    """Whether people told the bot to leave the subject alone; then nothing is said either."""

    @property
    def fields(self) -> Fields:
        return merged(action for _, action in self.granted)

    @property
    def granted(self) -> tuple[tuple[str, FieldAction], ...]:
        """The field actions that no other handler contradicts, each with the handler that wants it."""
        barred = [wish for conflict in self.conflicts for wish in conflict.wishes]
        return tuple(
            (wish.handler, wish.action)
            for wish in self.wishes
            if isinstance(wish.action, FieldAction) and wish not in barred
        )

    @property
    def milestones(self) -> tuple[tuple[str, MilestoneAction], ...]:
        """The milestone actions in the order they are to be done, each with the handler that wants it."""
        return tuple((wish.handler, wish.action) for wish in self.wishes if isinstance(wish.action, MilestoneAction))

    @property
    def steps(self) -> tuple[tuple[str, PartnerAction], ...]:
        """What is to be done for a partner, in order, each with the handler that wants it."""
        return tuple((wish.handler, wish.action) for wish in self.wishes if isinstance(wish.action, PartnerAction))

    @property
    def openings(self) -> tuple[tuple[str, OpenIssue], ...]:
        """The issues to be opened, each with the handler that wants it."""
        return tuple((wish.handler, wish.action) for wish in self.wishes if isinstance(wish.action, OpenIssue))

    @property
    def proposals(self) -> tuple[tuple[str, ProposeChanges], ...]:
        """What an issue proposes to the registry, each with the handler that wants it."""
        return tuple((wish.handler, wish.action) for wish in self.wishes if isinstance(wish.action, ProposeChanges))

    @property
    def mistakes(self) -> tuple[Failure, ...]:
        """The handlers that raised."""
        return tuple(one for one in self.failures if not one.is_hidden)

    @property
    def points(self) -> tuple[tuple[str, Say], ...]:
        """What there is to say, with the handler that says it, in the handlers' order."""
        return tuple((wish.handler, wish.action) for wish in self.wishes if isinstance(wish.action, Say))

    @property
    def answers(self) -> tuple[tuple[str, Answer], ...]:
        """What the givers of orders hear, in the order they were given, with the handler that says it."""
        return tuple((wish.handler, wish.action) for wish in self.wishes if isinstance(wish.action, Answer))

    @property
    def writes(self) -> bool:
        """Whether granting it changes a field, a milestone or the registry, or opens an issue."""
        return bool(self.fields or self.milestones or self.steps or self.openings or self.proposals)


def merged(granted: Iterable[FieldAction]) -> Fields:
    """The field actions as one change; they are free of conflicts."""
    actions = tuple(granted)
    weights = [action for action in actions if isinstance(action, SetWeight)]
    milestones = [action for action in actions if isinstance(action, SetMilestone)]
    return Fields(
        add_labels=distinct(action.name for action in actions if isinstance(action, AddLabel)),
        remove_labels=distinct(action.name for action in actions if isinstance(action, RemoveLabel)),
        weight=weights[0].weight if weights else None,
        clear_weight=bool(weights) and weights[0].weight is None,
        assign=tuple({action.person.id: action.person for action in actions if isinstance(action, Assign)}.values()),
        due=next((action.due for action in actions if isinstance(action, SetDueDate)), None),
        milestone=milestones[0].milestone if milestones else None,
        clear_milestone=bool(milestones) and milestones[0].milestone is None,
        edits=tuple({_field(action): action for action in actions if isinstance(action, Edit)}.values()),
        state=next((EVENTS[type(action)] for action in actions if isinstance(action, Reopen | Close)), ""),
    )


def joined(subject: Subject, plans: Iterable[Plan]) -> Plan:
    """What several orders come to, one after the other."""
    everything = list(plans)
    return Plan(
        subject,
        wishes=latest([wish for plan in everything for wish in plan.wishes]),
        affects=tuple(dict.fromkeys(one for plan in everything for one in plan.affects)),
    )


def latest(wishes: Sequence[Wish]) -> tuple[Wish, ...]:
    """The wishes in their order, without those that a later one about the same field overrides."""
    last = {_field(wish.action): at for at, wish in enumerate(wishes) if isinstance(wish.action, FieldAction)}
    return tuple(
        wish
        for at, wish in enumerate(wishes)
        if not isinstance(wish.action, FieldAction) or last[_field(wish.action)] == at
    )


def _field(action: FieldAction) -> str:
    match action:
        case AddLabel(name) | RemoveLabel(name):
            return f"label {name}"
        case WriteLine(label):
            return f"line {label}"
        case TickTask(task):
            return f"task {task}"
        case PutItem(key=key) | DropItem(key):
            return f"item {key}"
        case Assign(person):
            return f"assignee {person.id}"
        case _:
            return type(action).__name__


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def contradictions(wishes: Sequence[Wish]) -> tuple[Conflict, ...]:
    """Fields for which two wishes name different values."""
    return (*_rival_values(wishes), *_rival_labels(wishes))


def _rival_values(wishes: Sequence[Wish]) -> Iterable[Conflict]:
    for setter in SETTERS:
        rivals = tuple(wish for wish in wishes if isinstance(wish.action, setter))
        if any(wish.action != rivals[0].action for wish in rivals):
            yield Conflict(FIELD_NAMES[setter], rivals)


def _rival_labels(wishes: Sequence[Wish]) -> Iterable[Conflict]:
    removed = {wish.action.name for wish in wishes if isinstance(wish.action, RemoveLabel)}
    for name in distinct(wish.action.name for wish in wishes if isinstance(wish.action, AddLabel)):
        if name in removed:
            rivals = (wish for wish in wishes if isinstance(wish.action, AddLabel | RemoveLabel))
            yield Conflict(f"label {name}", tuple(wish for wish in rivals if _label(wish) == name))


def _label(wish: Wish) -> str | None:
    return wish.action.name if isinstance(wish.action, AddLabel | RemoveLabel) else None


FIELD_NAMES: dict[type[FieldAction], str] = {SetWeight: "weight", SetDueDate: "due date", SetMilestone: "milestone"}
