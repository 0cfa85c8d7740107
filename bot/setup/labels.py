"""The labels of the configuration and those of the group become steps: create, put right, keep; none is deleted."""

from __future__ import annotations

from collections.abc import Iterator

from bot.domain.labels import Label
from bot.gateway import Gateway
from bot.setup.steps import Ask, ChangeLabel, CreateLabel, Kept

Found = CreateLabel | ChangeLabel | Kept | Ask


def survey_labels(gateway: Gateway, group: str, project: str, wanted: tuple[Label, ...]) -> Iterator[Found]:
    """`group` has the labels; a label of the same name in `project`, the Channels project, would hide the group's."""
    own = {label.name: label for label in gateway.own_group_labels(group)}
    inherited = {label.name for label in gateway.group_labels(group)} - own.keys()
    twins = {label.name for label in gateway.own_project_labels(project)}
    for label in wanted:
        if label.name in inherited:
            # GitLab refuses a second label of this name, and the one above serves as well.
            yield Kept("label", label.name)
        else:
            yield _compared(own.get(label.name), label)
        if label.name in twins:
            yield Ask("label", label.name, f"{project} has a label of this name too: promote it to a group label")


def _compared(now: Label | None, wanted: Label) -> CreateLabel | ChangeLabel | Kept:
    if now is None:
        return CreateLabel(wanted)
    same = now.color.lower() == wanted.color.lower() and now.description.strip() == wanted.description.strip()
    return Kept("label", wanted.name) if same else ChangeLabel(now, wanted)
