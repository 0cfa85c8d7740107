"""The award e-mail lies ready in the award issue, and goes to the partner once its account manager says so.

That is whoever answers for the award, or whom the registry names; no other account manager sends it for them. The
letter congratulates, leads to the badge, offers help with a press release and points to the social media kit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from bot.domain.actions import Answer, Check, Nudge, Say, SendMail
from bot.domain.facts import IssueFacts, PartnerFacts
from bot.domain.form import Field, Kind, read_form
from bot.domain.needs import HoldersOf, Need, NoteHistory
from bot.domain.orders import Command, Order
from bot.domain.partners.awarding import (
    CLAIMED,
    DRAFT,
    MAIL_TASK,
    MANAGER,
    SENT,
    Known,
    charge_of,
    journey_needs,
    known,
    letter_key,
    marked,
    needs_of,
    progress_of,
    requirements_of,
)
from bot.domain.partners.eligibility import failing
from bot.domain.partners.readiness import awards_for, failing_lines, requirements
from bot.domain.partners.steps import PutDraft
from bot.domain.speech import code, quoted
from bot.domain.subject import Subject

HANDBOOK = ("AW-08",)
SENT_ON = (Field("sent", "Sent", ("Sent on", "E-mail sent", "E-mail sent on"), Kind.DATE, required=False),)
COMMANDS = (Command("award send-email", "award send-email", "send the award e-mail to the partner, once"),)


@dataclass(frozen=True, slots=True)
class Settings:
    """People hear again of what is open `remind_after` business days later.

    With `ask_when_sent`, who ticks without the bot having sent the e-mail is asked for a line `Sent: YYYY-MM-DD`.
    """

    enabled: bool = True
    remind_after: int = 2
    ask_when_sent: bool = False


def award_needs(facts: IssueFacts, settings: Settings) -> Iterator[Need]:
    yield from needs_of(facts)


def award_affects(facts: IssueFacts, settings: Settings) -> Iterator[Subject]:
    """Who holds the partner's subject writes the draft."""
    award = known(facts)
    if award and facts.issue.is_open and _is_outdated(facts, award):
        yield Subject.partner(award.partner.id)


def decide_partner(facts: PartnerFacts, settings: Settings) -> Iterator[PutDraft]:
    """Nobody is handed a letter that must not be sent."""
    for programme in facts.site.programmes:
        if failing(requirements(facts, programme)):
            continue
        for one in [one for one in awards_for(facts, programme) if one.issue.is_open][:1]:
            award = known(one)
            if award and _is_outdated(one, award):
                yield PutDraft(one.issue, facts.partner.id, programme.key)


def decide_award(facts: IssueFacts, settings: Settings) -> Iterator[Check | Say]:
    award = known(facts)
    if award is None or not facts.issue.is_open:
        return
    draft, is_sent = award.award.draft, _is_begun(facts, award, SENT)
    is_claimed = _is_begun(facts, award, CLAIMED) and not is_sent
    is_ticked, who = progress_of(facts, award).is_done(MAIL_TASK), (charge_of(facts, award).handle,)
    yield Check("the e-mail can be made", not draft.problem, "no" if draft.problem else "yes", "registry and site.yml")
    yield Check("the e-mail was sent", is_sent, "unclear" if is_claimed else "yes" if is_sent else "no", "comments")
    if is_ticked:
        if settings.ask_when_sent and not is_sent and not read_form(facts.issue.description, SENT_ON).values:
            yield Say("AW-08", "when", {}, Nudge(settings.remind_after, who=who))
        return
    if is_claimed:
        yield Say("AW-08", "unclear", {}, Nudge(0, who=who))
    elif is_sent:
        yield Say("AW-08", "tick", {}, Nudge(settings.remind_after, who=who))
    elif draft.problem:
        yield Say("AW-08", "problem", {"problem": draft.problem}, Nudge(settings.remind_after, who=who))


def order_needs(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Need]:
    yield from (NoteHistory(), HoldersOf(MANAGER))
    yield from needs_of(facts)
    yield from journey_needs(facts)


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer | SendMail]:
    award = known(facts)
    if award is None:
        yield Answer("no_award", done=False)
        return
    lacks = failing(requirements_of(facts, award))
    if _is_begun(facts, award, SENT):
        yield Answer("already", {"partner": quoted(award.partner.name)})
    elif _is_begun(facts, award, CLAIMED):
        yield Answer("claimed", {"partner": quoted(award.partner.name)}, done=False)
    elif not _is_theirs(facts, award, order):
        who, partner = code(f"@{charge_of(facts, award).handle}"), quoted(award.partner.name)
        yield Answer("not_yours", {"who": who, "partner": partner}, done=False)
    elif lacks:
        yield Answer("blocked", {"rows": failing_lines(lacks)}, done=False)
    elif award.award.draft.problem:
        yield Answer("no_draft", {"problem": award.award.draft.problem}, done=False)
    else:
        yield SendMail(_key(facts, award), f"award_{award.programme.key}", award.partner.id)
        yield Answer("sent", {"to": _address(award), "task": code("Send the award e-mail")})


def _is_theirs(facts: IssueFacts, award: Known, order: Order) -> bool:
    """Whether whoever gave the order answers for the award, or is the partner's account manager in the registry."""
    names = (charge_of(facts, award).handle, award.partner.account_manager)
    return order.by.username.casefold() in {name.casefold() for name in names}


def _is_outdated(facts: IssueFacts, award: Known) -> bool:
    """Whether the draft in the issue reads otherwise than the letter does today, and no letter is on its way yet."""
    draft, is_begun = award.award.draft, any(_is_begun(facts, award, kind) for kind in (SENT, CLAIMED))
    return bool(draft.digest) and not is_begun and draft.digest not in marked(facts, DRAFT)


def _is_begun(facts: IssueFacts, award: Known, kind: str) -> bool:
    return _key(facts, award) in marked(facts, kind)


def _key(facts: IssueFacts, award: Known) -> str:
    return letter_key(facts.issue, award.partner, award.programme)


def _address(award: Known) -> str:
    contact = award.partner.contacts.primary
    return code(contact.email) if contact else "the partner"
