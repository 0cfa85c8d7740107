"""What rules ask about many issues at once becomes facts of each, from lists that a sweep reads once for all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Issue
from bot.domain.needs import EpicsOf, IssuesLabelled
from bot.errors import TryLater
from bot.rules import Rules
from bot.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class Lists:
    """Lives as long as one sweep."""

    snapshot: Snapshot
    rules: Rules
    _labelled: dict[tuple[str, ...], Mapping[str, tuple[Issue, ...]]] = field(default_factory=dict)
    _began: dict[tuple[str, ...], datetime] = field(default_factory=dict)
    _answers: dict[IssuesLabelled, tuple[Issue, ...] | None] = field(default_factory=dict)

    def fulfil(self, facts: IssueFacts) -> IssueFacts:
        """The facts with what they need of other issues, as far as GitLab tells whose word counts on those."""
        needs = self.rules.needs(facts)
        wanted = [need for need in needs if isinstance(need, IssuesLabelled)]
        found = {need: answer for need in wanted if (answer := self._answer(need)) is not None}
        if found:
            facts = replace(facts, labelled={**facts.labelled, **found}, read=facts.read | found.keys())
        epics = {need for need in needs if isinstance(need, EpicsOf)}
        return self.snapshot.read(facts, epics) if epics else facts

    def _answer(self, need: IssuesLabelled) -> tuple[Issue, ...] | None:
        if need.labels not in self._labelled:
            self._began[need.labels] = self.snapshot.gateway.now()
            self._labelled[need.labels] = self.snapshot.labelled(need.labels)
        if need not in self._answers:
            there = self._labelled[need.labels].get(need.milestone, ())
            try:
                answer = self._answers[need] = tuple(self.snapshot.vouched(there, need.labels))
            except TryLater:
                self._answers[need] = None
            else:
                # The looks that follow are to see no older list than what made the sweep ask for them.
                self.snapshot.recent.keep(need, self._began[need.labels], answer)
        return self._answers[need]
