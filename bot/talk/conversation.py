"""What people ask of the bot on an issue is carried out and answered: one comment for all that was asked, once.

The order of deeds is seen (an emoji), done, said, ticked off (an emoji): wherever it breaks off, the next look finds
what is missing. Doing it twice ends the same, because an order means what it meant when it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from bot.apply import Apply, Granted
from bot.domain.actions import Answer
from bot.domain.facts import IssueFacts
from bot.domain.genuine import GENUINE
from bot.domain.marks import Mark, Marker
from bot.domain.needs import LabelHistory, Need, NoteHistory
from bot.domain.orders import SMALL_TALK, Command, Order, nearest
from bot.domain.plan import Plan, Wish, joined
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.errors import NotThere
from bot.gateway import Gateway
from bot.registry.roles import TEAM, Roles
from bot.rules import Rules
from bot.snapshot import Snapshot
from bot.status import COMMENT
from bot.talk.heard import Hearing
from bot.talk.listening import ANSWER, OBEYED, REFUSED, SEEN, STRANGER, Asked, Listener
from bot.talk.smalltalk import Talk, reply

SPEAKER = "conversation"
EVERYONE = "everyone"
HELP, OF_RULES = "help", frozenset({"status", "why"})
ANY_STATE = OF_RULES | {HELP}
"""Commands that make sense on a closed issue too."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One order and what follows from it: the wishes, and the handler that answers with which words."""

    order: Order
    plan: Plan
    handler: str
    answer: Answer
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Conversation:
    """`may` says for each command who may give it: roles of the registry, `team` or `everyone`."""

    gateway: Gateway
    marker: Marker
    hearing: Hearing
    listener: Listener
    rules: Rules
    snapshot: Snapshot
    apply: Apply
    roles: Roles
    may: Mapping[str, tuple[str, ...]]
    before_strangers: Callable[[], None]
    """Called before somebody outside the team alone is answered; raises TryLater when that was enough for now."""
    _commands: dict[str, Command] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._commands.update({one.name: one for one in (*SMALL_TALK, *(one for _, one in self.rules.commands))})

    def has_news(self, facts: IssueFacts, note_id: int | None = None) -> bool:
        """Whether comments are there that were not listened to; no call is made."""
        return not self.apply.dry_run and self.hearing.has_news(facts.issue, note_id)

    def listen(self, facts: IssueFacts) -> tuple[IssueFacts, tuple[Asked, ...]]:
        """The facts with all comments, and what is asked in them and not answered yet."""
        # Orders, too, are carried out on what the team set, where others could have set it.
        needs: tuple[Need, ...] = (NoteHistory(), LabelHistory()) if facts.guard.is_up else (NoteHistory(),)
        facts = self.snapshot.read(facts, {*needs} - facts.read)
        facts = replace(facts, digest_of=self.apply.reports.digest_of(facts.issue))
        return facts, self.listener.asked(facts, self._commands)

    def heal(self, facts: IssueFacts, before_write: Callable[[], None]) -> int:
        """Delete answers that were given twice; how many there were."""
        twins = [*self.listener.twins(facts)]
        for note_id in twins:
            before_write()
            with suppress(NotThere):
                self.gateway.delete_note(facts.issue.project_id, facts.issue.iid, note_id)
        return len(twins)

    def remember(self, facts: IssueFacts, answers: int = 0) -> None:
        """That these comments, and so many answers more (or, below 0, less), were heard."""
        newest = max((note.id for note in facts.notes), default=0)
        self.hearing.remember(facts.issue, newest, facts.issue.user_notes_count + answers)

    def answer(
        self, facts: IssueFacts, asked: Sequence[Asked], before_write: Callable[[], None], granted: Granted
    ) -> None:
        """Carry out what is asked, and say so."""
        heard = {one.spoken.key: tuple(self._heard(facts, one)) for one in asked}
        spoken = self._to_be_answered(facts, asked)
        for one in asked:
            if not one.is_seen and any(not each.refused for each in heard[one.spoken.key]):
                before_write()
                self._award(facts, one, SEEN)
        obeyed = [each.plan for one in asked for each in heard[one.spoken.key] if not each.refused]
        subject = Subject.issue(facts.issue.project_id, facts.issue.iid)
        self.apply.obey(facts, joined(subject, obeyed), before_write, granted)
        for internal in (False, True):
            told = [one for one in spoken if one.spoken.note.internal is internal]
            if told:
                before_write()
                self._say(facts, told, heard, internal=internal)
                granted.said("conversation", COMMENT)
        for one in asked:
            refused = all(each.refused for each in heard[one.spoken.key])
            self._award(facts, one, REFUSED if refused else OBEYED)

    def _heard(self, facts: IssueFacts, asked: Asked) -> Iterator[Heard]:
        for order in asked.orders:
            refusal = self._refusal(facts, order, is_edited=asked.is_edited)
            if refusal:
                yield Heard(order, Plan(Subject("site")), SPEAKER, refusal, refused=True)
            else:
                yield self._obeyed(facts, order)
            if asked.is_edited:
                return

    def _refusal(self, facts: IssueFacts, order: Order, *, is_edited: bool) -> Answer | None:
        values = {"order": code(order.text)}
        if is_edited:
            return Answer("edited")
        if not order.name:
            close = nearest(order.text, self._commands)
            return Answer("meant", {**values, "near": code(close)}) if close else Answer("unknown", values)
        if not self._allows(order, order.name):
            return Answer("refused", {**values, "roles": self._who_may(order.name)})
        if not facts.issue.is_open and order.name not in ANY_STATE:
            return Answer("closed", values)
        return None

    def _allows(self, order: Order, name: str) -> bool:
        roles = self.may.get(name, (TEAM,))
        return EVERYONE in roles or self.roles.may(order.by.id, roles)

    def _who_may(self, name: str) -> str:
        registry = self.snapshot.registry()
        roles = [registry.role(key) for key in self.may.get(name, (TEAM,)) if key != TEAM]
        return ", ".join(role.name for role in roles if role) or "the Channels team"

    def _obeyed(self, facts: IssueFacts, order: Order) -> Heard:
        if order.name in (one.name for one in SMALL_TALK):
            return self._small_talk(facts, order)
        while needs := self.rules.order_needs(facts, order):
            facts = self.snapshot.read(facts, needs)
        plan = self.rules.obey(facts, order)
        if plan.failures:
            return Heard(order, plan, SPEAKER, Answer("failed"))
        ((handler, answer),) = plan.answers
        return Heard(order, plan, handler, answer)

    def _small_talk(self, facts: IssueFacts, order: Order) -> Heard:
        subject = Subject.issue(facts.issue.project_id, facts.issue.iid)
        wanted = self.rules.decide(self.snapshot.complete(facts)) if order.name in OF_RULES else Plan(subject)
        own = [one for name, one in self._commands.items() if self._tells_of(order, name)]
        handbook = {handler.name: handler.handbook for handler, _ in self.rules.enabled}
        said = tuple(reply(facts, order, Talk(wanted, own, handbook, self.apply.wording)))
        wishes = tuple(Wish(SPEAKER, one) for one in said)
        return Heard(order, Plan(subject, wishes=wishes), SPEAKER, next(one for one in said if isinstance(one, Answer)))

    def _tells_of(self, order: Order, name: str) -> bool:
        """Whether `help` lists a command; what strangers may say is known without asking GitLab."""
        if order.name != HELP:
            return False
        everybodys = EVERYONE in self.may.get(name, (TEAM,))
        return everybodys if self.listener.is_stranger(order.by.id) else self._allows(order, name)

    def _to_be_answered(self, facts: IssueFacts, asked: Sequence[Asked]) -> list[Asked]:
        """Who is not of the team is answered once a day on an issue; after that an emoji has to do."""
        known, told = {*self.listener.answered(facts).strangers}, list[Asked]()
        for one in asked:
            author = one.spoken.note.author.id
            if author not in known:
                told.append(one)
            if self.listener.is_stranger(author):
                known.add(author)
        if told and all(one.spoken.note.author.id in known for one in told):
            self.before_strangers()
        return told

    def _say(
        self, facts: IssueFacts, told: Sequence[Asked], heard: Mapping[str, tuple[Heard, ...]], *, internal: bool
    ) -> None:
        every = [each for one in told for each in heard[one.spoken.key]]
        said = [
            {"order": code(each.order.text), "text": self.apply.wording.answer(each.handler, each.answer)}
            for each in every
        ]
        body = self.apply.wording.answers(said)
        obeyed = [one for one in told if any(not each.refused for each in heard[one.spoken.key])]
        marks = "\n".join(self.marker.write(mark) for mark in self._marks(facts, told, obeyed))
        self.gateway.create_note(facts.issue.project_id, facts.issue.iid, f"{body}\n\n{marks}", internal=internal)

    def _marks(self, facts: IssueFacts, told: Sequence[Asked], obeyed: Sequence[Asked]) -> Iterator[Mark]:
        place = Subject.issue(facts.issue.project_id, facts.issue.iid).key
        yield from (Mark(ANSWER, one.spoken.key, place) for one in told)
        yield from (Mark(GENUINE, one.spoken.key, place) for one in obeyed)
        authors = {one.spoken.note.author.id for one in told}
        yield from (Mark(STRANGER, str(one), place) for one in authors if self.listener.is_stranger(one))

    def _award(self, facts: IssueFacts, asked: Asked, name: str) -> None:
        try:
            self.gateway.award(facts.issue.project_id, facts.issue.iid, asked.spoken.note.id, name)
        except NotThere:
            return  # deleted since; then there is nothing to tick off
