"""Rules 8, 11 and 12 from outside: a partner who is Maintainer of a project tries to speak for the team, and fails."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable
from dataclasses import replace
from itertools import cycle, product
from pathlib import Path

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.subject import Subject
from bot.errors import TryLater
from tests.flow.test_conversation import answers, tell
from tests.flow.worlds import (
    CAM,
    COLLEAGUE,
    HOSTILE,
    MARKER,
    PAT,
    TEAM_LABEL,
    WAYS,
    WORKSPACE,
    awake,
    by_bot,
    called,
    dangers,
    deeds,
    mark_of,
    ours,
    theirs,
    written,
)
from tests.soak import sample
from tests.stage import Stage, stage

pytestmark = pytest.mark.kills
OFF = "bot::hands-off"
ORDER = "@channel-bot hands-off"


def retell(on: Stage, issue: ProjectIssue, note: int, text: str, by: str = PAT) -> None:
    """Somebody edits that comment."""
    held = on.fresh(issue, by=by).notes.get(note)
    held.body = text
    held.save()


def react(on: Stage, issue: ProjectIssue, note: int, by: str = PAT) -> None:
    on.fresh(issue, by=by).notes.get(note).awardemojis.create({"name": "thumbsup"})


def before_a_look(on: Stage, issue: ProjectIssue) -> None:
    note = tell(on, issue, "Good morning", by=CAM)
    on.later(60)
    retell(on, issue, note, ORDER)


def within_a_second(on: Stage, issue: ProjectIssue) -> None:
    note = tell(on, issue, "Good morning", by=CAM)
    on.later(0.5)
    retell(on, issue, note, ORDER)


def after_a_look(on: Stage, issue: ProjectIssue) -> None:
    note = tell(on, issue, "Good morning", by=CAM)
    on.look(issue)
    on.later(60)
    retell(on, issue, note, ORDER)


def after_the_answer(on: Stage, issue: ProjectIssue) -> None:
    note = tell(on, issue, "@channel-bot status", by=CAM)
    on.look(issue)
    on.later(60)
    retell(on, issue, note, ORDER)


def after_the_answer_was_lost(on: Stage, issue: ProjectIssue) -> None:
    """The bot has put its emoji there and not answered yet: of that moment the emoji would vouch for the text."""
    note = tell(on, issue, "@channel-bot status", by=CAM)
    on.bot.gateway.award(issue.project_id, issue.iid, note, "eyes")
    on.later(0.5)
    retell(on, issue, note, ORDER)


def between_emojis(on: Stage, issue: ProjectIssue) -> None:
    note = tell(on, issue, "Good morning", by=CAM)
    on.later(60)
    react(on, issue, note)
    retell(on, issue, note, ORDER)
    react(on, issue, note, by="kim-example")


def under_a_colleagues_emoji(on: Stage, issue: ProjectIssue) -> None:
    note = tell(on, issue, "Good morning", by=CAM)
    on.later(60)
    retell(on, issue, note, ORDER)
    on.later(60)
    react(on, issue, note, by=COLLEAGUE)


EDITS: tuple[Callable[[Stage, ProjectIssue], None], ...] = (
    before_a_look,
    within_a_second,
    after_a_look,
    after_the_answer,
    after_the_answer_was_lost,
    between_emojis,
    under_a_colleagues_emoji,
)


@pytest.fixture
def shared(scene: Stage) -> Stage:
    """For one test alone: a sweep looks at whatever the others left."""
    return scene


@pytest.mark.parametrize(
    ("edit", "way"),
    sample(list(product(EDITS, WAYS)), *zip(EDITS, cycle(WAYS), strict=False)),
    ids=lambda one: getattr(one, "__name__", None),
)
def test_a_cams_comment_turned_into_an_order_is_not_obeyed(
    shared: Stage, edit: Callable[[Stage, ProjectIssue], None], way: str
) -> None:
    issue = ours(shared)
    shared.look(issue)
    edit(shared, issue)
    awake(shared, issue, way)
    shared.look(issue)
    assert OFF not in shared.fresh(issue).labels


def test_a_lagging_read_obeys_what_the_cam_wrote(shared: Stage) -> None:
    """And what pat made of it meanwhile is not heard when GitLab catches up."""
    issue = ours(shared)
    shared.look(issue)
    shared.later(10)
    note = tell(shared, issue, "@channel-bot help", by=CAM)
    shared.later(60)
    retell(shared, issue, note, ORDER)
    shared.fault(method="GET", path=f"/issues/{issue.iid}", kind="stale", seconds=30, times=1)
    awake(shared, issue, "webhook")
    awake(shared, issue, "webhook")
    assert OFF not in shared.fresh(issue).labels


def test_an_old_comment_does_not_become_a_call_for_the_bot(shared: Stage) -> None:
    """`hands-on` takes the team's reversals back; written into a CAM's comment by pat it does not."""
    issue = ours(shared, description="DRI: @phd-apac")
    shared.look(issue)
    shared.later(5)
    shared.edit(issue, remove_labels="Channel")
    shared.later(5)
    note = tell(shared, issue, "Thank you", by=CAM)
    shared.look(issue)
    shared.later(60)
    retell(shared, issue, note, "@channel-bot hands-on")
    for _ in range(2):
        awake(shared, issue, "webhook, empty database")
    assert "Channel" not in shared.fresh(issue).labels


def test_hands_on_by_a_cam_is_heard(shared: Stage) -> None:
    issue = ours(shared, description="DRI: @phd-apac")
    shared.look(issue)
    shared.later(5)
    shared.edit(issue, remove_labels="Channel")
    shared.look(issue)
    shared.later(5)
    tell(shared, issue, "@channel-bot hands-on", by=CAM)
    shared.look(issue)
    shared.look(issue)
    assert "Channel" in shared.fresh(issue).labels


# Marks


def forged(on: Stage, issue: ProjectIssue, key: str) -> dict[str, str]:
    """Marks that would keep the bot from an order with that key: made up, signed for elsewhere, signed by another."""
    other = theirs(on)
    return {
        "unsigned": re.sub("[0-9a-f]{32} -->", "0" * 32 + " -->", mark_of(issue, "answer", key)),
        "for another issue": mark_of(other, "answer", key),
        "by another key": mark_of(issue, "answer", key, key="pat's own key"),
    }


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", ["unsigned", "for another issue", "by another key"])
def test_a_forged_mark_silences_nobody(shared: Stage, kind: str, way: str) -> None:
    """Wherever pat puts it: into the description, a CAM's comment, the bot's own."""
    issue = ours(shared)
    shared.look(issue)
    shared.later(5)
    note = tell(shared, issue, ORDER, by=CAM)
    digest = hashlib.sha256(ORDER.encode()).hexdigest()[:16]
    mark = forged(shared, issue, f"{note}:{digest}")[kind]
    shared.edit(issue, by=PAT, description=f"{mark}\nHello")
    tell(shared, issue, mark, by=PAT)
    status = by_bot(shared, issue)[0]
    retell(shared, issue, status.id, f"{status.body}\n{mark}")
    awake(shared, issue, way)
    assert OFF in shared.fresh(issue).labels
    assert len(by_bot(shared, issue)) == 2


def test_an_answer_from_elsewhere_answers_only_what_was_asked_before_it(shared: Stage) -> None:
    """A real mark of another issue, for the same words, in a comment that the bot wrote here."""
    other, issue = ours(shared), ours(shared)
    shared.look(issue)
    tell(shared, other, ORDER, by=CAM)
    shared.look(other)
    (said,) = answers(shared, other)
    mark = next(line for line in said.splitlines() if " answer " in line)
    status = by_bot(shared, issue)[0]
    retell(shared, issue, status.id, f"{status.body}\n{mark}")
    shared.later(5)
    tell(shared, issue, ORDER, by=CAM)
    shared.look(issue)
    assert OFF in shared.fresh(issue).labels


def test_the_same_words_after_a_move_are_another_order(shared: Stage) -> None:
    issue = shared.issue()
    tell(shared, issue, "@channel-bot help")
    shared.look(issue)
    shared.later(5)
    newsletter = shared.as_(CAM).projects.get("gitlab-com/channel/partner-communication")
    shared.fresh(issue).move(newsletter.id)
    new = max(newsletter.issues.list(get_all=True), key=lambda one: one.iid)
    shared.later(5)
    tell(shared, new, "@channel-bot help")
    shared.look(new)
    assert len(answers(shared, new)) == 2


@pytest.mark.parametrize("way", WAYS)
def test_the_status_comment_is_put_right(shared: Stage, way: str) -> None:
    """Pat takes the marks out, then puts an old version back: one comment is right in the end, at a write each time."""
    issue = ours(shared)
    shared.look(issue)
    old = by_bot(shared, issue)[0]
    shared.edit(issue, description="DRI: @phd-apac\nNBA: send the draft (2099-01-10)")
    shared.look(issue)
    right = by_bot(shared, issue)[0].body
    for text in (MARKER.strip(right), old.body, "All is lost. @all"):
        shared.later(5)
        retell(shared, issue, old.id, text)
        shared.edited(issue)
        shared.forget_calls()
        awake(shared, issue, way)
        assert len([call for call in shared.calls(writes=True) if "/notes" in call]) <= 1
        (now,) = by_bot(shared, issue)
        assert MARKER.strip(now.body).split()[:3] == MARKER.strip(right).split()[:3]


@pytest.mark.parametrize("way", WAYS)
def test_orders_do_not_run_again_without_their_answers(shared: Stage, way: str) -> None:
    issue = ours(shared)
    tell(shared, issue, ORDER, by=CAM)
    shared.look(issue)
    shared.later(5)
    on = tell(shared, issue, "@channel-bot hands-on", by=CAM)
    shared.look(issue)
    for note in by_bot(shared, issue):
        note.delete()
    shared.fresh(issue, by=PAT).notes.delete(on)
    awake(shared, issue, way)
    assert OFF not in shared.fresh(issue).labels


def test_orders_do_not_run_again_in_another_project(shared: Stage) -> None:
    """Pat deletes the answers and the later order, and moves the issue: the copy has no emoji of the bot's either."""
    group = shared.as_("root").groups.get("gitlab-com/channel/partners/emea/acme/collaboration")
    name = f"side-{len(group.projects.list(get_all=True))}"
    target = shared.as_("root").projects.create({"name": name, "path": name, "namespace_id": group.id})
    issue = ours(shared)
    # So quick that the bot's emoji does not make the comment look edited.
    shared.sandbox.world.clock.frozen = True
    tell(shared, issue, ORDER, by=CAM)
    shared.look(issue)
    shared.sandbox.world.clock.frozen = False
    shared.later(5)
    on = tell(shared, issue, "@channel-bot hands-on", by=CAM)
    shared.look(issue)
    for note in by_bot(shared, issue):
        note.delete()
    shared.fresh(issue, by=PAT).notes.delete(on)
    shared.later(5)
    shared.fresh(issue, by=PAT).move(target.id)
    new = shared.as_(PAT).projects.get(target.id).issues.list()[0]
    shared.look(new)
    assert OFF not in shared.fresh(new).labels


