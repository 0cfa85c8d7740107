"""The projects of the practice group become steps: in each the checklist for merge requests is as it is shipped."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from bot.domain.gitlab import MAINTAINER
from bot.domain.places import Room
from bot.errors import NotThere
from bot.render import template_dirs
from bot.setup.files import MERGE_REQUESTS, Found, instruction, shown, survey_file
from bot.setup.steps import Ask, Hands


def survey_practice(hands: Hands, *, overwrite: bool = False) -> Iterator[Found]:
    """Steps for each project, a person's where the owner's token may not commit there; none without such a group."""
    group, gateway = hands.bot.site.practice, hands.owner or hands.bot.gateway
    if not group:
        return
    try:
        rooms = sorted(gateway.rooms_in(group), key=lambda room: room.path)
    except NotThere:
        yield Ask("file", group, "the group is not there, or hidden: correct groups.practice in site.yml")
        return
    for room in rooms:
        for path, text in checklists().items():
            if hands.owner is None or _may_commit(hands, room):
                yield survey_file(hands, room.path, path, text, overwrite=overwrite)
            else:
                yield Ask("file", shown(hands, room.path, path), instruction(room.path, path))


def checklists() -> dict[str, str]:
    """What a person picks in a merge request: repository path -> text; a template of the team's own wins."""
    found: dict[str, Path] = {}
    for directory in reversed(template_dirs()):
        found |= {path.name: path for path in (directory / "merge_request").glob("*.md")}
    return {f"{MERGE_REQUESTS}/{name}": found[name].read_text("utf-8") for name in sorted(found)}


def _may_commit(hands: Hands, room: Room) -> bool:
    owner = hands.owner
    return owner is not None and (owner.project_access(room.id, owner.me().id) or 0) >= MAINTAINER
