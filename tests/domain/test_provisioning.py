"""Names that GitLab accepts, digests that stand for a plan, and instructions for a person."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.partners.asked import wanted
from bot.domain.partners.provisioning import (
    case_key,
    ctp_steps,
    digest_of,
    folder_steps,
    group_name,
    plan_lines,
    project_name,
)
from bot.domain.partners.record import Record
from bot.domain.partners.showing import instruction
from bot.domain.partners.steps import Drop, MakeGroup, OpenCase, PutMember
from tests.builders import CAM
from tests.partnerfacts import (
    ACME,
    CTP,
    EMPTY,
    PAT,
    TODAY,
    WHOLE,
    known,
    record,
    request,
    running,
)

NAMES = {
    "Acme Consulting": "Acme Consulting",
    "AC/DC Services": "AC-DC Services",
    "Smith & Söhne, GmbH": "Smith and Söhne GmbH",
    "Rocket 🚀 Ltd.": "Rocket 🚀 Ltd.",
    "日本パートナー": "日本パートナー",
    "-- [x] Acme": "x Acme",
    "(Acme) Group": "Acme) Group",
    "a_b": "a_b",
    "<!-- Acme -->": "Acme --",
    "हिन्दी": "हिन्दी",
}


@pytest.mark.parametrize(("name", "allowed"), NAMES.items(), ids=NAMES)
def test_group_names(name: str, allowed: str) -> None:
    assert group_name(name) == allowed


def test_project_names_allow_no_brackets() -> None:
    assert project_name(replace(ACME, name="Acme (EMEA) C++"), CTP) == "Acme EMEA C++ CTP Requirements Project"


@pytest.mark.parametrize("name", ["A" * 255, "A" * 231, "& " * 127, f"{'A ' * 127}"])
def test_long_names_are_cut_to_what_gitlab_takes(name: str) -> None:
    """Of a project's name the programme's part stays."""
    called = project_name(replace(ACME, name=name), CTP)
    assert len(group_name(name)) <= 255
    assert len(called) <= 255
    assert called.endswith("CTP Requirements Project")


def test_names_that_fit_stay_whole() -> None:
    assert group_name("A" * 255) == "A" * 255
    assert project_name(replace(ACME, name="A" * 230), CTP) == f"{'A' * 230} CTP Requirements Project"


OPEN = OpenCase("tracking acme", "tracking", "g/p", "acme", "ctp", {}, (CAM,), (), TODAY, (1, 2))
SAME = {
    "another day": replace(OPEN, due=date(2027, 1, 1)),
    "another link": replace(OPEN, link=None),
    "another key": replace(OPEN, key="tracking acme 2026-11-21"),
}
OTHER = {
    "another person": replace(OPEN, assign=(PAT,)),
    "nobody": replace(OPEN, assign=()),
    "another place": replace(OPEN, project="g/q"),
}


def test_a_digest_is_eight_hex_digits_and_stands_for_the_plan() -> None:
    steps = folder_steps(known(EMPTY))
    assert digest_of(steps) == digest_of(folder_steps(known(EMPTY)))
    assert len(digest_of(steps)) == 8
    assert int(digest_of(steps), 16) >= 0
    assert digest_of(steps) != digest_of(steps[1:])
    assert digest_of(()) != digest_of(steps)


@pytest.mark.parametrize("step", SAME.values(), ids=SAME)
def test_the_same_plan(step: OpenCase) -> None:
    assert digest_of([step]) == digest_of([OPEN])


@pytest.mark.parametrize("step", OTHER.values(), ids=OTHER)
def test_another_plan(step: OpenCase) -> None:
    assert digest_of([step]) != digest_of([OPEN])


def test_a_half_character_in_a_name_breaks_no_digest() -> None:
    assert digest_of([MakeGroup("g/\ud800", "x")])


def test_lines_of_a_plan_name_people_and_days_where_there_are_any() -> None:
    bare = replace(OPEN, assign=(), due=None)
    assert plan_lines([OPEN, bare]) == (
        "open the tracking issue in `g/p` for `@cam-emea`, due 2026-11-21",
        "open the tracking issue in `g/p`",
    )


@pytest.mark.parametrize(
    ("kept", "key"),
    [
        (None, "tracking acme"),
        (record(), "tracking acme"),
        (running(tracking=None), "tracking acme 2026-11-21"),
        (record(withdrawn_by="cam-emea"), "tracking acme 2026-11-21"),
    ],
)
def test_a_second_tracking_issue_has_a_key_of_its_own(kept: Record | None, key: str) -> None:
    assert case_key(known(record=kept)) == key


@pytest.mark.parametrize("done", range(8))
def test_whatever_is_done_already_is_not_wished_again(done: int) -> None:
    """From nothing to all: what is left is always the end of the whole plan."""
    steps = (*folder_steps(known(EMPTY)), *ctp_steps(known(EMPTY), CTP))
    trees = [
        EMPTY,
        replace(EMPTY, company=WHOLE.company),
        replace(EMPTY, company=WHOLE.company, collaboration=replace(WHOLE.groups[1], members=())),
        replace(WHOLE, collaboration=replace(WHOLE.groups[1], members=()), rooms=()),
        replace(WHOLE, rooms=()),
        WHOLE,
        WHOLE,
        WHOLE,
    ]
    state = known(
        trees[done],
        has_templates=done > 5,
        record=running() if done > 6 else None,
    )
    assert (*folder_steps(state), *ctp_steps(state, CTP)) == steps[done:]


def test_a_person_is_told_what_to_enter() -> None:
    raised = instruction(PutMember("g/c", 40, PAT))
    assert (raised.at, raised.above, raised.who, raised.role) == ("`g/c`", "`g`", "`@pat-example`", "Maintainer")
    mailed = instruction(PutMember("g/c", 35, email="pat@acme.example"))
    assert (mailed.who, mailed.role) == ("`pat@acme.example`", "35")
    with pytest.raises(TypeError, match="Drop is nothing that a person does by hand"):
        instruction(Drop(request()))


def test_what_was_asked_counts_with_what_is_asked_now() -> None:
    state = known(requests=(request("create"), request("award", "k5")))
    kept = wanted(state, request("enrol", "k2"))
    assert kept is not None
    assert (kept.ctp, kept.heard) == (True, ("k1", "k2"))
    assert wanted(known()) is None
