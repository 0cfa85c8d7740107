"""Facts become a plan: every enabled handler is asked, and their wishes are merged.

A handler is a module of `bot.handlers`; nothing is registered. What it may define:

- `HANDBOOK`: the ids of the handbook rules it carries; `Settings`: a frozen dataclass with `enabled`;
- `decide(facts, settings)` for an issue, `decide_calendar(facts, settings)` for the milestone calendar,
  `decide_partner(facts, settings)` for a partner, `decide_recurring(facts, settings)` for a recurrence,
  `decide_practice(facts, settings)` for the practice group;
- `decide_tracking`, `decide_candidate`, `decide_award`, `decide_templated` and `decide_help` for an issue that is such
  a case; it is asked nothing else;
- `needs(facts, settings)`, `tracking_needs(...)` and so on: which further facts it wants read first;
- `affects(facts, settings)`, `tracking_affects(...)` and so on: further subjects that should look again;
- `COMMANDS`: what people may tell the bot in a comment, `obey(facts, settings, order)` and `order_needs(...)` for each.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from importlib import import_module
from inspect import getdoc
from pkgutil import iter_modules
from types import ModuleType
from typing import Final, Protocol, TypeAlias, cast, get_args

from bot import __version__, handlers
from bot.domain.actions import Action, AddLabel, Answer, Check, FieldAction, Say
from bot.domain.cases import Case
from bot.domain.concern import concerns, is_judged, may_concern, subject_of
from bot.domain.facts import CalendarFacts, DigestFacts, Facts, IssueFacts, PartnerFacts, PracticeFacts, RecurringFacts
from bot.domain.helping import HelpRequest
from bot.domain.needs import LabelHistory, Need
from bot.domain.orders import Command, Order
from bot.domain.partners.cases import Award, Candidate, Tracking
from bot.domain.plan import Conflict, Failure, Plan, Seen, Wish, contradictions
from bot.domain.reversals import ENOUGH, doubts, fields_of, is_off, taken_back
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.domain.telling import told
from bot.domain.templated import Templated


class Settings(Protocol):
    """What every handler's settings have."""

    @property
    def enabled(self) -> bool: ...


QUESTIONS: Mapping[type[Facts] | type[Case], tuple[str, ...]] = {
    IssueFacts: ("needs", "decide", "affects"),
    CalendarFacts: ("calendar_needs", "decide_calendar"),
    DigestFacts: ("digest_needs", "decide_digest"),
    PartnerFacts: ("partner_needs", "decide_partner"),
    Tracking: ("tracking_needs", "decide_tracking", "tracking_affects"),
    Candidate: ("candidate_needs", "decide_candidate", "candidate_affects"),
    Award: ("award_needs", "decide_award", "award_affects"),
    Templated: ("templated_needs", "decide_templated", "templated_affects"),
    HelpRequest: ("help_needs", "decide_help"),
    RecurringFacts: ("recurring_needs", "decide_recurring"),
    PracticeFacts: ("practice_needs", "decide_practice"),
}
"""What a handler is asked about each kind of subject; what it needs comes first."""
SIGNED: Final = frozenset(get_args(Action))
"""What becomes its handler's wish; to ask a class for it takes less than to ask what it is one of."""
ASIDE: Final = frozenset((Subject, *get_args(Need)))
"""What is nobody's wish."""
SAID: Final = (Wish, Seen, Subject)
"""Of what a handler says what a plan is made of."""
Said: TypeAlias = Sequence[Wish | Seen | Subject | Need]
Asked: TypeAlias = Callable[..., Iterator[object]]


@dataclass(frozen=True, slots=True)
class Handler:
    """One module of `bot.handlers` as the rules use it."""

    name: str
    policy: str
    handbook: tuple[str, ...]
    module: ModuleType

    def questions(self, *names: str) -> tuple[Asked, ...]:
        """The generators called so, as far as the handler has them."""
        return tuple(found for name in names if (found := getattr(self.module, name, None)))

    @property
    def commands(self) -> tuple[Command, ...]:
        found: tuple[Command, ...] = getattr(self.module, "COMMANDS", ())
        return found


