"""What handlers ask of a templated issue: whether it is theirs, what is ticked, and who answers for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.answers import Field, Kind
from bot.domain.asking import (
    above,
    answerers,
    charged,
    chiefs,
    handles_for,
    is_ticked,
    lacking,
    region_of,
    task_called,
    tasks_of,
    templated,
)
from bot.domain.checklist import read_checklist
from bot.domain.facts import Account, IssueFacts
from bot.domain.form import Problem, ProblemKind, Reading
from bot.domain.formwords import asks_for, choices_of, fields_with
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period
from bot.domain.tasklists import listed
from bot.domain.templated import Templated
from tests.builders import facts, issue
from tests.templatedfacts import FORM, LEAD, PHD, REGISTRY, TASKS, text
from tests.templatedfacts import templated as made


def case_of(of: IssueFacts) -> Templated:
    assert isinstance(of.case, Templated)
    return of.case


def with_case(of: IssueFacts, **more: Any) -> IssueFacts:
    return replace(of, case=replace(case_of(of), **more))


def test_a_case_is_asked_for_by_the_key_of_its_template() -> None:
    there = made()
    assert templated(there) == templated(there, "licence", "other") == there.case
    assert templated(there, "other") is None
    assert templated(made(is_home=False), "licence") is None
    assert templated(facts(issue()), "licence") is None


def test_tasks_go_by_their_ids() -> None:
    there = made(text(ticked=1))
    assert is_ticked(there, "licence.sent")
    assert not is_ticked(there, "licence.noted")
    assert not is_ticked(there, "licence.nothing")
    assert task_called(there, "licence.nothing") is None
    assert [one.id for one in lacking(there, ("licence.sent", "licence.noted", "licence.nothing"))] == [
        "licence.noted",
        "licence.nothing",
    ]


def test_of_two_tasks_with_one_id_the_first_counts() -> None:
    twice = text(ticked=1) + "\n- [ ] Again <!-- t:licence.sent -->"
    assert is_ticked(made(twice), "licence.sent")


def test_a_task_that_lost_its_id_goes_by_its_words() -> None:
    bare = (
        text(ticked=2).replace(" <!-- t:licence.sent -->", "").replace("The license is sent", "**the license is SENT**")
    )
    there = with_case(made(bare), master=read_checklist(TASKS))
    assert {at: one.reason for at, one in tasks_of(there).items()} == {"licence.sent": None, "licence.noted": None}
    assert lacking(there, ("licence.sent", "licence.noted")) == ()
    assert tasks_of(facts(issue(description=bare))).keys() == {"licence.noted"}


def test_what_is_missing_is_called_as_the_template_has_it() -> None:
    there = with_case(made("Template: `License_Request`"), master=read_checklist(TASKS))
    assert (
        listed(lacking(there, ("licence.sent", "licence.noted"))) == "  - The license is sent\n  - Salesforce shows it"
    )


@pytest.mark.parametrize(
    ("who", "handles"),
    [
        ("author", ("cam-emea",)),
        ("account_manager", ("cam-emea",)),
        ("help_desk", ("phd-emea", "phd-amer")),
        ("partner_help_desk", ("desk-lead",)),
        ("nobody_s", ()),
        ("", ()),
    ],
)
def test_who_answers_is_named_by_role(who: str, handles: tuple[str, ...]) -> None:
    there = made()
    assert answerers(there, case_of(there), who) == handles


@pytest.mark.parametrize(
    ("dri", "handles"),
    [
        ("comms-lead", ("comms-lead", "phd-emea", "phd-amer")),
        ("phd-amer", ("phd-amer", "phd-emea")),
        ("All", ("phd-emea", "phd-amer")),
    ],
)
def test_whom_the_form_names_as_dri_answers_before_the_role(dri: str, handles: tuple[str, ...]) -> None:
    there = with_case(made(), form=Reading({"dri": dri}))
    assert answerers(there, case_of(there), "help_desk") == handles
    assert charged(there, case_of(there))[0] == handles[0]


def test_without_a_partner_there_is_no_manager_and_the_desks_lead_answers() -> None:
    there = made(text({"Seats": "5"}))
    assert answerers(there, case_of(there), "account_manager") == ()
    assert answerers(there, case_of(there), "help_desk") == ("desk-lead",)


def test_the_region_is_that_of_the_time_the_partner_or_the_form() -> None:
    there = case_of(made())
    week = Occurrence(None, Period.parse("2026-W03"), "amer")  # type: ignore[arg-type]  # only the region is asked
    assert region_of(replace(there, occurrence=week)) == "amer"
    assert region_of(replace(there, occurrence=replace(week, region=""))) == "emea"
    formed = replace(there, partner=None, form=replace(there.form, values={"region": "apac"}))
    assert region_of(formed) == "apac"
    assert region_of(replace(formed, form=replace(there.form, values={}))) == ""


def test_who_has_it_in_hand_is_assigned_else_who_should_be_else_the_lead() -> None:
    gone = replace(PHD, state="blocked")
    cases: tuple[tuple[dict[str, Any], tuple[str, ...]], ...] = (
        ({"assignees": (LEAD, PHD)}, ("desk-lead", "phd-emea")),
        ({"assignees": (gone,)}, ("phd-emea",)),
        ({"template": {"assign": ""}}, ("desk-lead",)),
        ({"template": {"assign": "", "lead": ""}}, ()),
    )
    for more, who in cases:
        assert charged(made(**more), case_of(made(**more))) == who


def test_who_is_known_to_be_away_has_nothing_in_hand() -> None:
    """Then their backup has, and after the backup the lead; of whom nothing was read, nothing bad is thought."""
    away = {"phd-emea": Account("phd-emea", replace(PHD, state="blocked"), member=True)}
    there = made(accounts=away)
    assert charged(there, case_of(there)) == ("phd-amer",)
    there = made(accounts={**away, "phd-amer": Account("phd-amer")})
    assert charged(there, case_of(there)) == ("desk-lead",)
    there = made(accounts={"phd-emea": Account("phd-emea", PHD, member=True)})
    assert charged(there, case_of(there)) == ("phd-emea",)


def test_above_people_are_their_managers_and_the_lead_but_not_they_themselves() -> None:
    assert chiefs(REGISTRY, ("phd-emea",), "partner_help_desk") == ("emea-lead", "desk-lead")
    assert chiefs(REGISTRY, ("Desk-Lead", "phd-emea"), "partner_help_desk") == ("emea-lead",)
    assert chiefs(REGISTRY, ("somebody",), "no_such_role") == ()


def test_where_no_chief_is_known_the_director_is_above() -> None:
    assert above(REGISTRY, ("desk-lead",), "partner_help_desk") == ("the-director",)
    assert above(REGISTRY, ("phd-emea",), "partner_help_desk") == ("emea-lead", "desk-lead")


def test_nobody_is_above_the_director() -> None:
    assert above(REGISTRY, ("The-Director",), "partner_help_desk") == ()
    assert above(REGISTRY, ("the-director", "desk-lead"), "partner_help_desk") == ()


def test_without_a_director_nobody_is_above_a_lead() -> None:
    assert above(replace(REGISTRY, roles=REGISTRY.roles[:1]), ("desk-lead",), "partner_help_desk") == ()


def test_a_region_nobody_knows_has_the_lead_of_the_desk() -> None:
    assert handles_for(REGISTRY, "help_desk", "moon") == ("desk-lead",)


def test_what_a_form_lacks_is_said_by_field() -> None:
    kind, seats = FORM[1], FORM[2]
    problems = (
        Problem(Field("due", "Due", (), Kind.DATE), ProblemKind.MISSING),
        Problem(kind, ProblemKind.UNREADABLE, ("`floating`",)),
        Problem(seats, ProblemKind.CONTRADICTING, ("5", "7")),
    )
    assert fields_with(problems, ProblemKind.MISSING) == "**Due**"
    assert fields_with(problems, ProblemKind.UNREADABLE) == "**License kind** `` `floating` ``"
    assert fields_with(problems, ProblemKind.CONTRADICTING) == "**Seats** `5`, `7`"
    assert fields_with((), ProblemKind.MISSING) == ""
    assert choices_of(problems) == "**License kind** is one of `saas`, `self-managed`"
    assert (asks_for(problems, Kind.DATE), asks_for(problems, Kind.HANDLE)) == (True, False)
