"""Each handler of the certifications plays a small story twice, with it and without it, and the two end differently.

Which handlers and rules there are, `tests/flow/test_on_off.py` counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.sandbox.world import World
from tests.flow.certifying.bases import Bases
from tests.flow.certifying.seen import words
from tests.flow.certifying.world import (
    AWARD,
    CAM,
    CONTACT,
    EDUCATION,
    FOLDER,
    PARTNER,
    PHD,
    PROJECT,
    TRACKING,
    Team,
    team,
)
from tests.stage import Stage

CANDIDATE = """\
- Candidate: Quinn Example
- GitLab handle: @quinn-example
- Partner: Bolt Services
- Courses: Git Basics

Template: `GitLab_Certified_Trainer_Candidate_Enrollment_Issue_for_Partners`
"""
HELD = "certifications: [{cert: psp, awarded_on: 2025-12-10, review_month: 12}]"


def orders(text: str) -> Callable[[Team, Stage], None]:
    """The account manager tells the bot that, in an issue of the Channels project."""
    return lambda people, _: void(people.tell(people.onboarding(), text))


def on_tracking(deed: Callable[[Team, Any], object]) -> Callable[[Team, Stage], None]:
    return lambda people, _: void(deed(people, people.issue(TRACKING, PROJECT)))


def on_award(deed: Callable[[Team, Any], object]) -> Callable[[Team, Stage], None]:
    return lambda people, _: void(deed(people, people.issue(AWARD)))


def void(_: object) -> None:
    """What somebody got for it does not matter."""


def until(day: str) -> Callable[[Team, Stage], None]:
    return lambda people, _: people.morning(date.fromisoformat(day))


def registered(old: str, new: str, day: str = "2026-11-24") -> Callable[[Team, Stage], None]:
    """The registry comes to say something else, and a day passes."""

    def story(people: Team, _: Stage) -> None:
        people.registry(lambda text: text.replace(old, new))
        people.morning(date.fromisoformat(day))

    return story


def lowered(people: Team, _: Stage) -> None:
    root = people.way.as_("root")
    root.groups.get(f"{FOLDER}/collaboration").members.update(
        root.users.list(username=CONTACT)[0].id, {"access_level": 20}
    )
    people.morning(date(2026, 11, 24))


def blocked(people: Team, stage: Stage) -> None:
    found = stage.sandbox.world.user_by_name(CAM)
    assert found
    found.state = "blocked"
    people.morning(date(2026, 11, 24))


def candidate(people: Team, _: Stage) -> None:
    people.project(PROJECT, CONTACT).issues.create({"title": "Trainer candidate - Quinn", "description": CANDIDATE})


def hidden(people: Team, issue: Any) -> None:
    people.edit(issue, CONTACT, confidential=True)
    people.morning(date(2026, 11, 24))


def listed(people: Team, issue: Any) -> None:
    """The candidate is in the table and opened no issue."""
    row = "|---|---|---|---|\n| Quinn Example | @quinn-example | Git Basics | |"
    text = people.see(issue).description.replace("|---|---|---|---|", row)
    people.edit(issue, CONTACT, description=text)


def finished(people: Team, issue: Any) -> None:
    people.tick(issue, "cam.")
    people.way.sweep()
    people.tick(issue, "phd.", by=PHD)
    people.way.sweep()
    people.edit(issue, state_event="close")


STORIES: Mapping[str, tuple[str, Callable[[Team, Stage], None]]] = {
    "enrolment_plans": ("", orders(f"ctp enrol {PARTNER}")),
    "ctp_enrolment": ("planned", lambda people, stage: None),
    "partner_folder": ("", orders(f"partner check {PARTNER}")),
    "partner_audit": ("enrolled", lowered),
    "ctp_people": ("enrolled", blocked),
    "ctp_projects": ("enrolled", registered("name: Bolt Services", "name: Volt Services")),
    "ctp_orders": ("enrolled", orders(f"ctp status {PARTNER}")),
    "ctp_whereabouts": ("enrolled", on_tracking(hidden)),
    "ctp_tracking": ("planned", lambda people, stage: None),
    "ctp_reminders": ("enrolled", until("2027-04-23")),
    "ctp_stale": ("enrolled", until("2027-01-15")),
    "ctp_tasks": ("enrolled", on_tracking(lambda people, issue: people.tick(issue, "legal.1", by=CONTACT))),
    "ctp_deadline": ("enrolled", until("2027-05-24")),
    "ctp_close": ("enrolled", on_tracking(lambda people, issue: people.edit(issue, CONTACT, state_event="close"))),
    "trainer_candidates": ("enrolled", candidate),
    "trainer_roster": ("enrolled", on_tracking(listed)),
    "award_opening": (
        "ready",
        on_tracking(lambda people, issue: people.edit(issue, EDUCATION, state_event="close")),
    ),
    "award_on_demand": ("ready", orders(f"award open {PARTNER} ctp")),
    "award_tasks": ("awarded", on_award(lambda people, issue: people.tick(issue, "cam."))),
    "award_deadline": ("awarded", until("2026-12-02")),
    "award_eligibility": ("awarded", registered("status: authorized", "status: inactive")),
    "award_email": ("awarded", on_award(lambda people, issue: people.tell(issue, "award send-email"))),
    "award_press_release": ("awarded", on_award(lambda people, issue: people.tell(issue, "award press-release"))),
    "award_close": ("awarded", on_award(lambda people, issue: people.edit(issue, state_event="close"))),
    "award_record": ("awarded", on_award(finished)),
    "award_review": ("", registered("certifications: []", HELD)),
}
"""How far the partner is when it begins, and what people do."""


def inside(world: World) -> dict[str, Any]:
    """All texts, GitLab's own lines among them, and whatever they do not tell of; read without a request."""
    return {
        "issues": sorted((one.title, one.state, words(one.description or "")) for one in world.issues.values()),
        "notes": sorted(words(one.body) for one in world.notes.values()),
        "groups": sorted((one.full_path, one.name) for one in world.groups.values()),
        "members": sorted((one.user_id, one.access_level) for one in world.members),
        "requests": sorted((one.title, one.state) for one in world.merge_requests.values()),
        "mails": sorted((one.to, one.subject) for one in world.mails.values()),
    }


def played(folder: Path, bases: Bases, handler: str, *, is_on: bool) -> dict[str, Any]:
    """The end of the handler's story."""
    base, story = STORIES[handler]
    with team(folder / str(is_on), saved=getattr(bases, base) if base else None) as (people, stage):
        if not is_on:
            off = replace(stage.config.settings[handler], enabled=False)  # type: ignore[type-var]  # all are dataclasses
            stage.config = replace(stage.config, settings={**stage.config.settings, handler: off})
            stage.play()
        story(people, stage)
        stage.sweep()
        return inside(stage.sandbox.world)


@pytest.mark.parametrize("handler", STORIES)
def test_with_the_handler_the_story_ends_otherwise_than_without(tmp_path: Path, bases: Bases, handler: str) -> None:
    assert played(tmp_path, bases, handler, is_on=True) != played(tmp_path, bases, handler, is_on=False)


@pytest.mark.parametrize("handler", ["ctp_reminders", "award_tasks"])
def test_the_same_story_ends_the_same(tmp_path: Path, bases: Bases, handler: str) -> None:
    """What the handler does is all that makes two of them differ."""
    ends = [played(tmp_path / str(number), bases, handler, is_on=True) for number in range(2)]
    assert ends[0] == ends[1]
