"""PH-08 and PH-12 as a table of cases: the account manager comes first, and the mail names only what is missing."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from bot.config import load
from bot.domain.actions import Check, Say
from bot.domain.facts import IssueFacts
from bot.domain.gitlab import Person
from bot.domain.helpdesk.reminding import mail_values
from bot.domain.helpdesk.reviews import reviews
from bot.domain.needs import NoteHistory
from bot.domain.registry import Colleague, Contact, Contacts
from bot.domain.templated import Templated
from bot.handlers import phd_reminders
from bot.handlers.phd_reminders import Settings
from bot.mail.house import House
from bot.mail.letters import Letters, to_contact
from bot.templated.letters import CaseLetters
from tests.builders import CAM, facts, issue, order
from tests.helpdesk import BACKUP, LEAD, PHD, RENDERER, case, partner, site
from tests.stage import ROOT

OF = site(partner("acme"), partner("bolt", contacts=Contacts()), partner("far", region="amer"))
DONE = ("phd_monthly.acme.portal", "phd_monthly.acme.users", "phd_monthly.acme.deals")


def monthly(**more: Any) -> IssueFacts:
    """Acme has not begun its training."""
    return case("phd_monthly", "acme", "bolt", **{"of": OF, "ticked": DONE, "assignees": (PHD,), **more})


@dataclass(frozen=True)
class Case:
    """An order on a review, by whom, and what is answered."""

    name: str
    topic: str
    rest: str = "acme"
    by: Person = PHD
    order: str = "phd remind"
    facts: IssueFacts = field(default_factory=monthly)
    says: tuple[str, ...] = ()
    marks: tuple[tuple[str, str], ...] = ()


MARK = (("phd-cleared", "acme"),)
GO: dict[str, Any] = {"order": "phd go-ahead", "by": CAM}
ALL_DONE = monthly(ticked=("phd_monthly.acme.",))
BEGUN = ("open_review.training",)
OPEN_REVIEW = case("open_review", of=OF, values={"partner": "Acme"}, assignees=(PHD,), ticked=BEGUN)
ASKED = (("phd-asked", "acme cam-emea"),)
UNTOUCHED = monthly(ticked=())
CASES = (
    Case(
        "the account manager is asked first",
        "asked",
        says=(
            "@cam-emea, the Partner Help Desk",
            "Journeys and training have begun",
            "`@channel-bot phd go-ahead acme`",
        ),
        marks=ASKED,
    ),
    Case(
        "and is called once, whoever else asks",
        "waiting",
        facts=monthly(asked=("acme cam-emea",)),
        says=("`@cam-emea` was asked already", "`@channel-bot phd go-ahead acme`"),
    ),
    Case("one who came since is asked, too", "asked", facts=monthly(asked=("acme cam-x",)), marks=ASKED),
    Case("another partner's manager, too", "asked", facts=monthly(asked=("bolt cam-emea",)), marks=ASKED),
    Case("before anybody looked, nothing is missing", "not_begun", facts=UNTOUCHED, says=("has not begun",)),
    Case("nor is there anything to agree to", "not_begun", **GO, facts=UNTOUCHED),
    Case("the manager who was asked agrees", "cleared", **GO, facts=monthly(asked=("acme cam-emea",)), marks=MARK),
    Case(
        "whoever is done is not asked about",
        "nothing",
        facts=monthly(ticked=("phd_monthly.acme.",)),
        says=("nothing to remind",),
    ),
    Case(
        "a name that is not in the review",
        "which",
        rest="far",
        says=("`acme`, `bolt`", "`@channel-bot phd remind <partner>`"),
    ),
    Case("no name where there are two", "which", rest=""),
    Case("nobody in the review", "which", facts=case("phd_monthly", of=OF), says=("nobody",)),
    Case(
        "no name where there is one",
        "asked",
        rest="",
        facts=OPEN_REVIEW,
        says=("The logo is the current one",),
        marks=ASKED,
    ),
    Case("not on another issue", "elsewhere", facts=facts(issue())),
    Case("not on a weekly review", "elsewhere", facts=case("phd_weekly", "acme", of=OF)),
    Case("the manager agrees", "cleared", **GO, says=("@phd-emea, the account manager agrees",), marks=MARK),
    Case("the manager's own wish is a yes", "cleared", by=CAM, marks=MARK),
    Case("their manager may agree, too", "cleared", **{**GO, "by": LEAD}, marks=MARK),
    Case("nobody else may", "not_yours", **{**GO, "by": BACKUP}, says=("Only `@cam-emea`",)),
    Case("a yes to what is done by now", "nothing", **GO, facts=ALL_DONE),
    Case("once is enough", "ready", facts=monthly(cleared=("acme",)), says=("status comment above",)),
    Case(
        "nobody has it in hand but the manager",
        "cleared",
        **GO,
        facts=monthly(assignees=(CAM,)),
        says=("the account manager agrees",),
        marks=MARK,
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_phd_reminders(case: Case) -> None:
    (answer,) = phd_reminders.obey(case.facts, Settings(), order(case.order, "2026-11-24", case.rest, case.by))
    assert (answer.topic, answer.marks) == (case.topic, case.marks)
    assert answer.done is (answer.topic in {"asked", "waiting", "nothing", "ready", "cleared"})
    text = RENDERER.note("phd_reminders", answer.topic, answer.values)
    assert [fragment for fragment in case.says if fragment not in text] == [], text


def said(here: IssueFacts) -> list[str]:
    points = [one for one in phd_reminders.decide_templated(here, Settings()) if isinstance(one, Say)]
    assert all(one.internal for one in points)
    return [RENDERER.note("phd_reminders", one.topic, one.values) for one in points]


def test_without_a_word_of_the_manager_there_is_no_mail() -> None:
    assert said(monthly()) == []


def test_the_mail_names_what_is_missing_and_nothing_else() -> None:
    (mail,) = said(monthly(cleared=("acme",)))
    assert "The reminder for Acme is ready" in mail
    assert "`pat@acme.example`" in mail
    assert "TRAINING" in mail
    assert "Would a short video call help?" in mail
    assert "CAM EMEA" in mail
    assert not [one for one in ("THE PARTNER PORTAL", "MORE THAN ONE USER", "YOUR FIRST DEAL", "Bolt") if one in mail]


def test_the_mail_follows_what_is_ticked() -> None:
    assert said(monthly(cleared=("acme",), ticked=("phd_monthly.acme.",))) == []


def test_a_check_that_does_not_apply_is_not_missing() -> None:
    here = monthly(cleared=("acme",))
    assert said(monthly(cleared=("acme",), description=here.issue.description.replace("[ ]", "[~]"))) == []


def test_a_partner_nobody_can_write_to_is_told_of() -> None:
    (point,) = said(monthly(cleared=("bolt",), ticked=(*DONE, "phd_monthly.bolt.portal")))
    assert "**No reminder yet:** `Bolt` has nobody to write to" in point


def test_once_its_boxes_are_open_again_there_is_no_mail() -> None:
    assert said(monthly(cleared=("acme",), ticked=())) == []


@pytest.mark.parametrize(
    ("acme", "cam", "why"),
    [
        ({"contacts": Contacts(Contact("Pat Example", "pat at acme"))}, "CAM EMEA", "is no e-mail address"),
        ({"name": "Acme <Europe>"}, "CAM EMEA", "was not filled in"),
        ({}, "Bolt", "`Bolt` is the name of another partner"),
    ],
    ids=["a wrong address", "what looks like a gap", "another partner's name"],
)
def test_a_mail_that_may_not_leave_is_not_shown(acme: dict[str, Any], cam: str, why: str) -> None:
    """The reasons stand in its place, as for letters about awards and licences."""
    of = site(partner("acme", **acme), partner("bolt"))
    of = replace(of, registry=replace(of.registry, people=(Colleague("cam-emea", cam),)))
    (point,) = said(monthly(of=of, cleared=("acme",)))
    assert "**No reminder yet:**" in point
    assert why in point
    assert "Hello" not in point


def test_the_account_manager_has_a_copy() -> None:
    people = (Colleague("cam-emea", "CAM EMEA", email="cam-emea@gitlab.com"),)
    (mail,) = said(monthly(of=replace(OF, registry=replace(OF.registry, people=people)), cleared=("acme",)))
    assert "with `cam-emea@gitlab.com` in copy" in mail
    strange = (replace(people[0], email="cam-emea@elsewhere.example"),)
    (point,) = said(monthly(of=replace(OF, registry=replace(OF.registry, people=strange)), cleared=("acme",)))
    assert "is not ours" in point


def test_where_nobody_sends_mails_that_is_said() -> None:
    here = monthly()
    assert isinstance(here.case, Templated)
    made = CaseLetters(None).reminders(here.case, here.issue, here.site)
    assert "does not say who sends mails" in made["acme"].problem


def test_after_a_select_review_the_mail_is_about_its_checks() -> None:
    here = case("phd_select", "acme", of=OF, ticked=("phd_select.acme.l", "phd_select.acme.t"), cleared=("acme",))
    (mail,) = said(here)
    assert "ADMINISTRATORS" in mail
    assert "in a video call, with CAM EMEA" in mail
    assert "YOUR LOGO" not in mail
    assert "case study" not in mail.casefold()


@pytest.mark.parametrize("here", [monthly(state="closed", cleared=("acme",)), monthly(is_home=False), facts(issue())])
def test_elsewhere_and_afterwards_it_is_silent(here: IssueFacts) -> None:
    assert list(phd_reminders.decide_templated(here, Settings())) == []


def test_comments_are_read_where_they_may_say_something() -> None:
    asked = monthly(user_notes_count=3)
    assert list(phd_reminders.templated_needs(asked, Settings())) == [NoteHistory()]
    assert list(phd_reminders.templated_needs(monthly(), Settings())) == []
    assert list(phd_reminders.order_needs(asked, Settings(), order("phd remind", "2026-11-24"))) == [NoteHistory()]


@pytest.mark.parametrize("key", ["phd_monthly", "phd_select"])
def test_the_mails_are_fit_to_leave_the_house(key: str) -> None:
    """Each check has its paragraph in both bodies, and nothing in them may not be said to a partner."""
    here = case(key, "acme", of=OF)
    (review,) = reviews(here)
    letters = Letters(RENDERER, House.of(load(ROOT / "config").site))
    name, values = f"{key}_reminder", mail_values(OF.registry, review)
    every = letters.compose(to_contact("k", name, review.partner, OF.registry.partners, values))
    for check in review.failed:
        alone = letters.compose(
            to_contact("k", name, review.partner, OF.registry.partners, {**values, "failed": check})
        )
        none = letters.compose(
            to_contact("k", name, review.partner, OF.registry.partners, {**values, "failed": "none"})
        )
        assert len(none.text) < len(alone.text) < len(every.text), check
        assert len(none.html) < len(alone.html) < len(every.html), check


def test_what_it_saw_is_for_staff() -> None:
    seen = [
        one for one in phd_reminders.decide_templated(monthly(cleared=("acme",)), Settings()) if isinstance(one, Check)
    ]
    assert [(one.seen, one.internal) for one in seen] == [("training", True)]


def test_a_manager_whom_the_registry_does_not_name_is_called_by_the_handle() -> None:
    (review,) = reviews(
        case("phd_monthly", "acme", of=site(partner("acme", account_manager="cam-x", contacts=Contacts())))
    )
    assert mail_values(OF.registry, review) == {
        "contact": "",
        "partner": "Acme",
        "cam": "cam-x",
        "failed": "portal users training deals",
    }
