"""The commits of the registry's project become the registry that counts: the newest good one, for every process.

A bad commit changes nothing but the operator's list of issues.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from threading import Lock
from typing import Final, Protocol

import structlog

from bot.domain.registry import Registry
from bot.domain.speech import code
from bot.errors import Forbidden, NotThere, TryLater
from bot.registry.files import SHAPES
from bot.registry.learning import Learning
from bot.registry.loader import Broken, understood
from bot.registry.proposing import Proposals
from bot.registry.shelf import Shelf, Source
from bot.registry.telling import NAME, complaint, content, short
from bot.rest.translate import Commit
from bot.voice.report import Reports

log = structlog.get_logger(__name__)

FRESH: Final = 1.0
"""Seconds for which a process believes that no other one has read a newer commit."""
FAR: Final = 20
"""Commits to go back for a good one when none is known."""
MOST_VERDICTS: Final = 100
BeforeWrite = Callable[[], None]


class Repository(Protocol):
    """The part of the gateway that reads the project."""

    def commits(
        self, project: int | str, ref: str, *, path: str | None = None, limit: int = 20
    ) -> tuple[Commit, ...]: ...
    def files_at(self, project: int | str, ref: str, under: str = "") -> tuple[str, ...]: ...
    def file(self, project: int | str, path: str, ref: str) -> str | None: ...


@dataclass(slots=True)
class Registries:
    """Knows the registry; threads may share it. `start` serves until the project has a good commit."""

    start: Registry
    repository: Repository
    shelf: Shelf | None
    """None: no project is configured, and `start` is the registry."""
    reports: Reports
    learning: Learning
    staff_only: Callable[[], bool]
    """Whether nobody but staff reads the reports."""
    dry_run: bool = True
    clock: Callable[[], float] = time.monotonic
    proposals: Proposals | None = None
    """Those that are open follow each new commit."""
    _kept: Registry | None = None
    _looked: float = float("-inf")
    _bad: dict[str, Broken] = field(default_factory=dict)
    """Verdicts on commits, which never change."""
    _is_behind: bool = False
    """Whether there was a new commit since the open proposals were looked at."""
    _lock: Lock = field(default_factory=Lock)

    def current(self) -> Registry:
        """The registry that counts; asks the database once a second, and never raises."""
        with self._lock:
            if self.shelf and self.clock() - self._looked >= FRESH:
                self._kept = self._newest(self.shelf) or self._kept
                self._looked = self.clock()
            return self._kept or self.start

    def texts(self) -> Mapping[str, str] | None:
        """The files of the project's newest good commit, by name; None while there is none. Raises StoreUnavailable."""
        kept = self.shelf.texts() if self.shelf else None
        return kept[1] if kept else None

    def newest(self) -> Mapping[str, str] | Broken | None:
        """The files of the newest commit, asked for now; None without a project, or while nobody has begun one."""
        head = self._commits(self.shelf.source, 1) if self.shelf else ()
        found = self._judged(self.shelf, head[0].sha) if self.shelf and head else None
        return None if isinstance(found, Broken) and found.is_blank else found

    def refresh(self, before_write: BeforeWrite, today: date) -> Iterator[str]:
        """Read the newest commit, complain about a bad one, propose what was learnt; each deed in words, once done.

        To be called by whoever holds the registry's subject. Raises what the gateway raises, and what is known stays.
        """
        shelf = self.shelf
        head = self._head(shelf) if shelf else ()
        if shelf is None or not head:
            return
        found = self._judged(shelf, head[0].sha)
        yield from self._taken(shelf, head, found)
        if isinstance(found, Broken) and found.is_blank and shelf.sha() is None:
            return
        if not self.dry_run:
            yield from self._told(shelf.source, head[0].sha, found, before_write, today)
        if not (self.dry_run or isinstance(found, Broken)):
            yield from self._learnt(found, before_write)

    def look(self) -> None:
        """Read the newest good commit, and tell nobody of a bad one. Raises what the gateway raises."""
        head = self._head(self.shelf) if self.shelf else ()
        if self.shelf and head:
            self._taken(self.shelf, head, self._judged(self.shelf, head[0].sha))

    def _head(self, shelf: Shelf) -> tuple[Commit, ...]:
        """The newest commit, and while no good one is known those behind it."""
        return self._commits(shelf.source, FAR if shelf.sha() is None else 1)

    def _taken(self, shelf: Shelf, head: Sequence[Commit], found: Mapping[str, str] | Broken) -> tuple[str, ...]:
        """Keep a good commit that is new, or the newest good one behind a bad one; what was done."""
        if isinstance(found, Broken):
            return (self._walk_back(shelf, head[1:]) or ()) if shelf.sha() is None else ()
        return (self._take(shelf, head[0].sha, found),) if shelf.sha() != head[0].sha else ()

    def _newest(self, shelf: Shelf) -> Registry | None:
        """What the database keeps; None when that is nothing new, nothing good or not to be had."""
        try:
            sha = shelf.sha()
            kept = shelf.texts() if sha and not (self._kept and self._kept.commit == sha) else None
        except TryLater as trouble:
            log.warning("the registry cannot be read from the database", reason=str(trouble))
            return None
        if kept is None:
            return None
        found = understood(kept[1], kept[0])
        if isinstance(found, Broken):
            # Another version of the bot took it for good; the next refresh looks for one that is.
            log.warning("the registry that was kept is none any more", problem=str(found.problems[0]))
            return None
        return found

    def _commits(self, source: Source, limit: int) -> tuple[Commit, ...]:
        return self.repository.commits(source.project, source.branch, limit=limit)

    def _judged(self, shelf: Shelf, sha: str) -> Mapping[str, str] | Broken:
        """The texts of a commit when they are a registry."""
        if sha in self._bad:
            return self._bad[sha]
        kept = shelf.texts()
        texts = kept[1] if kept and kept[0] == sha else self._texts(shelf.source, sha)
        found = understood(texts, sha)
        if not isinstance(found, Broken):
            return texts
        if len(self._bad) >= MOST_VERDICTS:
            self._bad.clear()
        if texts:  # a commit without files may be one that has not reached every replica yet
            self._bad[sha] = found
        return found

    def _texts(self, source: Source, sha: str) -> dict[str, str]:
        """All files as one commit has them."""
        texts: dict[str, str] = {}
        there = set(self.repository.files_at(source.project, sha))
        for name in (name for name in SHAPES if name in there):
            text = self.repository.file(source.project, name, sha)
            if text is None:
                raise TryLater(f"GitLab lists {name} at {short(sha)} of {source.project} and does not show it")
            texts[name] = text
        return texts

    def _take(self, shelf: Shelf, sha: str, texts: Mapping[str, str]) -> str:
        shelf.put(sha, texts)
        self._is_behind = True
        with self._lock:
            self._looked = float("-inf")
        return f"read the registry at {code(short(sha))}"

    def _walk_back(self, shelf: Shelf, behind: Iterable[Commit]) -> tuple[str] | None:
        """Take the newest good commit of those behind a bad one; None when there is none within reach."""
        for commit in behind:
            texts = self._judged(shelf, commit.sha)
            if not isinstance(texts, Broken):
                return (self._take(shelf, commit.sha, texts),)
        return None

    def _told(
        self, source: Source, sha: str, found: Mapping[str, str] | Broken, before_write: BeforeWrite, today: date
    ) -> Iterator[str]:
        plan = content() if not isinstance(found, Broken) else complaint(source, sha, found, self.staff_only())
        said = self.reports.settle(NAME, plan, today, before_write)
        if said:
            yield said

    def _learnt(self, texts: Mapping[str, str], before_write: BeforeWrite) -> Iterator[str]:
        """What is not learnt today is learnt another day: nobody's verdict depends on it."""
        try:
            if self._is_behind and self.proposals:
                yield from self.proposals.renew(texts, before_write)
            self._is_behind = False
            proposed = self.learning.propose(texts, before_write)
        except (NotThere, Forbidden) as refusal:
            log.warning("nothing can be proposed to the registry", reason=str(refusal))
            return
        if proposed:
            yield proposed