def test_a_clone_brings_neither_orders_nor_answers(shared: Stage) -> None:
    issue = ours(shared)
    shared.sandbox.world.clock.frozen = True
    tell(shared, issue, ORDER, by=CAM)
    shared.look(issue)
    shared.sandbox.world.clock.frozen = False
    shared.later(5)
    project = shared.as_(PAT).projects.get(WORKSPACE)
    path = f"/projects/{project.id}/issues/{issue.iid}/clone"
    data = {"to_project_id": project.id, "with_notes": True}
    made = shared.as_(PAT).http_post(path, post_data=data)
    assert isinstance(made, dict)
    clone = project.issues.get(made["iid"])
    shared.edit(clone, remove_labels=f"{OFF},{TEAM_LABEL}")
    shared.edit(clone, add_labels=TEAM_LABEL)
    shared.look(clone)
    assert OFF not in shared.fresh(clone).labels
    shared.later(5)
    tell(shared, clone, ORDER, by=CAM)
    shared.look(clone)
    assert OFF in shared.fresh(clone).labels


# Labels, weights, dates


def writes(on: Stage, issue: ProjectIssue) -> list[str]:
    """The bot's calls that changed the issue itself."""
    here = f"/projects/{issue.project_id}/issues/{issue.iid}"
    return [call for call in on.calls(writes=True) if call.endswith(here)]


