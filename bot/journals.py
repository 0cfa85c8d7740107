"""What GitLab and people wrote down about one issue becomes part of its facts: journals and comments."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from bot.domain.facts import IssueFacts
from bot.domain.genuine import genuine, own_marks
from bot.domain.marks import Marker
from bot.domain.needs import Journal, LabelHistory, MilestoneHistory, NoteHistory, StateHistory, WeightHistory
from bot.gateway import Gateway


@dataclass(frozen=True, slots=True)
class Journals:
    """Reads journals, at one call each; `marker` knows the bot's own marks in comments."""

    gateway: Gateway
    marker: Marker

    def read(self, facts: IssueFacts, need: Journal) -> IssueFacts:
        """With that journal; labels that nobody set whose word counts are taken off with it."""
        at = (facts.issue.project_id, facts.issue.iid)
        match need:
            case LabelHistory():
                return trusting(replace(facts, label_events=self.gateway.label_events(*at)))
            case WeightHistory():
                return replace(facts, weight_events=self.gateway.weight_events(*at))
            case MilestoneHistory():
                return replace(facts, milestone_events=self.gateway.milestone_events(*at))
            case StateHistory():
                return replace(facts, state_events=self.gateway.state_events(*at))
            case NoteHistory():
                facts = replace(facts, notes=self.gateway.notes(*at, system=True))
                return replace(facts, genuine=genuine(facts, self.marker), marks=own_marks(facts, self.marker))
            case _:
                assert_never(need)


def trusting(facts: IssueFacts) -> IssueFacts:
    """The facts as if only those had touched the labels whose word counts, and the bot."""
    if not facts.guard.is_up:
        return facts
    issue, guard = facts.issue, facts.guard
    told = [event for event in facts.label_events if event.user_id in guard.bots or guard.counts(event.user_id)]
    last = {event.label: event.action for event in told}
    trusted = {name for name, action in last.items() if action == "add"}
    kept = replace(issue, labels=issue.labels & trusted)
    return replace(facts, issue=kept, untrusted=issue.labels - trusted, withheld=frozenset(trusted) - issue.labels)
