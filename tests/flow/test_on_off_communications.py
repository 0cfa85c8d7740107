"""What partners hear of: each handler plays a small story with it and without it, and the two end differently."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.rules import discovered
from tests.flow.test_on_off import Seen, ended
from tests.flow.test_story_c5 import NEWS, REQUEST
from tests.stage import Stage, stage

SENT = date(2026, 12, 3)
"""The first Thursday of the month."""
PLAIN = "Send date: 2026-12-03\n\n## Featured\n\n- Something new\n"


def announcement(on: Stage, former: str = "", new: str = "") -> ProjectIssue:
    text = REQUEST.replace("2021-02-04", "2026-12-03").replace("2021-03-01", "2027-02-01")
    return on.issue(title="Partner announcement: prices", description=text.replace(former, new))


def newsletter(on: Stage, **fields: str) -> ProjectIssue:
    text = f"{PLAIN}\nTemplate: `Partner_Flash`"
    return (
        on.as_("programs-lead")
        .projects.get(NEWS)
        .issues.create({"title": "Partner Flash 2026-12", "description": text, **fields})
    )


def closed(on: Stage) -> Iterator[ProjectIssue]:
    issue = newsletter(on)
    on.edit(issue, by="programs-lead", state_event="close")
    yield issue


def listed(on: Stage) -> Iterator[ProjectIssue]:
    yield from (announcement(on), newsletter(on))


STORIES: Mapping[str, Callable[[Stage], Iterator[ProjectIssue]]] = {
    "notice": lambda on: iter([announcement(on, "2027-02-01", "2026-12-31")]),
    "notice_vehicles": lambda on: iter([announcement(on, "[x]", "[ ]")]),
    "newsletter_dates": lambda on: iter([newsletter(on)]),
    "newsletter_sections": lambda on: iter([newsletter(on)]),
    "newsletter_metrics": closed,
    "newsletter_items": listed,
    "engagement": lambda on: iter([on.issue(title="A tier", description="Template: `Channel_Program_Engagement`")]),
}
"""By handler: what one of them does about an id it does about all that it carries."""


def played(folder: Path, handler: str, *, switched_on: bool) -> Seen:
    with stage(folder / str(switched_on), recurring=["partner_flash"]) as on:
        settings = replace(on.config.settings[handler], enabled=switched_on)  # type: ignore[type-var]  # all are dataclasses
        on.config = replace(on.config, settings={**on.config.settings, handler: settings})
        on.play(day=SENT)
        on.look(*STORIES[handler](on))
        return ended(on)


@pytest.mark.parametrize("handler", STORIES)
def test_switched_on_the_story_ends_otherwise_than_switched_off(tmp_path: Path, handler: str) -> None:
    assert played(tmp_path, handler, switched_on=True) != played(tmp_path, handler, switched_on=False)


def test_each_of_them_carries_something() -> None:
    carried = {one.name for one in discovered() if one.handbook}
    assert carried >= STORIES.keys()
