"""CT-11 to CT-13 as a table of cases: what a tracking issue shows, and who is assigned to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.actions import Check, Say
from bot.domain.facts import Account, Tier
from bot.domain.gitlab import Person
from bot.domain.needs import AccountOf, Candidates, HoldersOf, NoteHistory, StateHistory
from bot.handlers import ctp_tracking
from tests.builders import BOT, CAM
from tests.tracking import (
    ACCOUNTS,
    EDUCATION,
    LAST,
    PAT,
    SERVICES,
    Story,
    TrackCase,
    acme,
    decided,
    prove_track,
    template,
    words,
)

SHOWN = "say `progress` (CT-13)"
CAM_TOO, PAT_TOO, DUE = "assign `@cam-emea`", "assign `@pat-example`", f"set due date {LAST}"


def dated(story: Story, by: Person, day: str = "2026-11-24") -> Story:
    """Somebody sets another due date."""
    story.fields["due_date"] = date(2029, 1, 1)
    return story.on(day).say("changed due date to January 1, 2029", by, system=True)


def knowing(story: Story, *accounts: Account) -> None:
    story.fields["assignees"] = ()
    story.more["accounts"] = {one.handle: one for one in accounts}


def on_free(story: Story, *assignees: Person) -> None:
    story.fields["assignees"] = assignees
    story.site["tier"] = Tier.FREE


def with_candidate(story: Story) -> None:
    text = template("candidate").replace("<name>", "Quinn | @all").replace("<courses>", "GitLab CI/CD")
    story.more["candidates"] = (
        Story("candidate", text, fields={"iid": 3}).tick("candidate.1", "candidate.2", silent=True).facts(),
    )


def without_contact(story: Story) -> None:
    story.partner = acme(contacts=replace(story.partner.contacts, primary=None), as_of=None)
    story.fields["assignees"] = (CAM,)


CASES = (
    TrackCase(
        "each role sees what is open, whom to ask and by when",
        wishes=(SHOWN,),
        says=(
            "**Acme Consulting has until 2027-05-23.** Channel Account Manager: `@cam-emea`, partner contact: `@pat-ex",
            "| Channel Services | ▱▱▱▱▱▱ 0/6 | `@services-lead` | The program team approved of the partner's taking",
            "| Acme Consulting | ▱▱▱▱▱▱▱▱▱▱ 0/10 | `@pat-example` | Every candidate is in the table; ",
            "Certified so far, as of 2026-11-02",
            "| GitLab Certified Trainers | ▱▱ 0/2 |",
        ),
    ),
    TrackCase(
        "what is done fills the bar",
        lambda story: story.tick("legal.1", "legal.2", "close.1"),
        wishes=(SHOWN,),
        says=("▰▰▱▱▱▱ 2/6", "▰▱ 1/2 | `@eds-delivery` | The competency numbers are checked |"),
    ),
    TrackCase(
        "a team's task that the partner ticked is not done",
        lambda story: story.tick("legal.1", by=PAT),
        wishes=(SHOWN,),
        says=("| Channel Services | ▱▱▱▱▱▱ 0/6 |",),
    ),
    TrackCase(
        "candidates are listed with what they wrote made harmless",
        with_candidate,
        wishes=(SHOWN,),
        says=("| #3 | `Quinn ¦ @all` | ▰▰▱▱▱▱▱▱ 2/8 | `GitLab CI/CD` |",),
    ),
    TrackCase(
        "more time is shown",
        lambda story: story.extend("2027-08-31"),
        wishes=(SHOWN,),
        says=("has until 2027-08-31",),
    ),
    TrackCase(
        "both are assigned",
        lambda story: story.fields.update(assignees=(SERVICES,)),
        wishes=(SHOWN, CAM_TOO, PAT_TOO),
    ),
    TrackCase(
        "a contact without access is not", lambda story: knowing(story, ACCOUNTS["cam-emea"]), wishes=(SHOWN, CAM_TOO)
    ),
    TrackCase(
        "an account manager who left is not, and whoever is above is named",
        lambda story: knowing(story, Account("cam-emea", replace(CAM, state="blocked"), True), ACCOUNTS["pat-example"]),
        wishes=(SHOWN, PAT_TOO),
        says=("Channel Account Manager: `@programs-lead`",),
    ),
    TrackCase("on the free plan only the account manager is", on_free, wishes=(SHOWN, CAM_TOO)),
    TrackCase("on the free plan there is no room beside anybody", lambda story: on_free(story, PAT), wishes=(SHOWN,)),
    TrackCase("without a contact there is one to assign", without_contact, wishes=(SHOWN,)),
    TrackCase("the due date shows the last day", lambda story: story.fields.update(due_date=None), wishes=(SHOWN, DUE)),
    TrackCase("a due date that the partner sets is put right", lambda story: dated(story, PAT), wishes=(SHOWN, DUE)),
    TrackCase("one that a colleague sets stays", lambda story: dated(story, CAM), wishes=(SHOWN,)),
    TrackCase(
        "one that a colleague took away is put back by the flow, unless it was the bot's",
        lambda story: story.say("removed due date May 23, 2027", CAM, system=True).fields.update(due_date=None),
        wishes=(SHOWN, DUE),
    ),
    TrackCase(
        "until somebody gives more time",
        lambda story: dated(story, CAM).on("2026-11-25").extend("2027-08-31"),
        wishes=(SHOWN, "set due date 2027-08-31"),
    ),
    TrackCase(
        "what the bot set before is moved along",
        lambda story: dated(story, BOT).on("2026-11-25").extend("2027-08-31"),
        wishes=(SHOWN, "set due date 2027-08-31"),
    ),
    TrackCase("who withdrew sees nothing more", lambda story: story.withdraw()),
    TrackCase("closed for good, nothing is kept up", lambda story: story.tick_all().close(EDUCATION)),
    TrackCase("about to be opened again, it is as open", lambda story: story.close(PAT), wishes=(SHOWN,)),
    TrackCase("after the last day it still shows", today="2027-06-01", wishes=(SHOWN,)),
)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_ctp_tracking(case: TrackCase) -> None:
    prove_track(ctp_tracking, case)


def test_nothing_in_it_changes_from_day_to_day() -> None:
    """The comment is written anew only when something happened."""
    story = Story()
    first, later = (decided(ctp_tracking, "tracking", story.facts(day)) for day in ("2026-12-01", "2027-05-23"))
    assert first == later


def test_it_says_who_is_told_of_what() -> None:
    """Nothing of the registry's that is ours alone stands where the partner reads along."""
    story = Story(partner=acme(nfr=acme().nfr, aliases=("Hush-hush",), multi_region_approved_by="channel-director"))
    said = words(ctp_tracking, decided(ctp_tracking, "tracking", story.facts()))
    assert not {"NFR", "Hush-hush", "Bolt", "channel-director", "programs-lead", "@acme.example"} & {*said.split()}


