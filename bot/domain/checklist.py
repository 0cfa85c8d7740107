"""Checklists: a description becomes its sections and tasks, and what was asked is found again in what stands there."""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import lru_cache
from typing import TypeAlias, assert_never

from bot.domain.tasklines import TASK, Line, lines, plain, with_box

HEADING = re.compile(r" {0,3}(?P<level>#{1,6}+)(?: |$)")


class State(StrEnum):
    """What the box of a task says; `inapplicable` is `[~]`."""

    OPEN = "open"
    DONE = "done"
    INAPPLICABLE = "inapplicable"


BOXES = {State.OPEN: " ", State.DONE: "x", State.INAPPLICABLE: "~"}
STATES = {box: state for state, box in BOXES.items()}


class Reason(StrEnum):
    """Why a task does not count as done."""

    OPEN = "open"
    MISSING = "missing"
    REQUIRED = "inapplicable but required"


@dataclass(frozen=True, slots=True)
class Task:
    """One task: `line` counts from 1, and is 0 for a task that is asked and no longer stands there.

    `owner` is the role key of its section. Only an `optional` task may be marked as not applicable.
    """

    id: str
    text: str
    state: State = State.OPEN
    line: int = 0
    owner: str = ""
    optional: bool = False

    @property
    def reason(self) -> Reason | None:
        """Why it does not count as done; None when it does."""
        match self.state:
            case State.DONE:
                return None
            case State.INAPPLICABLE:
                return None if self.optional else Reason.REQUIRED
            case State.OPEN:
                return Reason.OPEN if self.line else Reason.MISSING
            case _:
                assert_never(self.state)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with the tasks below it; `owner` is a role key, or "" when neither it nor a heading above names one."""

    title: str
    owner: str
    tasks: tuple[Task, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Checklist:
    """All sections of a text in its order, also those without tasks; tasks above all headings stand under the title "".

    `duplicates` are the tasks with an id that an earlier task has.
    """

    sections: tuple[Section, ...] = ()

    @property
    def tasks(self) -> tuple[Task, ...]:
        return tuple(task for section in self.sections for task in section.tasks)

    @property
    def duplicates(self) -> tuple[Task, ...]:
        seen: set[str] = set()
        again: list[Task] = []
        for task in self.tasks:
            if task.id and task.id in seen:
                again.append(task)
            seen.add(task.id)
        return tuple(again)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the tasks of one role are; `open` are those that do not count as done, each with its reason."""

    done: int
    total: int
    open: tuple[Task, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """What is asked and where it stands: `tasks` are all tasks of the master in its order, in their present state.

    `missing` are those of them that no longer stand there; `extra` stand there and were never asked.
    """

    tasks: tuple[Task, ...]
    extra: tuple[Task, ...] = ()

    @property
    def missing(self) -> tuple[Task, ...]:
        return tuple(task for task in self.tasks if task.reason is Reason.MISSING)

    @property
    def is_complete(self) -> bool:
        return all(task.reason is None for task in self.tasks)

    def progress(self) -> Mapping[str, Progress]:
        """By role key of the owner, in the order of the master."""
        by_owner: defaultdict[str, list[Task]] = defaultdict(list)
        for task in self.tasks:
            by_owner[task.owner].append(task)
        return {owner: _progress(tasks) for owner, tasks in by_owner.items()}


@lru_cache(maxsize=64)
def read_checklist(text: str) -> Checklist:
    """The sections and tasks of a text, without those in code blocks, quotes and comments."""
    reader = _Reader()
    for line in lines(text):
        reader.read(line)
    return Checklist(tuple(reader.finished()))


@lru_cache(maxsize=64)
def matched(master: Checklist, text: str) -> Matched:
    """What the master asks, as it stands in `text`: found by id, then by words, those of the same section first."""
    there = _There(_pairs(read_checklist(text)))
    asked = [_Asked(section, task) for section, task in _pairs(master)]
    for key in (_by_id, _by_section, _by_words):
        there.assign(asked, key)
    return Matched(tuple(one.present() for one in asked), tuple(task for _, task in there.left))


def with_state(text: str, task_id: str, state: State) -> str:
    """The text with the box of the first task of that id in that state, all else as it was; unchanged without one."""
    for line in lines(text):
        task = TASK.match(line.raw)
        if task and line.mark and line.mark["id"] == task_id:
            is_so = STATES.get(task["box"].lower(), State.OPEN) is state
            return text if is_so else with_box(text, line.at, task.start("box"), BOXES[state])
    return text


@dataclass(slots=True)
class _Reader:
    sections: list[Section] = field(default_factory=lambda: [Section("", "", (), 1)])
    tasks: list[Task] = field(default_factory=list)
    owners: list[tuple[int, str]] = field(default_factory=list)
    """Level and owner of the headings that we are below of."""

    def read(self, line: Line) -> None:
        if heading := HEADING.match(line.said):
            self._close()
            owner = self._owner(len(heading["level"]), line.owner)
            title = line.said[heading.end() :].strip().rstrip("#").rstrip()
            self.sections.append(Section(title, owner, (), line.at + 1))
        elif TASK.match(line.raw) and (task := TASK.match(f"{line.said} ")):
            self.tasks.append(_task(line, task, self.sections[-1].owner))

    def finished(self) -> Iterator[Section]:
        self._close()
        top, *below = self.sections
        yield from [top] if top.tasks else []
        yield from below

    def _close(self) -> None:
        self.sections[-1] = replace(self.sections[-1], tasks=tuple(self.tasks))
        self.tasks.clear()

    def _owner(self, level: int, named: str) -> str:
        while self.owners and self.owners[-1][0] >= level:
            self.owners.pop()
        owner = named or (self.owners[-1][1] if self.owners else "")
        self.owners.append((level, owner))
        return owner


def _task(line: Line, found: re.Match[str], owner: str) -> Task:
    mark = line.mark
    return Task(
        id=mark["id"] if mark else "",
        text=line.said[found.end() :].strip(),
        state=STATES.get(found["box"].lower(), State.OPEN),
        line=line.at + 1,
        owner=owner,
        optional=bool(mark and mark["optional"]),
    )


@dataclass(slots=True)
class _Asked:
    """A task of the master, and what was found for it."""

    section: Section
    task: Task
    found: Task | None = None

    def present(self) -> Task:
        there = self.found or Task("", "")
        return replace(self.task, state=there.state, line=there.line)


@dataclass(slots=True)
class _There:
    """The tasks that stand there and were not found to be one that is asked."""

    left: list[tuple[Section, Task]]

    def assign(self, asked: list[_Asked], key: _Key) -> None:
        """Gives each asked task the first one left with the same key."""
        places: defaultdict[_Words, deque[int]] = defaultdict(deque)
        for at, (section, task) in enumerate(self.left):
            places[key(section, task)].append(at)
        taken: set[int] = set()
        for one in asked:
            wanted = key(one.section, one.task)
            if one.found is None and wanted and places[wanted]:
                at = places[wanted].popleft()
                one.found = self.left[at][1]
                taken.add(at)
        self.left = [pair for at, pair in enumerate(self.left) if at not in taken]


_Words: TypeAlias = str | tuple[str, str]
_Key: TypeAlias = Callable[[Section, Task], _Words]
"""What two tasks have in common that are the same; empty: nothing can be compared."""


def _by_id(_: Section, task: Task) -> _Words:
    return task.id


def _by_section(section: Section, task: Task) -> _Words:
    words = plain(task.text)
    return (plain(section.title), words) if words else ""


def _by_words(_: Section, task: Task) -> _Words:
    return plain(task.text)


def _pairs(checklist: Checklist) -> list[tuple[Section, Task]]:
    return [(section, task) for section in checklist.sections for task in section.tasks]


def _progress(tasks: list[Task]) -> Progress:
    left = tuple(task for task in tasks if task.reason is not None)
    return Progress(len(tasks) - len(left), len(tasks), left)
