"""A handle becomes the person who can be made DRI of an issue, or the reason why that is nobody."""

from __future__ import annotations

from enum import StrEnum

from bot.domain.facts import Account, IssueFacts, Person, Tier

EVERYBODY = "all"
"""GitLab's mention of a whole project."""


class Unfit(StrEnum):
    """Why an account cannot be made DRI."""

    EVERYONE = "everyone"
    GROUP = "group"
    INACTIVE = "inactive"
    BOT = "bot"
    OUTSIDER = "outsider"
    ONE_ASSIGNEE = "one_assignee"
    UNKNOWN = "unknown"


def candidate(facts: IssueFacts, handle: str) -> Person | Unfit:
    """Who can be made DRI under this handle, as far as the facts have read its account."""
    match facts.accounts.get(handle.lower(), Account(handle)):
        case _ if handle.lower() == EVERYBODY:
            return Unfit.EVERYONE
        case Account(person=None, is_group=True):
            return Unfit.GROUP
        case Account(person=None):
            return Unfit.UNKNOWN
        case Account(person=Person(state=state)) if state != "active":
            return Unfit.INACTIVE
        case Account(person=Person(id=number)) if number == facts.site.bot.id:
            return Unfit.BOT
        case Account(member=False):
            return Unfit.OUTSIDER
        case Account(person=Person() as person) if is_assigned(facts, person) or has_room(facts):
            return person
        case _:
            return Unfit.ONE_ASSIGNEE


def is_assigned(facts: IssueFacts, person: Person) -> bool:
    return any(one.id == person.id for one in facts.issue.assignees)


def has_room(facts: IssueFacts) -> bool:
    """Whether the plan allows one more assignee."""
    return facts.site.tier is not Tier.FREE or not facts.issue.assignees