@dataclass(frozen=True, slots=True)
class Answering:
    """An enabled handler with those of some questions to which it has an answer, in their order."""

    handler: Handler
    settings: Settings
    asked: tuple[Asked, ...]


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
        self._answering: dict[tuple[str, ...], tuple[Answering, ...]] = {}
        self._lately: tuple[Facts | None, tuple[Wish | Seen | Subject | Failure, ...]] = (None, ())

    @cached_property
    def fingerprint(self) -> str:
        """Changes with the bot's version and with every setting."""
        rules = repr([(handler.name, settings) for handler, settings in self.enabled])
        return hashlib.sha256(f"{__version__} {rules}".encode()).hexdigest()[:12]

    @property
    def commands(self) -> tuple[tuple[Handler, Command], ...]:
        """What people may tell the bot, with the handler that obeys."""
        return tuple((handler, command) for handler, _ in self.enabled for command in handler.commands)

    def needs(self, facts: Facts) -> frozenset[Need]:
        """The further facts that are wanted and not read; a handler that raises is blamed when it decides."""
        if isinstance(facts, IssueFacts) and may_concern(facts) and not is_judged(facts):
            return frozenset({LabelHistory()})
        if not concerns(facts).holds:
            return frozenset()
        needs, *_ = questions(facts)
        answers = (_ask(one.handler, one.asked, one.settings, facts) for one in self._asked((needs,)))
        wanted = frozenset([one for said, _ in answers for one in said if isinstance(one, Need)])
        if not isinstance(facts, IssueFacts):
            return wanted
        # Only who decided from everything can tell what a person may have taken back.
        return wanted - facts.read or frozenset(doubts(facts, self._wished_fields(facts))) - facts.read

    def order_needs(self, facts: IssueFacts, order: Order) -> frozenset[Need]:
        """The further facts that obeying this order takes."""
        handler, settings = self._obeying(order)
        said, _ = _ask(handler, handler.questions("order_needs"), settings, facts, order)
        return frozenset(one for one in said if isinstance(one, Need)) - facts.read

    def decide(self, facts: Facts) -> Plan:
        """The plan for these facts. Two handlers that want different values for one field are both refused."""
        subject, gate = subject_of(facts), concerns(facts)
        if not gate.holds:
            return Plan(subject, seen=(Seen("rules", gate),))
        if isinstance(facts, IssueFacts) and is_off(facts):
            label = facts.site.labels.hands_off.name
            kept_off = Check("the bot may touch it", False, f"the label {label}", "labels")
            return Plan(subject, seen=(Seen("rules", gate), Seen("rules", kept_off)), is_off=True)
        said = [Seen("rules", gate), *self._everything_said(facts)]
        wishes = [one for one in said if isinstance(one, Wish)]
        if isinstance(facts, IssueFacts):
            wishes = [*respected(facts, wishes), *_unread(facts, said)]
        return _plan(subject, said, wishes)

    def obey(self, facts: IssueFacts, order: Order) -> Plan:
        """The plan that carries out what somebody told the bot, with one answer; LookupError when nobody obeys."""
        handler, settings = self._obeying(order)
        said, failure = _ask(handler, handler.questions("obey"), settings, facts, order)
        wishes = [one for one in said if isinstance(one, Wish)]
        if failure is None and sum(isinstance(wish.action, Answer) for wish in wishes) != 1:
            failure = Failure(handler.name, f"the order {order.name!r} got no single answer")
        return _plan(subject_of(facts), [*said, *([failure] if failure else [])], wishes)

    def _obeying(self, order: Order) -> tuple[Handler, Settings]:
        for handler, settings in self.enabled:
            if order.name in (command.name for command in handler.commands):
                return handler, settings
        raise LookupError(f"no enabled handler obeys {order.name!r}")

    def _wished_fields(self, facts: IssueFacts) -> tuple[FieldAction, ...]:
        said = self._everything_said(facts)
        return tuple(one.action for one in said if isinstance(one, Wish) and isinstance(one.action, FieldAction))

    def _everything_said(self, facts: Facts) -> tuple[Wish | Seen | Subject | Failure, ...]:
        """What all handlers say, who know nothing but these facts: of those asked about last it is known."""
        of, said = self._lately
        if of is not facts:
            said = tuple(self._saying(facts))
            self._lately = facts, said
        return said

    def _saying(self, facts: Facts) -> Iterator[Wish | Seen | Subject | Failure]:
        # What it needs is asked once more: a handler that could not say so decides from facts that nobody read.
        for one in self._asked(questions(facts)):
            said, failure = _ask(one.handler, one.asked, one.settings, facts)
            if failure := failure or next(_unasked(one.handler, facts, said), None):
                yield failure
                continue
            for word in said:
                if isinstance(word, SAID):
                    yield word

    def _asked(self, names: tuple[str, ...]) -> tuple[Answering, ...]:
        """Those that have an answer to one of these questions; most have none to most."""
        if names not in self._answering:
            every = (Answering(one, own, one.questions(*names)) for one, own in self.enabled)
            self._answering[names] = tuple(one for one in every if one.asked)
        return self._answering[names]


