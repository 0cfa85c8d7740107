"""What happened becomes a trigger, a body, and the hooks of the project and its groups that asked for it."""

import fnmatch
import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.sandbox import payloads
from bot.sandbox.happenings import (
    Assigned,
    EmojiHappened,
    Happened,
    IssueHappened,
    MemberHappened,
    Mentioned,
    MilestoneHappened,
    NoteHappened,
    ProjectHappened,
    PushHappened,
    SubgroupHappened,
)
from bot.sandbox.push_payload import push_body
from bot.sandbox.records import Group, Hook, Project
from bot.sandbox.world import World

TRIGGERS = {
    "issues_events": "issue_hooks",
    "confidential_issues_events": "confidential_issue_hooks",
    "note_events": "note_hooks",
    "confidential_note_events": "confidential_note_hooks",
    "milestone_events": "milestone_hooks",
    "emoji_events": "emoji_hooks",
    "member_events": "member_hooks",
    "subgroup_events": "subgroup_hooks",
    "project_events": "project_hooks",
    "push_events": "push_hooks",
}


@dataclass(frozen=True)
class News:
    """`flag` is the hook attribute that asks for it; `project` None is news of a group, which only group hooks get."""

    flag: str
    body: payloads.Body
    group: Group
    project: Project | None = None
    branch: str | None = None

    @property
    def trigger(self) -> str:
        return TRIGGERS[self.flag]


def news(world: World, event: Happened) -> News | None:
    """None for what GitLab tells no hook: system notes, todos, and what lost its group."""
    match event:
        case IssueHappened():
            flag = "confidential_issues_events" if event.issue.confidential else "issues_events"
            return _in_project(world, event.issue.project_id, flag, payloads.issue_body(world, event))
        case NoteHappened():
            return None if event.note.system else _note(world, event)
        case EmojiHappened():
            return _in_project(world, event.issue.project_id, "emoji_events", payloads.emoji_body(world, event))
        case MilestoneHappened():
            return _milestone(world, event)
        case MemberHappened():
            return News("member_events", payloads.member_body(world, event), event.group)
        case SubgroupHappened():
            parent = world.groups.get(event.group.parent_id or 0)
            return News("subgroup_events", payloads.subgroup_body(world, event), parent) if parent else None
        case ProjectHappened():
            group = world.groups[event.project.group_id]
            return News("project_events", payloads.project_event_body(world, event), group)
        case PushHappened():
            body = push_body(world, event)
            group = world.groups[event.project.group_id]
            return News("push_events", body, group, event.project, event.branch)
        case Mentioned() | Assigned():
            return None


def _note(world: World, event: NoteHappened) -> News:
    hidden = event.note.internal or event.issue.confidential
    flag = "confidential_note_events" if hidden else "note_events"
    return _in_project(world, event.issue.project_id, flag, payloads.note_body(world, event))


def _milestone(world: World, event: MilestoneHappened) -> News:
    body, milestone = payloads.milestone_body(world, event), event.milestone
    if milestone.group_id is not None:
        return News("milestone_events", body, world.groups[milestone.group_id])
    return _in_project(world, milestone.project_id or 0, "milestone_events", body)


def _in_project(world: World, project_id: int, flag: str, body: payloads.Body) -> News:
    project = world.projects[project_id]
    return News(flag, body, world.groups[project.group_id], project)


def wanting(world: World, told: News) -> list[Hook]:
    """Hooks with that flag on the project and, where GitLab has group hooks at all, on its groups up to the top."""
    asking = [hook for hook in _in_reach(world, told.group, told.project) if hook.events.get(told.flag)]
    return asking if told.branch is None else [hook for hook in asking if _wants_branch(hook, told.branch)]


def _wants_branch(hook: Hook, branch: str) -> bool:
    wanted = hook.push_events_branch_filter
    if not wanted or hook.branch_filter_strategy == "all_branches":
        return True
    if hook.branch_filter_strategy == "regex":
        return re.search(wanted, branch) is not None
    return fnmatch.fnmatchcase(branch, wanted)


def _in_reach(world: World, group: Group, project: Project | None) -> Iterator[Hook]:
    if project is not None:
        yield from world.index.hooks.get(("project", project.id), ())
    if world.tier == "premium":
        for ancestor in world.ancestors(group):
            yield from world.index.hooks.get(("group", ancestor.id), ())


def top_level(world: World, group: Group) -> Group:
    *_, top = world.ancestors(group)
    return top