def test_explain_shows_every_requirement_and_how_far_each_role_is() -> None:
    said = ctp_tracking.decide_tracking(Story().tick("legal.1").facts(), ctp_tracking.Settings())
    checks = {one.claim: one for one in said if isinstance(one, Check)}
    assert checks["Channel Services has done all of its tasks"].seen == "1 of 6"
    assert checks["there is time left"].seen == f"until {LAST}"
    trainers = checks["GitLab Certified Trainers: at least 2"]
    assert (trainers.holds, trainers.seen, trainers.source) == (False, "0", "registry partners.yml, as of 2026-11-02")


def test_it_asks_for_who_holds_which_role() -> None:
    needs = {*ctp_tracking.tracking_needs(Story().facts(), ctp_tracking.Settings())}
    roles = {HoldersOf(role) for role in ("account_manager", "channel_services", "education_services")}
    assert needs == {
        *roles,
        NoteHistory(),
        StateHistory(),
        Candidates(),
        AccountOf("cam-emea"),
        AccountOf("pat-example"),
    }


def test_what_is_no_tracking_issue_is_refused() -> None:
    facts = Story().facts()
    with pytest.raises(TypeError, match="is no tracking issue"):
        decided(ctp_tracking, "tracking", replace(facts, case=None))
    assert [*ctp_tracking.tracking_needs(replace(facts, case=None), ctp_tracking.Settings())] == [Candidates()]
    with pytest.raises(TypeError, match="is no candidate's issue"):
        decided(ctp_tracking, "tracking", replace(facts, candidates=(facts,)))


def test_a_record_without_its_first_day_begins_today() -> None:
    story = Story()
    story.record = replace(story.record, started_on=None)
    say = decided(ctp_tracking, "tracking", story.facts("2027-01-01"))[0]
    assert isinstance(say, Say)
    assert say.values["deadline"] == "2027-07-01"