def test_an_issue_that_pat_made_the_teams_is_none_of_ours(shared: Stage) -> None:
    issue = theirs(shared, labels=f"Channel,{TEAM_LABEL},Channel Priority:1", weight=3)
    shared.look(calendar=True)
    shared.forget_calls()
    shared.look(issue)
    shared.sweep()
    assert writes(shared, issue) == []
    shared.forget_calls()
    shared.sweep()
    assert f"GET /api/v4/projects/{issue.project_id}/issues/{issue.iid}" not in shared.calls()


@pytest.mark.parametrize("way", WAYS)
def test_hands_off_by_pat_means_nothing(shared: Stage, way: str) -> None:
    issue = ours(shared, labels=OFF, description="DRI: @phd-apac")
    awake(shared, issue, way)
    assert "Channel" in shared.fresh(issue).labels


@pytest.mark.parametrize("way", WAYS)
def test_hands_off_by_a_cam_holds_whatever_pat_does_with_the_label(shared: Stage, way: str) -> None:
    issue = ours(shared, description="DRI: @phd-apac")
    shared.edit(issue, by=PAT, add_labels=OFF)
    tell(shared, issue, ORDER, by=CAM)
    shared.look(issue)
    shared.later(5)
    shared.edit(issue, by=PAT, remove_labels=f"{OFF},Channel")
    shared.forget_calls()
    awake(shared, issue, way)
    assert "Channel" not in shared.fresh(issue).labels
    assert writes(shared, issue) == []


