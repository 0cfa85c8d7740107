"""A comment someone writes, edits or deletes turns into a note, the quick actions in it, and the news of it.

From GitLab's source: an edit runs its quick actions with the rights of who edits, and an edit to nothing but quick
actions deletes the note; a note touches its issue at most once a minute, its deletion not at all; a reaction moves the
note's `updated_at` and not the issue's. Background knowledge, not verified: the words of a note made of commands only,
and that whoever may not write internal notes is refused.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.sandbox import crossrefs, issue_fields, issues, journal, quick_actions
from bot.sandbox.attributes import Attributes
from bot.sandbox.commands import Command, extract
from bot.sandbox.happenings import NoteHappened
from bot.sandbox.permissions import OWNER, PLANNER, can_comment, can_edit_note, can_read_note, demand, level, project_of
from bot.sandbox.records import Issue, Note, User
from bot.sandbox.refusals import bad_request, forbidden, not_found
from bot.sandbox.world import World

LIMIT = 1_000_000


@dataclass(frozen=True)
class CommandsOnly:
    """A note that was nothing but quick actions: it is not kept. Answered with 202."""

    changes: Attributes
    said: list[str]


@dataclass(frozen=True)
class Draft:
    """A note someone asks for; `created_at` counts only from owners and administrators."""

    body: str
    internal: bool = False
    created_at: datetime | None = None


def create(world: World, user: User, issue: Issue, draft: Draft) -> Note | CommandsOnly:
    if not can_comment(world, user, issue):
        raise forbidden()
    if draft.internal:
        demand(world, user, project_of(world, issue), PLANNER)
    _check(draft.body)
    text, commands = extract(draft.body)
    if not text.strip():
        return _run_only(world, user, issue, commands, "Failed to apply commands.")
    now = _moment(world, user, issue, draft)
    note = world.add(Note(world.next_id("notes"), issue.id, user.id, text, now, now, internal=draft.internal))
    issue.user_notes_count += 1
    journal.touch(world, issue)
    world.announce(NoteHappened(note, issue, "create", user))
    _tell_people(world, user, issue, note, "")
    _run(world, user, issue, commands)
    return note


def update(world: World, user: User, issue: Issue, note: Note, body: str) -> Note | CommandsOnly:
    if not can_edit_note(world, user, issue, note):
        raise forbidden()
    _check(body)
    text, commands = extract(body)
    if not text.strip():
        _erase(world, issue, note)
        return _run_only(world, user, issue, commands, "Commands did not apply")
    if text != note.body:
        old, note.body = note.body, text
        note.updated_at = note.last_edited_at = world.clock.now()
        journal.touch(world, issue)
        world.announce(NoteHappened(note, issue, "update", user, old))
        _tell_people(world, user, issue, note, old)
    _run(world, user, issue, commands)
    return note


def delete(world: World, user: User, issue: Issue, note: Note) -> None:
    """No webhook tells of it, and the issue is not touched."""
    if not can_edit_note(world, user, issue, note):
        raise forbidden()
    _erase(world, issue, note)


def found(world: World, user: User | None, issue: Issue, number: int) -> Note:
    note = world.notes.get(number)
    if note is None or note.issue_id != issue.id or not can_read_note(world, user, issue, note):
        raise not_found()
    return note


def _moment(world: World, user: User, issue: Issue, draft: Draft) -> datetime:
    if draft.created_at is not None and level(world, user, project_of(world, issue)) >= OWNER:
        return draft.created_at
    return world.clock.now()


def _erase(world: World, issue: Issue, note: Note) -> None:
    for emoji in [emoji for emoji in world.index.emojis[issue.id] if emoji.note_id == note.id]:
        world.remove(emoji)
    world.remove(note)
    issue.user_notes_count -= 1


def _run(world: World, user: User, issue: Issue, commands: list[Command]) -> None:
    if commands:
        asked, _ = quick_actions.interpret(world, user, issue, commands)
        issues.apply(world, user, issue, asked)


def _run_only(world: World, user: User, issue: Issue, commands: list[Command], refusal: str) -> CommandsOnly:
    asked, said = quick_actions.interpret(world, user, issue, commands)
    if not asked:
        raise bad_request(refusal)
    issues.apply(world, user, issue, asked)
    return CommandsOnly(asked, said)


def _check(body: str) -> None:
    if not body.strip():
        raise bad_request('Note {:note=>["can\'t be blank"]}')
    if len(body) > LIMIT:
        raise bad_request(f'Note {{:note=>["is too long (maximum is {LIMIT} characters)"]}}')


def _tell_people(world: World, user: User, issue: Issue, note: Note, old: str) -> None:
    assignees = [world.users[number] for number in issue.assignee_ids]
    issue_fields.announce_people(world, user, issue, assignees, old, note=note)
    if not note.internal:
        crossrefs.follow(world, user, issue, note.body, old)
