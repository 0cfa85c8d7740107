"""Who may see a group or project: its members, its visibility and its guests (docs.gitlab.com/api/members, /groups)."""

from __future__ import annotations

from bot.domain.gitlab import Member, Openness, Person
from bot.rest import translate
from bot.rest.calls import Calls, enc

GUEST = 10


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
