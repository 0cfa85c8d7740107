"""Members of the team's group that people.yml does not know become one merge request that adds them."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from bot.domain.gitlab import GUEST, Member, Person
from bot.domain.marks import Mark, Marker
from bot.domain.registry import Colleague, Registry
from bot.domain.speech import handle
from bot.errors import Forbidden, NotThere
from bot.registry.crosschecks import HANDLE
from bot.registry.files import PEOPLE
from bot.registry.loader import Broken, understood
from bot.render import Renderer
from bot.rest.translate import MergeRequest

log = structlog.get_logger(__name__)

BRANCH: Final = "channel-bot/people-"
KIND: Final = "people"
PLACE: Final = "registry:people"
OPEN: Final = {"opened", "locked"}
BOT: Final = re.compile(r"_bot(_\w+)?$")
"""What GitLab calls the accounts behind access tokens of groups and projects, such as `project_7_bot_1f2e`."""


class Hub(Protocol):
    """The part of the gateway that knows members, and carries proposals."""

    def me(self) -> Person: ...
    def group_members(self, group: int | str, *, inherited: bool = True) -> tuple[Member, ...]: ...
    def merge_requests(
        self, project: int | str, *, source_branch: str | None = None, state: str = "opened"
    ) -> tuple[MergeRequest, ...]: ...
    def file(self, project: int | str, path: str, ref: str) -> str | None: ...
    def propose(
        self, project: int | str, branch: str, title: str, description: str, files: Mapping[str, str]
    ) -> MergeRequest: ...


@dataclass(frozen=True, slots=True)
class Learning:
    """Proposes to `project` whom it meets in the group `team`; `bots` are names of accounts that are nobody."""

    hub: Hub
    marker: Marker
    renderer: Renderer
    project: str
    team: str
    bots: frozenset[str] = frozenset()

    def propose(self, texts: Mapping[str, str], before_write: Callable[[], None]) -> str | None:
        """Open or renew the merge request; what was done. `texts` are the files of the newest commit, and good."""
        registry = understood(texts)
        strangers = () if isinstance(registry, Broken) else self._strangers(registry)
        if isinstance(registry, Broken) or not strangers:
            return None
        past = self._past()
        answered = {name for request in past if request.state not in OPEN for name in self._named(request)}
        # Whoever closed the request, or took somebody out again later, has decided.
        news = [one for one in strangers if one.username.casefold() not in answered]
        people = self._with_roles(registry, news)
        text = appended(texts[PEOPLE], people)
        waiting = next((request for request in past if request.state in OPEN), None)
        if not people or not _adds(texts, text, people) or (waiting and self._is_left_alone(waiting, text)):
            return None
        before_write()
        branch = waiting.source_branch if waiting else f"{BRANCH}{len(past) + 1}"
        return f"propose {self._sent(branch, people, text)}"

    def _strangers(self, registry: Registry) -> tuple[Person, ...]:
        """Whom people.yml lacks: active people who are members of the very group, by name."""
        nobody = {name.casefold() for name in (*self.bots, self.hub.me().username)}
        members = self.hub.group_members(self.team, inherited=False)
        found = (member.person for member in members if member.level >= GUEST and member.person.is_active)
        strange = (one for one in found if not registry.knows(one.username) and HANDLE.fullmatch(one.username))
        people = (one for one in strange if one.username.casefold() not in nobody and not BOT.search(one.username))
        return tuple(sorted(people, key=lambda one: one.username))

    def _with_roles(self, registry: Registry, people: Sequence[Person]) -> tuple[Colleague, ...]:
        """With the roles in whose groups they are."""
        holders = {role.key: self._ids(role.group) for role in registry.roles if role.group and people}
        return tuple(
            Colleague(one.username, one.username, None, tuple(key for key, ids in holders.items() if one.id in ids))
            for one in people
        )

    def _ids(self, group: str) -> frozenset[int]:
        try:
            return frozenset(member.person.id for member in self.hub.group_members(group, inherited=False))
        except (NotThere, Forbidden) as hidden:
            log.warning("the members of a role are hidden", group=group, reason=str(hidden))
            return frozenset()

    def _past(self) -> tuple[MergeRequest, ...]:
        every = self.hub.merge_requests(self.project, state="all")
        return tuple(request for request in every if request.source_branch.startswith(BRANCH))

    def _said(self, request: MergeRequest) -> list[str]:
        """The words of our mark: the digest of the file, then the names, lower case; nothing without a mark."""
        marks = (found.mark for found in self.marker.find(request.description) if found.valid)
        return next((mark.value.split() for mark in marks if (mark.kind, mark.place) == (KIND, PLACE)), [])

    def _named(self, request: MergeRequest) -> list[str]:
        return self._said(request)[1:]

    def _is_left_alone(self, request: MergeRequest, text: str) -> bool:
        """Whether it says all there is to say, or somebody is at work on it: adding names and regions, say."""
        said, wanted = self._said(request)[:1], _digest(text)
        if said == [wanted]:
            return True
        now = self.hub.file(self.project, PEOPLE, request.source_branch)
        return now is not None and _digest(now) not in {wanted, *said}

    def _sent(self, branch: str, people: Sequence[Colleague], text: str) -> str:
        value = " ".join([_digest(text), *(one.handle.casefold() for one in people)])
        title, words = self.renderer.issue("registry_people", people=_shown(people), team=self.team)
        description = f"{words}\n\n{self.marker.write(Mark(KIND, value, PLACE))}"
        request = self.hub.propose(self.project, branch, title, description, {PEOPLE: text})
        return f"!{request.iid} with {', '.join(handle(one.handle) for one in people)}"


def appended(text: str, people: Iterable[Colleague]) -> str:
    """people.yml with these at its end; what stands there already, comments and all, stays as it is."""
    entries = [f"\n{one.handle}:{_roles(one)}\n" for one in people]
    return "".join([text.rstrip() + "\n", *entries])


def _roles(one: Colleague) -> str:
    return f"\n  roles: [{', '.join(one.roles)}]" if one.roles else " {}"


def _adds(texts: Mapping[str, str], text: str, people: Sequence[Colleague]) -> bool:
    """Whether the longer file is still a registry; one in brackets, say, cannot be continued."""
    found = understood({**texts, PEOPLE: text})
    if isinstance(found, Broken):
        log.warning("people.yml cannot be continued", problem=str(found.problems[0]))
        return False
    return all(found.knows(one.handle) for one in people)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _shown(people: Iterable[Colleague]) -> list[dict[str, str]]:
    return [{"handle": handle(one.handle), "roles": ", ".join(one.roles)} for one in people]
