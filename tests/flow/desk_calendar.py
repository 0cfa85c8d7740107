"""A registry of the Help Desk's partners becomes a world in which days go by, and what people do and see in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from bot.sandbox.clock import Clock
from bot.sandbox.example import example_world, files_in, tokens_of
from bot.sandbox.server import Sandbox
from tests.direct import direct
from tests.flow.certifying.world import Team
from tests.flow.ways import Sweeping
from tests.helpdesk import tick
from tests.stage import ROOT, Stage, config_for

CAM, PHD, OTHER_PHD, LEAD = "cam-emea", "phd-emea", "phd-amer", "programs-lead"


def entry(name: str, words: str) -> str:
    """A partner of EMEA's in partners.yml; `words` are further keys on one line."""
    contacts = f"contacts: {{primary: {{name: Pat Example, email: pat@{name}.example}}}}"
    return f"  - {{id: {name}, name: {name.title()}, region: emea, account_manager: {CAM}, {contacts}, {words}}}\n"


def select(name: str) -> str:
    return entry(name, "track: select, status: authorized, agreements: {mpa: 2026-01-05}")


def opened(name: str) -> str:
    return entry(name, "track: open, status: authorized, agreements: {mpa: 2026-01-05}")


def applicant(name: str) -> str:
    return entry(name, "status: applicant")


def authorized(name: str, on: str) -> str:
    return entry(name, f"status: authorized, authorized_on: {on}")


@dataclass(frozen=True)
class Desk(Team):
    """What the Help Desk's people do."""

    stage: Stage

    def boxes(self, issue: Any, *ids: str, by: str = PHD) -> None:
        """Tick the tasks whose ids begin so."""
        self.pause()
        self.edit(issue, by, description=tick(self.see(issue, by).description, *ids))

    def close(self, issue: Any, by: str = PHD) -> None:
        self.pause()
        self.edit(issue, by, state_event="close")

    def titles(self, fragment: str = "PHD") -> list[str]:
        """Of all issues with this in their title, in the order in which they were opened."""
        listed = self.project(by="ops-lead").issues.list(get_all=True, order_by="created_at", sort="asc")
        return [one.title for one in listed if fragment in one.title]


@contextmanager
def desk(folder: Path, day: date, *entries: str, recurring: Collection[str] = (), **site: Any) -> Iterator[Desk]:
    """A world on that day, whose registry has these partners."""
    texts = {**files_in(ROOT / "config" / "registry")}
    texts["partners.yml"] = f"as_of: 2026-11-02\n\npartners:\n{''.join(entries) or '  []'}\n"
    clock = Clock(datetime.combine(day, time(14), UTC))
    world = example_world("http://127.0.0.1:0", clock=clock, registry=texts)
    world.limited_users = set()
    with Sandbox(world) as sandbox, direct(sandbox):
        config = config_for(folder / "config", sandbox.url, recurring=recurring, notes_per_minute=60_000, **site)
        stage = Stage(sandbox, config, tokens_of(world))
        yield Desk(Sweeping(stage), stage)
        stage.hang_up()


def more(*entries: str) -> Any:
    """A change of partners.yml that adds these."""
    return lambda text: text + "".join(entries)
