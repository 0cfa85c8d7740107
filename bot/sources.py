"""What a snapshot reads from beside GitLab itself: questions become guards, partners, issues, epics and groups."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Protocol

from bot.domain.cases import Case
from bot.domain.facts import Guard, IssueFacts, PartnerFacts, PracticeFacts, RecurringFacts, Site
from bot.domain.gitlab import Epic, Initiative, Issue


class Guards(Protocol):
    """Tells whose word counts on the issues of a project, and of a partner's."""

    def guard(self, project_id: int, max_age: float = ...) -> Guard: ...
    def outside(self) -> Guard: ...


class Partners(Protocol):
    """Reads what belongs to one partner, and knows the issues in which it is certified."""

    def case(self, issue: Issue, site: Site) -> Case | None:
        """What the issue is to a certification; None for any other issue, which costs no call to tell."""

    def forget(self) -> None: ...
    def facts(
        self, partner_id: str, today: date, site: Site, look: Callable[[Issue], IssueFacts], max_age: float = ...
    ) -> PartnerFacts: ...
    def holders(self, role: str) -> frozenset[int]: ...
    def proposed_for(self, partner_id: str) -> Mapping[str, str]: ...


class Opened(Protocol):
    """Knows what the bot opened."""

    def opened(self, prefix: str = ...) -> Mapping[str, Issue]: ...


class Epics(Protocol):
    """Reads what the team plans with."""

    def of(self, words: str) -> tuple[Epic, ...]: ...
    def initiatives(self) -> Iterator[Initiative]: ...


class Practice(Protocol):
    """Reads the practice group."""

    def facts(self, today: date, site: Site) -> PracticeFacts: ...


class Templated(Protocol):
    """Reads what began with the team's templates."""

    def recurring(self, key: str, today: date, site: Site) -> RecurringFacts: ...
    def issues_of(self, key: str, today: date, site: Site, *, fresh: bool = False) -> Iterator[Issue]: ...
    def saw(self, issue: Issue) -> None:
        """It was read by itself; lists that are kept may be older."""

    def wakes(self, project: str) -> None:
        """Others are about to look because of one of its issues; lists that another process keeps may be older."""
