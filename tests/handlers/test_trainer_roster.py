"""TC-01 as a table of cases: whom the tracking issue lists, and who opened an issue."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.domain.actions import Say
from bot.domain.facts import Account, IssueFacts
from bot.domain.gitlab import Issue, Member, Person
from bot.domain.partners.folder import Group, Tree
from bot.domain.places import Folder
from bot.handlers import trainer_roster
from tests.builders import CAM
from tests.tracking import EDUCATION, PAT, RecordCase, Story, TrackCase, decided, prove_record, prove_track, template

UNOPENED = ("say `unopened` (TC-01)",)
QUINN = Person(30, "quinn-example")
EMPTY = "| | | | |"
PATH = "gitlab-com/channel/partners/emea/acme"


def row(*cells: str) -> Any:
    """A line of the table in section 3."""

    def write(story: Story) -> Story:
        story.text = story.text.replace(EMPTY, f"| {' | '.join(cells)} |", 1)
        return story

    return write


def with_issue(story: Story, *, iid: int = 3, author: Person = PAT, **form: str) -> Story:
    """A candidate's issue is there."""
    text = template("candidate")
    for place, value in form.items():
        text = text.replace(f"<{place}>", value)
    own = Story("candidate", text, fields={"iid": iid, "author": author})
    story.more["candidates"] = (own.facts(),)
    return story


LISTED = row("Quinn Example", "@quinn-example", "CI/CD", "")
CASES = (
    TrackCase("nobody listed, nobody missed"),
    TrackCase(
        "a candidate without an issue is brought up to the contact",
        LISTED,
        wishes=UNOPENED,
        says=("`Quinn Example` is in the table", "`GitLab_Certified_Trainer_Candidate_Enrollment_Issue_for_Partners`"),
        who=("pat-example",),
    ),
    TrackCase(
        "each once, by the handle where there is no name",
        lambda story: row("", "`@quinn-example`", "", "")(row("Kim", "", "", "")(LISTED(story))),
        wishes=UNOPENED,
        says=("`Quinn Example`, `Kim` are in the table",),
    ),
    TrackCase("found by the handle in the form", lambda story: with_issue(LISTED(story), handle="@Quinn-Example")),
    TrackCase("found by who opened it", lambda story: with_issue(LISTED(story), author=QUINN)),
    TrackCase("found by the name", lambda story: with_issue(LISTED(story), name="quinn **example**")),
    TrackCase("found by the number", lambda story: with_issue(row("Q", "", "", "#3")(story))),
    TrackCase("found by the address", lambda story: with_issue(row("Q", "", "", "https://g/x/-/issues/3")(story))),
    TrackCase(
        "another's issue is not theirs",
        lambda story: with_issue(LISTED(story), name="Kim", handle="@kim"),
        wishes=UNOPENED,
    ),
    TrackCase("where all is done nobody is asked", lambda story: LISTED(story).tick_all()),
    TrackCase("after the last day nobody is asked", LISTED, "2027-05-24"),
    TrackCase("who withdrew is not asked", lambda story: LISTED(story).withdraw()),
)


def collaboration(*people: Person) -> Tree:
    folder = Folder(1, f"{PATH}/collaboration", "collaboration", 1, "private", "owner", "")
    return Tree(PATH, collaboration=Group(folder, tuple(Member(one, 15) for one in people)))


def issue(iid: int = 3, **form: str) -> Issue:
    story = Story()
    with_issue(story, iid=iid, author=PAT, **form)
    (facts,) = story.more["candidates"]
    assert isinstance(facts, IssueFacts)
    return facts.issue


def related(story: Story, *words: str) -> Story:
    for said in words:
        story.say(f"marked this issue as related to {said}", system=True)
    return story


def let_in(story: Story) -> Story:
    """Quinn is a member of the project."""
    known = {**story.facts().accounts, "quinn-example": Account("quinn-example", QUINN, member=True)}
    story.more["accounts"] = known
    return story


PLACE = f"{PATH}/collaboration/acme-consulting-ctp-requirements-project"
LINK = f"link `{PLACE}#3` to `{PLACE}#1`"
NOBODY = ("say `no_access` (TC-01)", "tell `no_access` once (`no access 1`)")
RECORDS = (
    RecordCase("nothing is listed, nothing is to be linked"),
    RecordCase(
        "a new one is linked",
        known={"tree": collaboration(QUINN), "candidates": (issue(handle="@quinn-example"),)},
        wishes=(LINK,),
    ),
    RecordCase(
        "what is linked stays so",
        lambda story: related(story, "elsewhere#4", "#3"),
        known={"candidates": (issue(),)},
    ),
    RecordCase(
        "what people unlinked, too", lambda story: related(story, f"{PLACE}#3"), known={"candidates": (issue(),)}
    ),
    RecordCase(
        "what is linked elsewhere, or only said to be, counts nothing",
        lambda story: related(story, "elsewhere#3").say("marked this issue as related to #3", PAT),
        known={"candidates": (issue(),)},
        wishes=(LINK,),
    ),
    RecordCase("a closed one is left alone", known={"candidates": (replace(issue(), state="closed"),)}),
    RecordCase(
        "a candidate without access is told to the account manager",
        LISTED,
        known={"tree": collaboration(PAT)},
        wishes=NOBODY,
        says=("`@quinn-example` should be a trainer candidate and is no member", f"`{PATH}/collaboration`"),
        tells=("cam-emea",),
    ),
    RecordCase(
        "a handle is the same in any case",
        row("Quinn Example", "@Quinn-EXAMPLE", "", ""),
        known={"tree": collaboration(Person(30, "QUINN-example"))},
    ),
    RecordCase(
        "and so is one whose issue somebody else opened",
        lambda story: related(story, "#3"),
        known={"tree": collaboration(PAT), "candidates": (issue(handle="@quinn-example"),)},
        wishes=NOBODY,
        tells=("cam-emea",),
    ),
    RecordCase(
        "a member of the project alone has access",
        lambda story: let_in(LISTED(story)),
        known={"tree": collaboration(PAT)},
    ),
    RecordCase(
        "and whoever opened an issue there, of their own or another's",
        lambda story: related(LISTED(story), "#3"),
        known={"tree": collaboration(PAT), "candidates": (replace(issue(), author=QUINN),)},
    ),
    RecordCase(
        "without a group nobody has access",
        LISTED,
        known={"accounts": {"cam-emea": Account("cam-emea", replace(CAM, state="blocked"))}},
        wishes=NOBODY,
        tells=("programs-lead",),
    ),
    RecordCase("who withdrew is nobody's concern", lambda story: LISTED(story).withdraw()),
    RecordCase("closed complete, neither", lambda story: LISTED(story).tick_all().close(EDUCATION)),
    RecordCase("without a tracking issue there is no table", known={"tracking": None}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_trainer_roster(case: TrackCase) -> None:
    prove_track(trainer_roster, case)


@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case.name)
def test_what_is_done_for_the_partner(case: RecordCase) -> None:
    prove_record(trainer_roster, case)


def test_the_reminder_comes_two_weeks_later() -> None:
    (say,) = decided(trainer_roster, "tracking", LISTED(Story()).facts())
    assert isinstance(say, Say)
    assert say.nudge
    assert say.nudge.after == 10
