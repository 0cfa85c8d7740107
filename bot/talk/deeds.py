"""Orders become deeds: of several about one thing the latest counts, and what GitLab refuses is told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from bot.apply import Apply
from bot.domain.actions import Action, Answer
from bot.domain.facts import IssueFacts
from bot.domain.orders import Order
from bot.domain.plan import Failure, Plan, joined
from bot.domain.speech import quoted
from bot.domain.subject import Subject
from bot.errors import AskAPerson, BadToken, NotThere
from bot.granted import Deed, Granted

SPEAKER = "conversation"
Trouble: TypeAlias = Failure | AskAPerson
"""A mistake of ours, or GitLab's refusal."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One order, the key of the comment that gave it, and what follows: wishes, and who answers with which words."""

    comment: str
    order: Order
    plan: Plan
    handler: str
    answer: Answer
    refused: bool = False

    @property
    def deeds(self) -> tuple[Action, ...]:
        return tuple(wish.action for wish in self.plan.wishes if not isinstance(wish.action, Answer))


def latest(heard: Sequence[Heard], sets: Mapping[str, str]) -> tuple[Heard, ...]:
    """What was heard, oldest first, without the deeds that a later order undoes; `sets` says what a command settles.

    An order that comes to nothing undoes nothing, and who says the same twice contradicts nobody.
    """
    last = {sets[one.order.name]: one for one in heard if one.answer.done and sets.get(one.order.name)}
    return tuple(_overridden(one) if _is_undone(one, last.get(sets.get(one.order.name, ""))) else one for one in heard)


def _is_undone(one: Heard, last: Heard | None) -> bool:
    return last is not None and one.answer.done and one.deeds != last.deeds


def _overridden(one: Heard) -> Heard:
    return _instead(one, Answer("overridden", done=False))


@dataclass(frozen=True, slots=True)
class Deeds:
    """Carries out what was heard on one issue; `granted` is told how far that got."""

    apply: Apply
    before_write: Callable[[], None]
    granted: Granted

    def carry_out(self, facts: IssueFacts, heard: tuple[Heard, ...]) -> tuple[tuple[Heard, ...], tuple[Trouble, ...]]:
        """What became of it, and what went wrong. All at once if GitLab has it, else each by itself.

        Raises what may be different next time, and what is wrong with the whole issue.
        """
        subject = Subject.issue(facts.issue.project_id, facts.issue.iid)
        plans = [one.plan for one in heard if not one.refused]
        try:
            self.apply.obey(facts, joined(subject, plans), self.before_write, self.granted)
        except (NotThere, BadToken):
            raise
        except AskAPerson as refusal:
            acting = [one for one in heard if one.deeds and not one.refused]
            if len(acting) == 1:
                return tuple(self._refused(one, refusal) if one in acting else one for one in heard), (refusal,)
            return self._one_by_one(facts, heard)
        return heard, ()

    def _one_by_one(self, facts: IssueFacts, heard: Sequence[Heard]) -> tuple[tuple[Heard, ...], tuple[Trouble, ...]]:
        said: tuple[Heard, ...] = ()
        troubles: tuple[Trouble, ...] = ()
        for one in heard:
            facts = replace(facts, issue=self.granted.changed or facts.issue)
            became, wrong = self.carry_out(facts, (one,))
            said, troubles = (*said, *became), (*troubles, *wrong)
        return said, troubles

    def _refused(self, one: Heard, refusal: AskAPerson) -> Heard:
        self.granted.deeds.append(Deed(one.handler, f"obey {one.order.name}", outcome=str(refusal)))
        return _instead(one, Answer("not_granted", {"reason": quoted(str(refusal), 200)}, done=False))


def _instead(one: Heard, answer: Answer) -> Heard:
    """The order with another answer, and without deeds."""
    return replace(one, plan=Plan(one.plan.subject), handler=SPEAKER, answer=answer, refused=True)
