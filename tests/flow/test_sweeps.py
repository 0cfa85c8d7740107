"""What a sweep lists, in which order it works, and that several at once double nothing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
import requests
from gitlab.v4.objects import ProjectIssue

from bot.domain.subject import REGISTRY, Subject
from bot.errors import Incomplete
from bot.queue.leases import Done, Lease
from bot.store.database import Database
from tests.stage import GROUP, Stage, stage

# The stories of this file go over real connections, so that a difference from the short cut of the others would show.
pytestmark = pytest.mark.usefixtures("sockets")
DAY = 86_400
REGISTRY_PROJECT = f"{GROUP}/bot-registry"


def asked(scene: Stage) -> list[str]:
    """The `state` of each list of the group's issues the bot read."""
    log = requests.get(f"{scene.sandbox.url}/sandbox/requests", timeout=10).json()
    at = f"/api/v4/groups/{GROUP.replace('/', '%2F')}/issues?"
    ours = [call["path"] for call in log if call["user"] == "channel-bot" and call["path"].startswith(at)]
    return [path.partition("state=")[2].partition("&")[0] for path in ours]


def test_an_order_on_a_closed_issue_is_heard(scene: Stage) -> None:
    """By the next sweep, whether it reads everything or only what changed."""
    for full in (False, True):
        issue = scene.issue()
        scene.sweep()
        scene.edit(issue, state_event="close")
        scene.sweep()
        issue.notes.create({"body": "@channel-bot status"})
        scene.sweep(full=full)
        assert "This issue is closed" in scene.comments(issue)[-1]


def test_what_is_listed(scene: Stage) -> None:
    """What is open, and what was closed since the last time; in between whatever changed."""
    scene.issue()
    scene.sweep()
    assert asked(scene) == ["opened", "opened"], "the second counts for the first digest, since there was work to do"
    for full, states in ((False, ["all"]), (True, ["opened", "closed"])):
        scene.forget_calls()
        scene.sweep(full=full)
        assert asked(scene) == states


def test_the_first_sweep_of_a_day_reads_everything(scene: Stage) -> None:
    scene.issue()
    scene.sweep()
    scene.later(DAY)
    scene.forget_calls()
    scene.sweep(full=False)
    assert asked(scene)[:2] == ["opened", "closed"]


def test_a_closed_issue_without_news_costs_nothing(scene: Stage) -> None:
    issue = scene.issue()
    scene.sweep()
    scene.edit(issue, state_event="close")
    scene.sweep()
    scene.edit(issue, title="Done")
    scene.forget_calls()
    scene.sweep(full=False)
    assert not [call for call in scene.calls() if f"/issues/{issue.iid}" in call]


def test_an_issue_that_is_left_alone_costs_nothing(scene: Stage) -> None:
    """Not even where the bot had yet to see whether it wrote a weight over somebody's."""
    issue = scene.issue(labels="Channel Priority:1")
    (lease,) = mark(scene, issue)
    scene.bot.worker(lease)
    scene.edit(issue, add_labels="bot::hands-off")
    scene.bot.inbox.settle(lease, Done())
    scene.drain()
    scene.sweep()
    scene.forget_calls()
    scene.sweep()
    assert not [call for call in scene.calls() if f"/issues/{issue.iid}" in call]


def mark(scene: Stage, issue: ProjectIssue) -> list[Lease]:
    """Somebody holds the issue, to look at it."""
    inbox = scene.bot.inbox
    inbox.mark([Subject.issue(issue.project_id, issue.iid)], "a test", now=True)
    return inbox.claim(inbox.enter("a test"), 1)


def test_an_incremental_sweep_costs_two_calls_for_each_issue_with_new_comments(scene: Stage) -> None:
    issues = [scene.issue(title=f"Chore {number}") for number in range(6)]
    scene.sweep()
    scene.sweep()
    scene.forget_calls()
    scene.sweep(full=False)
    constant = len(scene.calls())
    for issue in issues[:4]:
        issue.notes.create({"body": "I am on it."})
    scene.forget_calls()
    scene.sweep(full=False)
    assert len(scene.calls()) <= constant + 2 * 4
    assert constant <= 1 + 20


def test_a_list_that_breaks_off_marks_nothing(scene: Stage) -> None:
    """Rule 10: the cursor stays, and nobody is asked to look."""
    for number in range(101):
        scene.issue(title=f"Chore {number}")
    scene.fault(method="GET", path=r"/issues.*page=2", times=None, kind="fail", status=500)
    sweeper = scene.bot.sweeper
    with pytest.raises(Incomplete):
        sweeper.issues(full=True, allow=200)
    assert (sweeper.surveyor.memory.cursor("issues"), scene.bot.inbox.pending()) == (None, 0)