@pytest.mark.parametrize("way", WAYS)
def test_labels_that_pat_takes_off_come_back_once_each_time(shared: Stage, way: str) -> None:
    issue = ours(shared, description="DRI: @phd-apac")
    shared.look(issue)
    for _ in range(3):
        shared.later(5)
        shared.edit(issue, by=PAT, labels="")
        shared.forget_calls()
        awake(shared, issue, way)
        shared.look(issue)
        assert len(writes(shared, issue)) == 1
        assert "Channel" in shared.fresh(issue).labels


@pytest.mark.parametrize("way", WAYS)
def test_undoing_the_bot_twice_does_not_silence_it(shared: Stage, way: str) -> None:
    issue = ours(shared, description="DRI: @phd-apac\nNBA: send the draft (2099-01-10)")
    shared.look(issue)
    shared.later(5)
    shared.edit(issue, by=PAT, remove_labels="Channel", assignee_ids=[0], due_date="")
    awake(shared, issue, way)
    fresh = shared.fresh(issue)
    assert OFF not in fresh.labels
    assert ("Channel" in fresh.labels, len(fresh.assignees), fresh.due_date) == (True, 1, "2099-01-10")


def test_a_quick_bot_remembers_nothing_and_knows_all_the_same(shared: Stage) -> None:
    """What it wrote in the second in which the issue was opened is its own, also with an empty database."""
    shared.sandbox.world.clock.frozen = True
    issue = ours(shared, description="DRI: @phd-apac\nNBA: send the draft (2099-01-10)")
    shared.look(issue)
    shared.sandbox.world.clock.frozen = False
    shared.later(5)
    shared.forget_everything()
    shared.look(issue)
    shared.edit(issue, assignee_ids=[0])
    shared.look(issue)
    assert shared.fresh(issue).assignees == []


