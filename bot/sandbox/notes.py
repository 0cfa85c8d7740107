"""A comment someone writes, edits or deletes turns into a note, the quick actions in it, and the news of it.

Background knowledge, not verified: that quick actions in an edited note do not run again, the words of a note made of
commands only, and who may write internal notes.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.sandbox import issue_fields, issues, quick_actions
from bot.sandbox.attributes import Attributes
from bot.sandbox.commands import Command, extract
from bot.sandbox.happenings import EmojiHappened, NoteHappened
from bot.sandbox.permissions import PLANNER, can_comment, can_edit_note, can_read_note, demand, project_of
from bot.sandbox.records import Emoji, Issue, Note, User
from bot.sandbox.refusals import bad_request, forbidden, not_found
from bot.sandbox.world import World

LIMIT = 1_000_000


@dataclass(frozen=True)
class CommandsOnly:
    """A note that was nothing but quick actions: it is not kept. Answered with 202."""

    changes: Attributes
    said: list[str]


def create(world: World, user: User, issue: Issue, body: str, *, internal: bool = False) -> Note | CommandsOnly:
    if not can_comment(world, user, issue):
        raise forbidden()
    if internal:
        demand(world, user, project_of(world, issue), PLANNER)
    _check(body)
    text, commands = extract(body)
    if not text.strip():
        return _run_only(world, user, issue, commands)
    now = world.clock.now()
    note = world.add(Note(world.next_id("notes"), issue.id, user.id, text, now, now, internal=internal))
    issue.user_notes_count += 1
    issue.updated_at = now
    world.announce(NoteHappened(note, issue, "create", user))
    _tell_people(world, user, issue, note, "")
    if commands:
        asked, _ = quick_actions.interpret(world, user, issue, commands)
        issues.apply(world, user, issue, asked)
    return note


def update(world: World, user: User, issue: Issue, note: Note, body: str) -> None:
    if not can_edit_note(world, user, issue, note):
        raise forbidden()
    _check(body)
    if body == note.body:
        return
    old, note.body = note.body, body
    note.updated_at = note.last_edited_at = issue.updated_at = world.clock.now()
    world.announce(NoteHappened(note, issue, "update", user))
    _tell_people(world, user, issue, note, old)


def delete(world: World, user: User, issue: Issue, note: Note) -> None:
    """No webhook tells of it."""
    if not can_edit_note(world, user, issue, note):
        raise forbidden()
    for emoji in [emoji for emoji in world.index.emojis[issue.id] if emoji.note_id == note.id]:
        world.remove(emoji)
    world.remove(note)
    issue.user_notes_count -= 1
    issue.updated_at = world.clock.now()


def readable(world: World, user: User | None, issue: Issue) -> list[Note]:
    return [note for note in world.index.notes[issue.id] if can_read_note(world, user, issue, note)]


def found(world: World, user: User | None, issue: Issue, number: int) -> Note:
    note = world.notes.get(number)
    if note is None or note.issue_id != issue.id or not can_read_note(world, user, issue, note):
        raise not_found()
    return note


def award(world: World, user: User, issue: Issue, note: Note | None, name: str) -> Emoji:
    number = note.id if note else None
    if any((at.name, at.user_id, at.note_id) == (name, user.id, number) for at in world.index.emojis[issue.id]):
        raise not_found("Award Emoji Name has already been taken")
    emoji = Emoji(world.next_id("emojis"), name, user.id, issue.id, world.clock.now(), number)
    world.add(emoji)
    world.announce(EmojiHappened(emoji, issue, note, "award", user))
    return emoji


def revoke(world: World, user: User, issue: Issue, note: Note | None, emoji: Emoji) -> None:
    if emoji.user_id != user.id and not user.admin:
        raise forbidden()
    world.remove(emoji)
    world.announce(EmojiHappened(emoji, issue, note, "revoke", user))


def _run_only(world: World, user: User, issue: Issue, commands: list[Command]) -> CommandsOnly:
    asked, said = quick_actions.interpret(world, user, issue, commands)
    if not asked:
        raise bad_request("Failed to apply commands.")
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
