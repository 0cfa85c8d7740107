"""A customer that may be worth a case study is handed to the partner's account manager, in an issue of its own.

The customer's name stays in the Channels project: it is in that issue's text, in no title and in no answer.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Answer, OpenIssue
from bot.domain.facts import IssueFacts
from bot.domain.helpdesk.reviews import Review, reviews
from bot.domain.needs import Need, OpenedFor
from bot.domain.orders import STOPS, Command, Order
from bot.domain.partners.naming import beginning
from bot.domain.speech import code, dictated, quoted

HANDBOOK = ("PH-13",)
ORDER, TEMPLATE = "phd case-study", "case_study"
USAGE = f"{ORDER} [partner] <customer>"
COMMANDS = (
    Command(ORDER, USAGE, "hand a customer worth a case study to the partner's account manager", internal=True),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """`enabled` switches the order."""

    enabled: bool = True


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield OpenedFor(f"{TEMPLATE} ")


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer | OpenIssue]:
    review, customer = _meant(facts, order.rest)
    every, usage = reviews(facts), code(f"@{facts.site.bot.username} {USAGE}")
    if not every:
        yield Answer("elsewhere", done=False)
    elif review is None:
        names = ", ".join(code(one.partner.id) for one in every)
        yield Answer("which", {"order": usage, "partners": names}, done=False)
    elif not customer:
        yield Answer("no_customer", {"order": usage}, done=False)
    else:
        wish, partner = _lead(facts, review, customer), quoted(review.partner.name)
        there = facts.opened.get(wish.key)
        if there and there.iid:
            yield Answer("there", {"partner": partner, "issue": there.reference})
            return
        yield wish
        yield Answer("opened", {"partner": partner, "manager": code(f"@{review.partner.account_manager}")})


def _meant(facts: IssueFacts, said: str) -> tuple[Review | None, str]:
    """The partner that the text begins with, if it is in this review; else the only one in it."""
    every, named = reviews(facts), beginning(facts.site.registry, said)
    review = next((one for one in every if one.partner == named.partner), None)
    if review:
        return review, named.rest.strip(f"{STOPS} ")
    return (every[0] if len(every) == 1 else None), said.strip(f"{STOPS} ")


def _lead(facts: IssueFacts, review: Review, customer: str) -> OpenIssue:
    partner, site = review.partner, facts.site
    template = site.templates.get(TEMPLATE)
    due = site.workdays.after(facts.today, (template.due if template else None) or 0)
    # The key is kept in a comment; it need not tell anybody who the customer is.
    digest = hashlib.sha256(" ".join(customer.casefold().split()).encode()).hexdigest()[:12]
    return OpenIssue(
        key=f"{TEMPLATE} {partner.id} {digest}",
        template=TEMPLATE,
        values={
            "partner": dictated(partner.name),
            "customer": dictated(customer),
            "dri": f"@{partner.account_manager}",
            "due": due.isoformat(),
        },
        assign=(partner.account_manager,),
        due=due,
        after=facts.issue,
    )
