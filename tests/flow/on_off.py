"""A story that is played with some handlers and without them becomes two worlds, and what people read in each.

A module of stories has `SEEN`: for each handler and rule, the title of an issue (or merge request) and words on it that
are there with the handlers and not without.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from bot.sandbox.world import World
from tests.stage import Stage, stage

MARKS = re.compile(r"<!--.*?-->", re.DOTALL)
Words = tuple[str, str]
"""A title, and what stands there."""
Seen = Mapping[tuple[str, str], Words]
"""By handler and rule."""
Pages = Mapping[str, str]
"""By the title of issues and merge requests, all that people read on those."""


@dataclass(frozen=True, slots=True)
class Ends:
    """How the story ends with the handlers, and without."""

    on: Pages
    off: Pages

    def prove(self, words: Words) -> None:
        """They are there only with the handlers; a rule that does nothing would leave both ends alike."""
        title, text = words
        assert text in self.on.get(title, ""), self.on.get(title, f"nothing is called so; there are {[*self.on]}")
        assert text not in self.off.get(title, "")


def switch(on: Stage, handlers: Collection[str], *, enabled: bool) -> None:
    """The next bot has the handlers of these names switched on, or off."""
    settings = {
        name: replace(one, enabled=enabled) if name in handlers else one  # type: ignore[type-var]  # all are dataclasses
        for name, one in on.config.settings.items()
    }
    on.config = replace(on.config, settings=settings)


def ends(folder: Path, seen: Seen, day: date, story: Callable[[Stage], object], **site: Any) -> Ends:
    """The story's two ends, on that day; `site` is for the stage."""
    found = []
    for enabled in (True, False):
        with stage(folder / str(enabled), **site) as on:
            switch(on, {handler for handler, _ in seen}, enabled=enabled)
            on.play(day=day)
            story(on)
            on.sweep()
            found.append(pages(on.sandbox.world))
    return Ends(*found)


def pages(world: World) -> Pages:
    """What people see, read without a request; issues of one title are one page."""
    found: dict[str, str] = {}
    for issue in world.issues.values():
        notes = [note.body for note in world.notes.values() if note.issue_id == issue.id and not note.system]
        text = "\n".join([_head(world, issue), issue.description or "", *notes])
        found[issue.title] = f"{found.get(issue.title, '')}\n{MARKS.sub('', text)}"
    return {**found, **{one.title: f"{one.state}\n{one.description}" for one in world.merge_requests.values()}}


def _head(world: World, issue: Any) -> str:
    """`opened | Channel, Partner Help Desk | phd-emea | due 2026-11-30`."""
    labels = ", ".join(sorted(world.labels[one].name for one in issue.label_ids))
    people = ", ".join(sorted(world.users[one].username for one in issue.assignee_ids))
    return f"{issue.state} | {labels} | {people} | due {issue.due_date}"
