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
from tests.flow.award_stories import award
from tests.flow.certifying.bases import Bases, complete
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
from tests.flow.on_off import Ends, Seen, pages
from tests.soak import sample
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


def mistaken(people: Team, _: Stage) -> None:
    """The contact is made less, a guest is let in, a group is shared with others, and another is made."""
    root = people.way.as_("root")
    company, internal = root.groups.get(FOLDER), root.groups.get(f"{FOLDER}/internal")
    internal.members.create({"user_id": root.users.list(username="kim-example")[0].id, "access_level": 20})
    internal.share(root.groups.get("gitlab-com/channel/practice").id, 20)
    root.groups.create({"name": "Sales", "path": "sales", "parent_id": company.id})
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


def planned_again(people: Team, _: Stage) -> None:
    """The plan is asked for, and again when there is a group of a similar name."""
    asked = people.onboarding()
    people.tell(asked, f"ctp enrol {PARTNER}")
    people.way.sweep()
    root = people.way.as_("root")
    emea = root.groups.get("gitlab-com/channel/partners/emea")
    root.groups.create(
        {"name": "Bolt Services", "path": "bolt-services", "parent_id": emea.id, "visibility": "private"}
    )
    people.tell(asked, f"ctp enrol {PARTNER}")


def renamed(people: Team, stage: Stage) -> None:
    """The partner has another name, and somebody made a project of that name in the folder of templates."""
    root = people.way.as_("root")
    folder = root.groups.get("gitlab-com/channel/templates")
    stray = {"name": "Volt Services CTP Requirements Project", "path": "volt-services-ctp-requirements-project"}
    root.projects.create({**stray, "namespace_id": folder.id})
    registered("name: Bolt Services", "name: Volt Services")(people, stage)


def demanded(people: Team, _: Stage) -> None:
    asked = people.onboarding()
    for cert in ("ctp", "psp"):
        people.tell(asked, f"award open {PARTNER} {cert}")


def earned(people: Team, _: Stage) -> None:
    """One certification by the training program, the other by the number of engineers."""
    people.edit(people.issue(TRACKING, PROJECT), EDUCATION, state_event="close")
    people.registry(lambda text: text.replace("pse: 2", "pse: 3"))
    people.morning(date.fromisoformat("2026-11-24"))


def shared_out(people: Team, stage: Stage) -> None:
    """The account manager's part is done in one award, and another is opened by hand."""
    people.tick(people.issue(AWARD), "cam.")
    award(stage)


def completed(people: Team, _: Stage) -> None:
    """Everything is done, and the partner closes what is not theirs to close."""
    complete(people)
    people.way.sweep()
    people.edit(people.issue(TRACKING, PROJECT), CONTACT, state_event="close")


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
    "enrolment_plans": ("", planned_again),
    "ctp_enrolment": ("planned", lambda people, stage: None),
    "partner_folder": ("", orders(f"partner check {PARTNER}")),
    "partner_audit": ("enrolled", mistaken),
    "ctp_people": ("enrolled", blocked),
    "ctp_projects": ("enrolled", renamed),
    "ctp_orders": ("enrolled", orders(f"ctp status {PARTNER}")),
    "ctp_whereabouts": ("enrolled", on_tracking(hidden)),
    "ctp_tracking": ("planned", lambda people, stage: None),
    "ctp_reminders": ("enrolled", until("2027-04-23")),
    "ctp_stale": ("enrolled", until("2027-01-15")),
    "ctp_tasks": ("enrolled", on_tracking(lambda people, issue: people.tick(issue, "legal.1", by=CONTACT))),
    "ctp_deadline": ("enrolled", until("2027-05-24")),
    "ctp_close": ("enrolled", completed),
    "trainer_candidates": ("enrolled", candidate),
    "trainer_roster": ("enrolled", on_tracking(listed)),
    "award_opening": ("ready", earned),
    "award_on_demand": ("ready", demanded),
    "award_tasks": ("awarded", shared_out),
    "award_deadline": ("awarded", until("2026-12-02")),
    "award_eligibility": ("awarded", registered("status: authorized", "status: inactive")),
    "award_email": ("awarded", on_award(lambda people, issue: people.tell(issue, "award send-email"))),
    "award_press_release": ("awarded", on_award(lambda people, issue: people.tell(issue, "award press-release"))),
    "award_close": ("awarded", on_award(lambda people, issue: people.edit(issue, state_event="close"))),
    "award_record": ("awarded", on_award(finished)),
    "award_review": ("", registered("certifications: []", HELD)),
}
"""How far the partner is when it begins, and what people do."""


