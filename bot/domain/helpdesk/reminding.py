"""What a partner has not done in a review becomes the mail about just that, once its account manager agrees."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from bot.domain.facts import IssueFacts
from bot.domain.helpdesk.reviews import Review
from bot.domain.registry import Partner, Registry
from bot.domain.speech import dictated, quoted

CLEARED: Final = "phd-cleared"
"""Kind of mark: the id of a partner whose account manager agreed to a reminder on this issue."""

ASKED: Final = "phd-asked"
"""Kind of mark: the partner's id and its account manager's handle, who was asked on this issue."""


def cleared(facts: IssueFacts) -> frozenset[str]:
    """The partners whose account managers agreed, where comments were read."""
    return frozenset(mark.value for mark in facts.marks if mark.kind == CLEARED)


def was_asked(facts: IssueFacts, partner: Partner) -> bool:
    """Whether the partner's account manager was asked, where comments were read; one who came since was not."""
    return (ASKED, asked_of(partner)) in {(mark.kind, mark.value) for mark in facts.marks}


def asked_of(partner: Partner) -> str:
    """The value of the mark."""
    return f"{partner.id} {partner.account_manager.casefold()}"


def failed_lines(review: Review) -> str:
    """The failed checks, as Markdown."""
    return "\n".join(f"- {quoted(review.checks[name].text, 160)}" for name in review.failed)


def agrees(registry: Registry, partner: Partner, username: str) -> bool:
    """Whether that account may speak for the partner's account manager: it is theirs, or their manager's."""
    manager = registry.colleague(partner.account_manager)
    names = (partner.account_manager, manager.manager if manager else "")
    return username.casefold() in {name.casefold() for name in names if name}


def mail_values(registry: Registry, review: Review) -> Mapping[str, str]:
    """What the mail's template says: `failed` are the checks by their names; `contact` is empty where nobody is."""
    partner, manager = review.partner, registry.colleague(review.partner.account_manager)
    contact = partner.contacts.primary
    return {
        "contact": dictated(contact.name) if contact else "",
        "partner": dictated(partner.name),
        "cam": dictated(manager.name if manager else partner.account_manager),
        "failed": " ".join(review.failed),
    }
