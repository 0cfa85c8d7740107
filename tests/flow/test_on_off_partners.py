"""Journeys, funds, alliances and epics: each handler plays a small story with it and without it, and the two differ."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from tests.flow.test_on_off import DAY, complete
from tests.stage import HOME, Stage, stage
from tests.teamissues import filled

ALLIANCES = "gitlab-com/channel/alliances"


def issue(on: Stage, key: str, answers: Mapping[str, str], project: str = HOME, ticked: tuple[str, ...] = ()) -> None:
    """Somebody opens an issue from a template."""
    here = on.as_("cam-emea").projects.get(project)
    here.issues.create({"title": "Begun with a template", "description": filled(key, answers, ticked)})


STORIES: Mapping[tuple[str, str], Callable[[Stage], None]] = {
    ("journey", "Partner Journey::Stand"): lambda on: issue(on, "journey", {"Partner": "Acme Consulting"}),
    ("mdf", "authorized Select partners, and `Bolt Services` is open, authorized"): lambda on: issue(
        on, "mdf_request", {"Partner": "Bolt Services", "Activity": "A booth", "Amount": "1,000 EUR"}
    ),
    ("alliance_lead", "nobody has taken this request yet"): lambda on: issue(
        on, "alliance_request", {"Company": "Zed", "Request": "An integration"}, ALLIANCES
    ),
    ("okr_epics", "is in no epic"): lambda on: complete(on, labels="Channel,Channel Ops,Channel Priority:1", weight=1),
    ("broad_initiatives", "Broad initiatives: more than 15 tasks"): lambda on: complete(
        on, description="DRI: @cam-emea\n\n" + "- [ ] one more\n" * 16
    ),
    ("priority_digest", "Small wins that could be slotted in: 1"): complete,
}
"""By the handler and what it brings about, in words that people see: what somebody does."""


def seen(folder: Path, handler: str, story: Callable[[Stage], None], *, switched_on: bool) -> str:
    """All labels, descriptions and comments at the end."""
    with stage(folder / str(switched_on)) as on:
        settings = replace(on.config.settings[handler], enabled=switched_on)  # type: ignore[type-var]  # all are dataclasses
        on.config = replace(on.config, settings={**on.config.settings, handler: settings})
        on.play(day=DAY)
        story(on)
        on.sweep()
        found = []
        for path in (HOME, ALLIANCES):
            for one in on.as_("ops-lead").projects.get(path).issues.list(get_all=True):
                comments = [note.body for note in one.notes.list(get_all=True)]
                found += [*one.labels, one.description or "", *comments]
        return "\n".join(found)


@pytest.mark.parametrize(("handler", "words"), STORIES)
def test_switched_on_it_does_it_and_switched_off_it_does_not(tmp_path: Path, handler: str, words: str) -> None:
    on, off = (seen(tmp_path, handler, STORIES[handler, words], switched_on=state) for state in (True, False))
    assert words in on
    assert words not in off
