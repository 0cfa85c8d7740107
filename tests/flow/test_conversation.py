"""Rule 15: what people tell the bot in comments is carried out once and answered once, whatever happens in between."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from tests.stage import Stage, stage

PARTNER = "gitlab-com/channel/partners/emea/acme/collaboration/workspace"


def tell(on: Stage, issue: ProjectIssue, *lines: str, by: str = "cam-emea", **fields: Any) -> int:
    """Comment on the issue; the comment's id."""
    project = on.as_(by).projects.get(issue.project_id, lazy=True)
    return int(project.issues.get(issue.iid).notes.create({"body": "\n".join(lines), **fields}).id)


def answers(on: Stage, issue: ProjectIssue) -> list[str]:
    return [body for body in on.comments(issue) if " answer " in body]


def emojis(on: Stage, issue: ProjectIssue, note: int) -> set[str]:
    return {one.name for one in on.fresh(issue).notes.get(note).awardemojis.list(get_all=True)}


@pytest.mark.parametrize("by_sweep", [False, True], ids=["by webhook", "by sweep alone"])
def test_an_order_is_seen_done_and_answered(shared: Stage, by_sweep: bool) -> None:
    issue = shared.issue(description="DRI: @cam-emea")
    shared.look(issue)
    note = tell(shared, issue, "@channel-bot hands-off")
    if by_sweep:
        shared.sweep(full=False)
    else:
        shared.look(issue)
    assert "bot::hands-off" in shared.fresh(issue).labels
    (answer,) = answers(shared, issue)
    assert "I leave this issue alone" in answer
    assert emojis(shared, issue, note) == {"eyes", "white_check_mark"}


def test_five_orders_in_one_comment_get_one_answer(shared: Stage) -> None:
    issue = shared.issue()
    tell(shared, issue, *(f"@channel-bot {order}" for order in ("help", "status", "why", "hands-off", "hands-on")))
    shared.look(issue)
    (answer,) = answers(shared, issue)
    assert [answer.count(f"**`{order}`**") for order in ("help", "status", "why", "hands-off", "hands-on")] == [1] * 5
    assert "bot::hands-off" not in shared.fresh(issue).labels


def test_one_order_in_five_comments_gets_one_answer(shared: Stage) -> None:
    issue = shared.issue()
    notes = [tell(shared, issue, "@channel-bot hands-off") for _ in range(5)]
    shared.look(issue)
    assert len(answers(shared, issue)) == 1
    assert all(emojis(shared, issue, note) == {"eyes", "white_check_mark"} for note in notes)


def test_nothing_is_answered_twice(shared: Stage) -> None:
    issue = shared.issue()
    tell(shared, issue, "@channel-bot help")
    shared.look(issue)
    shared.look(issue)
    shared.sweep()
    assert len(answers(shared, issue)) == 1


def test_a_new_database_answers_nothing_again(tmp_path: Path) -> None:
    with stage(tmp_path) as on:
        issue = on.issue()
        tell(on, issue, "@channel-bot hands-off")
        tell(on, issue, "@channel-bot hands-on")
        on.look(issue)
        on.sweep()
        on.forget_everything()
        on.forget_calls()
        on.sweep()
        assert len(answers(on, issue)) == 1
        assert on.calls(writes=True) == []


@pytest.mark.parametrize("kind", ["drop_before", "drop_after"])
def test_a_crash_between_the_deed_and_its_answer(shared: Stage, kind: str) -> None:
    """The answer is lost on the way there, or on the way back: it is there once in the end."""
    issue = shared.issue(description="DRI: @cam-emea", due_date="2027-01-10")
    shared.look(issue)
    tell(shared, issue, "@channel-bot hands-off")
    shared.fault(method="POST", path=f"/issues/{issue.iid}/notes$", kind=kind, times=1)
    shared.look(issue)
    shared.sweep()
    assert len(answers(shared, issue)) == 1
    assert "bot::hands-off" in shared.fresh(issue).labels


def test_an_edited_comment_is_not_obeyed(shared: Stage) -> None:
    issue = shared.issue()
    note = shared.fresh(issue).notes.create({"body": "Good morning"})
    shared.look(issue)
    shared.later(10)
    note.body = "@channel-bot hands-off"
    note.save()
    shared.edited(issue)
    (answer,) = answers(shared, issue)
    assert "Please write a new comment" in answer
    assert "bot::hands-off" not in shared.fresh(issue).labels


def test_a_colleagues_emoji_is_no_edit(shared: Stage) -> None:
    issue = shared.issue()
    note = tell(shared, issue, "@channel-bot hands-off")
    shared.later(60)
    shared.fresh(issue, by="phd-emea").notes.get(note).awardemojis.create({"name": "thumbsup"})
    shared.look(issue)
    assert "bot::hands-off" in shared.fresh(issue).labels


def test_a_deleted_answer_is_not_given_again(shared: Stage) -> None:
    """What was obeyed is ticked off on the question itself."""
    issue = shared.issue()
    tell(shared, issue, "@channel-bot hands-off")
    shared.look(issue)
    tell(shared, issue, "@channel-bot hands-on")
    shared.look(issue)
    for note in shared.fresh(issue, by="root").notes.list(get_all=True):
        if note.author["username"] == "channel-bot":
            note.delete()
    shared.forget_everything()
    shared.sweep()
    assert answers(shared, issue) == []
    assert "bot::hands-off" not in shared.fresh(issue).labels


