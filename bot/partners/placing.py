"""Steps in a partner's folder become groups, members, projects and files: each is found as it is now, or made."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final, TypeAlias, assert_never

from bot.domain.facts import PartnerFacts
from bot.domain.gitlab import Person
from bot.domain.partners.steps import (
    HideGroup,
    MakeGroup,
    MakeProject,
    MoveProject,
    PutMember,
    PutTemplates,
)
from bot.domain.places import Folder, Room
from bot.domain.speech import code, handle
from bot.errors import AskAPerson
from bot.gateway import Gateway
from bot.granted import BeforeWrite
from bot.memory import Memory
from bot.render import Renderer
from bot.voice.cases import project_files

PlaceStep: TypeAlias = MakeGroup | HideGroup | PutMember | MakeProject | MoveProject | PutTemplates
PRIVATE: Final = "private"
COMMIT: Final = "Add the issue templates and a README"


@dataclass(frozen=True, slots=True)
class Places:
    """Works with the owner's token; `daily` is the other gateway, which must not go by where things were before."""

    owner: Gateway
    daily: Gateway
    renderer: Renderer
    memory: Memory

    def settle(self, facts: PartnerFacts, step: PlaceStep, before_write: BeforeWrite) -> bool:
        """Carry out one step; whether that took a write. AskAPerson says why it cannot be done, and what to do."""
        match step:
            case MakeGroup(path, name):
                return self._make_group(path, name, before_write)
            case HideGroup(path):
                return self._hide(path, before_write)
            case PutMember(path, level, person, email):
                folder = self._folder(path)
                if person is None:
                    return self._invite(folder, email, level, before_write)
                return self._put(folder, person, level, before_write)
            case MakeProject(path, name):
                return self._make_project(path, name, before_write)
            case MoveProject(room, target):
                return self._move(room, target, before_write)
            case PutTemplates(path, programme):
                return self._put_templates(facts, path, programme, before_write)
            case _:
                assert_never(step)

    def _make_group(self, path: str, name: str, before_write: BeforeWrite) -> bool:
        if self.owner.folder(path) is not None:
            return False
        above, _, last = path.rpartition("/")
        parent = self._folder(above)
        before_write()
        try:
            self.owner.create_folder(parent.id, name, last)
        except AskAPerson:
            # It may be taken by the very group, which somebody made meanwhile.
            if self.owner.folder(path) is None:
                raise
            return False
        return True

    def _hide(self, path: str, before_write: BeforeWrite) -> bool:
        folder = self._folder(path)
        if folder.visibility == PRIVATE:
            return False
        before_write()
        self.owner.update_folder(folder.id, visibility=PRIVATE)
        return True

    def _put(self, folder: Folder, person: Person, level: int, before_write: BeforeWrite) -> bool:
        account = self.owner.user_by_id(person.id)
        if account is None or not account.is_active:
            state = "gone" if account is None else account.state
            raise AskAPerson(
                f"The account {handle(person.username)} is {state}: name somebody else in the registry, or have an "
                "administrator of GitLab free the account"
            )
        if self._is_in(folder, person, level):
            return False
        own = self.owner.group_members(folder.id, inherited=False)
        before_write()
        if any(one.person.id == person.id for one in own):
            self.owner.set_member_level(folder.id, person.id, level)
        else:
            self.owner.add_member(folder.id, person.id, level)
        if not self._is_in(folder, person, level):
            # Else each look would try it again at once.
            raise AskAPerson(
                f"GitLab let {handle(person.username)} into {code(folder.path)} and shows them neither there nor at "
                "that level: look at the group's members"
            )
        return True

    def _is_in(self, folder: Folder, person: Person, level: int) -> bool:
        members = self.owner.group_members(folder.id)
        return any(one.person.id == person.id and one.level >= level for one in members)

    def _invite(self, folder: Folder, email: str, level: int, before_write: BeforeWrite) -> bool:
        """Once: whoever accepted is a member under a name that nobody tells, and an invitation may be taken back."""
        invited = _invited(folder, email)
        seats = self.owner.invitations(folder.id)
        if any(seat.email.casefold() == email.casefold() for seat in seats) or self.memory.cursor(invited) is not None:
            return False
        before_write()
        self.owner.invite(folder.id, email, level)
        self.memory.move_cursor(invited, str(level))
        return True

    def _make_project(self, path: str, name: str, before_write: BeforeWrite) -> bool:
        if self._stands(path):
            return False
        above, _, last = path.rpartition("/")
        parent = self._folder(above)
        before_write()
        try:
            self.owner.create_room(parent.id, name, last)
        except AskAPerson:
            if not self._stands(path):
                raise
            return False
        return True

    def _stands(self, path: str) -> bool:
        """AskAPerson when GitLab knows the path of old: there is such a project, and it lies elsewhere now."""
        room = self.owner.room(path)
        if room is not None and room.path.casefold() != path.casefold():
            raise AskAPerson(
                f"The project {code(path)} was moved to {code(room.path)}: move it back, or delete it if it is not "
                "needed; I do not make a second one"
            )
        return room is not None

    def _move(self, room: Room, target: str, before_write: BeforeWrite) -> bool:
        now = self.owner.room(room.id)
        if now is None:
            raise AskAPerson(f"The project {code(room.path)} is gone: nothing is left to move, look who deleted it")
        if now.namespace.casefold() == target.casefold():
            return False
        before_write()
        try:
            self.owner.transfer_room(room.id, target)
        finally:
            self.daily.forget_places()
        return True

    def _put_templates(self, facts: PartnerFacts, path: str, key: str, before_write: BeforeWrite) -> bool:
        """What is there stays as people edited it."""
        room, programme = self._room(path), facts.site.programmes.get(key)
        if programme is None:
            raise AskAPerson(f"certifications.yml knows no programme {code(key)}: add it, or take the step back")
        files = project_files(self.renderer, programme, facts.partner, facts.site.bot.username)
        branch = room.default_branch
        missing = {at: text for at, text in files.items() if self.owner.file(room.id, at, branch) is None}
        if not missing:
            return False
        before_write()
        return self.owner.commit_files(room.id, branch, COMMIT, missing)

    def _folder(self, path: str) -> Folder:
        folder = self.owner.folder(path)
        if folder is None:
            raise AskAPerson(f"There is no group {code(path)}, or the owner's token does not see it: make it by hand")
        return folder

    def _room(self, path: str) -> Room:
        room = self.owner.room(path)
        if room is None:
            raise AskAPerson(f"There is no project {code(path)}, or the owner's token does not see it: make it by hand")
        return room


def _invited(folder: Folder, email: str) -> str:
    """An address is nothing to keep where it need not be."""
    return f"invited:{folder.id}:{hashlib.sha256(email.casefold().encode()).hexdigest()[:16]}"
