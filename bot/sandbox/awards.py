"""A reaction someone gives or takes back turns into an emoji on an issue or a note, and the news of it.

From GitLab's source: a reaction to a note moves the note's `updated_at` past every throttle, in both directions; one to
an issue leaves the issue alone; system notes take none; the same twice is not found.
"""

from __future__ import annotations

from bot.sandbox.happenings import EmojiHappened
from bot.sandbox.permissions import can_comment
from bot.sandbox.records import Emoji, Issue, Note, User
from bot.sandbox.refusals import not_found, unauthorized
from bot.sandbox.world import World


def award(world: World, user: User, issue: Issue, note: Note | None, name: str) -> Emoji:
    if (note is not None and note.system) or not can_comment(world, user, issue):
        raise not_found("Award Emoji")
    number = note.id if note else None
    if any((at.name, at.user_id, at.note_id) == (name, user.id, number) for at in world.index.emojis[issue.id]):
        raise not_found("Award Emoji Name has already been taken")
    emoji = world.add(Emoji(world.next_id("emojis"), name, user.id, issue.id, world.clock.now(), number))
    _bump(world, note)
    world.announce(EmojiHappened(emoji, issue, note, "award", user))
    return emoji


def revoke(world: World, user: User, issue: Issue, note: Note | None, emoji: Emoji) -> None:
    if emoji.user_id != user.id and not user.admin:
        raise unauthorized()
    world.remove(emoji)
    _bump(world, note)
    world.announce(EmojiHappened(emoji, issue, note, "revoke", user))


def _bump(world: World, note: Note | None) -> None:
    if note is not None:
        note.updated_at = world.clock.now()
