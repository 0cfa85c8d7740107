"""CT-13's tasks as a table of cases: what people do to them, and what they are asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.handlers import ctp_tasks
from tests.builders import BOT, CAM
from tests.tracking import EDUCATION, PAT, SERVICES, Story, TrackCase, decided, prove_track

MISSING, TWICE = "say `missing` (CT-15)", "say `twice` (CT-15)"
REQUIRED, UNCONFIRMED = "say `required` (CT-13)", "say `unconfirmed` (CT-13)"


def edited(old: str, new: str) -> object:
    """Somebody replaces these words in the description."""

    def edit(story: Story) -> None:
        assert old in story.text
        story.text = story.text.replace(old, new)

    return edit


def again(story: Story) -> None:
    """A task is copied with its id, and with words that would do harm."""
    story.text += "\n- [ ] Look @all <!-- t:legal.1 -->\n"


CASES = (
    TrackCase("as it was opened, nothing is asked"),
    TrackCase(
        "a task that is deleted is asked back, with its words",
        lambda story: story.drop("legal.1"),
        wishes=(MISSING,),
        says=("one is not in the description any more", "`- [ ] The master partner agreement is signed`"),
        who=("cam-emea",),
    ),
    TrackCase(
        "a whole section that is deleted is asked back",
        lambda story: story.drop(*(task.id for task in story.tasks.tasks if task.owner == "channel_services")),
        wishes=(MISSING,),
        says=("6 are not in the description", "put these lines back", "- [ ] The training addendum is signed"),
    ),
    TrackCase(
        "a task that is worded otherwise is found by its id",
        edited("The master partner agreement is signed", "MPA: all done"),  # type: ignore[arg-type]  # returns nothing
    ),
    TrackCase(
        "a task that lost its id is found by its words",
        edited(" <!-- t:legal.1 -->", ""),  # type: ignore[arg-type]  # returns nothing
    ),
    TrackCase("what people add is theirs", edited("## 7. Close", "- [ ] Buy a cake\n\n## 7. Close")),  # type: ignore[arg-type]  # returns nothing
    TrackCase(
        "an id that stands there twice",
        again,
        wishes=(TWICE,),
        says=("I count the first of each", "`Look @all`"),
        who=("cam-emea",),
    ),
    TrackCase("a task that may be left out, is", edited("- [ ] The terms", "- [~] The terms")),  # type: ignore[arg-type]  # returns nothing
    TrackCase(
        "a task that everybody has is not",
        edited("- [ ] The training addendum", "- [~] The training addendum"),  # type: ignore[arg-type]  # returns nothing
        wishes=(REQUIRED,),
        says=("`[~]` does not settle them", "`The training addendum is signed`"),
    ),
    TrackCase(
        "a team's task that the partner ticks is asked about, and stays ticked",
        lambda story: story.tick("legal.1", by=PAT),
        wishes=(UNCONFIRMED,),
        says=("please untick and tick again", "- Channel Services: `The master partner agreement is signed`"),
        who=("services-lead",),
    ),
    TrackCase(
        "one that another role of the team ticks, too",
        lambda story: story.tick("legal.1", "legal.2", by=CAM),
        wishes=(UNCONFIRMED,),
        says=("these tasks are ticked", "by whom they are for"),
        who=("services-lead",),
    ),
    TrackCase(
        "one that nobody is told to have ticked, too",
        lambda story: story.tick("close.1", silent=True),
        wishes=(UNCONFIRMED,),
        who=("eds-delivery",),
    ),
    TrackCase(
        "one that the bot is told to have ticked, too",
        lambda story: story.tick("close.1", by=BOT),
        wishes=(UNCONFIRMED,),
    ),
    TrackCase(
        "what people write in GitLab's words is no tick",
        lambda story: story.tick("legal.1", silent=True).say(
            "marked the checklist item **The master partner agreement is signed** as completed", SERVICES
        ),
        wishes=(UNCONFIRMED,),
    ),
    TrackCase(
        "ticked again by whom it is for, it counts",
        lambda story: story.tick("legal.1", by=PAT).tick("legal.1", done=False).tick("legal.1", by=SERVICES),
    ),
    TrackCase(
        "unticked, it is simply open",
        lambda story: story.tick("legal.1").tick("legal.1", by=PAT, done=False),
    ),
    TrackCase("the partner's own tasks are anybody's to tick", lambda story: story.tick("competency.1", by=CAM)),
    TrackCase("who withdrew is asked nothing", lambda story: story.drop("legal.1").withdraw()),
    TrackCase("closed for good nobody is", lambda story: story.tick_all().close(EDUCATION).drop("legal.1")),
    TrackCase("a candidate's issue as it was opened", kind="candidate"),
    TrackCase(
        "a candidate who deletes a task is asked for it",
        lambda story: story.drop("candidate.1"),
        kind="candidate",
        wishes=(MISSING,),
    ),
    TrackCase(
        "a candidate who accepts the own application is asked about",
        lambda story: story.tick("review.3", by=PAT),
        kind="candidate",
        wishes=(UNCONFIRMED,),
        who=("eds-delivery",),
    ),
    TrackCase(
        "a candidate's issue that is closed is left alone",
        lambda story: story.drop("candidate.1").close(PAT),
        kind="candidate",
    ),
    TrackCase(
        "a candidate of a partner that withdrew, too",
        lambda story: story.drop("candidate.1").withdraw(),
        kind="candidate",
    ),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_tasks(case: TrackCase) -> None:
    prove_track(ctp_tasks, case)


def test_of_many_the_first_are_listed() -> None:
    said = decided(ctp_tasks, "tracking", Story(text="Gone").facts(), replace(ctp_tasks.Settings(), shown=2))
    assert [one.values["tasks"].count("- [ ]") for one in said] == [2]  # type: ignore[union-attr]  # one Say
