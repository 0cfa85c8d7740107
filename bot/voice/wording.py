"""A plan's points become the text people read: one status comment an issue, one report issue for the calendar."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final, TypeAlias

from bot.config import Rule
from bot.domain.actions import Answer, Say
from bot.domain.gitlab import Milestone
from bot.domain.plan import Plan
from bot.domain.reminding import Reminder
from bot.domain.telling import past
from bot.render import Renderer

Deeds: TypeAlias = Sequence[tuple[str, str]]
"""Handler, and what it did in the words of `told`."""
NO_VALUES: Final[Mapping[str, object]] = MappingProxyType({})
Points: TypeAlias = Sequence[tuple[str, Say]]


def digest(points: Points) -> str:
    """What makes two texts say the same: the points and their values, never the wording nor what is passing."""
    said = [[handler, say.rule, say.topic, _lasting(say)] for handler, say in points]
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def _lasting(say: Say) -> list[tuple[str, str]]:
    return sorted((name, value) for name, value in say.values.items() if name not in say.passing)


NOTHING = digest(())
BELOW: Final = re.compile(r"\n(?=\S)")
WITHDRAWAL = ("rules", "hands_off")
"""Who says it, and the topic under which the bot takes its leave of an issue."""


@dataclass(frozen=True, slots=True)
class Wording:
    """Templates and the handbook's links."""

    renderer: Renderer
    handbook: Mapping[str, Rule]
    rules_url: str

    def status(self, plan: Plan, deeds: Deeds, today: date, bot: str) -> str:
        """The status comment: what is missing and why, and what the bot, a user name, did about the rest today."""
        blocks, bullets = self._split(plan.points)
        asking = {handler for handler, _ in bullets}
        values = {
            "blocks": blocks,
            "points": self._said(bullets),
            "done": [past(deed) for handler, deed in deeds if handler not in asking],
            "today": today,
            "bot": bot,
            "left": 0,
        }
        withdraws = any((handler, say.topic) == WITHDRAWAL for handler, say in bullets)
        return self.renderer.text("issue/status.note.md.j2", **values, withdraws=withdraws, is_closed=False).strip()

    def closed(self, left: int = 0) -> str:
        """The status comment on an issue that was closed while something was asked; `left` are its open tasks."""
        values = {"blocks": (), "points": (), "done": (), "today": None, "bot": "", "left": left}
        return self.renderer.text("issue/status.note.md.j2", **values, withdraws=False, is_closed=True).strip()

    def reminder(self, reminder: Reminder, whose: Sequence[Sequence[str]] = (), *, is_theirs: bool = True) -> str:
        """The comment that tells people what stays open; it really mentions them.

        `whose` names the people of each point where they differ; `is_theirs`: some of them may hand the issue over.
        """
        said = self._said(reminder.points)
        points = [{**one, "who": _mentions(names)} for one, names in zip(said, whose or [()] * len(said), strict=True)]
        values = {"who": _mentions(reminder.who), "points": points, "is_theirs": is_theirs}
        return self.renderer.text("issue/reminder.note.md.j2", **values).strip()

    def report(
        self, handler: str, points: Points, operator: str, values: Mapping[str, object] = NO_VALUES
    ) -> tuple[str, str]:
        """Title and description of the issue that lists what a person has to decide; `operator` is its DRI."""
        blocks, bullets = self._split(points)
        return self.renderer.issue(handler, **values, blocks=blocks, points=self._said(bullets), operator=operator)

    def window(self) -> str:
        """The description of a milestone the bot made."""
        return self.renderer.text("issue/milestone.md.j2", topic="created").strip()

    def successor(self, milestone: Milestone) -> str:
        """What is added to the description of a milestone that is closed because this one took its issues."""
        values = {"title": milestone.title, "url": milestone.web_url}
        return self.renderer.text("issue/milestone.md.j2", topic="closed", **values).strip()

    def link(self, rule: str) -> str:
        known = self.handbook.get(rule)
        return (known.link if known else None) or self.rules_url

    def answer(self, speaker: str, answer: Answer) -> str:
        """What somebody hears about one order."""
        return self.renderer.note(speaker, answer.topic, answer.values)

    def answers(self, said: Sequence[Mapping[str, str]]) -> str:
        """The comment that answers orders; each is given as `order`, how it was written, and `text`."""
        return self.renderer.text("issue/answer.note.md.j2", said=said).strip()

    def sentence(self, handler: str, say: Say) -> str:
        """One point as it stands in a comment."""
        return self.renderer.note(handler, say.topic, say.values)

    def _split(self, points: Points) -> tuple[list[str], Points]:
        """The blocks as they stand in a text, those that lead above the others, and the points that are none."""
        blocks = sorted(((handler, say) for handler, say in points if say.block), key=lambda one: not one[1].leads)
        others = [(handler, say) for handler, say in points if not say.block]
        return [self.sentence(handler, say) for handler, say in blocks], others

    def item(self, handler: str, say: Say) -> str:
        """One point as an item of a list: what stands below its first line belongs to it."""
        return BELOW.sub("\n  ", self.sentence(handler, say))

    def _said(self, points: Points) -> list[dict[str, str]]:
        """`text` is all of a point, `first` its first line, `below` the rest: a link belongs between these two."""
        return [self._point(say, self.item(handler, say)) for handler, say in points]

    def _point(self, say: Say, text: str) -> dict[str, str]:
        first, end, rest = text.partition("\n")
        return {"rule": say.rule, "link": self.link(say.rule), "text": text, "first": first, "below": end + rest}


def _mentions(names: Sequence[str]) -> str:
    return ", ".join(f"@{name}" for name in names)
