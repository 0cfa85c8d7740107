"""A user and a thing turn into what the user may do with it, by GitLab's roles.

Planner's rights and the roles for hooks and files are from GitLab's documentation and policies. Background knowledge,
not verified: that a Guest may set labels and the like only on creation, that authors may edit and close their own
issue, who may create subgroups and projects.
"""

from __future__ import annotations

from bot.sandbox.records import Group, Issue, Note, Project, User
from bot.sandbox.refusals import forbidden
from bot.sandbox.world import World

GUEST, PLANNER, REPORTER, DEVELOPER, MAINTAINER, OWNER, ADMIN = 10, 15, 20, 30, 40, 50, 60


def level(world: World, user: User | None, owner: Group | Project) -> int:
    """The effective level, 0 for strangers, 60 for administrators."""
    if user is None:
        return 0
    return ADMIN if user.admin else world.effective_access(user, owner)


def demand(world: World, user: User, owner: Group | Project, least: int) -> None:
    """Raises 403 unless the user has at least that level there."""
    if level(world, user, owner) < least:
        raise forbidden()


def can_see(world: World, user: User | None, owner: Group | Project) -> bool:
    """Strangers see what is public, users what is internal too, and members of anything below a group that group."""
    if owner.visibility == "public" or (owner.visibility == "internal" and user is not None):
        return True
    if level(world, user, owner) > 0:
        return True
    return user is not None and isinstance(owner, Group) and _has_something_below(world, user, owner)


def _has_something_below(world: World, user: User, group: Group) -> bool:
    for below in world.descendants(group):
        if world.effective_access(user, below) > 0:
            return True
        if any(world.effective_access(user, project) > 0 for project in world.index.group_projects[below.id]):
            return True
    return False


def project_of(world: World, issue: Issue) -> Project:
    return world.projects[issue.project_id]


def can_read_issue(world: World, user: User | None, issue: Issue) -> bool:
    project = project_of(world, issue)
    if not can_see(world, user, project):
        return False
    return not issue.confidential or _is_insider(world, user, issue)


def _is_insider(world: World, user: User | None, issue: Issue) -> bool:
    if user is None:
        return False
    return concerns(user, issue) or level(world, user, project_of(world, issue)) >= PLANNER


def concerns(user: User, issue: Issue) -> bool:
    return user.id == issue.author_id or user.id in issue.assignee_ids


def can_update_issue(world: World, user: User, issue: Issue) -> bool:
    if project_of(world, issue).archived:
        return False
    return concerns(user, issue) or can_admin_issues(world, user, project_of(world, issue))


def can_admin_issues(world: World, user: User, project: Project) -> bool:
    """Labels, milestones, assignees, weights and dates of issues; also the labels and milestones themselves."""
    return level(world, user, project) >= PLANNER and not project.archived


def can_set_fields_at_birth(world: World, user: User, project: Project) -> bool:
    return level(world, user, project) >= GUEST


def can_comment(world: World, user: User, issue: Issue) -> bool:
    project = project_of(world, issue)
    if project.archived:
        return False
    return not issue.discussion_locked or level(world, user, project) >= GUEST


def can_read_note(world: World, user: User | None, issue: Issue, note: Note) -> bool:
    """An internal note needs Planner or more, whoever wrote it; one about another issue, that this may be read, too."""
    about = world.issues.get(note.told_of_id or 0)
    if about is not None and not can_read_issue(world, user, about):
        return False
    return not note.internal or level(world, user, project_of(world, issue)) >= PLANNER


def can_edit_note(world: World, user: User, issue: Issue, note: Note) -> bool:
    if note.system or not can_comment(world, user, issue):
        return False
    return user.id == note.author_id or level(world, user, project_of(world, issue)) >= MAINTAINER