def test_the_registry_is_read_before_the_rules_judge(scene: Stage) -> None:
    """Somebody pushed, and no webhook told: the same sweep judges by the new commit."""
    texts = {path.name: path.read_text("utf-8") for path in (scene.config.directory / "registry").glob("*.yml")}
    actions = [{"action": "create", "file_path": name, "content": text} for name, text in texts.items()]
    repository = scene.as_("root").projects.get(REGISTRY_PROJECT)
    commit = repository.commits.create({"branch": "main", "commit_message": "Fill the registry", "actions": actions})
    first, *others = scene.bot.sweeper.steps(full=True)
    assert (first(), len(others)) == ({REGISTRY.key}, 7)
    scene.drain()
    assert scene.bot.snapshot.registry().commit == commit.id


def test_without_a_registry_project_there_is_nothing_to_read(tmp_path: Path) -> None:
    with stage(tmp_path, registry={"project": "", "branch": "main"}) as scene:
        assert scene.bot.sweeper.registry() == set()


def beside(scene: Stage, database: Database) -> Stage:
    """The same GitLab, seen by another process."""
    return Stage(scene.sandbox, scene.config, scene.tokens, database)


def test_sweeps_at_the_same_time_double_nothing(tmp_path: Path) -> None:
    """Two beside each other on one database and one without any, as CI runs it; then one more heals what is twice."""
    shared = Database(f"sqlite:///{tmp_path}/bot.db", durable=False)
    with stage(tmp_path, database=shared) as scene:
        issues = [scene.issue(title=f"Chore {number}", labels="Channel Priority:1") for number in range(12)]
        stages = [scene, beside(scene, shared), beside(scene, Database("sqlite://"))]
        troubles: list[BaseException] = []

        def run(one: Stage) -> None:
            try:
                one.sweep()
            except BaseException as trouble:
                troubles.append(trouble)

        threads = [threading.Thread(target=run, args=(one,)) for one in stages]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert troubles == []
        stateless = beside(scene, Database("sqlite://"))
        stateless.sweep()
        scene.sweep()
        assert [len(scene.comments(issue)) for issue in issues] == [1] * 12
        opened = [one.title for one in scene.home().issues.list(get_all=True, state="opened")]
        assert len(opened) == len(set(opened)) == 13
        titles = [one.title for one in scene.group().milestones.list(get_all=True)]
        assert len(titles) == len(set(titles))
        stateless.forget_calls()
        beside(scene, Database("sqlite://")).sweep()
        assert scene.calls(writes=True) == []


def test_a_requested_sweep_and_one_on_the_command_line_at_once(scene: Stage) -> None:
    """The worker carries out the one while the other is under way; both end."""
    issues = [scene.issue(title=f"Chore {number}") for number in range(5)]
    sweeps = scene.bot.sweeper.requested
    sweeps.ask("asked", full=True)
    scene.sweep()
    state = sweeps.state("asked")
    assert state
    assert (state["state"], state["error"], state["done"]) == ("done", None, state["total"])
    assert [len(scene.comments(issue)) for issue in issues] == [1] * 5


def test_a_sweep_that_was_cut_off_begins_again(scene: Stage) -> None:
    """Another process takes the request over and ends it."""
    issue, sweeps = scene.issue(), scene.bot.sweeper.requested
    sweeps.ask("asked", full=True)
    sweeps.start("asked")
    scene.play()
    scene.drain()
    state = sweeps.state("asked")
    assert state
    assert (state["state"], len(scene.comments(issue))) == ("done", 1)


def test_a_step_that_fails_is_done_again(scene: Stage) -> None:
    """A list that broke off once costs the requested sweep a try, and no step is left out."""
    issue = scene.issue()
    for number in range(100):
        scene.issue(title=f"Chore {number}", labels="bot::hands-off")
    scene.fault(method="GET", path=r"/groups/.*/issues.*page=2", times=3, kind="fail", status=500)
    sweeps = scene.bot.sweeper.requested
    sweeps.ask("asked", full=True)
    scene.drain()
    state = sweeps.state("asked")
    assert state
    assert (state["state"], state["error"], len(scene.comments(issue))) == ("done", None, 1)
    assert not scene.bot.inbox.pending()
