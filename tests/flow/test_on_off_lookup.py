"""Each handler of look-ups and the practice plays a small story with it and without it, and the two end otherwise."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.example import GROUPS
from bot.sandbox.example import PRACTICE as GROUP
from tests.stage import HOME, Stage, stage

DAY = date(2026, 11, 24)
DESK = "gitlab-com/channel/partners/services-helpdesk"


def told(text: str) -> Callable[[Stage], None]:
    """An account manager tells the bot that."""

    def story(on: Stage) -> None:
        on.issue(title="A question").notes.create({"body": f"@channel-bot {text}"})

    return story


def let_in(on: Stage) -> None:
    """A partner's person is let into the practice group, of which the project-based see single projects alone."""
    root = on.as_("root")
    user = root.users.list(username="pat-example")[0]
    root.groups.get(GROUP).members.create({"user_id": user.id, "access_level": 30})


def asked_for_hands(on: Stage) -> None:
    """Somebody asks for hands-on help for a partner that nobody knows."""
    on.as_("ps-lead").projects.get(DESK).issues.create({"title": "A question", "labels": "needs-hands-on"})


def migrates(on: Stage) -> None:
    """A migration is planned, and nobody who could make users on gitlab.com is assigned."""
    on.issue(title="Migration to gitlab.com", description="- PSE:\n\nTemplate: `PS_Migration`")


STORIES: Mapping[str, Callable[[Stage], None]] = {
    "raci": told("raci msa rate cards"),
    "where": told("where sales"),
    "access_request": told("access-request Jo Doe manager @cam-emea"),
    "practice_access": let_in,
    "hands_on_help": asked_for_hands,
    "migration": migrates,
}


def ended(folder: Path, *, switched_on: bool) -> str:
    """What the bot wrote in the end of all stories, with these handlers alone or without any."""
    with stage(folder, groups={**GROUPS, "practice": GROUP}) as on:
        settings = {
            name: replace(one, enabled=switched_on and name in STORIES)  # type: ignore[type-var]  # all are dataclasses
            for name, one in on.config.settings.items()
        }
        on.config = replace(on.config, settings=settings)
        on.play(day=DAY)
        for story in STORIES.values():
            story(on)
        on.sweep()
        return "\n".join(text for project in (HOME, DESK) for text in _written(on, project))


def _written(on: Stage, path: str) -> list[str]:
    found: list[str] = []
    for listed in on.as_("ps-lead").projects.get(path).issues.list(get_all=True):
        issue: Any = listed
        own = [issue.description] if issue.author["username"] == "channel-bot" else []
        notes = issue.notes.list(get_all=True, activity_filter="only_comments")
        found += [*own, *(note.body for note in notes if note.author["username"] == "channel-bot")]
    return found


SAYS = {
    "raci": "**Accountable:** Professional Services",
    "where": "`#channel-sales`",
    "access_request": "[Open the access request](",
    "practice_access": "`@pat-example` of `Acme Consulting` (project-based) is in",
    "hands_on_help": "**Statement of work:**",
    "migration": "**Engineer:**",
}


@pytest.fixture(scope="module")
def ends(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, str]:
    """With the handlers, and without."""
    folders = tmp_path_factory.mktemp("on"), tmp_path_factory.mktemp("off")
    return ended(folders[0], switched_on=True), ended(folders[1], switched_on=False)


@pytest.mark.parametrize("handler", STORIES)
def test_switched_on_it_speaks_and_switched_off_it_does_not(ends: tuple[str, str], handler: str) -> None:
    on, off = ends
    assert SAYS[handler] in on
    assert SAYS[handler] not in off
