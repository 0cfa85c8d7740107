"""Who may see a group or project: its members, its visibility and its guests (docs.gitlab.com/api/members, /groups)."""

from __future__ import annotations

from bot.domain.gitlab import GUEST, Member, Openness, Person
from bot.domain.places import Seat
from bot.errors import AskAPerson, Conflict
from bot.rest import translate, translate_places
from bot.rest.calls import Calls, enc, nothing

INVITED = ("has already been taken", "already exists in source")
"""GitLab's words for an address that is invited or a member already."""


class AccessCalls(Calls):
    """Nothing here is remembered: it is asked at the moment somebody's access matters."""

    def group_members(self, group: int | str, *, inherited: bool = True) -> tuple[Member, ...]:
        """Members at every level and in every state, blocked ones included; inherited ones only when asked."""
        path = f"/groups/{enc(group)}/members"
        return tuple(self._each(f"{path}/all" if inherited else path, translate.member))

    def project_members(self, project: int | str) -> tuple[Member, ...]:
        """Members at every level and in every state, those of the groups above and of invited groups included."""
        return tuple(self._each(f"/projects/{enc(project)}/members/all", translate.member))

    def members(self, project_id: int) -> tuple[Person, ...]:
        """Everybody who can be assigned an issue: minimal access and mere invitations open no project."""
        return tuple(member.person for member in self.project_members(project_id) if member.level >= GUEST)

    def openness_of_group(self, group: int | str) -> Openness:
        """GitLab names only those groups it is shared with that the asking account can see."""
        return self._read(f"/groups/{enc(group)}", translate.group_openness, with_projects=False)

    def openness_of_project(self, project: int | str) -> Openness:
        """As for a group; the parent is the group it lies in."""
        return self._read(f"/projects/{enc(project)}", translate.project_openness)

    def add_member(self, group_id: int, user_id: int, level: int) -> None:
        """Make an account a member; one that is a member already, at whatever level, is no error."""
        body = {"user_id": user_id, "access_level": level}
        try:
            self._write("other", "POST", f"/groups/{group_id}/members", nothing, body)
        except Conflict:
            return

    def set_member_level(self, group_id: int, user_id: int, level: int) -> None:
        """Of a direct member; NotThere for anybody else."""
        path = f"/groups/{group_id}/members/{user_id}"
        self._write("other", "PUT", path, nothing, {"access_level": level})

    def invite(self, group_id: int, email: str, level: int) -> None:
        """Invite one address; AskAPerson with GitLab's reason when it will not (docs.gitlab.com/api/invitations).

        An address that was invited before is no error, nor is one whose account is a member.
        """
        if "," in email:
            raise AskAPerson("An address with a comma is several to GitLab: invite them one by one")
        path, body = f"/groups/{group_id}/invitations", {"email": email, "access_level": level}
        try:
            reason = self._write("other", "POST", path, translate_places.refusal, body)
        except Conflict:
            return
        if reason is not None and not any(words in reason for words in INVITED):
            why = reason.replace(email, "the address")
            raise AskAPerson(
                f"GitLab did not invite to group {group_id}: {why}. Invite by hand, or correct the address"
            )

    def invitations(self, group_id: int) -> tuple[Seat, ...]:
        """Those nobody has accepted yet; only who manages the group's members may ask."""
        return tuple(self._each(f"/groups/{group_id}/invitations", translate_places.seat))
