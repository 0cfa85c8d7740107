"""CT-14 as a table of cases."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.facts import Account
from bot.handlers import ctp_deadline
from tests.builders import CAM
from tests.tracking import EDUCATION, EXPIRED, PAT, WITHDRAWN, RecordCase, Story, TrackCase, prove_record, prove_track

AFTER = "2027-05-24"
ADD, ENDED = f"add label `{EXPIRED}`", "say `ended` (CT-14)"
PARTNER = ("partner:acme",)
TOLD = ("say `expired` (CT-14)", "tell `expired` once (`expired 2027-05-23`)")
BOTH = ("cam-emea", "services-lead")


def labelled(story: Story, *names: str, withheld: bool = False) -> Story:
    """The labels that count; `withheld`: the partner took them off."""
    if withheld:
        story.more["withheld"] = frozenset(names)
    else:
        story.fields["labels"] = frozenset(names)
    return story


def from_day(story: Story, day: str) -> None:
    story.record = replace(story.record, started_on=date.fromisoformat(day))


CASES = (
    TrackCase("in time there is nothing to say"),
    TrackCase("the last day counts to its end, in the team's zone", today="2027-05-23"),
    TrackCase(
        "the day after, it is over",
        today=AFTER,
        wishes=(ADD, ENDED),
        says=("ended on 2027-05-23", "Channel Services decides what comes next"),
        affects=PARTNER,
    ),
    TrackCase("what is labelled stays so", lambda story: labelled(story, EXPIRED), AFTER, wishes=(ENDED,)),
    TrackCase(
        "a label that the partner takes off comes back",
        lambda story: labelled(story, EXPIRED, withheld=True),
        AFTER,
        wishes=(ADD, ENDED),
        affects=PARTNER,
    ),
    TrackCase(
        "a label that the partner puts on counts for nothing",
        lambda story: story.more.update(untrusted=frozenset({EXPIRED})),
    ),
    TrackCase(
        "more time takes the label away",
        lambda story: labelled(story, EXPIRED).on(AFTER).extend("2027-08-31"),
        "2027-05-25",
        wishes=(f"remove label `{EXPIRED}`",),
        affects=PARTNER,
    ),
    TrackCase(
        "more time ends too",
        lambda story: story.extend("2027-08-31"),
        "2027-09-01",
        wishes=(ADD, ENDED),
        says=("ended on 2027-08-31",),
        affects=PARTNER,
    ),
    TrackCase(
        "who withdrew is told so, and is not late",
        lambda story: story.withdraw(),
        AFTER,
        wishes=(f"add label `{WITHDRAWN}`", "say `withdrawn` (CT-14)"),
        says=("ended on 2026-11-23", "this issue can be closed"),
    ),
    TrackCase(
        "who withdrew when it was late carries one label",
        lambda story: labelled(story, EXPIRED).withdraw(),
        AFTER,
        wishes=(f"remove label `{EXPIRED}`", f"add label `{WITHDRAWN}`", "say `withdrawn` (CT-14)"),
        affects=PARTNER,
    ),
    TrackCase("closed after a withdrawal nothing is said", lambda story: story.withdraw().close(PAT), AFTER),
    TrackCase("done in time and still open is not late", lambda story: story.on("2027-05-23").tick_all(), AFTER),
    TrackCase(
        "done late in the evening of the last day, in the team's zone, is in time",
        lambda story: story.on("2027-05-24 05:30").tick_all(),
        AFTER,
    ),
    TrackCase(
        "done the day after is too late",
        lambda story: story.on("2027-05-24 06:30").tick_all(),
        "2027-05-25",
        wishes=(ADD, ENDED),
        affects=PARTNER,
    ),
    TrackCase(
        "done when it was labelled is too late, whatever GitLab tells of it",
        lambda story: labelled(story, EXPIRED).on("2027-05-20").tick_all(),
        AFTER,
        wishes=(ENDED,),
    ),
    TrackCase(
        "also when the partner took that label off",
        lambda story: labelled(story, EXPIRED, withheld=True).on("2027-05-20").tick_all(),
        AFTER,
        wishes=(ADD, ENDED),
        affects=PARTNER,
    ),
    TrackCase(
        "closed complete in time, it never ends",
        lambda story: story.on("2027-05-20").tick_all().close(EDUCATION),
        "2028-01-01",
    ),
    TrackCase(
        "closed too late by Education Services, it stays closed",
        lambda story: story.on("2027-05-25").tick_all().close(EDUCATION),
        "2027-05-26",
        affects=PARTNER,
    ),
    TrackCase("29 February: on it", lambda story: from_day(story, "2027-08-29"), "2028-02-29"),
    TrackCase(
        "29 February: after it",
        lambda story: from_day(story, "2027-08-31"),
        "2028-03-01",
        wishes=(ADD, ENDED),
        says=("ended on 2028-02-29",),
        affects=PARTNER,
    ),
    TrackCase(
        "the end of a month: 30 April gives 30 October", lambda story: from_day(story, "2027-04-30"), "2027-10-30"
    ),
    TrackCase(
        "the end of a month: and not the 31st",
        lambda story: from_day(story, "2027-04-30"),
        "2027-10-31",
        wishes=(ADD, ENDED),
        affects=PARTNER,
    ),
    TrackCase("the day on which clocks change", lambda story: from_day(story, "2026-09-14"), "2027-03-14"),
    TrackCase(
        "the day after clocks change",
        lambda story: from_day(story, "2026-09-14"),
        "2027-03-15",
        wishes=(ADD, ENDED),
        affects=PARTNER,
    ),
)
RECORDS = (
    RecordCase("in time there is nothing to tell"),
    RecordCase(
        "the day after, those who decide are told once, with the orders",
        today=AFTER,
        wishes=TOLD,
        says=("ended on 2027-05-23 with 28 tasks left", "`@channel-bot ctp extend acme YYYY-MM-DD reason`"),
        tells=BOTH,
    ),
    RecordCase(
        "with more time, once for each last day",
        lambda story: story.extend("2027-08-31"),
        "2027-09-01",
        wishes=(TOLD[0], "tell `expired` once (`expired 2027-08-31`)"),
        tells=BOTH,
    ),
    RecordCase(
        "an account manager who left is stood in for",
        lambda story: story.more.update(accounts={"cam-emea": Account("cam-emea", replace(CAM, state="blocked"))}),
        AFTER,
        wishes=TOLD,
        tells=("programs-lead", "services-lead"),
    ),
    RecordCase("who withdrew is not late", lambda story: story.withdraw(), AFTER),
    RecordCase("closed complete, nobody has to decide", lambda story: story.tick_all().close(EDUCATION), "2028-01-01"),
    RecordCase("without a tracking issue nobody can tell", today=AFTER, known={"tracking": None}),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_deadline(case: TrackCase) -> None:
    prove_track(ctp_deadline, case)


@pytest.mark.parametrize("case", RECORDS, ids=lambda case: case.name)
def test_what_is_told_of_the_last_day(case: RecordCase) -> None:
    prove_record(ctp_deadline, case)
