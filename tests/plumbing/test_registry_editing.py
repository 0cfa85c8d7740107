"""A change of one entry changes that entry's lines in partners.yml, in whatever style, and no other byte."""

from __future__ import annotations

import random
from datetime import date
from difflib import unified_diff

import pytest

from bot.domain.partners.changes import (
    Advanced,
    Certified,
    Change,
    Enrolled,
    Licensed,
    Practised,
    Proposal,
    Withdrawn,
    changed,
)
from bot.domain.registry import Practitioners
from bot.errors import AskAPerson
from bot.registry.editing import edited, edited_together, in_words
from bot.registry.loader import Broken, partners_of
from tests.plumbing.registry_world import SHIPPED

DAY, LATER = date(2026, 11, 22), date(2027, 5, 3)
CTP = Certified("ctp", LATER, 5, "gitlab-com/channel/channels#12")
THREE = Practised(Practitioners(2, 1, 3), DAY)
HEAD = "as_of: 2026-11-02\npartners:\n"
BASE = "  - id: acme\n    name: Acme\n    region: emea\n    account_manager: cam-emea\n"
NEXT = "  # the next one\n  - {id: bolt, name: Bolt, region: amer, account_manager: cam-amer}\n"
INSIDE = "cert: ctp, awarded_on: 2027-05-03, review_month: 5, issue: gitlab-com/channel/channels#12"


def changes(before: str, after: str) -> list[str]:
    """The lines that went and came."""
    lines = unified_diff(before.splitlines(), after.splitlines(), n=0, lineterm="")
    return [line for line in lines if line[:1] in "+-" and line[:3] not in ("+++", "---")]


