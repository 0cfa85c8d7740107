"""One reminder for several people: each of them sees what is theirs."""

from __future__ import annotations

from bot.domain.windows import Window
from tests.stage import Stage


def test_each_point_names_whom_it_is_for(scene: Stage) -> None:
    """The lead is asked about the team, the author about the rest, and may hand the issue over."""
    issue = scene.issue(labels="Channel,Channel Ops")
    scene.sweep()
    scene.later(5 * 86400)
    scene.sweep()
    (text,) = [one for one in scene.comments(issue) if "waiting for you" in one]
    assert text.startswith("@cam-emea, @ops-lead: 3 things are still")
    assert [line.partition("**")[0] for line in text.splitlines() if line.startswith("- ")] == [
        "- @cam-emea: ",
        "- @cam-emea: ",
        "- @ops-lead: ",
    ]
    assert "`DRI:`" in text.splitlines()[-3]


def test_who_cannot_hand_it_over_is_not_asked_to(scene: Stage) -> None:
    """Only the director hears that a top priority is overdue, and nobody is named twice."""
    scene.sweep()
    window = Window.of(scene.bot.snapshot.today())
    at = {one.title: one.id for one in scene.group().milestones.list(get_all=True)}[window.title]
    text = "DRI: @cam-emea\nNBA: go (2027-11-29)"
    issue = scene.issue(description=text, labels="Channel,Channel Priority:1", milestone_id=at)
    scene.play(only="carry_over")
    scene.later(20 * 86400)
    scene.look(issue)
    (text,) = [one for one in scene.comments(issue) if "waiting for you" in one]
    assert text.startswith("@channel-director: one thing is still")
    assert "- **Window over:**" in text
    assert "`DRI:`" not in text
