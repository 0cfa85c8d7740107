"""What people ask of the bot on an issue is carried out and answered: one comment for all that was asked, once.

The order of deeds is seen (an emoji), done, said, ticked off (an emoji): wherever it breaks off, the next look finds
what is missing. Doing it twice ends the same, because an order means what it meant when it was written.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from bot.apply import Apply
from bot.domain.actions import Answer, Ask
from bot.domain.facts import IssueFacts
from bot.domain.genuine import GENUINE
from bot.domain.gitlab import Issue
from bot.domain.marks import Mark, Marker
from bot.domain.needs import LabelHistory, Need, NoteHistory
from bot.domain.orders import SMALL_TALK, Command, Order, nearest
from bot.domain.plan import Plan, Wish
from bot.domain.scope import is_among_partners
from bot.domain.speech import code, quoted
from bot.domain.subject import Subject
from bot.errors import AskAPerson, BadToken, NotThere
from bot.gateway import Gateway
from bot.granted import Deed, Granted
from bot.partners.requests import understood
from bot.registry.roles import TEAM, Roles
from bot.rules import Rules
from bot.snapshot import Snapshot
from bot.talk.deeds import SPEAKER, Deeds, Heard, Trouble, latest
from bot.talk.heard import Hearing
from bot.talk.listening import ANSWER, OBEYED, REFUSED, SEEN, STRANGER, TURNED_AWAY, Asked, Listener
from bot.talk.smalltalk import Talk, reply
from bot.voice.status import COMMENT

EVERYONE = "everyone"
REQUEST = "request"
"""Kind of mark: what was asked for a partner, as JSON."""
LONGEST_REASON = 300
log = structlog.get_logger(__name__)

HELP, OF_RULES = "help", frozenset({"status", "why"})
ANY_STATE = OF_RULES | {HELP}
"""Commands that make sense on a closed issue too."""


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

    def is_behind(self, issue: Issue) -> bool:
        """Whether comments may be there that neither their number nor a webhook tells of."""
        return not self.apply.dry_run and self.hearing.is_behind(issue)

    def looked(self, issue: Issue, *, is_behind: bool) -> None:
        """At the end of a look at the issue as it was read then: what changed since is the bot's own doing."""
        if not self.apply.dry_run and not is_behind:
            self.hearing.reached(issue, self.gateway.now())

    def listen(self, facts: IssueFacts) -> tuple[IssueFacts, tuple[Asked, ...]]:
        """The facts with all comments, and what is asked in them and not answered yet."""
        # Orders, too, are carried out on what the team set, where others could have set it.
        needs: tuple[Need, ...] = (NoteHistory(), LabelHistory()) if facts.guard.is_up else (NoteHistory(),)
        facts = self.snapshot.read(facts, {*needs} - facts.read)
        facts = replace(facts, digest_of=self.apply.reports.digest_of(facts.issue))
        self._repost(facts)
        return facts, self.listener.asked(facts, self._commands)

    def _repost(self, facts: IssueFacts) -> None:
        """What was asked for partners is asked again; who carries it out knows what is done."""
        for mark in facts.marks:
            request = understood(mark.value, mark.place) if mark.kind == REQUEST else None
            if request:
                self.apply.requests.post(request)

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
        said = [note.id for note in facts.notes if not note.system]
        newest = max((note.id for note in facts.notes), default=0)
        # GitLab may have listed fewer than it counts; the next look then reads them again.
        count = min(len(said), facts.issue.user_notes_count)
        self.hearing.remember(facts.issue, newest, count + answers)
        self.hearing.reached(facts.issue, self.gateway.now())

    def answer(
        self, facts: IssueFacts, asked: Sequence[Asked], before_write: Callable[[], None], granted: Granted
    ) -> tuple[Trouble, ...]:
        """Carry out what is asked, and say so; what went wrong for good, which is said too."""
        commands = {name: command.sets for name, command in self._commands.items()}
        known = dict[str, tuple[Mark, ...]]()
        heard = latest([each for one in asked for each in self._heard(facts, one, known)], commands)
        spoken = self._to_be_answered(facts, asked, heard)
        answered = {one.spoken.key for one in spoken}
        acting = {each.comment for each in heard if not each.refused and (each.deeds or each.comment in answered)}
        for one in asked:
            if not one.is_seen and one.spoken.key in acting:
                before_write()
                self._award(facts, one, SEEN)
        heard, refusals = Deeds(self.apply, before_write, granted).carry_out(facts, heard)
        failures = tuple(failure for each in heard for failure in each.plan.failures)
        granted.deeds.extend(Deed(one.handler, "obey", outcome=one.error) for one in failures)
        for internal in (False, True):
            told = [one for one in spoken if one.spoken.note.internal is internal]
            if told:
                before_write()
                self._say(facts, told, heard, internal=internal)
                granted.said("conversation", COMMENT)
        # A question that got no answer is not done.
        done = {each.comment for each in heard if each.answer.done and each.comment in acting}
        for one in asked:
            self._award(facts, one, OBEYED if one.spoken.key in done else REFUSED)
        return (*failures, *refusals)

    def _heard(self, facts: IssueFacts, asked: Asked, known: dict[str, tuple[Mark, ...]]) -> Iterator[Heard]:
        """`known` is what the bot is about to keep of orders before, by their name: who says it twice is told so."""
        key, place = asked.spoken.key, Subject.issue(facts.issue.project_id, facts.issue.iid).key
        for order in asked.orders:
            refusal = self._refusal(facts, order, is_edited=asked.is_edited)
            if refusal:
                yield Heard(key, order, Plan(Subject("site")), SPEAKER, refusal, refused=True)
            else:
                before = known.get(order.name, ())
                heard = self._obeyed(replace(facts, marks=(*facts.marks, *before)), key, order)
                known[order.name] = (*before, *(Mark(kind, value, place) for kind, value in heard.answer.marks))
                yield heard
            if asked.is_edited:
                return

    def _refusal(self, facts: IssueFacts, order: Order, *, is_edited: bool) -> Answer | None:
        values, me = {"order": code(order.text)}, facts.site.bot.username
        if is_edited:
            return Answer("edited", done=False)
        if not order.name:
            close = nearest(order.text, self._commands)
            unheard = {"order": code(order.text), "help": code(f"@{me} {HELP}")}
            if close:
                return Answer("meant", {**unheard, "near": code(f"@{me} {close}")}, done=False)
            return Answer("unknown", unheard, done=False)
        if not self._allows(order, order.name):
            return Answer("refused", {**values, "roles": self._who_may(order.name)}, done=False)
        if not facts.issue.is_open and order.name not in ANY_STATE:
            return Answer("closed", values, done=False)
        if self._commands[order.name].internal and not self._is_among_staff(facts):
            here = "yes" if facts.issue.project == facts.site.home else ""
            return Answer("inside", {**values, "home": code(facts.site.home), "here": here}, done=False)
        return None

    def _is_among_staff(self, facts: IssueFacts) -> bool:
        """Whether nobody else reads along, and nobody else is meant to."""
        is_theirs = is_among_partners(facts.issue, facts.site)
        return not is_theirs and self.apply.staff_only(facts.issue.project_id)

    def _allows(self, order: Order, name: str) -> bool:
        roles = self.may.get(name, (TEAM,))
        return EVERYONE in roles or self.roles.may(order.by.id, roles)

    def _who_may(self, name: str) -> str:
        """Those who may, each role by its name; one that the registry lacks by its key."""
        registry, keys = self.snapshot.registry(), self.may.get(name, (TEAM,))
        roles = {key: registry.role(key) for key in keys if key != TEAM}
        named = [role.name if role else code(key) for key, role in roles.items()]
        return ", ".join([*named, *(["the Channels team"] if TEAM in keys else [])])

    def _obeyed(self, facts: IssueFacts, key: str, order: Order) -> Heard:
        if order.name in (one.name for one in SMALL_TALK):
            return self._small_talk(facts, key, order)
        try:
            facts = self._informed(facts, order)
        except (NotThere, BadToken):
            raise
        except AskAPerson as refusal:
            log.warning("an order needs what GitLab refuses", order=order.name, reason=str(refusal))
            answer = Answer("unread", {"reason": quoted(str(refusal), LONGEST_REASON)}, done=False)
            return Heard(key, order, Plan(Subject("site")), SPEAKER, answer, refused=True)
        plan = self.rules.obey(facts, order)
        if plan.failures:
            log.error("an order went wrong", order=order.name, failures=[failure.error for failure in plan.failures])
            return Heard(key, order, plan, SPEAKER, Answer("failed", done=False), refused=True)
        ((handler, answer),) = plan.answers
        return Heard(key, order, plan, handler, answer)

    def _informed(self, facts: IssueFacts, order: Order) -> IssueFacts:
        """With all that the order needs; AskAPerson where GitLab refuses some of it."""
        while needs := self.rules.order_needs(facts, order):
            facts = self.snapshot.read(facts, needs)
        for reason in (*facts.unread.values(), *facts.hidden.values()):
            raise AskAPerson(reason)
        return facts

    def _small_talk(self, facts: IssueFacts, key: str, order: Order) -> Heard:
        subject = Subject.issue(facts.issue.project_id, facts.issue.iid)
        wanted = self.rules.decide(self.snapshot.complete(facts)) if order.name in OF_RULES else Plan(subject)
        own = self._told_of(facts, order)
        handbook = {handler.name: handler.handbook for handler, _ in self.rules.enabled}
        said = tuple(reply(facts, order, Talk(wanted, own, handbook, self.apply.wording)))
        wishes = tuple(Wish(SPEAKER, one) for one in said)
        answer = next(one for one in said if isinstance(one, Answer))
        return Heard(key, order, Plan(subject, wishes=wishes), SPEAKER, answer)

    def _told_of(self, facts: IssueFacts, order: Order) -> list[Command]:
        """What `help` lists here."""
        every = [one for name, one in self._commands.items() if self._tells_of(order, name)]
        has_all = any(one.internal for one in every) and self._is_among_staff(facts)
        return [one for one in every if has_all or not one.internal]

    def _tells_of(self, order: Order, name: str) -> bool:
        """Whether `help` lists a command for its writer; what strangers may say is known without asking GitLab."""
        if order.name != HELP:
            return False
        everybodys = EVERYONE in self.may.get(name, (TEAM,))
        return everybodys if self.listener.is_stranger(order.by.id) else self._allows(order, name)

    def _to_be_answered(self, facts: IssueFacts, asked: Sequence[Asked], heard: Sequence[Heard]) -> list[Asked]:
        """Who is not of the team is answered once a day on an issue, all at once; after that an emoji has to do.

        That they may not order something is said once a day too, and costs them no answer to what they may ask.
        """
        before, asking = self.listener.answered(facts), self._asking(asked, heard)
        known = before.strangers | (before.turned_away - asking)
        told = [one for one in asked if one.author not in known]
        if told and all(self.listener.is_stranger(one.author) for one in told):
            self.before_strangers()
        return told

    def _asking(self, asked: Sequence[Asked], heard: Sequence[Heard]) -> frozenset[int]:
        """The ids of those who gave an order that they may give."""
        taken = {each.comment for each in heard if not each.refused}
        return frozenset(one.author for one in asked if one.spoken.key in taken)

    def _say(self, facts: IssueFacts, told: Sequence[Asked], heard: Sequence[Heard], *, internal: bool) -> None:
        every = [each for one in told for each in heard if each.comment == one.spoken.key]
        said = [
            {"order": code(each.order.text), "text": self.apply.wording.answer(each.handler, each.answer)}
            for each in every
        ]
        body = self.apply.wording.answers(said)
        kept = {each.comment for each in heard if not each.refused}
        obeyed = [one for one in told if one.spoken.key in kept]
        marks = "\n".join(self.marker.write(mark) for mark in self._marks(facts, told, heard, obeyed))
        self.gateway.create_note(facts.issue.project_id, facts.issue.iid, f"{body}\n\n{marks}", internal=internal)

    def _marks(
        self, facts: IssueFacts, told: Sequence[Asked], heard: Sequence[Heard], obeyed: Sequence[Asked]
    ) -> Iterator[Mark]:
        place = Subject.issue(facts.issue.project_id, facts.issue.iid).key
        yield from (Mark(ANSWER, one.spoken.key, place) for one in told)
        keys = {one.spoken.key for one in told}
        for each in (one for one in heard if one.comment in keys):
            yield from (Mark(kind, value, place) for kind, value in each.answer.marks)
            asked = [one for one in each.deeds if isinstance(one, Ask)]
            yield from (Mark(REQUEST, one.request.to_json(), place) for one in asked)
        yield from (Mark(GENUINE, one.spoken.key, place) for one in obeyed)
        asking = self._asking(told, heard)
        for author in {one.author for one in told}:
            if self.listener.is_stranger(author):
                yield Mark(STRANGER if author in asking else TURNED_AWAY, str(author), place)

    def _award(self, facts: IssueFacts, asked: Asked, name: str) -> None:
        try:
            self.gateway.award(facts.issue.project_id, facts.issue.iid, asked.spoken.note.id, name)
        except NotThere:
            return  # deleted since; then there is nothing to tick off