FIRST, RECORD = "Service_Partner_Onboarding - Bolt Services", "CTP enrolment: Bolt Services"
WRONG = "Partner folder to be put right: Bolt Services"
TRACKED, CANDIDATES = f"{TRACKING} - Bolt Services", "Trainer candidate - Quinn"
SEEN: Seen = {
    ("enrolment_plans", "PF-08"): (FIRST, "Is that the same company?"),
    ("enrolment_plans", "CT-05"): (FIRST, "| the partner is invited to the programme |"),
    ("enrolment_plans", "CT-06"): (FIRST, "4. make `@quinn-example` Maintainer of"),
    ("enrolment_plans", "KT-01"): (FIRST, "| the training addendum is signed |"),
    ("enrolment_plans", "KT-02"): (FIRST, "| agreements are for one region, or"),
    ("ctp_enrolment", "CT-05"): ("Record the CTP enrolment of Bolt Services", "opened"),
    ("ctp_enrolment", "CT-06"): (RECORD, "| Group `collaboration` |"),
    ("ctp_enrolment", "CT-07"): (RECORD, "| Project |"),
    ("ctp_enrolment", "CT-10"): (RECORD, "| Tracking issue |"),
    ("ctp_enrolment", "CT-11"): (TRACKED, "| Education Services | @eds-delivery |"),
    ("partner_folder", "PF-02"): (FIRST, f"1. make the private group `{FOLDER}`"),
    ("partner_folder", "PF-03"): (FIRST, f"3. make the private group `{FOLDER}/internal`"),
    ("partner_folder", "PF-10"): (FIRST, "Missing in its folder:"),
    ("partner_audit", "PF-04"): (WRONG, "who is not of our team: `@kim-example`"),
    ("partner_audit", "PF-05"): (WRONG, "is shared with `gitlab-com/channel/practice`"),
    ("partner_audit", "PF-07"): (WRONG, "A partner's folder has two groups"),
    ("partner_audit", "PF-09"): (WRONG, "Please make them Maintainer there"),
    ("ctp_projects", "CT-08"): ("CTP enrolment: Volt Services", "Please rename it to"),
    ("ctp_projects", "CT-09"): ("CTP enrolment: Volt Services", "volt-services-ctp-requirements-project"),
    ("ctp_tracking", "CT-11"): (TRACKED, "| Education Services | ▱▱ 0/2 | `@eds-delivery` |"),
    ("ctp_tracking", "CT-12"): (TRACKED, "Channel Account Manager: `@cam-amer`, partner contact: `@quinn-example`"),
    ("ctp_tracking", "CT-13"): (TRACKED, "**Bolt Services has until 2027-05-23.**"),
    ("ctp_close", "CT-16"): (TRACKED, "**Every task is ticked, well done!**"),
    ("ctp_close", "CT-17"): (TRACKED, "opened |"),
    ("trainer_candidates", "TC-01"): (CANDIDATES, "opened | CTP::trainer-candidate |"),
    ("trainer_candidates", "TC-02"): (CANDIDATES, "**Your own tasks:"),
    ("award_opening", "AW-04"): (f"{AWARD} - Bolt Services - PSP", "opened |"),
    ("award_opening", "AW-05"): (f"{AWARD} - Bolt Services - PSP", "- DRI: @cam-amer"),
    ("award_opening", "AW-06"): (f"{AWARD} - Bolt Services - CTP", "opened |"),
    ("award_on_demand", "AW-05"): (FIRST, "cannot be `GitLab Certified Professional Services Partner` yet"),
    ("award_on_demand", "AW-06"): (FIRST, "cannot be `GitLab Certified Training Partner` yet"),
    ("award_tasks", "AW-09"): (f"{AWARD} - Acme - PSP", "phd-emea"),
    ("award_tasks", "AW-10"): (f"{AWARD} - Bolt Services - CTP", "the certification has to be seen"),
    ("award_tasks", "AW-11"): (f"{AWARD} - Bolt Services - CTP", "give its administrator access to"),
}
"""Of handlers that carry several rules."""
UNSAID = frozenset({("partner_audit", "PF-01"), ("partner_audit", "PF-06")})
"""That the regions are there, and that projects may be made, is seen by nothing being said."""


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


def played(folder: Path, bases: Bases, handler: str, *, is_on: bool) -> World:
    """The end of the handler's story."""
    base, story = STORIES[handler]
    with team(folder / str(is_on), saved=getattr(bases, base) if base else None) as (people, stage):
        if not is_on:
            off = replace(stage.config.settings[handler], enabled=False)  # type: ignore[type-var]  # all are dataclasses
            stage.config = replace(stage.config, settings={**stage.config.settings, handler: off})
            stage.play()
        story(people, stage)
        stage.sweep()
        return stage.sandbox.world


@pytest.mark.parametrize("handler", STORIES)
def test_with_the_handler_the_story_ends_otherwise_than_without(tmp_path: Path, bases: Bases, handler: str) -> None:
    """And each of its rules is seen."""
    on, off = (played(tmp_path, bases, handler, is_on=is_on) for is_on in (True, False))
    assert inside(on) != inside(off)
    ends = Ends(pages(on), pages(off))
    for one, words_seen in SEEN.items():
        if one[0] == handler:
            ends.prove(words_seen)


@pytest.mark.kills
@pytest.mark.parametrize("handler", sample(list(STORIES), "ctp_reminders"))
def test_the_same_story_ends_the_same(tmp_path: Path, bases: Bases, handler: str) -> None:
    """What the handler does is all that makes two of them differ."""
    ends = [inside(played(tmp_path / str(number), bases, handler, is_on=True)) for number in range(2)]
    assert ends[0] == ends[1]
