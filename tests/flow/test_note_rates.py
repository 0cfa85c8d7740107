"""Comments are the scarce resource: whatever happens they are written no faster than allowed, and all arrive."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import requests

from bot.pacing import notes_rate
from tests.flow.test_conversation import tell
from tests.stage import Stage, stage

PER_MINUTE = 300
"""Five times GitLab.com's number, so that what waits is over in seconds; the sandbox's limit is raised alike."""
ISSUES, ORDERS = 60, 12
SLACK = 0.25
"""Seconds between asking whether a comment may go out and its arrival."""


def written(on: Stage) -> list[tuple[float, int]]:
    """When the bot wrote a comment, in unix seconds, and the status that it got, oldest first."""
    log = requests.get(f"{on.sandbox.url}/sandbox/requests", timeout=10).json()
    ours = [one for one in log if one["user"] == "channel-bot" and one["method"] == "POST"]
    notes = [one for one in ours if one["path"].endswith("/notes")]
    return sorted((datetime.fromisoformat(one["at"]).timestamp(), one["status"]) for one in notes)


def test_a_crowd_of_comments_is_paced_and_all_arrive(tmp_path: Path) -> None:
    """60 issues that each want a comment, and 12 orders that each want an answer."""
    with stage(tmp_path) as on:
        limited = {"on": True, "scale": PER_MINUTE / 60, "users": ["channel-bot"]}
        issues = [on.issue(title=f"Chore {number}", labels="Channel,Channel Ops") for number in range(ISSUES)]
        for issue in issues[:ORDERS]:
            tell(on, issue, "@channel-bot help")
        site = on.config.site.model_copy(update={"notes_per_minute": PER_MINUTE})
        on.config = replace(on.config, site=site)
        on.play()
        requests.put(f"{on.sandbox.url}/sandbox/limits", json=limited, timeout=10).raise_for_status()
        on.look(*issues)
        notes = written(on)
        rate = notes_rate(PER_MINUTE)
        assert {status for _, status in notes} == {201}
        assert len(notes) == ISSUES + ORDERS
        for number, (start, _) in enumerate(notes):
            for later, (end, _) in enumerate(notes[number:], start=1):
                assert later <= rate.burst + (end - start + SLACK) / rate.step + 1
        assert notes[-1][0] - notes[0][0] > (ISSUES + ORDERS - rate.burst) * rate.step / 2
        assert all(len(on.comments(issue)) == 1 + (issue in issues[:ORDERS]) for issue in issues)
