"""A partner's project, hostile words and random trees of groups become the ground on which attacks are played."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from gitlab.v4.objects import ProjectIssue, ProjectIssueNote
from hypothesis import strategies as st

from bot.domain.marks import NAME, Mark, Marker
from bot.domain.subject import Subject
from bot.sandbox import mentions
from bot.sandbox.commands import extract
from bot.sandbox.records import Group, Member, Project, Share, User
from tests.soak import sample
from tests.stage import MARK_KEY, Stage

PAT, CAM, COLLEAGUE = "pat-example", "cam-emea", "phd-apac"
WORKSPACE = "gitlab-com/channel/partners/emea/acme/collaboration/workspace"
TEAM_LABEL = "Channel Services"
MARKER = Marker(MARK_KEY.encode())
WAYS = sample(
    ("webhook", "sweep", "webhook, empty database", "sweep, empty database"), "webhook", "sweep, empty database"
)
"""How the bot comes to look after an attack, and what it still remembers."""
EXAMPLES = int(os.environ.get("ATTACK_EXAMPLES", "0"))
"""How many examples each property tries; 0: so few that all of them take half a minute."""

REMINDER = re.compile(r"(?:@[\w.-]+(?:, )?)+: (?:one thing is|[0-9]+ things are) still waiting")

HOSTILE = (
    "/close",
    "/assign @root",
    "@all",
    "@gitlab-com/channel-team look",
    "ready\n/close\n/assign @channel-director",
    "ready\r/close\u2028/label ~bot::hands-off",
    f"<!-- {NAME} status issue:1/1 MDAw 00000000000000000000000000000000 -->",
    f"<!-- {NAME} answer",
    f"`<!-- {NAME} status issue:1/1 MDAw 00000000000000000000000000000000 -->`",
    "--> /close",
    "```\n/close\n```",
    "``` @all",
    "`@all` `@root",
    "\u202e/close\u200b @all",
    "\u200b/close",
    "> /close",
    "[x](javascript:alert(1)) ![](http://evil.example/@all)",
    "| @all | /close |",
    "\\`@all\\` \\@root",
    "@root" + "x" * 100_000,
    "/close " * 2000,
)


def examples(few: int) -> int:
    return EXAMPLES or few


def theirs(on: Stage, **fields: Any) -> ProjectIssue:
    """An issue in the project in which pat is Maintainer."""
    made = on.as_(PAT).projects.get(WORKSPACE).issues.create({"title": "Prepare the workshop", **fields})
    assert isinstance(made, ProjectIssue)
    return made


def ours(on: Stage, **fields: Any) -> ProjectIssue:
    """The same, made the team's by a CAM."""
    issue = theirs(on, **fields)
    on.edit(issue, add_labels=TEAM_LABEL)
    return issue


def awake(on: Stage, issue: ProjectIssue, way: str) -> None:
    """Have the bot look, once because of everything that happened."""
    how, _, forgets = way.partition(", ")
    if forgets:
        on.forget_everything()
    if how == "sweep":
        on.sweep(full=False)
    else:
        on.edited(issue)


def notes(on: Stage, issue: ProjectIssue, by: str = PAT) -> list[ProjectIssueNote]:
    """The comments as this person reads them, oldest first."""
    return [*on.fresh(issue, by=by).notes.list(get_all=True, sort="asc", activity_filter="only_comments")]


def by_bot(on: Stage, issue: ProjectIssue) -> list[ProjectIssueNote]:
    return [note for note in notes(on, issue) if note.author["username"] == "channel-bot"]


def written(on: Stage, *issues: ProjectIssue) -> Iterator[str]:
    """Every comment of the bot's on these issues, and what the bot opened anywhere."""
    world, numbers = on.sandbox.world, {issue.id for issue in issues}
    bot = world.user_by_name("channel-bot")
    assert bot
    for note in list(world.notes.values()):
        if note.issue_id in numbers and note.author_id == bot.id and not note.system:
            yield note.body
    opened = (issue.description or "" for issue in list(world.issues.values()) if issue.author_id == bot.id)
    # The first line of a report names whom it is for.
    yield from (text.partition("\n")[2] if text.startswith("DRI: @") else text for text in opened)


