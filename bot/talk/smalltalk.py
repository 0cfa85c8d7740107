"""What people tell the bot about itself becomes wishes and one answer: help, status, why, hands off, hands on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from bot.domain.actions import AddLabel, Answer, RemoveLabel
from bot.domain.facts import IssueFacts
from bot.domain.orders import Command, Order
from bot.domain.plan import Plan, Seen
from bot.domain.speech import code
from bot.voice.wording import Wording

Reply: TypeAlias = AddLabel | RemoveLabel | Answer


@dataclass(frozen=True, slots=True)
class Talk:
    """What the answers are made of: what the rules want of the issue, what the asker may, each handler's rules."""

    plan: Plan
    commands: Sequence[Command]
    handbook: Mapping[str, Sequence[str]]
    wording: Wording


def reply(facts: IssueFacts, order: Order, talk: Talk) -> Iterator[Reply]:
    """What one of these commands comes to: at most one wish, and the answer."""
    label = facts.site.labels.hands_off.name
    match order.name:
        case "help":
            bot = facts.site.bot.username
            lines = (f"- {code(f'@{bot} {one.usage}')}: {one.about}" for one in talk.commands)
            yield Answer("help", {"commands": "\n".join(lines)})
        case "status":
            yield _status(facts, talk)
        case "why":
            lines = (f"- {_reason(seen, talk)}" for seen in talk.plan.seen if not seen.check.internal)
            yield Answer("why", {"checks": "\n".join(lines), "link": talk.wording.rules_url})
        case "hands-off":
            yield AddLabel(label)
            yield Answer("hands_off", {"label": code(label), "back": code(f"@{facts.site.bot.username} hands-on")})
        case _:
            yield RemoveLabel(label)
            yield Answer("hands_on")


def _status(facts: IssueFacts, talk: Talk) -> Answer:
    if not facts.issue.is_open:
        return Answer("status_closed")
    if talk.plan.is_off:
        return Answer("status_off", {"label": code(facts.site.labels.hands_off.name)})
    points = [point for point in talk.plan.points if not point[1].internal]
    said = [talk.wording.item(name, say) for name, say in points if not say.block]
    shown = [talk.wording.sentence(name, say) for name, say in points if say.block]
    if said:
        return Answer("status_open", {"points": "\n".join(f"- {one}" for one in said)})
    # A case has a block that tells how far it is; without a point it may still be far from its end.
    return Answer("status_shown", {"text": "\n\n".join(shown)}) if shown else Answer("status_clear")


def _reason(seen: Seen, talk: Talk) -> str:
    """`✗ one DRI is named (GL-11); I saw nobody`."""
    rules = ", ".join(f"[{rule}]({talk.wording.link(rule)})" for rule in talk.handbook.get(seen.handler, ()))
    known = f" ({rules})" if rules else ""
    return f"{'✓' if seen.check.holds else '✗'} {seen.check.claim}{known}; I saw {code(seen.check.seen)}"
