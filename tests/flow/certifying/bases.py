"""How far a partner has come becomes a saved world that other stories begin with; there the bot has no memory."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.flow.certifying.world import (
    AWARD,
    CONTACT,
    EDUCATION,
    EDUCATION_TASKS,
    MANAGERS_TASKS,
    PARTNERS_TASKS,
    PROJECT,
    SERVICES,
    SERVICES_TASKS,
    TRACKING,
    Team,
    able,
    save,
    team,
)


@dataclass
class Bases:
    """Each is made once, when it is first asked for, from the one before."""

    folder: Path

    @cached_property
    def planned(self) -> Path:
        """The plan is confirmed, and the bot did nothing yet."""
        with team(self.folder / "planned") as (people, stage):
            asked = people.onboarding()
            people.tell(asked, f"confirm {people.plan(asked)}")
            return save(stage, self.folder / "planned.json")

    @cached_property
    def enrolled(self) -> Path:
        """The tracking issue is there, and the registry knows."""
        with team(self.folder / "enrolled", saved=self.planned) as (people, stage):
            stage.sweep()
            people.merge("enrolment")
            stage.sweep()
            return save(stage, self.folder / "enrolled.json")

    @cached_property
    def ready(self) -> Path:
        """Everything is ticked, the trainers are counted, and the issue is open."""
        with team(self.folder / "ready", saved=self.enrolled) as (people, stage):
            complete(people)
            stage.sweep()
            return save(stage, self.folder / "ready.json")

    @cached_property
    def awarded(self) -> Path:
        """The award issue is open."""
        with team(self.folder / "awarded", saved=self.ready) as (people, stage):
            people.edit(people.issue(TRACKING, PROJECT), EDUCATION, state_event="close")
            people.issue(AWARD)
            stage.sweep()
            return save(stage, self.folder / "awarded.json")


def complete(people: Team) -> None:
    """Everybody does their part."""
    issue = people.issue(TRACKING, PROJECT)
    people.tick(issue, *PARTNERS_TASKS, by=CONTACT)
    people.tick(issue, *MANAGERS_TASKS)
    people.tick(issue, *SERVICES_TASKS, by=SERVICES)
    people.tick(issue, *EDUCATION_TASKS, by=EDUCATION)
    people.registry(able)