def _ask(
    handler: Handler, asked: Iterable[Asked], settings: Settings, facts: Facts, *order: Order
) -> tuple[Said, Failure | None]:
    """What the handler says; one that raises, or says what nobody understands, loses its own words only."""
    try:
        return [_signed(handler, one) for question in asked for one in question(facts, settings, *order)], None
    except Exception as error:
        return (), Failure(handler.name, f"{type(error).__name__}: {error}")


def _unasked(handler: Handler, facts: Facts, said: Said) -> Iterator[Failure]:
    """What the handler lacks; it would take for absent what is only hidden."""
    hidden = facts.hidden if isinstance(facts, IssueFacts) else {}
    for need in (one for one in said if isinstance(one, Need) and one in hidden):
        yield Failure(handler.name, hidden[need], is_hidden=True)


def _signed(handler: Handler, said: object) -> Wish | Seen | Subject | Need:
    kind = type(said)
    if kind is Check:
        return Seen(handler.name, cast("Check", said))
    if kind in SIGNED:
        return Wish(handler.name, cast("Action", said))
    if kind in ASIDE:
        return cast("Subject | Need", said)
    raise TypeError(f"handler {handler.name} yields {said!r}, which is no check, no action, no need and no subject")


def _plan(subject: Subject, said: Sequence[object], wishes: Sequence[Wish]) -> Plan:
    conflicts = contradictions(wishes)
    return Plan(
        subject=subject,
        wishes=(*wishes, *map(_question, conflicts)),
        seen=tuple(one for one in said if isinstance(one, Seen)),
        affects=tuple(dict.fromkeys(one for one in said if isinstance(one, Subject))),
        conflicts=conflicts,
        failures=tuple(one for one in said if isinstance(one, Failure)),
    )


def respected(facts: IssueFacts, wishes: Iterable[Wish]) -> Iterator[Wish]:
    """The wishes without those that people took back; where they took back enough, the bot withdraws."""
    wished = list(wishes)
    taken = [wish.action for wish in wished if isinstance(wish.action, FieldAction) and taken_back(facts, wish.action)]
    withdraws = len(fields_of(taken)) >= ENOUGH
    if withdraws:
        yield Wish("rules", AddLabel(facts.site.labels.hands_off.name))
    yield from () if withdraws else (wish for wish in wished if wish.action not in taken)
    back = code(f"@{facts.site.bot.username} hands-on")
    for deed in dict.fromkeys(map(told, taken)):
        yield Wish("rules", Say("", "taken_back", {"deed": deed, "back": back}))
    if withdraws:
        yield Wish("rules", Say("", "hands_off", {"label": code(facts.site.labels.hands_off.name), "back": back}))


def _unread(facts: IssueFacts, said: Iterable[object]) -> Iterator[Wish]:
    """People who wait for what a rule would say are told that it cannot."""
    hidden = [code(one.handler) for one in said if isinstance(one, Failure) and one.is_hidden]
    if hidden and facts.issue.is_open:
        yield Wish("rules", Say("", "hidden", {"handlers": ", ".join(hidden)}))


def _question(conflict: Conflict) -> Wish:
    wanting = ", ".join(dict.fromkeys(code(wish.handler) for wish in conflict.wishes))
    return Wish("rules", Say("", "conflict", {"field": conflict.field, "handlers": wanting}))


def questions(facts: Facts) -> tuple[str, ...]:
    """What handlers are asked about these facts."""
    case = facts.case if isinstance(facts, IssueFacts) else None
    return QUESTIONS[type(facts) if case is None else type(case)]
