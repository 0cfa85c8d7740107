"""A licence request becomes the letter to its licence contact, or says what is in the way of one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from bot.domain.letters import Letter
from bot.domain.licensing.request import INTEGRATION
from bot.domain.registry import Colleague, Partner, Practitioners
from bot.domain.templated import Template, Templated
from bot.templated.letters import CaseLetters
from tests.builders import issue
from tests.licences import ACME, asked, site
from tests.plumbing.letterbox import letters

CAM = Colleague("cam-emea", "CAM EMEA", "emea", email="cam-emea@gitlab.com")
BOLT = Partner("bolt", "Bolt Services", "amer", "cam-amer")


def written(of: Partner = ACME, *, people: tuple[Colleague, ...] = (CAM,), **more: Any) -> Letter | None:
    desk = CaseLetters(letters())
    facts = asked(of=of, **more)
    here = site(of, BOLT)
    here = replace(here, registry=replace(here.registry, people=people))
    assert isinstance(facts.case, Templated)
    return desk.of(facts.case, facts.issue, here)


def found(*args: Any, **more: Any) -> Letter:
    letter = written(*args, **more)
    assert letter is not None
    return letter


def test_the_license_contact_is_written_to_with_the_cam_in_copy() -> None:
    letter = found()
    assert (letter.to, letter.cc) == ("lee@acme.example", ("cam-emea@gitlab.com",))
    assert letter.subject == "Your GitLab NFR license for Acme Consulting"
    assert "Hello Lee Example," in letter.text
    assert "Ultimate license for Acme Consulting (10 users)" in letter.text
    assert "in copy: CAM EMEA, Channel Account Manager" in letter.text
    assert "Solution Architect" not in letter.text
    assert not letter.problem


def test_who_has_nobody_certified_is_encouraged() -> None:
    text = found(replace(ACME, practitioners=Practitioners())).text
    assert "we encourage you or somebody in your company" in text
    assert "Solution Architect\nCore certification" in text


def test_somebody_new_at_the_same_company_may_get_it() -> None:
    assert found(said={"contact": "Jo Doe", "email": "jo@acme.example"}).to == "jo@acme.example"


def test_what_is_in_the_way_is_said() -> None:
    assert "is no contact of `Acme Consulting`" in found(said={"email": "jo@elsewhere.example"}).problem
    assert "is no e-mail address" in found(said={"email": "Lee"}).problem
    facts = asked()
    assert isinstance(facts.case, Templated)
    nobody = CaseLetters(None).of(facts.case, facts.issue, facts.site)
    assert nobody is not None
    assert "does not say who sends mails" in nobody.problem


def test_a_manager_without_a_mailbox_gets_no_copy() -> None:
    for people in ((), (replace(CAM, email=""),)):
        letter = found(people=people)
        assert letter.cc == ()
        assert ("in copy: CAM EMEA" if people else "in copy: cam-emea") in letter.text


def test_an_alliance_need_not_be_known() -> None:
    letter = found(key=INTEGRATION, said={"partner": "Zed", "email": "lee@zed.example", "seats": ""})
    assert (letter.to, letter.cc) == ("lee@zed.example", ())
    assert letter.subject == "Your GitLab Integration license for Zed"
    assert "(5 users)" in letter.text
    assert "in copy" not in letter.text


def test_there_is_none_where_nothing_is_to_be_sent() -> None:
    assert written(state="closed") is None
    assert written(is_home=False) is None
    assert written(said={"seats": "ten"}) is None
    assert written(said={"partner": "Zed"}) is None
    other = Templated(Template("phd_weekly", "PHD_Weekly_Review"))
    assert CaseLetters(letters()).of(other, issue(), site(ACME)) is None
