"""CT-18 as a table of cases."""

from __future__ import annotations

from datetime import date

import pytest

from bot.domain.actions import Say, Turn
from bot.handlers import ctp_stale
from bot.handlers.ctp_stale import Settings
from tests.builders import BOT, CAM
from tests.tracking import PAT, Story, TrackCase, decided, prove_track

STALE = ("say `stale` (CT-18)",)
CASES = (
    TrackCase("29 days without a word are fine", today="2026-12-22"),
    TrackCase(
        "30 days are too many, and whoever is next hears",
        today="2026-12-23",
        wishes=STALE,
        says=("since 2026-11-23", "`The days in the table are agreed on` (Channel Account Manager)"),
        who=("cam-emea",),
    ),
    TrackCase("a comment counts", lambda story: story.on("2026-12-20").say("On it", PAT), "2027-01-18"),
    TrackCase("a tick counts", lambda story: story.on("2026-12-20").tick("goals.1"), "2027-01-18"),
    TrackCase("an untick counts", lambda story: story.on("2026-12-20").tick("goals.1", done=False), "2027-01-18"),
    TrackCase(
        "what the bot says does not",
        lambda story: story.on("2026-12-20").say("Status", BOT),
        "2026-12-23",
        wishes=STALE,
    ),
    TrackCase(
        "what the bot ticks neither",
        lambda story: story.on("2026-12-20").tick("goals.1", by=BOT),
        "2026-12-23",
        wishes=STALE,
    ),
    TrackCase(
        "what GitLab writes of other things neither",
        lambda story: story.on("2026-12-20").say("changed the title", PAT, system=True),
        "2026-12-23",
        wishes=STALE,
    ),
    TrackCase(
        "the next task is the first that is open",
        lambda story: (
            story.tick("goals.1", "goals.2", "goals.3", "goals.4", "goals.5")
            .tick("entry.1", "entry.2", "entry.3", "entry.4", "entry.5")
            .drop("candidates.1")
        ),
        "2026-12-23",
        wishes=STALE,
        says=("`Every candidate is in the table` (Acme Consulting)",),
        who=("pat-example",),
    ),
    TrackCase(
        "a doubtful tick leaves its task open",
        lambda story: story.tick("goals.1", by=PAT),
        "2026-12-23",
        wishes=STALE,
        who=("cam-emea",),
    ),
    TrackCase("more time is a beginning", lambda story: story.on("2026-12-20").extend("2027-08-31"), "2027-01-18"),
    TrackCase("all done is not stale", lambda story: story.tick_all(), "2027-02-01"),
    TrackCase("who withdrew is left alone", lambda story: story.withdraw(), "2027-02-01"),
    TrackCase("after the last day it is something else", today="2027-05-24"),
    TrackCase("closed for good, nobody is asked", lambda story: story.close(CAM).reopen().close(CAM), "2027-02-01"),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_stale(case: TrackCase) -> None:
    prove_track(ctp_stale, case)


def test_people_are_asked_again_each_thirty_days() -> None:
    (say,) = decided(ctp_stale, "tracking", Story().facts("2027-02-25"))
    assert isinstance(say, Say)
    assert say.nudge
    who = ("cam-emea",)
    days = (date(2026, 12, 23), date(2027, 1, 22), date(2027, 2, 21))
    assert say.nudge.turns == tuple(Turn(day, who) for day in days)


def test_a_number_of_days_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ValueError, match="days is 0; give at least 1"):
        Settings(days=0)
