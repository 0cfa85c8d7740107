"""Actions: what a handler may wish for, and the checks that say why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeAlias

from bot.domain.gitlab import Issue, Milestone, Person
from bot.domain.partners.changes import Proposal
from bot.domain.partners.record import Request
from bot.domain.partners.steps import PartnerAction


@dataclass(frozen=True, slots=True)
class Check:
    """One condition a rule looked at: the claim, whether it holds, the value seen and where that value came from.

    What is `internal` is for staff: it is explained to whoever runs the bot, and never told on an issue.
    """

    claim: str
    holds: bool
    seen: str
    source: str
    internal: bool = False


@dataclass(frozen=True, slots=True)
class AddLabel:
    name: str


@dataclass(frozen=True, slots=True)
class RemoveLabel:
    name: str


@dataclass(frozen=True, slots=True)
class SetWeight:
    """`weight` None clears it."""

    weight: int | None


@dataclass(frozen=True, slots=True)
class Assign:
    """Add one assignee; those who are there stay."""

    person: Person


@dataclass(frozen=True, slots=True)
class SetDueDate:
    due: date


@dataclass(frozen=True, slots=True)
class SetMilestone:
    """`milestone` None takes the issue off its milestone."""

    milestone: Milestone | None


@dataclass(frozen=True, slots=True)
class WriteLine:
    """Make the description's line `<label>: ...` (DRI, NBA) say `value`; it is added on top when there is none."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class TickTask:
    """Tick the description's task of this id."""

    id: str


@dataclass(frozen=True, slots=True)
class PutItem:
    """Have the description list `text`, one line of Markdown, at the end of `section`, a heading's words.

    `key` is kept with it in a comment: an item of that key that is there is rewritten where it stands. A text that
    begins with a label fills the section's line of that label alone, such as `- Click rate:`. A `signed` one keeps a
    digest of its text too, by which it is known whether people reworded it. Whoever took it off before the moment
    `since`, at which somebody did what it follows from, did not mean this one.
    """

    section: str
    key: str
    text: str
    signed: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DropItem:
    """Take the item of this key off the description."""

    key: str


@dataclass(frozen=True, slots=True)
class Reopen:
    """Open a closed issue again."""


@dataclass(frozen=True, slots=True)
class Close:
    """Close an issue that is done."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A calendar day on which people are reminded, and who by username (empty: whoever the nudge names)."""

    on: date
    who: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Nudge:
    """Remind people of a point that stays open: `who` by username (empty: whoever answers for the issue).

    The first reminder comes `after` so many business days, counted from when the point was first said. With `turns`
    there is one for each of their days instead, on the first look from that day on; of several missed ones the latest.
    Where they are `planned`, set by a timetable rather than by what happened, a turn waits on weekends and holidays for
    the next business day, and none comes on the day on which the issue was opened: GitLab tells of a new issue itself.
    """

    after: int = 0
    who: tuple[str, ...] = ()
    turns: tuple[Turn, ...] = ()
    planned: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """One point for a person: `topic` picks the sentence in the handler's note template, `values` fill it.

    On an issue the points of all handlers become its one status comment; on the calendar, one report issue.
    `rule` is the handbook rule that the sentence links. Values are safe to print: see `speech`.
    `internal` points are written only where nobody but staff reads along.
    A `block` is Markdown of several lines that stands above the points and asks nobody for anything; one that `leads`
    stands above the others, which rest on it.
    What `passing` names among the values is right on the day it is written: that it changes is no news.
    """

    rule: str
    topic: str
    values: Mapping[str, str] = field(default_factory=dict)
    nudge: Nudge | None = None
    internal: bool = False
    block: bool = False
    leads: bool = False
    passing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person hears about the order they gave: `topic` picks the sentence in the handler's note template.

    `done` is whether things are now as the order wanted them.
    """

    topic: str
    values: Mapping[str, str] = field(default_factory=dict)
    done: bool = True
    marks: tuple[tuple[str, str], ...] = ()
    """Kind and value of what the bot's answer is to remember besides."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Have a request carried out by whoever holds the partner's subject; it is kept in the bot's answer."""

    request: Request


@dataclass(frozen=True, slots=True)
class SendMail:
    """Send the letter `template` about the partner's certification to the partner, at most once for `key`."""

    key: str
    template: str
    partner: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class OpenIssue:
    """Open an issue from the template with the key `template`, once for `key`, whoever wishes for it how often.

    `values` fill the template and are safe to print; `assign` are handles, in order of importance, and the first of
    `backup` stands in where none of them works here any more; `labels` come beside the template's own. `milestone` is
    the title of one of the group's. `after` is the issue it follows from, which it is related to; what
    follows from a confidential one is `confidential` too.
    """

    key: str
    template: str
    values: Mapping[str, object] = field(default_factory=dict)
    assign: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    due: date | None = None
    milestone: str = ""
    after: Issue | None = None
    backup: tuple[str, ...] = ()
    confidential: bool = False

    @property
    def is_confidential(self) -> bool:
        return self.confidential or (self.after is not None and self.after.confidential)


@dataclass(frozen=True, slots=True)
class CreateMilestone:
    title: str
    start: date
    due: date


@dataclass(frozen=True, slots=True)
class ChangeMilestone:
    """Give a milestone its title and dates; nothing else of it changes."""

    milestone: Milestone
    title: str
    start: date
    due: date


@dataclass(frozen=True, slots=True)
class MoveIssues:
    """Put `issues` on `target`, a title that this plan or an earlier one made exist; None takes them off theirs."""

    issues: tuple[Issue, ...]
    target: Milestone | None


@dataclass(frozen=True, slots=True)
class CloseMilestone:
    """Close a milestone; `successor` is the one that took its issues, None when it simply ended."""

    milestone: Milestone
    successor: Milestone | None = None


@dataclass(frozen=True, slots=True)
class ProposeChanges:
    """Propose to the registry what an issue came to for its partners, all of one sort, in one merge request.

    `key` tells it from others of that sort: small letters, digits and dashes.
    """

    key: str
    proposals: tuple[Proposal, ...]


Edit: TypeAlias = WriteLine | TickTask | PutItem | DropItem
"""What is written into a description."""
FieldAction: TypeAlias = AddLabel | RemoveLabel | SetWeight | Assign | SetDueDate | SetMilestone | Edit | Reopen | Close
MilestoneAction: TypeAlias = CreateMilestone | ChangeMilestone | MoveIssues | CloseMilestone
Action: TypeAlias = (
    FieldAction | MilestoneAction | PartnerAction | OpenIssue | Say | Answer | Ask | SendMail | ProposeChanges
)
