"""A mention or an assignment becomes a to-do item and a mail for everyone it reaches who may read it."""

import re
from collections.abc import Iterator
from datetime import datetime

from bot.sandbox.happenings import Assigned, Happened, IssueHappened, Mentioned, NoteHappened
from bot.sandbox.permissions import can_read_issue, can_read_note, can_see, level
from bot.sandbox.records import Issue, Mail, Note, Project, Todo, User
from bot.sandbox.world import World

_NAMES = re.compile(r"(?<![\w`/@.])@([A-Za-z0-9_](?:[\w./-]*[A-Za-z0-9_])?)")
_CODE = re.compile(r"```.*?(?:```|\Z)|`[^`\n]+`", re.DOTALL)
_QUOTES = re.compile(r"^>.*$", re.MULTILINE)


class Mailbox:
    """Listens to a World and fills its todos and mails. Edits of a note reach nobody, as in GitLab."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.listeners.append(self.hear)

    def hear(self, event: Happened) -> None:
        match event:
            case Assigned():
                self._reach(event.user, event.actor, event.issue, None, "assigned")
            case Mentioned(note=Note(last_edited_at=datetime())):
                pass
            case Mentioned():
                self._reach(event.user, event.actor, event.issue, event.note, _action(event))
            case NoteHappened(action="create") if not event.note.system:
                self._settle(event.actor, event.issue)
                self._reach_groups(event.note.body, "", event.actor, event.issue, event.note)
            case IssueHappened(action="open"):
                self._reach_groups(event.issue.description or "", "", event.actor, event.issue, None)
            case IssueHappened(action="update") if "description" in event.changes:
                before = str(event.changes["description"]["previous"] or "")
                self._reach_groups(event.issue.description or "", before, event.actor, event.issue, None)
            case _:
                pass

    def _reach_groups(self, text: str, before: str, actor: User | None, issue: Issue, note: Note | None) -> None:
        for name in _names(text) - _names(before):
            for user in self._members(name, actor, issue):
                self._reach(user, actor, issue, note, "mentioned")

    def _members(self, name: str, actor: User | None, issue: Issue) -> Iterator[User]:
        """@all is everyone in the project, a group's path its direct members; single users come as Mentioned."""
        world, project = self.world, self._project(issue)
        if name == "all":
            yield from (user for user in world.users.values() if world.effective_access(user, project) > 0)
        elif (group := world.group_by_path(name)) is not None and can_see(world, actor, group):
            yield from (world.users[member.user_id] for member in world.index.group_members[group.id])

    def _reach(self, user: User, actor: User | None, issue: Issue, note: Note | None, action: str) -> None:
        if user.state != "active" or not self._may_read(user, issue, note) or self._reached(user, issue, note, action):
            return
        world, now = self.world, self.world.clock.now()
        note_id, author = note.id if note else None, actor or user
        world.add(Todo(world.next_id("todos"), user.id, author.id, issue.id, action, now, note_id))
        if user is actor:
            return
        subject, body = self._subject(issue, note), self._body(author, issue, note, action)
        world.add(Mail(world.next_id("mails"), user.email, subject, body, now, user.id, issue.id, note_id))

    def _may_read(self, user: User, issue: Issue, note: Note | None) -> bool:
        world = self.world
        member = level(world, user, self._project(issue)) > 0 or self._project(issue).visibility != "private"
        return (
            member and can_read_issue(world, user, issue) and (note is None or can_read_note(world, user, issue, note))
        )

    def _reached(self, user: User, issue: Issue, note: Note | None, action: str) -> bool:
        """By the same note already, or by the same description and not yet done: one person, one item."""
        where = (user.id, issue.id, note.id if note else None)
        kinds = {"assigned"} if action == "assigned" else {"mentioned", "directly_addressed"}
        return any(
            (todo.user_id, todo.issue_id, todo.note_id) == where and todo.action in kinds and todo.state == "pending"
            for todo in self.world.todos.values()
        )

    def _settle(self, user: User | None, issue: Issue) -> None:
        """Who comments has seen what was asked of them."""
        for todo in self.world.todos.values():
            if user is not None and todo.user_id == user.id and todo.issue_id == issue.id:
                todo.state = "done"

    def _project(self, issue: Issue) -> Project:
        return self.world.projects[issue.project_id]

    def _subject(self, issue: Issue, note: Note | None) -> str:
        return f"{'Re: ' if note else ''}{self._project(issue).name} | {issue.title} (#{issue.iid})"

    def _body(self, author: User, issue: Issue, note: Note | None, action: str) -> str:
        if note is not None:
            return f"{author.name} commented:\n\n{note.body}"
        if action == "assigned":
            return f"Issue was assigned to you by {author.name}."
        return f"{author.name} mentioned you in an issue:\n\n{issue.description or ''}"


def _names(text: str) -> set[str]:
    """Names after an @, lower case, outside of code and quotes."""
    plain = _QUOTES.sub("", _CODE.sub("", text))
    return {match[1].lower() for match in _NAMES.finditer(plain)}


def _action(event: Mentioned) -> str:
    text = (event.note.body if event.note else event.issue.description) or ""
    start = text.lstrip().lower()
    return "directly_addressed" if start.startswith(f"@{event.user.username.lower()}") else "mentioned"
