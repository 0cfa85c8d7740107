"""What is said on an issue: comments and the emojis on them (docs.gitlab.com/api/notes, /emoji_reactions)."""

from __future__ import annotations

from bot.domain.gitlab import Award, Note
from bot.errors import NotThere
from bot.rest import translate
from bot.rest.calls import Calls, issue_path, nothing

TAKEN = "has already been taken"
"""GitLab's words, under a 404, for an emoji that this account has given already."""


class ConversationCalls(Calls):
    """Issues by their project's id and their iid, notes by their global id."""

    def notes(self, project_id: int, iid: int, *, system: bool = False) -> tuple[Note, ...]:
        """The comments of people and bots, oldest first; with `system` also the lines GitLab wrote about changes."""
        path, kinds = f"{issue_path(project_id, iid)}/notes", "all_notes" if system else "only_comments"
        every = self._each(path, translate.note, sort="asc", order_by="created_at", activity_filter=kinds)
        return tuple(note for note in every if system or not note.system)

    def create_note(self, project_id: int, iid: int, body: str, *, internal: bool = False) -> Note:
        """`internal` hides it from Guests, and cannot be changed later."""
        fields = {"body": body, "internal": True} if internal else {"body": body}
        return self._write("note", "POST", f"{issue_path(project_id, iid)}/notes", translate.note, fields)

    def edit_note(self, project_id: int, iid: int, note_id: int, body: str) -> Note:
        path = f"{issue_path(project_id, iid)}/notes/{note_id}"
        return self._write("other", "PUT", path, translate.note, {"body": body})

    def delete_note(self, project_id: int, iid: int, note_id: int) -> None:
        return self._write("other", "DELETE", f"{issue_path(project_id, iid)}/notes/{note_id}", nothing)

    def awards(self, project_id: int, iid: int, note_id: int) -> tuple[Award, ...]:
        """The emojis on a comment, oldest first."""
        return tuple(sorted(self._each(_awards(project_id, iid, note_id), translate.award), key=lambda one: one.id))

    def award(self, project_id: int, iid: int, note_id: int, name: str) -> None:
        """Put an emoji on a comment, `name` without colons; one the bot gave before is no error."""
        try:
            self._write("other", "POST", _awards(project_id, iid, note_id), nothing, {"name": name})
        except NotThere as refusal:
            if TAKEN not in str(refusal):
                raise


def _awards(project_id: int, iid: int, note_id: int) -> str:
    return f"{issue_path(project_id, iid)}/notes/{note_id}/award_emoji"
