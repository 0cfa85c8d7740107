"""The comments of an issue become what people ask of the bot and nobody has answered yet.

What was answered is told by the marks in the bot's own comments and, should somebody delete those, by the emoji that
the bot put on the question. A comment that was edited is never obeyed: its text may be somebody else's. Where somebody
outside the team may edit what others wrote, comments that came with a moved issue are history too.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, tzinfo

from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Award, Note
from bot.domain.marks import Marker
from bot.domain.orders import Order, Spoken, spoken, understood
from bot.domain.subject import Subject
from bot.gateway import Gateway

ANSWER, STRANGER, TURNED_AWAY = "answer", "stranger", "turned-away"
"""Kinds of marks: which comment is answered, which stranger was answered, and which one only heard what may not be."""
SEEN, OBEYED, REFUSED = "eyes", "white_check_mark", "no_entry_sign"
AT_ONCE, AT_THE_SAME_TIME = timedelta(seconds=2), timedelta(seconds=0.1)
"""What GitLab stamps within this time belongs to one deed; the second where an outsider may edit what others wrote."""
UNTOUCHED = timedelta(milliseconds=1)
"""There a comment that changed at all since it was written may be the outsider's: scripts are quick."""
STRANGERS = 6
"""The newest unanswered comments of somebody outside the team that are looked at on one issue, and orders in each."""
MOVED = "moved from "
"""How GitLab's own line on an issue begins that came from another project (app/services/system_notes)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A comment that speaks to the bot, its orders, and what speaks against carrying them out."""

    spoken: Spoken
    orders: tuple[Order, ...]
    is_edited: bool = False
    is_seen: bool = False
    """Whether the bot has put its emoji on the comment already."""

    @property
    def author(self) -> int:
        """The id of whoever wrote it."""
        return self.spoken.note.author.id


