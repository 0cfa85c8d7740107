"""GL-05 as a table of cases."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.domain.actions import AddLabel, Check
from bot.domain.facts import Guard
from bot.handlers.priority import Settings, decide
from tests.builders import facts, issue
from tests.cases import Case, named, prove
from tests.stage import Stage, stage

P = "Channel Priority:"
CASES = (
    Case("no label and no weight is fine"),
    Case(
        "a label alone sets the weight",
        issue={"labels": f"{P}1"},
        wishes=("set weight 1",),
        after={"weight": 1, "labels": {f"{P}1"}},
    ),
    Case(
        "a weight alone sets the label",
        issue={"weight": 4},
        wishes=(f"add label `{P}4`",),
        after={"weight": 4, "labels": {f"{P}4"}},
    ),
    Case("backlog is weight 5", issue={"labels": f"{P}Backlog"}, wishes=("set weight 5",), after={"weight": 5}),
    Case("both agree already", issue={"labels": f"{P}2", "weight": 2}, after={"weight": 2, "labels": {f"{P}2"}}),
    Case(
        "the label set last wins over the weight",
        issue={"weight": 3},
        then=(("ops-lead", {"add_labels": f"{P}1"}),),
        wishes=("set weight 1",),
        after={"weight": 1, "labels": {f"{P}1"}},
    ),
    Case(
        "the weight set last wins over the label",
        issue={"labels": f"{P}1"},
        then=(("ops-lead", {"weight": 3}),),
        wishes=(f"remove label `{P}1`", f"add label `{P}3`"),
        after={"weight": 3, "labels": {f"{P}3"}},
    ),
    Case(
        "of two labels the one just added stays",
        issue={"labels": f"{P}1", "weight": 1},
        then=(("ops-lead", {"add_labels": f"{P}2"}),),
        wishes=(f"remove label `{P}1`", "set weight 2"),
        after={"weight": 2, "labels": {f"{P}2"}},
    ),
    Case(
        "the less urgent one stays when it came last",
        issue={"labels": f"{P}4"},
        then=(("ops-lead", {"add_labels": f"{P}1"}), ("ops-lead", {"add_labels": f"{P}Backlog"})),
        wishes=(f"remove label `{P}1`", f"remove label `{P}4`", "set weight 5"),
        after={"weight": 5, "labels": {f"{P}Backlog"}},
    ),
    Case(
        "removing one of two leaves the other",
        issue={"labels": f"{P}1,{P}2"},
        then=(("ops-lead", {"remove_labels": f"{P}2"}),),
        wishes=("set weight 1",),
        after={"weight": 1, "labels": {f"{P}1"}},
    ),
    Case(
        "removing the last label clears the weight",
        issue={"labels": f"{P}2", "weight": 2},
        then=(("ops-lead", {"remove_labels": f"{P}2"}),),
        wishes=("clear the weight",),
        after={"weight": None, "labels": set()},
    ),
    Case(
        "clearing the weight removes the label",
        issue={"labels": f"{P}2", "weight": 2},
        then=(("ops-lead", {"weight": None}),),
        wishes=(f"remove label `{P}2`",),
        after={"weight": None, "labels": set()},
    ),
    Case(
        "the other spelling is read and rewritten",
        issue={"labels": "Channel Priority::3"},
        wishes=("remove label `Channel Priority::3`", f"add label `{P}3`", "set weight 3"),
        after={"weight": 3, "labels": {f"{P}3"}},
    ),
    Case(
        "labels that only look alike are left alone",
        issue={"labels": "Channel Priority,Channel Priority:9,channel priority:1"},
        after={"weight": None},
    ),
    Case(
        "weight 900 is asked about",
        issue={"weight": 900},
        wishes=("say `off_scale` (GL-05)",),
        after={"weight": 900, "labels": set()},
        says=("weight 900 stands for no priority", "from 1 to 5"),
    ),
    Case(
        "weight 0 after a label is asked about, and both stay",
        issue={"labels": f"{P}1", "weight": 1},
        then=(("ops-lead", {"weight": 0}),),
        wishes=("say `off_scale` (GL-05)",),
        after={"weight": 0, "labels": {f"{P}1"}},
        says=("weight 0",),
    ),
    Case(
        "a label set after weight 900 is the answer",
        issue={"weight": 900},
        then=(("ops-lead", {"add_labels": f"{P}2"}),),
        wishes=("set weight 2",),
        after={"weight": 2, "labels": {f"{P}2"}},
    ),
)


@pytest.mark.parametrize(**named(CASES))
def test_priority(shared: Stage, case: Case) -> None:
    prove(shared, "priority", case)


def test_five_labels_at_once_end_as_one(shared: Stage) -> None:
    """Nobody can say which was meant, so the journal's last one counts, and label and weight agree."""
    shared.play(only="priority")
    issue = shared.issue(labels=f"{P}1,{P}2,{P}3,{P}4,{P}Backlog")
    shared.look(issue)
    fresh = shared.fresh(issue)
    assert len(fresh.labels) == 1
    assert fresh.labels == [f"{P}{'Backlog' if fresh.weight == 5 else fresh.weight}"]


def test_the_bots_own_events_are_never_the_last_word(shared: Stage) -> None:
    """The bot wrote the label last, to follow a weight; the weight a person sets next still wins."""
    shared.play(only="priority")
    issue = shared.issue(labels=f"{P}1")
    shared.look(issue)
    for weight in (2, 4, 1):
        shared.edit(issue, weight=weight)
        shared.look(issue)
        assert shared.fresh(issue).labels == [f"{P}{weight}"]


def test_without_weights_the_label_alone_is_kept(tmp_path: Path) -> None:
    """GitLab Free has no weights: one label stays, and nothing is ever written to the weight."""
    with stage(tmp_path, tier="free") as free:
        free.play(only="priority")
        issue = free.issue(labels=f"{P}1")
        free.edit(issue, add_labels="Channel Priority::2")
        free.look(issue)
        assert free.fresh(issue).labels == [f"{P}2"]
        free.forget_calls()
        free.look(issue)
        assert free.calls() == [f"GET /api/v4/projects/{issue.project_id}/issues/{issue.iid}"]


def test_without_a_journal_the_most_urgent_label_counts(shared: Stage) -> None:
    """Imported issues have labels and no events; the handbook names the label first."""
    shared.play(only="priority")
    issue = shared.issue(labels=f"{P}2,{P}3", weight=4)
    world = shared.sandbox.world
    with world.lock:
        labels = [event for event in world.label_events.values() if event.issue_id == issue.id]
        weights = [event for event in world.weight_events.values() if event.issue_id == issue.id]
        for event in (*labels, *weights):
            world.remove(event)
    shared.look(issue)
    fresh = shared.fresh(issue)
    assert (fresh.labels, fresh.weight) == ([f"{P}2"], 2)


def test_a_weight_of_nobody_whose_word_counts_says_nothing() -> None:
    """Where a partner may edit everything; from the team's own hands the same weight is a priority."""
    unsure = facts(issue(weight=2), guard=Guard(is_up=True))
    checks = [one for one in decide(unsure, Settings()) if isinstance(one, Check)]
    assert [*decide(unsure, Settings())] == checks
    assert checks[-1].seen == "nothing that counts"
    assert AddLabel(f"{P}2") in [*decide(facts(issue(weight=2)), Settings())]
