"""Two issues become related, or no longer, and each keeps a system note of it.

From GitLab's source: the notes' words, that pairs already related are a conflict, and the order of refusals. Background
knowledge, not verified: Guests of both projects may relate, and what the refusals say.
"""

from __future__ import annotations

from collections.abc import Iterator

from bot.sandbox import journal
from bot.sandbox.attached_records import IssueLink
from bot.sandbox.permissions import GUEST, can_read_issue, level, project_of
from bot.sandbox.records import Issue, Project, User
from bot.sandbox.refusals import ApiError, bad_parameter, conflict, forbidden, not_found
from bot.sandbox.world import World

MISSING = "No matching issue found. Make sure that you are adding a valid issue URL."
UNRELATABLE = "Couldn't link issue. You must have at least the Guest role in both projects."


def of(world: World, issue: Issue) -> list[tuple[IssueLink, Issue]]:
    """Each relation with the issue on its other side, oldest first."""
    pairs = [
        (row, row.target_id if row.source_id == issue.id else row.source_id) for row in world.index.links[issue.id]
    ]
    # A lagging replica may not know the other issue yet.
    return [(row, world.issues[number]) for row, number in pairs if number in world.issues]


def create(world: World, user: User, source: Issue, target: Issue, link_type: str) -> IssueLink:
    """`link_type`: relates_to, or blocks and is_blocked_by where they are licensed."""
    _check_type(world, link_type)
    if any(other is target for _, other in of(world, source)):
        raise conflict("Issue(s) already assigned")
    if not _may_relate(world, user, source) or not _may_relate(world, user, target):
        raise ApiError(403, {"message": UNRELATABLE})
    if source is target:
        raise ApiError(422, {"message": f"{reference(world, source, source)} cannot be related to itself"})
    first, second = (target, source) if link_type == "is_blocked_by" else (source, target)
    kind = "relates_to" if link_type == "relates_to" else "blocks"
    row = world.add(IssueLink(world.next_id("issue_links"), first.id, second.id, world.clock.now(), kind))
    words = {"relates_to": "related to", "blocks": "blocking", "is_blocked_by": "blocked by"}
    back = {"blocks": "is_blocked_by", "is_blocked_by": "blocks"}.get(link_type, link_type)
    _say(world, user, source, f"marked this issue as {words[link_type]} {reference(world, target, source)}", "relate")
    _say(world, user, target, f"marked this issue as {words[back]} {reference(world, source, target)}", "relate")
    return row


def remove(world: World, user: User, issue: Issue, row: IssueLink) -> Issue:
    """Returns the issue on the other side."""
    other = world.issues[_other_side(row, issue)]
    if not _may_relate(world, user, issue) or not _may_relate(world, user, other):
        raise not_found("Issue Link")
    world.remove(row)
    _say(world, user, issue, f"removed the relation with {reference(world, other, issue)}", "unrelate")
    _say(world, user, other, f"removed the relation with {reference(world, issue, other)}", "unrelate")
    return other


def type_seen_from(row: IssueLink, issue: Issue) -> str:
    return "is_blocked_by" if row.link_type == "blocks" and row.target_id == issue.id else row.link_type


def follow(world: World, issue: Issue, copy: Issue) -> None:
    """A moved issue takes its relations along."""
    for row, _ in of(world, issue):
        if row.source_id == issue.id:
            row.source_id = copy.id
        else:
            row.target_id = copy.id
    world.reindex()


def forget(world: World, issue: Issue) -> None:
    for row, _ in of(world, issue):
        world.remove(row)


def reference(world: World, issue: Issue, seen_from: Issue) -> str:
    """As short as it can be there: #12, workspace#12, or the full path."""
    project, here = project_of(world, issue), project_of(world, seen_from)
    return f"{_place(project, here)}#{issue.iid}"


def _place(project: Project, here: Project) -> str:
    if project is here:
        return ""
    return project.path if project.group_id == here.group_id else project.full_path


def _check_type(world: World, link_type: str) -> None:
    if link_type == "relates_to" or world.tier == "premium":
        return
    if world.tier == "ce":
        raise bad_parameter("link_type does not have a valid value")
    raise forbidden("Blocked issues not available for current license")


def _other_side(row: IssueLink, issue: Issue) -> int:
    return row.target_id if row.source_id == issue.id else row.source_id


def _may_relate(world: World, user: User, issue: Issue) -> bool:
    project = project_of(world, issue)
    return not project.archived and level(world, user, project) >= GUEST and can_read_issue(world, user, issue)


def _say(world: World, user: User, issue: Issue, body: str, about: str) -> None:
    journal.say(world, issue, user, body, about)


def readable(world: World, user: User | None, issue: Issue) -> Iterator[tuple[IssueLink, Issue]]:
    """Only relations with issues the user may read."""
    yield from ((row, other) for row, other in of(world, issue) if can_read_issue(world, user, other))
