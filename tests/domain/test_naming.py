"""What people write behind an order becomes a partner, a day and a reason."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.partners.naming import beginning, choices, day_in, meant, partner_named, real_day
from bot.domain.registry import Registry
from tests.builders import HOME, PARTNERS, facts, issue
from tests.partnerfacts import ACME, BOLT, PROJECT, REGISTRY, site_of

TWINS = replace(REGISTRY, partners=(ACME, replace(ACME, id="acme-apac", name="ACME Consulting, Inc.")))
NAMED = {
    "acme": "acme",
    " ACME ": "acme",
    "Acme Consulting": "acme",
    "acme-consulting gmbh": "acme",
    "`acme`.": "acme",
    "Bolt, Inc": "bolt",
    "": None,
    "...": None,
    "bo": None,
}


@pytest.mark.parametrize(("text", "partner_id"), NAMED.items())
def test_partners_by_what_people_call_them(text: str, partner_id: str | None) -> None:
    found = partner_named(REGISTRY, text)
    assert (found.id if found else None) == partner_id


def test_of_two_of_one_spelling_neither_is_meant() -> None:
    assert partner_named(TWINS, "acme consulting ltd") is None
    assert partner_named(TWINS, "acme-apac") == TWINS.partners[1]


def test_the_longest_beginning_is_the_name() -> None:
    found = beginning(REGISTRY, "Acme Consulting  they gave up")
    assert (found.partner, found.rest) == (ACME, "they gave up")
    assert beginning(REGISTRY, "they gave up").rest == "they gave up"


@pytest.mark.parametrize(
    ("text", "said"),
    [("acmee", "`acme`"), ("bold services", "`bolt`"), ("", "`acme`, `bolt`"), ("zzz", "`acme`, `bolt`")],
)
def test_the_nearest_names_are_offered(text: str, said: str) -> None:
    assert choices(REGISTRY, text) == said
    assert choices(Registry(), text) == ""


DAYS = {
    "acme 2027-02-01 they were ill": ("acme", "2027-02-01", "they were ill"),
    "2027-2-1: ill.": ("", "2027-2-1", "ill"),
    "acme 2027-02-01, not 2027-01-01": ("acme", "2027-02-01", "not 2027-01-01"),
    "acme soon": ("acme soon", "", ""),
    "acme-2027-02-01": ("acme-2027-02-01", "", ""),
    "acme 2027-02-011": ("acme 2027-02-011", "", ""),
}


@pytest.mark.parametrize(("text", "parts"), DAYS.items())
def test_days_in_a_line(text: str, parts: tuple[str, str, str]) -> None:
    assert day_in(text) == parts


def test_days_that_are_none() -> None:
    assert real_day("2028-02-29") == date(2028, 2, 29)
    assert [real_day(text) for text in ("2027-02-29", "2027-13-01", "2027-2-1", "")] == [None] * 4


@pytest.mark.parametrize(
    ("project", "text", "partner", "trouble"),
    [
        (HOME, "bolt why", BOLT, ""),
        (HOME, "why", None, "unknown"),
        (PROJECT, "why", ACME, ""),
        (PROJECT.upper(), "acme why", ACME, ""),
        (PROJECT, "bolt why", None, "other"),
        (f"{PARTNERS}/americas/bolt/collaboration/p", "why", BOLT, ""),
        (f"{PARTNERS}/emea/acme-labs/collaboration/p", "acme", None, "elsewhere"),
        (f"{PARTNERS}/emea/notes", "acme", None, "elsewhere"),
    ],
)
def test_whom_an_order_is_about_depends_on_where_it_is_given(
    project: str, text: str, partner: object, trouble: str
) -> None:
    found = meant(facts(issue(project=project), site=site_of()), text)
    assert (found.partner, found.trouble) == (partner, trouble)
