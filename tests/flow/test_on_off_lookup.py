"""Each handler that looks something up plays a small story with it and without it, and the two end differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.flow.test_on_off import DAY, complete
from tests.stage import HOME, Stage, stage

STORIES: Mapping[str, str] = {
    "raci": "raci msa rate cards",
    "where": "where sales",
    "access_request": "access-request Jo Doe manager @cam-emea",
}
"""What an account manager tells the bot, by the handler that obeys."""


def answered(folder: Path, handler: str, *, switched_on: bool) -> str:
    with stage(folder / str(switched_on)) as on:
        settings = replace(on.config.settings[handler], enabled=switched_on)  # type: ignore[type-var]  # all are dataclasses
        on.config = replace(on.config, settings={**on.config.settings, handler: settings})
        on.play(day=DAY)
        complete(on, title="A question")
        issue = next(one for one in on.as_("cam-emea").projects.get(HOME).issues.list() if one.title == "A question")
        issue.notes.create({"body": f"@channel-bot {STORIES[handler]}"})
        on.sweep()
        return "\n".join(_answers(on, issue.iid))


def _answers(on: Stage, iid: int) -> list[str]:
    issue = on.as_("cam-emea").projects.get(HOME).issues.get(iid)
    notes = issue.notes.list(get_all=True, activity_filter="only_comments")
    return [note.body for note in notes if note.author["username"] == "channel-bot"]


@pytest.mark.parametrize("handler", STORIES)
def test_switched_on_it_answers_and_switched_off_nobody_knows_the_order(tmp_path: Path, handler: str) -> None:
    on, off = (answered(tmp_path, handler, switched_on=state) for state in (True, False))
    assert "I do not know" in off
    assert "I do not know" not in on
    assert on
