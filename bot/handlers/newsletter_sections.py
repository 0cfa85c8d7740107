"""A newsletter's five sections are filled before the test mail, with short items that each lead to more."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Check, Nudge, Say, Turn
from bot.domain.communications.newsletter import sent_on
from bot.domain.communications.outline import outline
from bot.domain.facts import IssueFacts
from bot.domain.speech import code, quoted

HANDBOOK = ("NL-05", "NL-13")
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Settings:
    """The `sections` by their headings; `ping_days` business days before the send date none of them is to be empty.

    An item has at most `most_words` words.
    """

    enabled: bool = True
    sections: tuple[str, ...] = (
        "Featured",
        "Enablement Extras",
        "New and noteworthy",
        "Partner Deal of the month",
        "What's new in GitLab",
    )
    ping_days: int = 2
    most_words: int = 60


def decide_templated(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    send = sent_on(facts)
    if send is None or not facts.issue.is_open or facts.today > send:
        return
    found = outline(facts.issue.description)
    empty, start = found.empty(settings.sections), facts.site.workdays.before(send, settings.ping_days)
    yield Check("every section says something", not empty, ", ".join(empty) or "all of them", "description")
    if empty and facts.today >= start:
        named, nudge = ", ".join(map(code, empty)), Nudge(turns=(Turn(start),), planned=True)
        yield Say("NL-05", "empty", {"sections": named, "send": send.isoformat()}, nudge)
    items = [*found.items(settings.sections)]
    bare = [one for one in items if not one.has_link]
    long = [one for one in items if one.words > settings.most_words]
    seen = f"{len(bare)} without a link, {len(long)} too long"
    yield Check("items are short and lead on", not (bare or long), seen, "description")
    if bare:
        yield Say("NL-13", "bare", {"items": "\n".join(f"- {quoted(one.text)}" for one in bare[:SHOWN])})
    if long:
        values = {"items": "\n".join(f"- {quoted(one.text)}" for one in long[:SHOWN]), "most": str(settings.most_words)}
        yield Say("NL-13", "long", values)
