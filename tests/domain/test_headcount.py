"""Rows of who holds what are counted once per person, partner and accreditation, and only while they are valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.partners.headcount import Accreditation, Held, accreditation, counted, course_called, is_active
from bot.domain.registry import Practitioners

TODAY = date(2026, 11, 22)
PSE = Held("acme", "pat@acme.example", Accreditation.PSE, date(2026, 1, 2))
TRAINER = replace(PSE, what=Accreditation.TRAINER, course="ci cd")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Sales Core", (Accreditation.SALES_CORE, "")),
        ("GitLab Sales-Core Accreditation", (Accreditation.SALES_CORE, "")),
        ("sa_core", None),
        ("SA Core", (Accreditation.SA_CORE, "")),
        ("Solutions Architect Core", (Accreditation.SA_CORE, "")),
        ("Solution Architect Certification", (Accreditation.SA_CORE, "")),
        ("PSE", (Accreditation.PSE, "")),
        ("GitLab Certified Professional Services Engineer", (Accreditation.PSE, "")),
        ("Trainer", (Accreditation.TRAINER, "")),
        ("GitLab Certified Trainer: CI/CD", (Accreditation.TRAINER, "ci cd")),
        ("Trainer - GitLab with Git Basics", (Accreditation.TRAINER, "with git basics")),
        ("Git Associate", None),
        ("", None),
        ("GitLab", None),
    ],
)
def test_an_accreditation_is_known_by_what_people_call_it(text: str, what: tuple[Accreditation, str] | None) -> None:
    assert accreditation(text) == what


def test_a_course_is_one_course_however_it_is_written() -> None:
    assert course_called("GitLab CI/CD") == course_called("ci cd") == "ci cd"


@pytest.mark.parametrize(
    ("status", "active"),
    [("", True), ("Active", True), (" COMPLETED ", True), ("expired", False), ("In_Progress", False), ("maybe", None)],
)
def test_a_status_lets_count_or_not_or_is_asked_about(status: str, active: bool | None) -> None:
    assert is_active(status) is active


@pytest.mark.parametrize(
    ("row", "valid"),
    [
        (PSE, True),
        (replace(PSE, earned_on=TODAY), True),
        (replace(PSE, earned_on=date(2026, 11, 23)), False),
        (replace(PSE, expires_on=TODAY), True),
        (replace(PSE, expires_on=date(2026, 11, 21)), False),
        (replace(PSE, is_active=False), False),
    ],
)
def test_what_is_valid_today_counts_until_the_evening_of_its_last_day(row: Held, valid: bool) -> None:
    assert counted([row], TODAY).partners == {"acme": Practitioners(pse=1 if valid else 0)}


def test_the_same_person_twice_is_one_and_at_two_partners_two() -> None:
    rows = [
        PSE,
        replace(PSE, earned_on=TODAY),
        replace(PSE, person="lee@acme.example"),
        replace(PSE, partner_id="bolt"),
    ]
    assert counted(rows, TODAY).partners == {"acme": Practitioners(pse=2), "bolt": Practitioners(pse=1)}


def test_an_old_badge_that_was_renewed_counts() -> None:
    assert counted([replace(PSE, expires_on=date(2026, 2, 2)), PSE], TODAY).partners["acme"].pse == 1


def test_trainers_are_people_and_courses_are_each_counted_once_per_partner() -> None:
    rows = [TRAINER, replace(TRAINER, course="security"), replace(TRAINER, person="lee@acme.example")]
    rows += [replace(TRAINER, person="kim@acme.example", course=""), replace(TRAINER, course="old", is_active=False)]
    assert counted(rows, TODAY).partners == {"acme": Practitioners(trainers=3, trainer_courses=2)}


def test_what_no_row_is_about_stays_as_it_was() -> None:
    now = Practitioners(5, 6, 7, 8, 9)
    found = counted([PSE, replace(PSE, what=Accreditation.SA_CORE, is_active=False)], TODAY)
    assert found.of("acme", now) == Practitioners(sales_core=5, sa_core=0, pse=1, trainers=8, trainer_courses=9)
    assert counted([TRAINER], TODAY).of("acme", now) == Practitioners(5, 6, 7, 1, 1)


def test_no_rows_are_no_partners() -> None:
    assert counted([], TODAY).partners == {}
