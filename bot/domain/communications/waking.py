"""What changed between newsletters and announcements becomes the issues that have to look again because of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.domain.asking import templated
from bot.domain.communications.keys import ANNOUNCEMENT, NEWSLETTER
from bot.domain.communications.listing import beside, is_left_alone, listing, may_carry
from bot.domain.communications.newsletter import newsletter_of, sent_on
from bot.domain.communications.notice import judged
from bot.domain.communications.vehicles import Vehicle, carrier, is_ahead, vehicles_of
from bot.domain.facts import IssueFacts


def concerned(facts: IssueFacts) -> Iterator[IssueFacts]:
    """Of an announcement, the newsletters whose outline has to change, or be decided.

    Of a newsletter that is not sent yet, the announcements that it carries, since it may have been moved, those that it
    leaves behind, and the later newsletters to which it does. Nobody wakes who would wake others in turn, or they would
    never rest: what a newsletter leaves behind does not wake it.
    """
    if templated(facts, ANNOUNCEMENT):
        every = facts.others.get(NEWSLETTER, ())
        yield from (one for one in _unsettled(facts, every) if not _leaves_behind(one, facts))
    elif is_ahead(facts, facts.today) and not is_left_alone(facts):
        every, announced = beside(facts), [*filter(_is_for_newsletters, facts.others.get(ANNOUNCEMENT, ()))]
        yield from _heirs(facts, announced, every)
        carried = (one for one in announced if _carrier(one, every) is facts)
        yield from (one for one in carried if next(_unsettled(one, every), None) is None)
        yield from (one for one in announced if _leaves_behind(facts, one))


def _unsettled(announced: IssueFacts, newsletters: Sequence[IssueFacts]) -> Iterator[IssueFacts]:
    for one in newsletters:
        there = replace(one, others={NEWSLETTER: tuple(newsletters)})
        if is_ahead(one, announced.today) and not listing(there, [announced]).is_settled:
            yield one


def _is_for_newsletters(facts: IssueFacts) -> bool:
    return facts.issue.is_open and not is_left_alone(facts) and Vehicle.FLASH in vehicles_of(facts)


def _carrier(announced: IssueFacts, newsletters: Sequence[IssueFacts]) -> IssueFacts | None:
    """The newsletter in which it has its place by its notice date, right or not."""
    verdict = judged(announced, newsletters)
    if verdict is None or verdict.notice is None:
        return None
    return carrier(announced, verdict.notice, [one for one in newsletters if may_carry(one, announced)])


def _leaves_behind(newsletter: IssueFacts, announced: IssueFacts) -> bool:
    """Whether it was for an announcement, listed or not, until it was moved to an earlier day."""
    found, verdict = newsletter_of(newsletter), judged(announced, ())
    if not (found and found.planned and found.send and verdict and verdict.notice):
        return False
    return found.send < verdict.notice <= found.planned and announced.issue.is_open


def _heirs(
    newsletter: IssueFacts, announced: Sequence[IssueFacts], newsletters: Sequence[IssueFacts]
) -> Iterator[IssueFacts]:
    left, send = listing(newsletter, announced).drop, sent_on(newsletter)
    for one in announced:
        heir = _carrier(one, newsletters) if one.issue.origin in left else None
        if heir and send and (sent_on(heir) or send) > send:
            yield heir
