"""TC-01 and TC-02 as a table of cases: the issues of trainer candidates."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.actions import Say
from bot.handlers import trainer_candidates
from tests.builders import CAM
from tests.tracking import LABEL, LAST, PAT, Story, TrackCase, decided, prove_track, template

SHOWN, FORM = "say `progress` (TC-02)", "say `form_{}` (TC-01)"
NEW = (f"add label `{LABEL}`", f"set due date {LAST}")
TRACKING, PARTNER = "issue:5/1", "partner:acme"
FILLED = {"name": "Quinn Example", "handle": "@quinn-example", "partner": "Acme Consulting", "courses": "GitLab CI/CD"}


def filled(**given: str) -> str:
    """The template as a candidate fills it in; an empty value leaves a place as it is."""
    text = template("candidate")
    for place, value in {**FILLED, **given}.items():
        text = text.replace(f"<{place}>", value) if value else text
    return text


def known(story: Story, **given: str) -> Story:
    """An issue that the bot looked at before."""
    story.text = filled(**given)
    story.fields["labels"] = frozenset({LABEL})
    return story


def new(story: Story) -> Story:
    story.text = filled()
    story.fields["due_date"] = None
    return story


CASES = (
    TrackCase(
        "a new one gets its label and the last day, and is shown in the tracking issue",
        new,
        wishes=(*NEW, SHOWN),
        says=("**Your own tasks: ▱▱▱▱▱▱▱▱ 0/8**, until 2027-05-23. Next: I took each course I want to teach; ",),
        affects=(TRACKING, PARTNER),
        kind="candidate",
    ),
    TrackCase("one that is known needs nothing", known, wishes=(SHOWN,), affects=(TRACKING,), kind="candidate"),
    TrackCase(
        "what is done counts",
        lambda story: known(story).tick("candidate.1", "delivery.1"),
        wishes=(SHOWN,),
        says=("▰▰▱▱▱▱▱▱ 2/8",),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase(
        "when all of the own tasks are done, the others come",
        lambda story: known(story).tick(*(task.id for task in story.tasks.tasks if task.owner == "partner")),
        wishes=(SHOWN,),
        says=("▰▰▰▰▰▰▰▰ 8/8", "Education Services looks at the rest"),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase(
        "what the form lacks is asked for by name",
        lambda story: known(story, name="", courses=""),
        wishes=(SHOWN, FORM.format("missing"), FORM.format("missing")),
        says=("**Candidate:** nothing is filled in", "`Candidate: …`", "**Courses:** nothing"),
        who=(),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase(
        "what cannot be read is asked for, as an example",
        lambda story: known(story, handle="ask Pat about it, maybe"),
        wishes=(SHOWN, FORM.format("unreadable")),
        says=("I cannot read `ask Pat about it, maybe`", "`GitLab handle: @their-handle`"),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase(
        "what contradicts itself is asked for",
        lambda story: setattr(known(story), "text", f"{filled()}\nGitLab handle: @somebody-else\n"),
        wishes=(SHOWN, FORM.format("contradicting")),
        says=("the description says `@quinn-example`, `@somebody-else`",),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase(
        "a due date that the partner sets is put right",
        lambda story: (
            known(story)
            .say("changed due date to January 1, 2029", PAT, system=True)
            .fields.update(due_date=date(2029, 1, 1))
        ),
        wishes=(NEW[1], SHOWN),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase(
        "one that a colleague sets stays",
        lambda story: (
            known(story)
            .say("changed due date to January 1, 2029", CAM, system=True)
            .fields.update(due_date=date(2029, 1, 1))
        ),
        wishes=(SHOWN,),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase(
        "more time is theirs too",
        lambda story: known(story).extend("2027-08-31").fields.update(due_date=date(2027, 5, 23)),
        wishes=("set due date 2027-08-31", SHOWN),
        affects=(TRACKING,),
        kind="candidate",
    ),
    TrackCase("closed, it is left alone", lambda story: known(story).close(PAT), kind="candidate"),
    TrackCase("of a partner that withdrew, too", lambda story: known(story).withdraw(), kind="candidate"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_trainer_candidates(case: TrackCase) -> None:
    prove_track(trainer_candidates, case)


def test_a_record_without_its_first_day_shows_today() -> None:
    story = new(Story("candidate"))
    story.record = replace(story.record, started_on=None)
    said = decided(trainer_candidates, "candidate", story.facts("2026-12-01"))
    assert [one.values["deadline"] for one in said if isinstance(one, Say)] == ["2026-12-01"]


def test_what_is_no_candidates_issue_is_passed_by() -> None:
    facts, settings = Story().facts(), trainer_candidates.Settings()
    assert [*trainer_candidates.decide_candidate(facts, settings)] == []
    assert [*trainer_candidates.candidate_affects(facts, settings)] == []
