"""AW-01 as tables of cases: what an award shows of its requirements, when it is blocked, and what its form lacks."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pytest

from bot.domain.actions import AddLabel, Nudge, RemoveLabel
from bot.domain.facts import IssueFacts
from bot.domain.needs import PartnerState
from bot.domain.partners.programme import Programmes
from bot.domain.registry import Agreements, Certification, Practitioners, Status
from bot.handlers.award_eligibility import Settings, award_needs, decide_award
from bot.voice.cases import render_award
from tests.awards import ACME, CTP, LABELS, PSP, RENDERER, award, checks, line, partner, says, site, wishes, words
from tests.builders import facts as plain
from tests.builders import issue
from tests.cases import Case as Played
from tests.cases import named, prove
from tests.stage import Stage

BLOCKED = "Award::blocked"
DENIED = replace(ACME, status=Status.DENIED)
TWO = replace(ACME, practitioners=Practitioners(pse=2))
UNSIGNED = replace(ACME, agreements=Agreements())
HOLDS_PSP = replace(ACME, certifications=(Certification("psp", date(2026, 11, 20)),))
OLD = replace(ACME, as_of=date(2026, 10, 21))


@dataclass(frozen=True)
class Case:
    """An award, what is wished besides the table of requirements, and fragments of the sentence of one topic."""

    name: str
    facts: IssueFacts
    does: tuple[Any, ...] = ()
    topic: str = ""
    says: tuple[str, ...] = ()


def form(text: str, **more: Any) -> IssueFacts:
    return award(description=f"Template: `Partner_Certification_Award`\n\n{text}", **more)


NOBODY: dict[str, Any] = {"partner": None}
NOTHING: dict[str, Any] = {"partner": None, "programme": None}
CASES = (
    Case("a partner that has everything is not blocked", award()),
    Case(
        "one that is not authorized is, with the row that fails",
        award(partner=DENIED),
        (AddLabel(BLOCKED),),
        "blocked",
        ("`Acme Consulting` does not have all", "the partner is authorized in the Channel programme: it is `denied`"),
    ),
    Case(
        "one with too few engineers is",
        award(partner=TWO),
        (AddLabel(BLOCKED),),
        "blocked",
        ("at least 3: it is `2` (registry partners.yml, as of 2026-11-02; AW-04)",),
    ),
    Case(
        "every row that fails is listed",
        award(partner=UNSIGNED),
        (AddLabel(BLOCKED),),
        "blocked",
        ("(MPA) is signed: it is `not signed`", "services addendum is signed: it is `not signed`"),
    ),
    Case("the label is put on once", award(partner=DENIED, labels=(*LABELS, BLOCKED)), (), "blocked"),
    Case("and goes when all is put right", award(labels=(*LABELS, BLOCKED)), (RemoveLabel(BLOCKED),)),
    Case(
        "a registry older than 30 days is said to be",
        award(partner=replace(OLD, status=Status.DENIED), today="2026-11-21"),
        (AddLabel(BLOCKED),),
        "blocked",
        ("(its data is as of 2026-10-21)",),
    ),
    Case("with the table too", award(partner=OLD), (), "evidence", ("(data as of 2026-10-21)",)),
    Case(
        "the table shows each requirement, its value, its source and the rule",
        award(),
        (),
        "evidence",
        (
            "| ✅ | certified Professional Services Engineers (PSE): at least 3 | `3` | registry partners.yml, as of",
            "2026-11-02 | AW-04 |",
        ),
    ),
    Case(
        "a day nobody wrote down is old",
        award(site_=replace(site(), registry=replace(site().registry, as_of=None))),
        (),
        "evidence",
        ("(data as of an unknown day)",),
    ),
    Case(
        "a partner that the registry does not know is asked for, with those it may be",
        form("- Partner: Acme Consultants\n- Certification: PSP", **NOBODY),
        (),
        "unknown",
        ("the registry does not know **Partner** `Acme Consultants`", "Did you mean one of `acme`?"),
    ),
    Case(
        "a certification that cannot be read is, with those there are",
        form("- Partner: Acme Consulting\n- Certification: black belt", programme=None),
        (),
        "unreadable",
        ("I cannot read **Certification** `black belt`. Certifications are `PSP`, `CTP`",),
    ),
    Case(
        "a field that says nothing is",
        form("- Partner: Acme Consulting\n- Certification:", programme=None),
        (),
        "missing",
        ("please fill in **Certification** in the description",),
    ),
    Case(
        "one that says two things is",
        form("- Partner: Acme Consulting\n- Certification: PSP\n- Certification: CTP", programme=None),
        (),
        "contradicting",
        ("several things for **Certification** `PSP`, `CTP`. Please leave the one",),
    ),
    Case(
        "also one that only helps, such as a date",
        form("- Partner: Acme Consulting\n- Certification: PSP\n- Due: soonish"),
        (),
        "unreadable",
        ("**Due** `soonish`", "days are written YYYY-MM-DD"),
    ),
    Case(
        "a region that is another one in the registry is asked about",
        form("- Partner: Acme Consulting\n- Certification: PSP\n- Region: Mars\n- First certification: yes"),
        (),
        "differing",
        ("the form says **Region** `Mars`, where it has `EMEA`. Please correct",),
    ),
    Case(
        "also whether it is the first certification",
        form("- Partner: Acme Consulting\n- Certification: PSP\n- Region: emea\n- First certification: no"),
        (),
        "differing",
        ("the form says **First certification** `no`, where it has `yes`",),
    ),
    Case(
        "which this one, written down meanwhile, still is",
        form("- Partner: Acme\n- Certification: PSP\n- First certification: yes", partner=HOLDS_PSP),
    ),
    Case(
        "and another one no longer is",
        form("- Partner: Acme\n- Certification: CTP\n- First certification: yes", partner=HOLDS_PSP, programme=CTP),
        (),
        "differing",
        ("**First certification** `yes`, where it has `no`",),
    ),
    Case(
        "what people wrote acts nowhere",
        form("- Partner: @all <!-- x --> | Acme\n- Certification: PSP", **NOBODY),
        (),
        "unknown",
        ("**Partner** `@all ¦ Acme`",),
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_award_eligibility(case: Case) -> None:
    decided = tuple(decide_award(case.facts, Settings()))
    said = says(decided)
    assert tuple(one for one in wishes(decided) if one not in said.values()) == case.does
    assert set(said) == {"evidence", case.topic} - {""} if known(case.facts) else {case.topic} == set(said)
    for fragment in case.says:
        assert fragment in words("award_eligibility", said[case.topic])


def known(facts: IssueFacts) -> bool:
    return getattr(facts.case, "partner", None) is not None and getattr(facts.case, "programme", None) is not None


def test_a_closed_award_and_another_issue_are_not_judged() -> None:
    assert list(decide_award(award(state="closed", partner=DENIED), Settings())) == []
    assert list(decide_award(plain(issue()), Settings())) == []
    assert list(award_needs(award(state="closed", programme=CTP), Settings())) == []


def test_verdicts_are_for_staff_and_the_account_manager_hears_of_them_again() -> None:
    said = says(decide_award(award(partner=TWO), Settings(remind_after=4)))
    assert said["evidence"].internal
    assert said["evidence"].block
    assert said["blocked"].internal
    assert said["blocked"].nudge == Nudge(4, who=("cam-emea",))


def test_the_table_can_be_left_out() -> None:
    assert says(decide_award(award(), Settings(evidence=False))) == {}


def test_explain_shows_value_source_day_and_rule_of_each_requirement() -> None:
    seen = checks(decide_award(award(partner=TWO), Settings()))
    row = seen["certified Professional Services Engineers (PSE): at least 3"]
    assert (row.holds, row.seen, row.source) == (False, "2", "registry partners.yml, as of 2026-11-02; AW-04")
    assert seen["the form can be read"].holds


def test_where_partners_enrol_the_way_to_the_award_counts_too() -> None:
    """A CTP award that somebody opened by hand for a partner that never enrolled is blocked."""
    asked = award(programme=CTP)
    assert PartnerState("acme") in set(award_needs(asked, Settings()))
    seen = replace(asked, partners={"acme": partner()})
    rows = says(decide_award(seen, Settings()))["blocked"].values["rows"]
    enrolled = "the partner is enrolled in the programme: it is `not enrolled`"
    assert rows == f"  - {enrolled} (the partner's record, as of 2026-11-23; CT-06)"
    assert not any(isinstance(one, PartnerState) for one in award_needs(award(), Settings()))


FORM = "- Partner: Acme Consulting\n- Certification: PSP\n\nTemplate: `Partner_Certification_Award`\n"
PLAYED = (
    Played(
        "two of three engineers: blocked, and it says so",
        issue={"description": FORM},
        wishes=("add label `Award::blocked`", "say `evidence` (AW-01)", "say `blocked` (AW-01)"),
        after={"labels": {BLOCKED}},
        says=("<details><summary>What the certification asks for", "at least 3: it is `2`", "data as of 2026-11-02"),
        today="2027-01-11",
    ),
    Played(
        "the template as it is, with nothing filled in",
        issue={"description": render_award(RENDERER, Programmes((PSP, CTP)))[1]},
        wishes=("say `missing` (AW-01)",),
        says=("please fill in **Partner**, **Certification** in the description. Certifications are `PSP`, `CTP`",),
    ),
    Played(
        "a form that makes no sense",
        issue={"description": "Template: `Partner_Certification_Award`\n\n- Partner: Nobody\n- Certification: XYZ"},
        wishes=("say `unreadable` (AW-01)", "say `unknown` (AW-01)"),
        says=("I cannot read **Certification** `XYZ`", "the registry does not know **Partner** `Nobody`"),
    ),
)


@pytest.mark.parametrize(**named(PLAYED))
def test_it_is_so_in_gitlab(shared: Stage, case: Played) -> None:
    prove(shared, "award_eligibility", case)


def test_who_is_in_charge_is_told_from_the_past() -> None:
    """After a hand-over the new account manager hears of what blocks it."""
    handed = (line("2026-11-21", "assigned to @cam-amer and unassigned @cam-emea"),)
    seen = award(partner=TWO, assignees=(), notes=handed)
    assert says(decide_award(seen, Settings()))["blocked"].nudge == Nudge(2, who=("cam-amer",))
