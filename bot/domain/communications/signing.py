"""The ticks on a new initiative become the sign-offs that count, those to be confirmed, and those that are open."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.asking import is_ticked, templated
from bot.domain.closing import CLOSED, last_event
from bot.domain.communications.keys import ENGAGEMENT
from bot.domain.facts import IssueFacts
from bot.domain.partners.progress import completion
from bot.domain.registry import Role
from bot.domain.templated import Templated


@dataclass(frozen=True, slots=True)
class SignOffs:
    """By the keys of their roles: `open` are not ticked, `doubtful` ticked by somebody else, who is `by` username."""

    open: tuple[str, ...]
    doubtful: Mapping[str, str]

    @property
    def left(self) -> tuple[str, ...]:
        return (*self.open, *self.doubtful)


def sign_offs(facts: IssueFacts, case: Templated, roles: Sequence[str]) -> SignOffs:
    """Of an engagement whose comments were read; a role's lead counts, and whoever else holds the role."""
    open_ones = tuple(key for key in roles if not is_ticked(facts, task_of(key)))
    done = completion(facts, case.master, {key: _holders(facts, key) for key in roles})
    by = {doubt.task.id: doubt.by for doubt in done.doubtful}
    doubtful = {key: by[task_of(key)] for key in roles if task_of(key) in by and key not in open_ones}
    return SignOffs(open_ones, doubtful)


def is_live(facts: IssueFacts, look_back: int) -> bool:
    """Whether an engagement is open, or was closed so few days ago; one that was moved lives on elsewhere."""
    if templated(facts, ENGAGEMENT) is None or facts.issue.moved_to_id is not None:
        return False
    event = last_event(facts, CLOSED)
    since = facts.today - timedelta(days=look_back)
    return facts.issue.is_open or (event is not None and event.at.astimezone(facts.site.zone).date() >= since)


def task_of(role: str) -> str:
    return f"{ENGAGEMENT}.{role}"


def roles_of(facts: IssueFacts, keys: Sequence[str]) -> tuple[Role, ...]:
    """Those that the registry knows."""
    return tuple(role for key in keys if (role := facts.site.registry.role(key)))


def _holders(facts: IssueFacts, role: str) -> frozenset[int]:
    lead = facts.accounts.get(facts.site.registry.holder(role).lower())
    own = {lead.person.id} if lead and lead.person else set()
    return facts.holders.get(role, frozenset()) | own