LICENSED = Licensed("saas", 5, LATER, "gitlab-com/channel/channels#9", DAY)
LICENCE = "kind: saas, seats: 5, expires: 2027-05-03, issue: gitlab-com/channel/channels#9"
OLD = "{kind: saas, seats: 3, expires: 2026-11-22}"
CASES: dict[str, tuple[str, Change, list[str]]] = {
    "the first license": ("    stage: x\n", LICENSED, [f"+    nfr: [{{{LICENCE}}}]"]),
    "a license more": (
        "    nfr:\n      - {kind: saas, seats: 3, expires: 2027-01-31}  # old\n",
        LICENSED,
        [f"+      - {{{LICENCE}}}"],
    ),
    "a renewed license": (
        "    nfr:\n      - {kind: saas, seats: 3, expires: 2026-11-22}  # old\n",
        LICENSED,
        ["-      - {kind: saas, seats: 3, expires: 2026-11-22}  # old", f"+      - {{{LICENCE}}}  # old"],
    ),
    "licenses that are renewed together": (
        f"    nfr:\n      - {OLD}\n      - {{kind: saas, seats: 2, expires: 2026-12-31}}\n      - {OLD}  # too\n",
        LICENSED,
        [f"-      - {OLD}", f"+      - {{{LICENCE}}}", f"-      - {OLD}  # too"],
    ),
    "licenses that are renewed together on one line": (
        f"    nfr: [{OLD}, {OLD}]\n",
        LICENSED,
        [f"-    nfr: [{OLD}, {OLD}]", f"+    nfr: [{{{LICENCE}}}]"],
    ),
    "an absent key goes behind those before it": (
        "    agreements: {mpa: 2026-03-02}  # signed\n    stage: enabling\n",
        Enrolled(DAY),
        ["+    ctp: {started_on: 2026-11-22}"],
    ),
    "an absent key at the end": ("", Withdrawn(DAY), ["+    ctp: {withdrawn_on: 2026-11-22}"]),
    "a flow mapping keeps its comment": (
        "    ctp: {invited_on: 2026-09-01}   # by mail\n",
        Enrolled(DAY),
        [
            "-    ctp: {invited_on: 2026-09-01}   # by mail",
            "+    ctp: {invited_on: 2026-09-01, started_on: 2026-11-22}   # by mail",
        ],
    ),
    "an empty flow mapping": (
        "    ctp: { }\n",
        Enrolled(DAY),
        ["-    ctp: { }", "+    ctp: { started_on: 2026-11-22}"],
    ),
    "a block mapping gets a line": (
        "    ctp:\n      invited_on: 2026-09-01  # by mail\n      # nothing else yet\n\n    stage: x\n",
        Enrolled(DAY),
        ["+      started_on: 2026-11-22"],
    ),
    "a day that is there already is replaced": (
        '    ctp:\n      "started_on": "2026-01-02" # first\n',
        Enrolled(DAY),
        ['-      "started_on": "2026-01-02" # first', '+      "started_on": 2026-11-22 # first'],
    ),
    "an empty value is filled": (
        "    ctp:\n      started_on:\n      invited_on: 2026-09-01\n",
        Enrolled(DAY),
        ["-      started_on:", "+      started_on: 2026-11-22"],
    ),
    "a new enrolment takes the withdrawal out of a block": (
        "    ctp:\n      withdrawn_on: 2026-06-01\n      started_on: 2026-01-02\n",
        Enrolled(DAY),
        ["-      withdrawn_on: 2026-06-01", "-      started_on: 2026-01-02", "+      started_on: 2026-11-22"],
    ),
    "a new enrolment takes the withdrawal out of the middle of brackets": (
        "    ctp: {started_on: 2026-01-02, withdrawn_on: 2026-06-01, approved_by: lead}\n",
        Enrolled(DAY),
        [
            "-    ctp: {started_on: 2026-01-02, withdrawn_on: 2026-06-01, approved_by: lead}",
            "+    ctp: {started_on: 2026-11-22, approved_by: lead}",
        ],
    ),
    "a new enrolment takes the withdrawal out of the end of brackets": (
        "    ctp: {started_on: 2026-01-02, withdrawn_on: 2026-06-01}\n",
        Enrolled(DAY),
        ["-    ctp: {started_on: 2026-01-02, withdrawn_on: 2026-06-01}", "+    ctp: {started_on: 2026-11-22}"],
    ),
    "a withdrawal without a start becomes one": (
        "    ctp: {withdrawn_on: 2026-06-01}\n",
        Enrolled(DAY),
        ["-    ctp: {withdrawn_on: 2026-06-01}", "+    ctp: {started_on: 2026-11-22}"],
    ),
    "the first award in an empty list": (
        "    certifications: []         # - {cert: psp}\n",
        CTP,
        [
            "-    certifications: []         # - {cert: psp}",
            f"+    certifications: [{{{INSIDE}}}]         # - {{cert: psp}}",
        ],
    ),
    "the first award without a list": ("    stage: x\n", CTP, [f"+    certifications: [{{{INSIDE}}}]"]),
    "a second award in brackets": (
        "    certifications: [{cert: psp, awarded_on: 2026-10-02}]\n",
        CTP,
        [
            "-    certifications: [{cert: psp, awarded_on: 2026-10-02}]",
            f"+    certifications: [{{cert: psp, awarded_on: 2026-10-02}}, {{{INSIDE}}}]",
        ],
    ),
    "a second award in a block": (
        "    certifications:\n      - cert: psp  # first\n        awarded_on: 2026-10-02\n    stage: x\n",
        CTP,
        [f"+      - {{{INSIDE}}}"],
    ),
    "a second award in a block that is not indented": (
        "    certifications:\n    - cert: psp\n      awarded_on: 2026-10-02\n    # the end\n",
        CTP,
        [f"+    - {{{INSIDE}}}"],
    ),
    "the same award again": (
        "    certifications:\n      - cert: CTP\n        awarded_on: 2026-05-03\n        issue: old#1\n",
        CTP,
        [
            "-        awarded_on: 2026-05-03",
            "-        issue: old#1",
            "+        awarded_on: 2027-05-03",
            "+        issue: gitlab-com/channel/channels#12",
            "+        review_month: 5",
        ],
    ),
    "numbers that differ, and only those": (
        "    practitioners:\n      sales_core: 2\n      sa_core: 1\n      pse: 2  # one to go\n",
        THREE,
        ["-      pse: 2  # one to go", "+      pse: 3  # one to go", "+    as_of: 2026-11-22"],
    ),
    "numbers that nobody wrote yet": (
        "    stage: x\n",
        THREE,
        ["+    practitioners: {sales_core: 2, sa_core: 1, pse: 3}", "+    as_of: 2026-11-22"],
    ),
    "a newer day alone": (
        "    practitioners: {pse: 3, sa_core: 1, sales_core: 2}\n    as_of: 2026-11-01\n",
        THREE,
        ["-    as_of: 2026-11-01", "+    as_of: 2026-11-22"],
    ),
    "a later stage": (
        "    stage: enabling   # by hand\n",
        Advanced("partner_leading"),
        ["-    stage: enabling   # by hand", "+    stage: partner_leading   # by hand"],
    ),
    "the first stage": (
        "    certifications: []\n    last_phd_review: 2026-10-16\n",
        Advanced("strategic"),
        ["+    stage: strategic"],
    ),
    "no numbers at all": ("", Practised(Practitioners(), DAY), ["+    as_of: 2026-11-22"]),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_only_the_lines_of_the_entry_change(name: str, ending: str) -> None:
    entry, change, expected = CASES[name]
    text = (HEAD + BASE + entry + NEXT).replace("\n", ending)
    after = edited(text, "acme", change)
    assert changes(text, after) == expected
    assert after.count("\n") == after.count(ending)
    for one in (text, after):
        assert one.endswith(NEXT.replace("\n", ending))


@pytest.mark.parametrize("change", [Enrolled(DAY), Withdrawn(DAY), CTP, THREE])
def test_an_entry_in_one_line_stays_one(change: Change) -> None:
    text = HEAD + BASE + NEXT
    after = edited(text, "bolt", change)
    (gone, come) = changes(text, after)
    assert come.startswith("+" + gone[1:-1])


def test_quotes_accents_and_a_mark_at_the_start_are_no_trouble() -> None:
    text = "\ufeff" + (HEAD + BASE + NEXT).replace("id: acme", "'id': \"acme\"").replace(
        "name: Acme", "name: Äcme \U0001f389"
    )
    assert changes(text, edited(text, "acme", Enrolled(DAY))) == ["+    ctp: {started_on: 2026-11-22}"]


def test_a_file_without_a_last_line_break_stays_one() -> None:
    text = HEAD + BASE.rstrip("\n")
    assert edited(text, "acme", Withdrawn(DAY)) == text + "\n    ctp: {withdrawn_on: 2026-11-22}"
    text += "\n    ctp:\n      started_on: 2026-01-02\n      withdrawn_on: 2026-06-01"
    assert changes(text, edited(text, "acme", Enrolled(DAY)))[:1] == ["-      started_on: 2026-01-02"]


@pytest.mark.parametrize("cert", ["on", "2026", "a: b", "ctp #1", 'say "ctp"', "-x", "ctp}"])
def test_what_yaml_would_misread_is_quoted(cert: str) -> None:
    after = partners_of(edited(HEAD + BASE, "acme", Certified(cert, DAY)))
    assert not isinstance(after, Broken)
    assert [one.cert for one in after.partners[0].certifications] == [cert]


@pytest.mark.parametrize(
    ("entry", "change", "where"),
    [
        ("    types: &kinds [rsi]\n", Enrolled(DAY), "partners.yml:7: anchors and aliases are not for a registry"),
        ("    trak: open\n", Enrolled(DAY), "partners.yml:7: unknown key 'trak'"),
        (
            "    ctp:\n      ? withdrawn_on\n      : 2026-06-01\n      ? started_on\n      : 2026-01-02\n",
            Enrolled(DAY),
            "partners.yml:8: 'withdrawn_on' does not begin its line",
        ),
        (
            "    <<: {ctp: {invited_on: 2026-09-01}}\n",
            Enrolled(DAY),
            "partners.yml:1: the file is written in a way that I cannot edit safely",
        ),
        ("    ctp:\n      approved_by: >-\n        lead\n", Withdrawn(DAY), ""),
        (
            "    certifications:\n      - cert: ctp\n        awarded_on: 2026-01-02\n        issue: >-\n          x\n",
            CTP,
            "partners.yml:10: this value is written over several lines",
        ),
        (
            f"    nfr:\n      - {OLD}\n      -\n        {OLD}\n",
            LICENSED,
            "partners.yml:10: this item does not begin its line",
        ),
        ("    ctp: {\n      invited_on: 2026-09-01 # by mail\n    }\n", Enrolled(DAY), ""),
        ("    certifications: [{cert: ctp, awarded_on: 2026-01-02}] # [\n", CTP, ""),
    ],
)
def test_what_cannot_be_edited_is_for_a_person_with_what_to_write(entry: str, change: Change, where: str) -> None:
    text = HEAD + BASE + entry + NEXT
    if not where:
        assert edited(text, "acme", change)
        return
    with pytest.raises(AskAPerson) as refusal:
        edited(text, "acme", change)
    assert str(refusal.value).startswith(where)
    assert str(refusal.value).endswith(f"Please write it into partners.yml by hand: for `acme` `{in_words(change)}`")


def test_a_partner_that_is_not_there_is_for_a_person() -> None:
    with pytest.raises(AskAPerson, match="there is no entry with the id zeta"):
        edited(HEAD + BASE, "zeta", Enrolled(DAY))


def test_several_partners_are_changed_at_once() -> None:
    text = SHIPPED["partners.yml"]
    after = edited_together(text, [Proposal("bolt", THREE), Proposal("acme", THREE)])
    assert after == edited(edited(text, "acme", THREE), "bolt", THREE)
    assert len(changes(text, after)) == 6


def test_whatever_people_wrote_the_result_says_what_it_should_or_nothing_is_written() -> None:
    """Random entries in random styles: the entry is as `changed` has it, or a person is asked."""
    dice, asked = random.Random(20261122), 0
    for _ in range(40):
        text = HEAD + BASE + "".join(_random_entry(dice)) + NEXT
        before = partners_of(text)
        assert not isinstance(before, Broken), text
        for change in (Enrolled(DAY), Withdrawn(DAY), CTP, THREE):
            try:
                after = partners_of(edited(text, "acme", change))
            except AskAPerson:
                asked += 1
                continue
            assert not isinstance(after, Broken)
            assert after.partners == (changed(before.partners[0], change), before.partners[1])
    assert asked < 6


def _random_entry(dice: random.Random) -> list[str]:
    ctp = {name: "2026-01-02" for name in ("invited_on", "started_on", "withdrawn_on") if dice.random() < 0.5}
    numbers = {name: "2" for name in ("pse", "sa_core", "trainers") if dice.random() < 0.6}
    award = {"cert": dice.choice(["psp", "ctp"]), "awarded_on": "'2026-10-02'"}
    lines = [_mapping(dice, "ctp", ctp), _mapping(dice, "practitioners", numbers), _awards(dice, award)]
    dice.shuffle(lines)
    return [line for line in lines if dice.random() < 0.8]


def _mapping(dice: random.Random, key: str, values: dict[str, str]) -> str:
    tail = dice.choice(["", "  # why", "\n\n    # a remark\n"])
    pairs = dice.sample(sorted(values.items()), len(values))
    if values and dice.random() < 0.5:
        return f"    {key}:{tail}\n" + "".join(f"        {name}: {value}{tail}\n" for name, value in pairs)
    between = dice.choice([", ", " ,", ",\n      "])
    return f"    {key}: {{{between.join(f'{name}: {value}' for name, value in pairs)}}}{tail}\n"


def _awards(dice: random.Random, award: dict[str, str]) -> str:
    flow = ", ".join(f"{name}: {value}" for name, value in award.items())
    first, second = (f"{name}: {value}" for name, value in award.items())
    return "    certifications: " + dice.choice(
        [
            "[]\n",
            f"[{{{flow}}}]\n",
            f"\n    - {{{flow}}} # x\n",
            f"\n      -   {first}\n          {second}\n\n",
            "[ # none\n ]\n",
        ]
    )
