"""Mistakes in the labels and in what the handbook says are told with their line and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.plumbing.config_files import HANDBOOK, LABELS, complaint

WRONG_LABELS = {
    "one weight twice": (
        '"2", weight: 2',
        '"2", weight: 1',
        "9: two labels share the weight 1, the other is 'priority.levels[0]'; change one of them",
    ),
    "one level twice": (
        '"2", weight',
        '"1", weight',
        "9: two labels share the name 'Channel Priority:1', the other is 'priority.levels[0]'; change one of them",
    ),
    "one name twice": (
        "QBR",
        "Channel",
        "4: two labels share the name 'Channel', the other is 'base'; change one of them",
    ),
    "a comma": ("QBR", '"Q,B"', "4: 'Q,B' is no label name; write one line without a comma"),
    "a blank name": ("QBR", '" "', "4: ' ' is no label name; write one line without a comma"),
    "no colour": (
        "{name: QBR}",
        "{name: QBR, color: red}",
        "4: 'red' is no colour; write it like '#428bca', in quotes",
    ),
    "a negative weight": ("weight: 2", "weight: -2", "9: -2 is no weight; GitLab takes whole numbers from 0"),
    "an unknown level key": (
        "title: Big bets",
        "title: Big bets, wait: 1",
        "9: unknown key 'wait', did you mean 'weight'?",
    ),
    "a missing level key": (", title: Big bets", "", "9: missing key 'title' in 'priority.levels[1]'; add it"),
    "a mapping for a list": (
        "  - {name: Channel Ops}\n  - {name: QBR}",
        "  name: QBR",
        "2: 'team' must be a list (lines that start with '- '), not a mapping",
    ),
}


@pytest.mark.parametrize(("right", "wrong", "said"), WRONG_LABELS.values(), ids=WRONG_LABELS.keys())
def test_a_mistake_in_the_labels_file(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    assert complaint(tmp_path, labels=LABELS.replace(right, wrong)) == f"labels.yml:{said}"


def test_there_is_at_least_one_priority_level(tmp_path: Path) -> None:
    labels = LABELS[: LABELS.index("  levels:")] + "  levels: []\ndri_missing: {name: X}\n"
    said = complaint(tmp_path, labels=labels)
    assert said.startswith("labels.yml:7: there are no priority levels; list them")


WRONG_HANDBOOK = {
    "a malformed id": (
        "gl-9: {says: x}\n",
        "3: 'gl-9': this is no rule id; write two capitals, a dash and two digits, like GL-05",
    ),
    "an unknown number": ("GL-99: {says: x}\n", "3: 'GL-99': the handbook has no rule of this id; its families are"),
    "an unknown family": ("ZZ-01: {says: x}\n", "3: 'ZZ-01': the handbook has no rule of this id; its families are"),
    "says too much": (f"GL-01: {{says: {'x' * 161}}}\n", "3: 'GL-01.says' must be at most 160 characters long"),
    "says nothing": ("GL-01: {says: ''}\n", "3: 'GL-01.says' must be "),
    "an unknown key": ("GL-01: {says: x, lnk: x}\n", "3: unknown key 'lnk', did you mean 'link'?"),
}


@pytest.mark.parametrize(("more", "said"), WRONG_HANDBOOK.values(), ids=WRONG_HANDBOOK.keys())
def test_a_mistake_in_the_handbooks_file(tmp_path: Path, more: str, said: str) -> None:
    assert complaint(tmp_path, handbook=HANDBOOK + more).startswith(f"handbook.yml:{said}")


def test_a_handlers_rule_has_to_be_in_the_handbook(tmp_path: Path) -> None:
    said = complaint(tmp_path, handbook=HANDBOOK.splitlines()[0])
    assert said == "handbook.yml:1: missing rule 'GL-16', which handler newsletter carries; add what it says"
