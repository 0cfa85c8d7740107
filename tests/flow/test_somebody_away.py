"""Who was blocked since the bot last looked is found out when GitLab drops the assignment, and the backup is asked."""

from __future__ import annotations

from pathlib import Path

from tests.flow.test_story_c4_nfr import DAY, asks
from tests.stage import stage


def test_a_dropped_assignment_is_not_believed_again_and_the_backup_takes_it(tmp_path: Path) -> None:
    with stage(tmp_path) as world:
        world.play(day=DAY)
        first = asks(world)
        assert [one["username"] for one in world.fresh(first).assignees] == ["phd-emea"]
        (desk,) = world.as_("root").users.list(username="phd-emea")
        desk.block()
        second = asks(world, seats="5")
        assert [one["username"] for one in world.fresh(second).assignees] == ["phd-amer"]
        assert [entry.outcome for entry in world.bot.audit.history()].count("not granted") == 1
        assert not [said for said in world.comments(second) if "`@phd-emea` has this" in said]
        world.forget_calls()
        world.look(second)
        assert world.calls(writes=True) == []
