"""A seed becomes what several people do to many issues: the same script each time, in whatever order the bot works.

Each change is one that no earlier state can turn into nothing, and none depends on what the bot has done meanwhile, so
there is exactly one right end: the one that a sweep gives when nothing goes wrong.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import gitlab

from bot.domain.windows import Window
from tests.stage import GROUP, HOME

PEOPLE = ("cam-emea", "cam-amer", "phd-emea", "programs-lead")
PLANNER, BOT = "ops-lead", "channel-bot"
PRIORITIES = {"1": 1, "2": 2, "3": 3, "4": 4, "Backlog": 5}
SPELLINGS = ("{0}M{1}", "channel {0} {1}", "Channel {0}  {1}", "Channel – {0} {1}", "channel-{0}m{1}")
TICK = 0.002
"""Seconds. Of what GitLab stamps with the same millisecond, nobody could tell which came last."""
Clients = Callable[[str], gitlab.Gitlab]
Fields = Mapping[str, Any]


@dataclass(frozen=True)
class Chore:
    """An issue: how it is opened, and then changed.

    `milestone` in a change is a title, `order` a comment that tells the bot something.
    """

    title: str
    opened: Fields
    changes: tuple[Fields, ...]


@dataclass(frozen=True)
class Lane:
    """What one person does, one thing after the other."""

    username: str
    milestones: tuple[str, ...]
    chores: tuple[Chore, ...]

    @property
    def steps(self) -> int:
        return len(self.milestones) + sum(1 + len(chore.changes) for chore in self.chores)


def script(seed: int, issues: int, today: date) -> tuple[Lane, ...]:
    """`issues` shared out among the people; near misses and a doubtful title by the one who plans milestones."""
    rng = random.Random(seed)
    misses = _near_misses(rng, today)
    chores = [_chore(rng, number, today, misses) for number in range(issues)]
    planner = Lane(PLANNER, (*misses, "FY27Q4 3c"), tuple(chore for chore in chores if _has_milestone(chore)))
    others = [chore for chore in chores if not _has_milestone(chore)]
    lanes = [Lane(name, (), tuple(others[start :: len(PEOPLE)])) for start, name in enumerate(PEOPLE)]
    return planner, *lanes


def _near_misses(rng: random.Random, today: date) -> list[str]:
    """Titles that mean the coming windows, and one that lies beyond those the bot makes ahead."""
    windows = Window.ahead(today, 9)
    chosen = [*rng.sample(windows[1:6], 3), windows[8], windows[8]]
    parts = [window.title.removeprefix("Channel - ").split() for window in chosen]
    return [spelling.format(*part) for spelling, part in zip(SPELLINGS, parts, strict=True)]


def _chore(rng: random.Random, number: int, today: date, misses: Sequence[str]) -> Chore:
    """Each value is said once an issue, so that saying it is never saying nothing."""
    values = rng.sample(sorted(PRIORITIES), 3)
    changes: list[Fields] = [_priority(rng, value) for value in values]
    changes += [{"due_date": (today + timedelta(days=rng.randrange(10, 99))).isoformat()} for _ in range(2)]
    description = "Words about the chore."
    if number % 2:
        # Whoever writes the whole description anew would write over what an order put there.
        changes += [{"order": order} for order in _orders(rng, number, today)]
    elif rng.random() < 0.7:
        nba = f"\nNBA: call them ({today + timedelta(days=20)})" if rng.random() < 0.3 else ""
        changes.append({"description": f"DRI: @{rng.choice(PEOPLE)}{nba}\n\n{description}"})
    if number % 5 == 0:
        changes.append({"milestone": rng.choice(misses)})
    rng.shuffle(changes)
    # Some never get a due date, so that comments remain that ask for one.
    kept = changes if rng.random() < 0.7 else [change for change in changes if "due_date" not in change]
    if number % 7 == 1:
        kept = [{"order": "hands-off"}, *kept, {"order": "hands-on"}]
    # An NBA gives its date to an issue that has none and is not in the backlog just then, which is a matter of timing.
    has_nba = any("nba" in str(change).lower() for change in kept)
    due = {"due_date": (today + timedelta(days=9)).isoformat()} if has_nba else {}
    return Chore(f"Chore {number}", {"description": description, **due}, tuple(kept))


def _orders(rng: random.Random, number: int, today: date) -> list[str]:
    """Some of those that mean the same however late they are heard."""
    due = today + timedelta(days=rng.randrange(10, 99))
    every = [f"dri @{rng.choice(PEOPLE)}", f"nba call them ({due})", "status", *([] if number % 5 == 0 else ["push"])]
    return rng.sample(every, 2)


def _priority(rng: random.Random, value: str) -> Fields:
    if rng.random() < 0.5:
        return {"weight": PRIORITIES[value]}
    return {"add_labels": f"Channel Priority:{value}"}


def _has_milestone(chore: Chore) -> bool:
    return any("milestone" in change for change in chore.changes)


def play(lanes: Sequence[Lane], clients: Clients, *, seconds: float = 0.0, seed: int = 0) -> int:
    """Act the script out, each lane in a thread of its own, spread over `seconds`; the number of things done."""
    failures: list[BaseException] = []

    def run(lane: Lane) -> None:
        try:
            _Actor(lane, clients(lane.username), random.Random(f"{seed} {lane.username}"), seconds).act()
        except BaseException as trouble:
            failures.append(trouble)

    threads = [threading.Thread(target=run, args=(lane,), name=lane.username) for lane in lanes]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
    return sum(lane.steps for lane in lanes)


class _Actor:
    """One lane being acted: a person has a few chores in hand at a time and turns to any of them."""

    def __init__(self, lane: Lane, client: gitlab.Gitlab, rng: random.Random, seconds: float) -> None:
        self._lane, self._rng = lane, rng
        self._project = client.projects.get(HOME)
        self._group = client.groups.get(GROUP)
        self._pause = 2 * seconds / max(lane.steps, 1)
        self._milestones: dict[str, int] = {}
        self._wait = threading.Event()

    def act(self) -> None:
        for title in self._lane.milestones:
            self._rest()
            self._milestones[title] = self._group.milestones.create({"title": title}).id
        waiting = list(self._lane.chores)
        in_hand: list[tuple[int, list[Fields]]] = []
        while waiting or in_hand:
            self._rest()
            if waiting and len(in_hand) < 5:
                chore = waiting.pop(0)
                issue = self._project.issues.create({"title": chore.title, **chore.opened})
                in_hand.append((issue.iid, list(chore.changes)))
                continue
            turn = self._rng.choice(in_hand)
            self._change(*turn)
            in_hand = [one for one in in_hand if one[1]]

    def _change(self, iid: int, changes: list[Fields]) -> None:
        fields = dict(changes.pop(0))
        if "milestone" in fields:
            fields["milestone_id"] = self._milestones[fields.pop("milestone")]
        if "order" in fields:
            self._project.issues.get(iid, lazy=True).notes.create({"body": f"@{BOT} {fields['order']}"})
        else:
            self._project.issues.update(iid, fields)

    def _rest(self) -> None:
        self._wait.wait(max(TICK, self._rng.uniform(0, self._pause)))
