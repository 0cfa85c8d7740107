"""A handle becomes the person who can be made DRI of an issue, or the reason why that is nobody."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from bot.domain.actions import Assign, WriteLine
from bot.domain.facts import Account, IssueFacts, Tier
from bot.domain.gitlab import Person
from bot.domain.intro import dri_handles
from bot.domain.needs import AccountOf
from bot.domain.orders import Order, is_overtaken

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


def named(order: Order) -> tuple[str, ...]:
    """Whom an order names, read as the line in the description would be."""
    return dri_handles(f"DRI: {order.rest}")


def accounts_named(order: Order) -> Iterator[AccountOf]:
    """What has to be read to judge whom an order names; of several, none is taken."""
    handles = named(order)
    if len(handles) == 1 and handles[0].lower() != EVERYBODY:
        yield AccountOf(handles[0])


def put_in_charge(facts: IssueFacts, order: Order, person: Person) -> tuple[WriteLine | Assign, ...] | None:
    """What is left to do until the person is the DRI in the description and one of the assignees.

    None: somebody wrote another description after the order, so theirs is the last word.
    """
    is_written = dri_handles(facts.issue.description) == (person.username,)
    if not is_written and is_overtaken(facts, order):
        return None
    line = () if is_written else (WriteLine("DRI", f"@{person.username}"),)
    return (*line, *(() if is_assigned(facts, person) else (Assign(person),)))
