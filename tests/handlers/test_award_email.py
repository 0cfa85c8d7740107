"""AW-08 as tables of cases: the draft in the award issue, what is asked about it, and the order that sends it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.domain.actions import Answer, Nudge, SendMail
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.needs import HoldersOf, NoteHistory, PartnerState
from bot.domain.partners.cases import Draft
from bot.domain.partners.steps import PutDraft
from bot.domain.registry import Contacts, Practitioners
from bot.domain.speech import code
from bot.domain.subject import Subject
from bot.handlers.award_email import (
    Settings,
    award_affects,
    award_needs,
    decide_award,
    decide_partner,
    obey,
    order_needs,
)
from tests.awards import ACME, CTP, LEAD, OTHER, PHD, award, checks, mark, partner, says, words
from tests.builders import CAM, order
from tests.cases import Case as Played
from tests.cases import named
from tests.flow.award_stories import ENGINEERS, registry
from tests.stage import Stage

SENT, CLAIMED, DRAFTED = mark("mail-sent"), mark("mail-claimed"), mark("draft", "d1")
TWO = replace(ACME, practitioners=Practitioners(pse=2))
PROBLEM = Draft(problem="- the partner's main contact has no e-mail address; fill in `contacts.primary.email`")
SEND = order("award send-email", "2026-11-21")


@dataclass(frozen=True)
class Case:
    """An award; whether its draft is to be written, what is asked on it, and what an order to send comes to."""

    name: str
    facts: IssueFacts
    drafts: bool = False
    topic: str = ""
    says: str = ""
    answer: str = "sent"
    hears: str = ""


CASES = (
    Case("a new award gets its draft", award(), drafts=True, hears="on its way to `pat@acme.example`"),
    Case("which is written once", award(marks=(DRAFTED,))),
    Case("and anew when the letter reads otherwise", award(marks=(mark("draft", "d0"),)), drafts=True),
    Case(
        "what is missing for it is asked for",
        award(draft=PROBLEM),
        topic="problem",
        says="I cannot make the award e-mail yet:\n- the partner's main contact has no e-mail address",
        answer="no_draft",
        hears="fill in `contacts.primary.email`",
    ),
    Case(
        "once it is out, its tick is asked for",
        award(marks=(DRAFTED, SENT)),
        topic="tick",
        says="the award e-mail is out. Please tick the first task",
        answer="already",
        hears="The award e-mail to `Acme Consulting` is out already, and I send it once only.",
    ),
    Case("with the tick all is said", award("cam.1", marks=(SENT,)), answer="already"),
    Case(
        "where nobody can tell whether it left, the account manager is asked",
        award(marks=(CLAIMED,)),
        topic="unclear",
        says="cannot tell whether it left. Please ask the partner",
        answer="claimed",
        hears="so I do not send it again",
    ),
    Case("a letter that was sent was claimed before", award(marks=(CLAIMED, SENT)), topic="tick", answer="already"),
    Case(
        "another award's letter is another letter",
        award(marks=(DRAFTED, mark("mail-sent", "award acme ctp 77/42"))),
    ),
    Case(
        "so is that of an earlier award of the same certification",
        award(marks=(DRAFTED, mark("mail-sent", "award acme psp 77/12"))),
    ),
    Case(
        "a partner that lacks something is sent nothing",
        award(partner=TWO, marks=(DRAFTED,)),
        answer="blocked",
        hears="- certified Professional Services Engineers (PSE): at least 3: it is `2`",
    ),
    Case(
        "on another issue nobody knows which letter it would be",
        award(partner=None),
        answer="no_award",
        hears="Please tell me on the award issue",
    ),
    Case("a closed award has no draft", award(state="closed")),
    Case("a partner without a contact", award(partner=replace(ACME, contacts=Contacts()), marks=(DRAFTED,))),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_email(case: Case) -> None:
    assert list(award_affects(case.facts, Settings())) == ([Subject.partner("acme")] if case.drafts else [])
    wished = [PutDraft(case.facts.issue, "acme", "psp")] if case.drafts else []
    assert list(decide_partner(partner(awards=(case.facts,)), Settings())) == wished
    said = says(decide_award(case.facts, Settings()))
    assert set(said) == {case.topic} - {""}
    for one in said.values():
        assert case.says in words("award_email", one)
        assert one.nudge
        assert one.nudge.who == ("cam-emea",)
    *mails, answer = obey(case.facts, Settings(), SEND)
    assert isinstance(answer, Answer)
    assert answer.topic == case.answer
    assert mails == ([SendMail("award acme psp 77/42", "award_psp", "acme")] if case.answer == "sent" else [])
    assert answer.done is (case.answer in ("sent", "already"))
    assert case.hears in words("award_email", answer)


@pytest.mark.parametrize(
    ("by", "who", "more"),
    [
        (OTHER, "cam-emea", {}),
        (PHD, "cam-emea", {}),
        (OTHER, "cam-emea", {"assignees": ()}),
        (LEAD, "cam-amer", {"assignees": (OTHER, PHD)}),
    ],
)
def test_nobody_else_sends_an_account_managers_letter(by: Person, who: str, more: dict[str, Any]) -> None:
    (answer,) = obey(award(**more), Settings(), replace(SEND, by=by))
    assert isinstance(answer, Answer)
    assert (answer.topic, answer.done) == ("not_yours", False)
    assert f"is `@{who}`'s to send" in words("award_email", answer)


@pytest.mark.parametrize("by", [CAM, OTHER, replace(CAM, username="Cam-EMEA")])
def test_whoever_took_the_award_over_sends_it_and_so_does_the_registrys(by: Person) -> None:
    wished = list(obey(award(assignees=(OTHER, PHD)), Settings(), replace(SEND, by=by)))
    assert SendMail("award acme psp 77/42", "award_psp", "acme") in wished


def test_an_unclear_letter_is_urgent() -> None:
    assert says(decide_award(award(marks=(CLAIMED,)), Settings()))["unclear"].nudge == Nudge(0, who=("cam-emea",))


def test_who_sends_it_themselves_can_be_asked_when() -> None:
    """Only where the team wants that, and no day stands in the description yet."""
    asking, ticked_one = Settings(ask_when_sent=True), award("cam.1")
    assert says(decide_award(ticked_one, Settings())) == {}
    assert "on a line like `Sent: 2026-11-30`" in words("award_email", says(decide_award(ticked_one, asking))["when"])
    dated = award(description=f"{ticked_one.issue.description}\n\n- **Sent:** 2026-11-30\n")
    assert says(decide_award(dated, asking)) == {}
    assert says(decide_award(award("cam.1", marks=(SENT,)), asking)) == {}


def test_nobody_is_handed_a_letter_that_must_not_be_sent() -> None:
    assert list(decide_partner(partner(TWO, awards=(award(partner=TWO),)), Settings())) == []


def test_of_two_awards_the_older_has_the_draft() -> None:
    """The other is about to be closed as its twin."""
    both = (award(), award(iid=43))
    (wish,) = decide_partner(partner(awards=both), Settings())
    assert wish.issue.iid == 42


def test_explain_shows_where_the_letter_is() -> None:
    def seen(**more: Any) -> str:
        return checks(decide_award(award(**more), Settings()))["the e-mail was sent"].seen

    assert [seen(), seen(marks=(CLAIMED,)), seen(marks=(SENT,))] == ["no", "unclear", "yes"]
    assert not checks(decide_award(award(draft=PROBLEM), Settings()))["the e-mail can be made"].holds


def test_what_sending_takes_is_read_first() -> None:
    assert NoteHistory() in set(award_needs(award(), Settings()))
    needs = set(order_needs(award(programme=CTP), Settings(), SEND))
    assert {NoteHistory(), PartnerState("acme")} <= needs
    assert {NoteHistory(), HoldersOf("account_manager")} <= set(order_needs(award(state="closed"), Settings(), SEND))


FORM = "- Partner: {}\n- Certification: PSP\n\nTemplate: `Partner_Certification_Award`\n"
PLAYED = (
    Played("an award whose letter can be made asks for nothing", issue={"description": FORM.format("Acme Consulting")}),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(scene: Stage, case: Played) -> None:
    """The draft is another comment, written under the partner's own subject."""
    registry(scene, *ENGINEERS)
    scene.play(only="award_email")
    scene.sweep()
    opened = scene.issue(**case.issue)
    scene.look(opened)
    (draft,) = scene.comments(opened)
    assert "**The award e-mail is ready.** It goes to `pat@acme.example`" in draft
    scene.forget_calls()
    scene.look(opened)
    assert scene.calls(writes=True) == []
    assert code("award send-email") in draft