def test_an_unknown_order_is_asked_about(shared: Stage) -> None:
    issue = shared.issue()
    tell(shared, issue, "@channel-bot hadns-off", "@channel-bot make coffee")
    shared.look(issue)
    (answer,) = answers(shared, issue)
    assert "did you mean `@channel-bot hands-off`?" in answer
    assert "I do not know `make coffee`" in answer


def test_on_a_closed_issue_only_questions_are_answered(shared: Stage) -> None:
    issue = shared.issue()
    shared.edit(issue, state_event="close")
    tell(shared, issue, "@channel-bot hands-off", "@channel-bot status")
    shared.look(issue)
    (answer,) = answers(shared, issue)
    assert "Please reopen it first" in answer
    assert "This issue is closed, so I ask nothing of it" in answer
    assert "bot::hands-off" not in shared.fresh(issue).labels


def test_what_is_asked_internally_is_answered_internally(shared: Stage) -> None:
    issue = shared.issue()
    tell(shared, issue, "@channel-bot help", internal=True)
    tell(shared, issue, "@channel-bot status")
    shared.look(issue)
    notes = shared.fresh(issue).notes.list(get_all=True)
    ours = {
        ("`help`" in note.body or "You can tell me" in note.body): note.internal
        for note in notes
        if " answer " in note.body
    }
    assert ours == {True: True, False: False}


def test_a_stranger_may_ask_and_not_order(shared: Stage) -> None:
    """And is answered once a day on an issue, and refused once a day; after that an emoji has to do."""
    theirs = shared.as_("pat-example").projects.get(PARTNER)
    issue = theirs.issues.create({"title": "Questions about the workshop"})
    notes = []
    for order in ("hands-off", "hands-on", "status", "status", "hands-off"):
        notes.append(tell(shared, issue, f"@channel-bot {order}", by="pat-example"))
        shared.look(issue)
    refused, answered = answers(shared, issue)
    assert "is for the Channels team" in refused
    assert "All set" in answered
    no, yes = {"no_entry_sign"}, {"eyes", "white_check_mark"}
    assert [emojis(shared, issue, note) for note in notes] == [no, no, yes, no, no]
    assert "bot::hands-off" not in shared.fresh(issue).labels


def test_all_that_a_stranger_asks_at_once_gets_one_answer(shared: Stage) -> None:
    """What they may not order is refused in it; who asks again that day gets no tick without an answer."""
    theirs = shared.as_("pat-example").projects.get(PARTNER)
    issue = theirs.issues.create({"title": "Questions about everything"})
    orders = ("where", "where support", "help", "phd remind acme", "flash recompute", "status")
    notes = [tell(shared, issue, f"@channel-bot {order}", by="pat-example") for order in orders]
    shared.look(issue)
    (answer,) = answers(shared, issue)
    assert [answer.count(f"**`{order}`**") for order in orders] == [1] * 6
    ticked = ["white_check_mark" in emojis(shared, issue, note) for note in notes]
    assert ticked == [True, True, True, False, False, True]
    more = tell(shared, issue, "@channel-bot help", by="pat-example")
    shared.look(issue)
    shared.sweep()
    assert len(answers(shared, issue)) == 1
    assert emojis(shared, issue, more) == {"no_entry_sign"}


def test_a_stranger_who_joins_the_team_is_not_obeyed_for_the_past(shared: Stage) -> None:
    theirs = shared.as_("pat-example").projects.get(PARTNER)
    issue = theirs.issues.create({"title": "Questions about the workshop"})
    for _ in range(2):
        tell(shared, issue, "@channel-bot hands-off", by="pat-example")
        shared.look(issue)
    team = shared.as_("root").groups.get("gitlab-com/channel-team")
    pat = shared.as_("root").users.list(username="pat-example")[0].id
    joined = team.members.create({"user_id": pat, "access_level": 30})
    try:
        shared.forget_everything()
        shared.sweep()
        assert "bot::hands-off" not in shared.fresh(issue, by="root").labels
    finally:
        joined.delete()


def test_orders_that_came_with_a_moved_issue_are_history(shared: Stage) -> None:
    issue = shared.home().issues.create({"title": "To be moved"})
    tell(shared, issue, "@channel-bot hands-off", "@channel-bot hands-on")
    shared.look(issue)
    shared.later(5)
    newsletter = shared.as_("cam-emea").projects.get("gitlab-com/channel/partner-communication")
    shared.fresh(issue).move(newsletter.id)
    new = max(newsletter.issues.list(get_all=True), key=lambda one: one.iid)
    shared.look(new)
    assert sum(" answer " in note.body for note in new.notes.list(get_all=True)) == 1


def test_a_comment_that_is_gone_holds_nothing_up(shared: Stage) -> None:
    issue = shared.issue()
    note = tell(shared, issue, "@channel-bot help")
    shared.fresh(issue).notes.delete(note)
    shared.look(issue)
    assert answers(shared, issue) == []