def dangers(text: str) -> list[str]:
    """What in a text of the bot's would act, call somebody or read as a mark that it did not write."""
    found = [f"quick action {command.name}" for command in extract(text)[1]]
    found += [f"line {line[:20]!r}" for line in text.splitlines() if re.match(r"\s*/[a-z]", line)]
    # A reminder names those whom it is for, on its first line.
    said = text.partition("\n")[2] if REMINDER.match(text) else text
    found += [f"mention {name}" for name in mentions.names(said)]
    marks = MARKER.find(text)
    found += [f"mark {one.mark.kind}" for one in marks if not one.valid]
    found += ["half a mark"] if text.count(f"<!-- {NAME}") != len(marks) else []
    return found


def mark_of(issue: ProjectIssue, kind: str, value: str, *, key: str = MARK_KEY) -> str:
    """A mark of that kind for the issue, signed with that key."""
    return Marker(key.encode()).write(Mark(kind, value, Subject.issue(issue.project_id, issue.iid).key))


def called(on: Stage, *issues: ProjectIssue) -> set[str]:
    """Who has a to-do item because the bot named them on one of these issues."""
    world, numbers = on.sandbox.world, {issue.id for issue in issues}
    bot = world.user_by_name("channel-bot")
    assert bot
    todos = [one for one in list(world.todos.values()) if one.issue_id in numbers and one.author_id == bot.id]
    return {world.users[one.user_id].username for one in todos if one.action != "assigned"}


def deeds(on: Stage, *issues: ProjectIssue) -> list[str]:
    """What the bot did to these issues beyond labels and words, as GitLab writes it down."""
    world, numbers = on.sandbox.world, {issue.id for issue in issues}
    bot = world.user_by_name("channel-bot")
    assert bot
    rows = [note for note in list(world.notes.values()) if note.issue_id in numbers and note.author_id == bot.id]
    states = [one for one in list(world.state_events.values()) if one.issue_id in numbers and one.user_id == bot.id]
    return [*(note.body for note in rows if note.system), *(one.state for one in states)]


@dataclass(frozen=True)
class Tree:
    """A random tree: for each place its parent's number and its visibility; who is in which; who is invited where."""

    parents: tuple[int, ...]
    visibilities: tuple[str, ...]
    members: tuple[tuple[int, str, int], ...]
    shares: tuple[tuple[int, int, int], ...]


LEVELS = st.sampled_from((10, 15, 20, 30, 40, 50))
WHO = st.sampled_from((PAT, CAM, COLLEAGUE, "kim-example"))


VISIBILITIES = st.sampled_from(("private", "private", "private", "internal", "public"))


@st.composite
def trees(draw: st.DrawFn) -> Tree:
    size = draw(st.integers(2, 4))
    parents = tuple(draw(st.integers(-1, at - 1)) for at in range(size))
    visibilities = tuple(draw(VISIBILITIES) for _ in parents)
    places = st.integers(0, size - 1)
    members = draw(st.lists(st.tuples(places, WHO, LEVELS), max_size=3))
    shares = draw(st.lists(st.tuples(places, places, LEVELS), max_size=2))
    return Tree(parents, visibilities, tuple(members), tuple(shares))


def planted(on: Stage, tree: Tree) -> list[Project]:
    """The tree below the partners' group, each group with a project in it."""
    world = on.sandbox.world
    partners = world.group_by_path("gitlab-com/channel/partners")
    assert partners
    groups: list[Group] = []
    projects: list[Project] = []
    now = world.clock.now()
    for parent, visibility in zip(tree.parents, tree.visibilities, strict=True):
        above = groups[parent] if parent >= 0 else partners
        number = world.next_id("groups")
        group = Group(number, f"g{number}", f"g{number}", f"{above.full_path}/g{number}", now, above.id)
        group.visibility = visibility
        groups.append(world.add(group))
        number = world.next_id("projects")
        project = Project(number, f"p{number}", f"p{number}", f"{group.full_path}/p{number}", group.id, now)
        project.visibility, project.updated_at = visibility, now
        projects.append(world.add(project))
    for place, name, level in tree.members:
        user = _user(on, name)
        world.add(Member(world.next_id("members"), user.id, level, now, group_id=groups[place].id))
    for place, guest, level in tree.shares:
        if place != guest:
            world.add(Share(world.next_id("shares"), groups[guest].id, level, project_id=projects[place].id))
    return projects


def _user(on: Stage, name: str) -> User:
    found = on.sandbox.world.user_by_name(name)
    assert found
    return found
