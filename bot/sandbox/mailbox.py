"""A mention, an assignment or a new comment becomes to-do items and mails for everyone it reaches who may read it.

From GitLab's source: an edited note gives those it newly names a to-do item and nobody a mail; commenting, closing and
reacting settle one's own to-do items of that issue. Background knowledge, not verified: who takes part in an issue and
so is mailed about new comments, everybody having the default notification level.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.sandbox import mentions
from bot.sandbox.happenings import Assigned, EmojiHappened, Happened, IssueHappened, Mentioned, NoteHappened
from bot.sandbox.permissions import can_read_issue, can_read_note, can_see, level
from bot.sandbox.records import Issue, Mail, Note, Project, Todo, User
from bot.sandbox.world import World


class Mailbox:
    """Listens to a World and fills its todos and mails."""

    def __init__(self, world: World) -> None:
        self.world = world
        world.listeners.append(self.hear)

    def hear(self, event: Happened) -> None:
        match event:
            case Assigned():
                self._reach(event.user, event.actor, event.issue, "assigned")
            case Mentioned(note=None):
                self._reach(event.user, event.actor, event.issue, _action(event))
            case Mentioned():
                self._todo(event.user, event.actor, event.issue, event.note, _action(event))
            case NoteHappened() if not event.note.system:
                self._hear_note(event)
            case EmojiHappened(action="award") | IssueHappened(action="close"):
                self._settle(event.actor, event.issue)
            case IssueHappened(action="open"):
                self._reach_groups(event.issue.description or "", "", event.actor, event.issue)
            case IssueHappened(action="update") if "description" in event.changes:
                before = str(event.changes["description"]["previous"] or "")
                self._reach_groups(event.issue.description or "", before, event.actor, event.issue)
            case _:
                pass

    def _hear_note(self, event: NoteHappened) -> None:
        note, issue, actor = event.note, event.issue, event.actor
        self._settle(actor, issue)
        crowd = list(self._members_named(note.body, event.before, actor, issue))
        for user in crowd:
            self._todo(user, actor, issue, note, "mentioned")
        if event.action == "create":
            named = mentions.users(self.world, note.body)
            for user in dict.fromkeys([*named, *crowd, *self._participants(issue)]):
                self._mail(user, actor, issue, note, "mentioned")

    def _reach_groups(self, text: str, before: str, actor: User | None, issue: Issue) -> None:
        for user in self._members_named(text, before, actor, issue):
            self._reach(user, actor, issue, "mentioned")

    def _members_named(self, text: str, before: str, actor: User | None, issue: Issue) -> Iterator[User]:
        """@all is everyone in the project, a group's path its direct members; single users come as Mentioned."""
        world, project, known = self.world, self._project(issue), set(mentions.names(before))
        for name in mentions.names(text):
            if name in known:
                continue
            if name == "all":
                yield from (user for user in world.users.values() if world.effective_access(user, project) > 0)
            elif (group := world.group_by_path(name)) is not None and can_see(world, actor, group):
                yield from (world.users[member.user_id] for member in world.index.group_members[group.id])

    def _participants(self, issue: Issue) -> Iterable[User]:
        """Who opened it, is assigned, commented, or is named in it."""
        world = self.world
        notes = [note for note in world.index.notes[issue.id] if not note.system]
        numbers = [issue.author_id, *issue.assignee_ids, *(note.author_id for note in notes)]
        yield from (world.users[number] for number in numbers)
        for text in (issue.description or "", *(note.body for note in notes)):
            yield from mentions.users(world, text)

    def _reach(self, user: User, actor: User | None, issue: Issue, action: str) -> None:
        if self._todo(user, actor, issue, None, action):
            self._mail(user, actor, issue, None, action)

    def _todo(self, user: User, actor: User | None, issue: Issue, note: Note | None, action: str) -> bool:
        """Whether there is a new one."""
        if not self._may_read(user, issue, note) or self._reached(user, issue, note, action):
            return False
        number, author = self.world.next_id("todos"), actor or user
        now, note_id = self.world.clock.now(), note.id if note else None
        self.world.add(Todo(number, user.id, author.id, issue.id, action, now, note_id))
        return True

    def _mail(self, user: User, actor: User | None, issue: Issue, note: Note | None, action: str) -> None:
        if user is actor or not self._may_read(user, issue, note):
            return
        subject, body = self._subject(issue, note), self._body(actor or user, issue, note, action)
        number, now, note_id = self.world.next_id("mails"), self.world.clock.now(), note.id if note else None
        self.world.add(Mail(number, user.email, subject, body, now, user.id, issue.id, note_id))

    def _may_read(self, user: User, issue: Issue, note: Note | None) -> bool:
        world, project = self.world, self._project(issue)
        member = level(world, user, project) > 0 or project.visibility != "private"
        readable = user.state == "active" and member and can_read_issue(world, user, issue)
        return readable and (note is None or can_read_note(world, user, issue, note))

    def _reached(self, user: User, issue: Issue, note: Note | None, action: str) -> bool:
        """By the same note already, or by the same description and not yet done: one person, one item."""
        where = (user.id, issue.id, note.id if note else None)
        kinds = {"assigned"} if action == "assigned" else {"mentioned", "directly_addressed"}
        return any(
            (todo.user_id, todo.issue_id, todo.note_id) == where and todo.action in kinds and todo.state == "pending"
            for todo in self.world.todos.values()
        )

    def _settle(self, user: User | None, issue: Issue) -> None:
        """Who comments, closes or reacts has seen what was asked of them."""
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


def _action(event: Mentioned) -> str:
    text = (event.note.body if event.note else event.issue.description) or ""
    start = text.lstrip().lower()
    return "directly_addressed" if start.startswith(f"@{event.user.username.lower()}") else "mentioned"
