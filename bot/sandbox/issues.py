"""A user's wish about an issue turns into the changed issue, its journal, and the news of it.

`Attributes` is what a request or a quick action asks for, already of the right types. What the user may not set is
dropped silently, as GitLab does; only reading, updating and creating as such are refused.
"""

from __future__ import annotations

from typing import cast

from bot.sandbox import crossrefs, epics, issue_fields, journal, quick_actions, relations
from bot.sandbox.attributes import METADATA, Attributes
from bot.sandbox.happenings import Change, IssueHappened
from bot.sandbox.issue_fields import announce_people, snapshot_of
from bot.sandbox.permissions import (
    OWNER,
    can_admin_issues,
    can_see,
    can_set_fields_at_birth,
    can_update_issue,
    demand,
    level,
    project_of,
)
from bot.sandbox.records import Issue, Project, User
from bot.sandbox.refusals import forbidden, not_found
from bot.sandbox.world import World


def create(world: World, user: User, project: Project, wish: Attributes) -> Issue:
    """Anyone who sees an internal or public project may open an issue there; in a private one a Guest may."""
    if project.archived or not can_see(world, user, project):
        raise forbidden()
    if not can_set_fields_at_birth(world, user, project):
        wish = without_metadata(wish)
    issue_fields.check(world, wish)
    now = world.clock.now()
    iid = _free_iid(world, user, project, wish)
    issue = Issue(world.next_id("issues"), iid, project.id, wish.get("title", ""), user.id, now, now)
    wish = quick_actions.with_commands_of(world, user, issue, wish, old_description=None)
    moment = wish.get("created_at")
    if moment is not None and level(world, user, project) >= OWNER:
        issue.created_at = issue.updated_at = moment
    issue_fields.fill(world, user, issue, wish)
    world.add(issue)
    issue_fields.journal_birth(world, user, issue)
    if "epic_id" in wish:
        epics.attach(world, user, issue, wish["epic_id"])
    announce_birth(world, user, issue)
    announce_people(world, user, issue, [], None)
    crossrefs.follow(world, user, issue, _words(issue.title, issue.description))
    if wish.get("state_event") == "close":
        close(world, user, issue)
    return issue


def update(world: World, user: User, issue: Issue, wish: Attributes) -> None:
    """One PUT: first the state, announced alone, then all other fields, announced even when nothing differs."""
    if not can_update_issue(world, user, issue):
        raise forbidden()
    issue_fields.check(world, wish)
    if not can_admin_issues(world, user, project_of(world, issue)):
        wish = without_metadata(wish)
    wish = quick_actions.with_commands_of(world, user, issue, wish, old_description=issue.description)
    apply(world, user, issue, wish)


def apply(world: World, user: User, issue: Issue, wish: Attributes) -> None:
    """As `update`, for wishes whose rights were looked at before: those of quick actions."""
    match wish.get("state_event"):
        case "close" if issue.state == "opened":
            close(world, user, issue)
        case "reopen" if issue.state == "closed":
            reopen(world, user, issue)
    if not set(wish) - {"state_event"}:
        return
    if "epic_id" in wish:
        epics.attach(world, user, issue, wish["epic_id"])
    before = snapshot_of(world, issue)
    issue_fields.assign(world, issue, wish)
    after = snapshot_of(world, issue)
    changes = _changes(before, after)
    if changes:
        _stamp(world, user, issue, changes)
        issue_fields.journal_changes(world, user, issue, changes)
    world.announce(IssueHappened(issue, "update", changes, user))
    announce_people(world, user, issue, before["assignees"], str(before["description"] or ""))
    old = _words(str(before["title"]), cast("str | None", before["description"]))
    crossrefs.follow(world, user, issue, _words(issue.title, issue.description), old)


def announce_birth(world: World, user: User, issue: Issue) -> None:
    values = snapshot_of(world, issue)
    changes = {name: Change(previous=None, current=value) for name, value in values.items() if value}
    world.announce(IssueHappened(issue, "open", changes, user))


def close(world: World, user: User, issue: Issue) -> None:
    _change_state(world, user, issue, "closed")


def reopen(world: World, user: User, issue: Issue) -> None:
    _change_state(world, user, issue, "reopened")


def delete(world: World, user: User, issue: Issue) -> None:
    """Owner only, and no webhook tells of it."""
    demand(world, user, project_of(world, issue), OWNER)
    for note in list(world.index.notes[issue.id]):
        world.remove(note)
    for table in (world.label_events, world.weight_events, world.milestone_events, world.state_events, world.emojis):
        for row in [row for row in table.values() if row.issue_id == issue.id]:
            world.remove(row)
    relations.forget(world, issue)
    world.remove(issue)


def found(world: World, project: Project, iid: int) -> Issue:
    issue = world.issue(project.id, iid)
    if issue is None:
        raise not_found()
    return issue


def without_metadata(wish: Attributes) -> Attributes:
    return cast("Attributes", {name: value for name, value in wish.items() if name not in METADATA})


def _words(title: str, description: str | None) -> str:
    return f"{title}\n\n{description or ''}"


def _changes(before: dict[str, object], after: dict[str, object]) -> dict[str, Change]:
    names = [name for name in before if before[name] != after[name]]
    return {name: Change(previous=before[name], current=after[name]) for name in names}


def _free_iid(world: World, user: User, project: Project, wish: Attributes) -> int:
    series = f"issue iid {project.id}"
    wanted = wish.get("iid")
    if wanted is not None and level(world, user, project) >= OWNER and world.issue(project.id, wanted) is None:
        world.counters[series] = max(world.counters.get(series, 0), wanted)
        return wanted
    return world.next_id(series)


def _change_state(world: World, user: User, issue: Issue, state: str) -> None:
    before = snapshot_of(world, issue)
    now = world.clock.now()
    if state == "closed":
        issue.state, issue.closed_at, issue.closed_by_id = "closed", now, user.id
    else:
        issue.state, issue.closed_at, issue.closed_by_id = "opened", None, None
    issue.updated_at, issue.updated_by_id = now, user.id
    journal.state_changed(world, issue, user, state)
    changes = _changes(before, snapshot_of(world, issue))
    world.announce(IssueHappened(issue, "close" if state == "closed" else "reopen", changes, user))


def _stamp(world: World, user: User, issue: Issue, changes: dict[str, Change]) -> None:
    old_time, old_user = issue.updated_at, issue.updated_by_id
    issue.updated_at, issue.updated_by_id = world.clock.now(), user.id
    changes["updated_at"] = Change(previous=old_time, current=issue.updated_at)
    if old_user != user.id:
        changes["updated_by_id"] = Change(previous=old_user, current=user.id)
    if "title" in changes or "description" in changes:
        issue.last_edited_at, issue.last_edited_by_id = issue.updated_at, user.id
