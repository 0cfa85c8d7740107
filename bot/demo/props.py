"""A running pair becomes what the acts of the story need: its people, its places, its calendar, its commands."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from bot.config import Config
from bot.demo.pair import Pair
from bot.demo.stage import Person, Stage, Unmet, json_of
from bot.domain.windows import Window

MORNING = time(15, tzinfo=UTC)
"""A time at which it is the same day in all of Europe and America."""


@dataclass(frozen=True, slots=True)
class Props:
    """People sign in with their own tokens; `command` runs one of the bot's, `pids` are the parts' process ids."""

    stage: Stage
    pair: Pair
    config: Config
    pids: Callable[[], Mapping[str, int]]
    command: Callable[[Sequence[str]], tuple[int, str]]

    @property
    def me(self) -> str:
        """How people call the bot."""
        return f"@{self.stage.bot}"

    def person(self, username: str) -> Person:
        return Person.sign_in(self.pair.gitlab_url, username, self.pair.tokens[username])

    def channels(self, person: Person) -> Any:
        return person.project(self.config.site.projects["channels"])

    def group(self, person: Person) -> Any:
        return person.group(self.config.site.groups.channel)

    def milestone(self, person: Person, number: int) -> Any:
        return self.group(person).milestones.get(number)

    def priority(self, key: str) -> str:
        priorities = self.config.labels.priority
        return next(priorities.name(level) for level in priorities.levels if level.key == key)

    def weight(self, number: int) -> int | None:
        """The weight an issue shows where the plan has weights."""
        return number if self.pair.tier == "premium" else None

    def windows(self, ahead: int) -> tuple[Window, ...]:
        return Window.ahead(self.today(), ahead)

    def today(self) -> date:
        now = datetime.fromisoformat(json_of(f"{self.pair.admin_url}/clock")["now"])
        return now.astimezone(self.config.tz).date()

    def form(self, project: Any, name: str) -> str:
        """The issue template of that name, as it is installed in the project."""
        return str(project.files.get(f".gitlab/issue_templates/{name}.md", ref="main").decode().decode())

    def set(self, issue: Any, fields: Mapping[str, object]) -> None:
        issue.manager.update(issue.iid, dict(fields))

    def tell(self) -> None:
        """Where the plan has no group webhooks, nothing tells the bot of a milestone that no issue is in."""
        if self.pair.tier != "premium":
            self.stage.says("", "(this plan sends no webhook for that)")
            self.run_sweep()

    def run_sweep(self, *options: str) -> None:
        arguments = ("sweep", "--apply", *options)
        self.stage.says("", f"$ channel-bot {' '.join(arguments)}")
        status, output = self.command(arguments)
        self.stage.says("", output.strip())
        if status:
            raise Unmet(f"the sweep ended with exit status {status}")

    def comment(self, by: Person, issue: Any, *lines: str) -> int:
        """The id of the comment."""
        for line in lines:
            self.stage.says(by.username, f"comments: {line}")
        own = by.project(issue.project_id).issues.get(issue.iid, lazy=True)
        return int(own.notes.create({"body": "\n".join(lines)}).id)

    def later(self, seconds: float) -> None:
        """What GitLab stamps with the same second counts as one deed of one person."""
        self.turn_clock({"advance_seconds": seconds})

    def move_on_to(self, day: date) -> None:
        self.stage.says("", f"(the sandbox's clock moves on to {day}, and the morning's sweep runs)")
        self.turn_clock({"now": datetime.combine(day, MORNING).isoformat()})
        self.run_sweep("--full")

    def turn_clock(self, how: dict[str, object]) -> None:
        json_of(f"{self.pair.admin_url}/clock", put=how)

    def settled(self) -> None:
        """Wait until the bot has heard of everything and is at rest."""
        self.stage.expect("the bot is at rest", self._left, lambda left: left == 0)

    def _left(self) -> int:
        pending = f"{self.pair.bot_url}/readyz"
        before = json_of(pending).get("pending", 1) + json_of(f"{self.pair.admin_url}/hooks")["waiting"]
        return int(before or json_of(pending).get("pending", 1))

    def kill(self, *names: str) -> dict[str, int]:
        former = {name: self.pids()[name] for name in names}
        for name, pid in former.items():
            os.kill(pid, signal.SIGKILL)
            self.stage.says("", f"$ kill -9 {pid}   # the {name}")
        return former