def test_pat_cannot_take_back_what_the_team_took_back(shared: Stage) -> None:
    """Setting the label that keeps the bot off, and taking it off again, is no word of the team's."""
    issue = ours(shared, description="DRI: @phd-apac")
    shared.look(issue)
    shared.later(5)
    shared.edit(issue, assignee_ids=[0])
    shared.look(issue)
    for change in ({"add_labels": OFF}, {"remove_labels": OFF}):
        shared.later(5)
        shared.edit(issue, by=PAT, **change)
        shared.look(issue)
    assert shared.fresh(issue).assignees == []


@pytest.mark.parametrize("way", WAYS)
def test_a_weight_of_pats_is_no_priority(shared: Stage, way: str) -> None:
    issue = ours(shared)
    shared.later(5)
    shared.edit(issue, by=PAT, weight=1)
    awake(shared, issue, way)
    assert not [label for label in shared.fresh(issue).labels if "Priority" in label]
    shared.edit(issue, add_labels="Channel Priority:2")
    shared.look(issue)
    shared.later(5)
    shared.edit(issue, by=PAT, weight=1)
    awake(shared, issue, way)
    assert shared.fresh(issue).weight == 2


def test_labels_of_pats_do_not_fill_a_milestone(shared: Stage) -> None:
    shared.look(calendar=True)
    milestone = next(one for one in shared.group().milestones.list(get_all=True) if one.state == "active")
    for _ in range(5):
        theirs(shared, labels="Channel Priority:1,Channel", milestone_id=milestone.id)
    shared.later(5)
    issue = shared.issue(labels="Channel Priority:1", milestone_id=milestone.id, description="DRI: @cam-emea")
    shared.look(issue)
    assert not [text for text in shared.comments(issue) if "is the most" in text]
    for each in shared.as_(PAT).projects.get(WORKSPACE).issues.list(labels="Channel Priority:1", get_all=True):
        shared.edit(each, by=PAT, state_event="close")


# Words


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_nothing_hostile_acts_in_the_bots_words(shared: Stage, text: str) -> None:
    """In a title, a DRI, an NBA, a label, a milestone; as an order by pat, and pasted into one by a CAM."""
    project = shared.as_(PAT).projects.get(WORKSPACE)
    label = project.labels.create({"name": f"{text[:200]} {len(project.labels.list(get_all=True))}", "color": "#fff"})
    description = f"DRI: {text}\n\nNBA: {text} (2020-01-01)\n\n{text}"
    issue = shared.issue(title=text[:255], description="DRI: @cam-emea", due_date="2099-01-01")
    pats = ours(shared, title=text[:255], description=description, labels=[label.name])
    for order in ("nba", "dri", "delegate", ""):
        tell(shared, pats, f"@channel-bot {order} {text}", by=PAT)
        # Whom a CAM names as DRI, the bot names too.
        tell(shared, issue, f"@channel-bot {'nba' if order else ''} {text} (2099-01-01)", by=CAM)
    shared.look(issue, pats)
    shared.later(5)
    shared.edit(pats, by=PAT, description=f"{text}\nDRI: {text}")
    shared.look(issue, pats)
    assert [(danger, said[:200]) for said in written(shared, issue, pats) for danger in dangers(said)] == []
    # Whom pat assigned is reminded; that is no echo.
    assigned = {one["username"] for one in shared.fresh(pats).assignees}
    assert called(shared, issue) <= {CAM}
    assert called(shared, pats) <= {CAM, PAT, COLLEAGUE, *assigned}
    done = [
        deed for deed in deeds(shared, issue, pats) if deed not in ("changed the description", "assigned to @cam-emea")
    ]
    assert not [deed for deed in done if not deed.startswith("changed due date")]
    assert OFF not in shared.fresh(issue).labels


