"""An issue and a project turn into the same issue there: moved (the old one closes and points to it) or cloned.

Background knowledge, not verified: what is copied and how the system notes read. Labels and milestones follow by name,
as far as the target has them; the journal comes along, that of milestones as it is.
"""

from __future__ import annotations

from dataclasses import replace

from bot.sandbox import issues, journal, labels, relations
from bot.sandbox.permissions import can_admin_issues, can_read_issue, project_of
from bot.sandbox.records import Issue, Note, Project, User
from bot.sandbox.refusals import bad_request
from bot.sandbox.world import World


def move(world: World, user: User, issue: Issue, target: Project) -> Issue:
    source = project_of(world, issue)
    if source is target:
        raise bad_request("Cannot move issue to project it originates from!")
    if not (can_admin_issues(world, user, source) and can_admin_issues(world, user, target)):
        raise bad_request("Cannot move issue due to insufficient permissions!")
    copy = _copy(world, issue, target)
    _copy_notes(world, issue, copy)
    _copy_events(world, issue, copy)
    relations.follow(world, issue, copy)
    journal.say(world, copy, user, f"moved from {source.full_path}#{issue.iid}", "moved")
    issues.announce_birth(world, user, copy)
    issue.moved_to_id = copy.id
    journal.say(world, issue, user, f"moved to {target.full_path}#{copy.iid}", "moved")
    if issue.state == "opened":
        issues.close(world, user, issue)
    return copy


def clone(world: World, user: User, issue: Issue, target: Project, *, with_notes: bool) -> Issue:
    source = project_of(world, issue)
    if not can_admin_issues(world, user, target):
        raise bad_request("Cannot clone issue due to insufficient permissions!")
    copy = _copy(world, issue, target)
    copy.author_id, copy.state, copy.closed_at, copy.closed_by_id = user.id, "opened", None, None
    copy.created_at = copy.updated_at = world.clock.now()
    if with_notes:
        _copy_notes(world, issue, copy)
    journal.say(world, copy, user, f"cloned from {source.full_path}#{issue.iid}", "cloned")
    journal.say(world, issue, user, f"cloned to {target.full_path}#{copy.iid}", "cloned")
    issues.announce_birth(world, user, copy)
    return copy


def _copy(world: World, issue: Issue, target: Project) -> Issue:
    names = [world.labels[number].name for number in issue.label_ids]
    known = [label.id for name in names if (label := labels.find(world, target, name))]
    number, iid = world.next_id("issues"), world.next_id(f"issue iid {target.id}")
    copy = replace(issue, id=number, iid=iid, project_id=target.id, label_ids=known, moved_to_id=None)
    copy.user_notes_count = 0
    copy.milestone_id = _milestone(world, issue, target)
    readers = [at for at in issue.assignee_ids if can_read_issue(world, world.users[at], copy)]
    copy.assignee_ids = readers
    copy.updated_at = world.clock.now()
    return world.add(copy)


def _milestone(world: World, issue: Issue, target: Project) -> int | None:
    old = world.milestones.get(issue.milestone_id or 0)
    for owner in labels.parents(world, target) if old else ():
        for other in world.index.milestones["project" if isinstance(owner, Project) else "group", owner.id]:
            if old and other.title == old.title:
                return other.id
    return None


def _copy_notes(world: World, issue: Issue, copy: Issue) -> None:
    for note in list(world.index.notes[issue.id]):
        twin: Note = replace(note, id=world.next_id("notes"), issue_id=copy.id)
        world.add(twin)
        copy.user_notes_count += not twin.system


def _copy_events(world: World, issue: Issue, copy: Issue) -> None:
    target = project_of(world, copy)
    for event in list(world.label_events.values()):
        old = world.labels.get(event.label_id or 0)
        if event.issue_id == issue.id and old and (label := labels.find(world, target, old.name)):
            world.add(replace(event, id=world.next_id("label_events"), issue_id=copy.id, label_id=label.id))
    for change in list(world.weight_events.values()):
        if change.issue_id == issue.id:
            world.add(replace(change, id=world.next_id("weight_events"), issue_id=copy.id))
    for step in list(world.milestone_events.values()):
        if step.issue_id == issue.id:
            world.add(replace(step, id=world.next_id("milestone_events"), issue_id=copy.id))
    for state in list(world.state_events.values()):
        if state.issue_id == issue.id:
            world.add(replace(state, id=world.next_id("state_events"), issue_id=copy.id))
