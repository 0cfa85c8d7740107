"""Announcements become the lines of a newsletter's outline: what to write, what to take off, what people decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.asking import is_ticked, templated
from bot.domain.communications.forms import EFFECTIVE
from bot.domain.communications.keys import ANNOUNCEMENT, NEWSLETTER
from bot.domain.communications.newsletter import newsletter_of
from bot.domain.communications.notice import Fault, Verdict, judged
from bot.domain.communications.vehicles import Vehicle, carrier, is_ahead, vehicles_of
from bot.domain.edits import digest, items_in, listed_in
from bot.domain.facts import IssueFacts
from bot.domain.formlines import SEPARATOR
from bot.domain.speech import dictated, shortened

LONGEST: Final = 200
"""Characters of a summary that a newsletter lists; the rest is behind its link."""
REFERENCE: Final = re.compile(r"(?P<code>`[^`]*+`)|(?P<sign>[~%#!&$])(?=[\w\"])")
"""What GitLab would take for a label, milestone, issue, merge request, epic or snippet."""
MARKED: Final = re.compile(r"\W|[0-9]++[.)]")
"""What may make a line a quote, a heading, a task or a list."""


@dataclass(frozen=True, slots=True)
class Item:
    """What a newsletter lists of an announcement: its origin, and one line of Markdown with a link."""

    key: str
    text: str
    notice: date
    """Partners are told on this day, so the first newsletter from then on carries it."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is between a newsletter's outline and its announcements; all but `put` by the announcement's origin."""

    wanted: int = 0
    put: tuple[Item, ...] = ()
    drop: tuple[str, ...] = ()
    changed: tuple[Item, ...] = ()
    """They say something else than when people reworded their line."""
    stray: tuple[str, ...] = ()
    """They are not for this newsletter, and people reworded their line."""
    closed: tuple[str, ...] = ()
    """They were closed, and nobody approved them or told partners."""

    @property
    def is_settled(self) -> bool:
        return not (self.put or self.drop or self.changed or self.stray or self.closed)


def item_of(facts: IssueFacts, newsletters: Sequence[IssueFacts]) -> Item | None:
    """Of an open announcement for the newsletter that lacks no answer and keeps the notice; None of any other.

    What is listed in one that is still to come stays when its notice date goes by, or that newsletter is moved.
    """
    case = templated(facts, ANNOUNCEMENT)
    is_open = facts.issue.is_open and not is_left_alone(facts)
    if case is None or case.form.problems or not is_open or Vehicle.FLASH not in vehicles_of(facts):
        return None
    verdict = judged(facts, newsletters)
    if verdict is None or verdict.notice is None or not (verdict.is_right or _stays(facts, verdict, newsletters)):
        return None
    said = _inert(case.form.values["summary"])
    day = f" ({case.form.values[EFFECTIVE]})" if verdict.effective else ""
    return Item(facts.issue.origin, f"{said}{day}: [details]({facts.issue.web_url})", verdict.notice)


def _stays(facts: IssueFacts, verdict: Verdict, newsletters: Iterable[IssueFacts]) -> bool:
    listed = (one for one in newsletters if facts.issue.origin in items_in(one.issue.description))
    ahead = filter(None, (newsletter_of(one) for one in listed if is_ahead(one, facts.today)))
    after = (one for one in ahead if one.send and verdict.notice and one.send >= verdict.notice)
    return any({*verdict.faults} <= {Fault.PAST, Fault.LATE if one.is_moved else Fault.PAST} for one in after)


def is_left_alone(facts: IssueFacts) -> bool:
    return facts.site.labels.hands_off.name in facts.issue.labels


def may_carry(newsletter: IssueFacts, announced: IssueFacts) -> bool:
    """Whether nobody reads there what is confidential here."""
    return newsletter.issue.confidential or not announced.issue.confidential


def carrier_of(announced: IssueFacts, item: Item, newsletters: Iterable[IssueFacts]) -> IssueFacts | None:
    """The newsletter in which the item has its place."""
    return carrier(announced, item.notice, [one for one in newsletters if may_carry(one, announced)])


def beside(facts: IssueFacts) -> tuple[IssueFacts, ...]:
    """A newsletter and all others, as it knows itself."""
    here = (facts.issue.project_id, facts.issue.iid)
    others = (one for one in facts.others.get(NEWSLETTER, ()) if (one.issue.project_id, one.issue.iid) != here)
    return (facts, *others)


def listing(facts: IssueFacts, announced: Iterable[IssueFacts]) -> Listing:
    """Of a newsletter that is not sent yet, beside all newsletters in `facts.others`."""
    newsletters = beside(facts)
    known = {one.issue.origin: one for one in announced if not is_left_alone(one)}
    wanted: dict[str, Item] = {}
    for one in known.values():
        item = item_of(one, newsletters)
        if item and carrier_of(one, item, newsletters) is facts:
            wanted[item.key] = item
    return _compared(facts, wanted, known)


def _compared(facts: IssueFacts, wanted: Mapping[str, Item], known: Mapping[str, IssueFacts]) -> Listing:
    there = listed_in(facts.issue.description)
    own = {key for key, line in there.items() if line.is_untouched}
    reworded = [item for key, item in wanted.items() if key in there and key not in own and there[key].signed]
    gone = [key for key in there if key in known and known[key].issue.is_open and key not in wanted]
    return Listing(
        len(wanted),
        tuple(
            item for key, item in wanted.items() if key not in there or (key in own and there[key].text != item.text)
        ),
        tuple(key for key in gone if key in own),
        tuple(item for item in reworded if there[item.key].signed != digest(item.text)),
        tuple(key for key in gone if key not in own),
        tuple(key for key in there if key in known and _was_given_up(known[key])),
    )


def _was_given_up(facts: IssueFacts) -> bool:
    is_approved = facts.site.labels.communication.approved.name in facts.issue.labels
    return not (facts.issue.is_open or is_approved or is_ticked(facts, f"{ANNOUNCEMENT}.told"))


def _inert(summary: str) -> str:
    """As a line in which nothing acts, and that no form takes for one of its fields, nor a list for a task."""
    said = REFERENCE.sub(lambda hit: hit["code"] or f"\\{hit['sign']}", dictated(shortened(summary, LONGEST)))
    return f"New: {said}" if SEPARATOR.search(said) or MARKED.match(said) else said