# Orders by strangers, and floods of them

COMMANDS = ("dri @pat-example", "nba go (2099-01-01)", "push", "delegate @pat-example", "rollover apply", "why")


@pytest.mark.parametrize("order", [*COMMANDS, "hands-off", "hands-on"])
def test_no_order_of_pats_is_obeyed(shared: Stage, order: str) -> None:
    issue = ours(shared)
    shared.look(issue)
    before = shared.fresh(issue)
    tell(shared, issue, f"@channel-bot {order}", by=PAT)
    shared.look(issue)
    after = shared.fresh(issue)
    assert (after.description, after.labels, after.assignees) == (before.description, before.labels, before.assignees)
    assert "so I did nothing" in answers(shared, issue)[0]


def test_a_flood_of_comments_is_answered_once_and_costs_little(shared: Stage) -> None:
    issue = ours(shared)
    shared.look(issue)
    for number in range(60):
        tell(shared, issue, f"@channel-bot help {number}", by=PAT)
    tell(shared, issue, ORDER, by=CAM)
    shared.forget_calls()
    shared.look(issue)
    assert len(shared.calls()) < 40
    assert OFF in shared.fresh(issue).labels
    (answer,) = answers(shared, issue)
    assert answer.count("**`") == 7  # six of pat's, and the CAM's
    shared.forget_calls()
    tell(shared, issue, "@channel-bot help again", by=PAT)
    shared.look(issue)
    assert len(shared.calls()) < 20
    assert len(answers(shared, issue)) == 1


def test_an_account_that_looks_like_the_bot_is_somebody(shared: Stage) -> None:
    issue = ours(shared)
    shared.look(issue)
    status = by_bot(shared, issue)[0]
    pat = shared.sandbox.world.user_by_name(PAT)
    assert pat
    shared.sandbox.world.users[pat.id].name = "channel-bot"
    try:
        tell(shared, issue, status.body, by=PAT)
        status.delete()
        tell(shared, issue, "@Channel-Bot: hands-off", "@channel-bot-: hands-off", by=PAT)
        awake(shared, issue, "webhook, empty database")
        shared.look(issue)
        assert [note for note in by_bot(shared, issue) if " status " in note.body]
        assert OFF not in shared.fresh(issue).labels
    finally:
        shared.sandbox.world.users[pat.id].name = "Pat Example"


def test_strangers_never_take_the_whole_allowance(tmp_path: Path) -> None:
    """Fifty issues by pat, an order in each: most of them wait for their answer, and a CAM does not."""
    with stage(tmp_path) as on:
        on.config = replace(on.config, site=on.config.site.model_copy(update={"notes_per_minute": 40}))
        on.play()
        issues = [theirs(on, title=f"Question {number}") for number in range(20)]
        for issue in issues:
            tell(on, issue, "@channel-bot help", by=PAT)
        on.bot.inbox.mark([Subject.issue(issue.project_id, issue.iid) for issue in issues], "a test", now=True)
        with contextlib.suppress(TryLater):
            on.bot.dispatcher("test", threads=2).drain(None, 2.0)
        asked = on.issue(description="DRI: @cam-emea")
        tell(on, asked, ORDER)
        on.bot.inbox.mark([Subject.issue(asked.project_id, asked.iid)], "a test", now=True)
        with contextlib.suppress(TryLater):
            on.bot.dispatcher("test", threads=2).drain(None, 2.0)
        assert OFF in on.fresh(asked).labels
        assert len(answers(on, asked)) == 1
        assert 0 < sum(len(answers(on, issue)) for issue in issues) < 10
