"""Asked where a question belongs, the bot names the FAQ first, then the channel, mailbox, alias or page for it.

Who is not of the team, or asks where partners read along, hears only what partners may use themselves.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final

from bot.domain.actions import Answer
from bot.domain.facts import IssueFacts
from bot.domain.needs import HoldersOf
from bot.domain.orders import Command, Order
from bot.domain.raci import folded
from bot.domain.scope import is_among_partners
from bot.domain.speech import code, quoted

HANDBOOK = ("SU-01", "SU-02", "SU-03")
COMMANDS = (Command("where", "where <topic>", "where to ask about something; alone, what there is to ask about"),)
TEAM: Final = "team"
ALIKE: Final = 0.75


@dataclass(frozen=True, slots=True)
class Place:
    """Where to ask `about` something: a chat `channel`, a `mailbox`, a `chatter` alias in Salesforce, a `link`.

    `spellings` are further words for the topic; `for_partners`: partners may use it too.
    """

    about: str
    channel: str = ""
    mailbox: str = ""
    chatter: str = ""
    link: str = ""
    spellings: tuple[str, ...] = ()
    for_partners: bool = False

    def __post_init__(self) -> None:
        if not (self.channel or self.mailbox or self.chatter or self.link):
            raise ValueError(f"nowhere to ask about {self.about!r}; add a channel, mailbox, chatter alias or link")


@dataclass(frozen=True, slots=True)
class Settings:
    """The `topics` by the word people say, and the link to the `faq` that comes first, for the team alone."""

    enabled: bool = True
    faq: str = ""
    topics: Mapping[str, Place] = field(default_factory=dict)


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[HoldersOf]:
    yield HoldersOf(TEAM)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    is_staff = order.by.id in facts.holders.get(TEAM, frozenset()) and not is_among_partners(facts.issue, facts.site)
    topics = {key: one for key, one in settings.topics.items() if is_staff or one.for_partners}
    faq = settings.faq if is_staff else ""
    found = [one for key, one in topics.items() if _means(order.rest, key, one)]
    usage = code(f"@{facts.site.bot.username} where <topic>")
    if found:
        yield Answer("place", {"places": "\n".join(map(_line, found)), "faq": faq})
        return
    listed = "\n".join(f"- {code(key)}: {one.about}" for key, one in topics.items())
    near = _near(order.rest, topics)
    values = {"said": quoted(order.rest) if order.rest else "", "near": near and code(near)}
    yield Answer("topics", {**values, "topics": listed, "faq": faq, "order": usage}, done=not order.rest)


def _means(said: str, key: str, place: Place) -> bool:
    """Whether the words are those of the topic, or hold all of them: `the sales team` means `sales`."""
    words = {*folded(said)}
    return any(words >= {*folded(name)} for name in (key, *place.spellings))


def _near(said: str, topics: Mapping[str, Place]) -> str:
    names = {" ".join(folded(name)): key for key, one in topics.items() for name in (key, *one.spellings)}
    # As a whole first; then by any of its words, as people ask in whole sentences.
    names |= {word: key for name, key in names.items() for word in name.split() if word not in names}
    tries = (get_close_matches(one, names, 1, ALIKE) for one in (" ".join(folded(said)), *folded(said)))
    return next((names[found[0]] for found in tries if found), "")


def _line(place: Place) -> str:
    """`- about: ways to ask`, each as the place has it."""
    ways = (
        place.channel and f"the channel {code(place.channel)}",
        place.mailbox and f"[{place.mailbox}](mailto:{place.mailbox})",
        place.chatter and f"Chatter {code(place.chatter)} in Salesforce",
        place.link and f"[this page]({place.link})",
    )
    return f"- {place.about}: {', or '.join(filter(None, ways))}"