@dataclass(frozen=True, slots=True)
class Answered:
    """What the bot's own comments on an issue tell: keys, text digests that came with a move, strangers of today.

    A digest answers only what was written before the answer; strangers are people not of the team when they asked.
    Those `turned_away` gave no order that they may give.
    """

    keys: frozenset[str] = frozenset()
    moved: Mapping[str, datetime] = field(default_factory=dict)
    strangers: frozenset[int] = frozenset()
    turned_away: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Listener:
    """Listens as the account called `name`; days are those of `zone`."""

    gateway: Gateway
    marker: Marker
    name: str
    deaf_to: frozenset[str]
    """Usernames of other bots: two of them would never stop talking."""
    zone: tzinfo
    is_stranger: Callable[[int], bool]
    """Whether an account (its id) is not of the team."""

    def asked(self, facts: IssueFacts, names: Collection[str]) -> tuple[Asked, ...]:
        """What is asked in `facts.notes` and not answered, oldest first; `names` are those of all commands."""
        answered = self.answered(facts)
        came = _came(facts)
        questions = (said for note in facts.notes if (said := self._spoken(facts, note, came)))
        open_ones = self._bounded(said for said in questions if not _is_answered(said, answered))
        return tuple(one for said in open_ones if (one := self._asked(facts, said, names)))

    def answered(self, facts: IssueFacts) -> Answered:
        place = Subject.issue(facts.issue.project_id, facts.issue.iid).key
        own = [note for note in facts.notes if note.author.id in facts.guard.bots and not note.system]
        marks = [(note, found.mark) for note in own for found in self.marker.find(note.body) if found.valid]
        answers = [(note, mark) for note, mark in marks if mark.kind == ANSWER]
        moved = [(note.created_at, mark) for note, mark in answers if note.created_at and mark.place != place]
        today = [mark for note, mark in marks if mark.place == place and self._is_of_today(facts, note)]
        return Answered(
            keys=frozenset(mark.value for _, mark in answers if mark.place == place),
            moved={_digest(mark.value): at for at, mark in moved},
            strangers=frozenset(int(mark.value) for mark in today if mark.kind == STRANGER),
            turned_away=frozenset(int(mark.value) for mark in today if mark.kind == TURNED_AWAY),
        )

    def twins(self, facts: IssueFacts) -> Iterator[int]:
        """The ids of answers that say again what an older one says, as two bots without one database write them."""
        place, known = Subject.issue(facts.issue.project_id, facts.issue.iid).key, set[str]()
        for note in facts.notes:
            if note.system or note.author.id != facts.site.bot.id:
                continue
            marks = [found.mark for found in self.marker.find(note.body) if found.valid]
            keys = {mark.value for mark in marks if (mark.kind, mark.place) == (ANSWER, place)}
            if keys and keys <= known:
                yield note.id
            known |= keys

    def _bounded(self, questions: Iterable[Spoken]) -> Iterator[Spoken]:
        """Each costs a call or more: however many comments a stranger writes, the others are heard."""
        every = list(questions)
        left = {author: STRANGERS for said in every if self.is_stranger(author := said.note.author.id)}
        kept: list[Spoken] = []
        for said in reversed(every):
            author = said.note.author.id
            if left.get(author, 1):
                kept.append(said)
            if author in left:
                left[author] = max(left[author] - 1, 0)
        return reversed(kept)

    def _spoken(self, facts: IssueFacts, note: Note, came: datetime | None) -> Spoken | None:
        """Comments from before the issue came with a move or a clone: they were answered, or not, where they were."""
        is_copy = came and note.created_at and note.created_at < came
        if is_copy or note.author.id in facts.guard.bots or note.author.username in self.deaf_to:
            return None
        return spoken(note, self.name)

    def _asked(self, facts: IssueFacts, said: Spoken, names: Collection[str]) -> Asked | None:
        at = facts.issue.project_id, facts.issue.iid
        awards = self.gateway.awards(*at, said.note.id)
        own = [award for award in awards if award.user_id in facts.guard.bots]
        if any(award.name in (OBEYED, REFUSED) for award in own):
            return None
        vouching = own if facts.guard.is_up else awards
        is_seen = any(award.name == SEEN for award in own)
        orders = tuple(self._orders(said, names))
        orders = orders[:STRANGERS] if self.is_stranger(said.note.author.id) else orders
        tolerance = AT_THE_SAME_TIME if facts.guard.is_up else AT_ONCE
        return Asked(said, orders, _is_edited(said.note, vouching, tolerance), is_seen)

    def _orders(self, said: Spoken, names: Collection[str]) -> Iterator[Order]:
        note = said.note
        assert note.created_at  # noqa: S101 - GitLab stamps every comment; only facts made by hand may lack it
        day = note.created_at.astimezone(self.zone).date()
        for text in said.lines:
            name, rest = understood(text or "help", names)
            yield Order(name, rest, text, note.author, note.created_at, day)

    def _is_of_today(self, facts: IssueFacts, note: Note) -> bool:
        return note.created_at is not None and note.created_at.astimezone(self.zone).date() == facts.today


def _is_answered(said: Spoken, answered: Answered) -> bool:
    answer, asked = answered.moved.get(_digest(said.key)), said.note.created_at
    return said.key in answered.keys or (answer is not None and asked is not None and asked <= answer)


def _digest(key: str) -> str:
    return key.partition(":")[2]


def _came(facts: IssueFacts) -> datetime | None:
    """When the issue came to be here: opened or cloned, or moved, when that decides what may still be an order.

    A copy has neither the bot's emoji nor, if somebody deleted it, the bot's answer.
    """
    moved = [note for note in facts.notes if note.system and note.body.startswith(MOVED)] if facts.guard.is_up else []
    return max((at for at in (facts.issue.created_at, *(note.created_at for note in moved)) if at), default=None)


def _is_edited(note: Note, vouching: Iterable[Award], tolerance: timedelta) -> bool:
    """Whether the text may be another than the one that was sent.

    GitLab moves `updated_at` also when somebody awards an emoji (app/models/award_emoji.rb), so an award of that very
    moment vouches for it.
    """
    if note.created_at is None or note.updated_at is None:
        return False
    if note.updated_at - note.created_at < (UNTOUCHED if tolerance < AT_ONCE else AT_ONCE):
        return False
    return not any(abs(note.updated_at - award.at) < tolerance for award in vouching)
