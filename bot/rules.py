"""Facts become a plan: every enabled handler is asked, and their wishes are merged.

A handler is a module of `bot.handlers`; nothing is registered. What it may define:

- `HANDBOOK`: the ids of the handbook rules it carries; `Settings`: a frozen dataclass with `enabled`;
- `decide(facts, settings)` for an issue, `decide_calendar(facts, settings)` for the milestone calendar;
- `needs(facts, settings)` and `calendar_needs(facts, settings)`: which further facts it wants read first;
- `affects(facts, settings)`: further subjects that should look again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules
from types import ModuleType
from typing import Protocol, TypeAlias

from bot import __version__, handlers
from bot.domain.actions import Action, Check, Say
from bot.domain.facts import CalendarFacts, Facts, IssueFacts, Need
from bot.domain.plan import Conflict, Failure, Plan, Seen, Wish, contradictions
from bot.domain.speech import code
from bot.domain.subject import CALENDAR, Subject


class Settings(Protocol):
    """What every handler's settings have."""

    @property
    def enabled(self) -> bool: ...


Said: TypeAlias = tuple[Wish | Seen | Subject | Need, ...]
Asked: TypeAlias = Callable[[Facts, Settings], Iterator[object]]


@dataclass(frozen=True, slots=True)
class Handler:
    """One module of `bot.handlers` as the rules use it."""

    name: str
    policy: str
    handbook: tuple[str, ...]
    module: ModuleType

    def question(self, name: str) -> Asked | None:
        """The generator called `name`, if the handler has it."""
        found: Asked | None = getattr(self.module, name, None)
        return found


@cache
def discovered() -> tuple[Handler, ...]:
    """All handlers, by name."""
    names = sorted(found.name for found in iter_modules(handlers.__path__))
    return tuple(_handler(name, import_module(f"{handlers.__name__}.{name}")) for name in names)


def _handler(name: str, module: ModuleType) -> Handler:
    policy = (getdoc(module) or "").split("\n\n")[0].replace("\n", " ")
    return Handler(name, policy, tuple(module.HANDBOOK), module)


class Rules:
    """The enabled handlers with their settings."""

    def __init__(self, settings: Mapping[str, Settings], among: Iterable[Handler] | None = None) -> None:
        chosen = [(handler, settings[handler.name]) for handler in (discovered() if among is None else among)]
        self.enabled = tuple((handler, own) for handler, own in chosen if own.enabled)

    @property
    def fingerprint(self) -> str:
        """Changes with the bot's version and with every setting."""
        rules = repr([(handler.name, settings) for handler, settings in self.enabled])
        return hashlib.sha256(f"{__version__} {rules}".encode()).hexdigest()[:12]

    def needs(self, facts: Facts) -> frozenset[Need]:
        """The further facts the handlers want; one that raises is heard again, and blamed, when it decides."""
        if not concerns(facts).holds:
            return frozenset()
        name = "needs" if isinstance(facts, IssueFacts) else "calendar_needs"
        answers = (self._ask(handler, settings, name, facts) for handler, settings in self.enabled)
        return frozenset(one for said, _ in answers for one in said if isinstance(one, Need))

    def decide(self, facts: Facts) -> Plan:
        """The plan for these facts. Two handlers that want different values for one field are both refused."""
        subject, gate = subject_of(facts), concerns(facts)
        if not gate.holds:
            return Plan(subject, seen=(Seen("rules", gate),))
        said = [Seen("rules", gate), *self._everything_said(facts)]
        wishes = [one for one in said if isinstance(one, Wish)]
        conflicts = contradictions(wishes)
        return Plan(
            subject=subject,
            wishes=(*wishes, *map(_question, conflicts)),
            seen=tuple(one for one in said if isinstance(one, Seen)),
            affects=tuple(dict.fromkeys(one for one in said if isinstance(one, Subject))),
            conflicts=conflicts,
            failures=tuple(one for one in said if isinstance(one, Failure)),
        )

    def _everything_said(self, facts: Facts) -> Iterator[Wish | Seen | Subject | Failure]:
        # What it needs is asked once more: a handler that could not say so decides from facts that nobody read.
        issue = ("needs", "decide", "affects")
        names = issue if isinstance(facts, IssueFacts) else ("calendar_needs", "decide_calendar")
        for handler, settings in self.enabled:
            answers = [self._ask(handler, settings, name, facts) for name in names]
            failures = [failure for _, failure in answers if failure]
            if failures:
                yield failures[0]
                continue
            yield from (one for said, _ in answers for one in said if not isinstance(one, Need))

    def _ask(self, handler: Handler, settings: Settings, name: str, facts: Facts) -> tuple[Said, Failure | None]:
        """What the handler says; one that raises, or says what nobody understands, loses its own words only."""
        question = handler.question(name)
        try:
            return (tuple(_signed(handler, one) for one in question(facts, settings)) if question else ()), None
        except Exception as error:
            return (), Failure(handler.name, f"{type(error).__name__}: {error}")


def _signed(handler: Handler, said: object) -> Wish | Seen | Subject | Need:
    if isinstance(said, Check):
        return Seen(handler.name, said)
    if isinstance(said, Subject | Need):
        return said
    if isinstance(said, Action):
        return Wish(handler.name, said)
    raise TypeError(f"handler {handler.name} yields {said!r}, which is no check, no action, no need and no subject")


def _question(conflict: Conflict) -> Wish:
    wanting = ", ".join(dict.fromkeys(code(wish.handler) for wish in conflict.wishes))
    return Wish("rules", Say("", "conflict", {"field": conflict.field, "handlers": wanting}))


def subject_of(facts: Facts) -> Subject:
    return Subject.issue(facts.issue.project_id, facts.issue.iid) if isinstance(facts, IssueFacts) else CALENDAR


def concerns(facts: Facts) -> Check:
    """Whether the rules speak about this subject at all: open issues of the team, wherever they live."""
    if isinstance(facts, CalendarFacts):
        return Check("the group has a milestone calendar", True, facts.site.group, "configuration")
    issue, site = facts.issue, facts.site
    ours = issue.project == site.home or site.labels.belongs(issue.labels)
    holds = issue.is_open and issue.issue_type == "issue" and ours
    seen = f"{issue.state} {issue.issue_type} in {issue.project}"
    return Check("it is an open issue of the Channels team", holds, seen, "state, type, project and labels")
