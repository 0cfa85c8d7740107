"""The templates of communications as they are installed, as careful people fill them, and as careless ones do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from bot.domain.checklist import read_checklist
from bot.domain.communications.forms import ANNOUNCEMENT, ENGAGEMENT, NEWSLETTER
from bot.domain.communications.listing import item_of
from bot.domain.communications.metrics import rates_of
from bot.domain.communications.newsletter import occasions, sent_on
from bot.domain.communications.vehicles import Vehicle, vehicles_of
from bot.domain.edits import items_in
from bot.domain.form import ProblemKind, Reading, read_form
from bot.domain.templated import Templated
from bot.settings.issue_templates import file_name
from tests.communicating import RECURRENCES, RENDERER, TEAM, TEMPLATES, announcement, made, newsletter

_, INSTALLED = RENDERER.templated("Channel Partner Communication Request")
FILLED = {
    "DRI: @handle": "DRI: @cam-emea",
    "pricing / product / program / tiering / terms / EOA / other": "EOA",
    "<what changes, in a sentence>": "The old tier ends",
    "<track and region of the partners>": "Select, all regions",
    "<who has to know before partners do, by their handles>": "@cam-emea @cam-amer",
    "Partner notice date: YYYY-MM-DD": "Partner notice date: 2021-02-04",
    "Effective date: YYYY-MM-DD": "Effective date: 2021-03-08",
    "Customer announcement date: YYYY-MM-DD": "Customer announcement date: 2021-03-10",
    "Legal review: yes / no": "Legal review: no",
    "- [ ] Partner Flash": "- [x] Partner Flash",
}


def filled() -> str:
    text = INSTALLED
    for place, said in FILLED.items():
        assert place in text
        text = text.replace(place, said)
    return text


def test_as_installed_it_says_nothing_and_lacks_what_is_required() -> None:
    reading = read_form(INSTALLED, ANNOUNCEMENT)
    assert reading.values == {}
    assert [one.kind for one in reading.problems] == [ProblemKind.MISSING] * 5
    assert [one.field.key for one in reading.problems] == ["type", "summary", "managers", "notice", "effective"]
    assert vehicles_of(made("announcement", INSTALLED, "2021-01-14")) == frozenset()


def test_what_takes_no_effect_needs_no_day_for_it() -> None:
    """One that cannot be read is asked about all the same."""
    survey = filled().replace("Type: EOA", "Type: survey").replace("Effective date: 2021-03-08", "Effective date: {}")
    for said, problems in (("YYYY-MM-DD", []), ("soon", ["effective"]), ("2021-03-08", [])):
        reading = read_form(survey.format(said), ANNOUNCEMENT)
        assert [one.field.key for one in reading.problems] == problems
    price = survey.replace("Type: survey", "Type: pricing").format("YYYY-MM-DD")
    assert [one.field.key for one in read_form(price, ANNOUNCEMENT).problems] == ["effective"]


def test_a_careful_person_fills_every_place() -> None:
    reading = read_form(filled(), ANNOUNCEMENT)
    assert reading.problems == ()
    assert reading.values == {
        "type": "eoa",
        "summary": "The old tier ends",
        "audience": "Select, all regions",
        "managers": "@cam-emea @cam-amer",
        "notice": "2021-02-04",
        "effective": "2021-03-08",
        "customers": "2021-03-10",
        "legal": "no",
        "dri": "cam-emea",
    }
    assert vehicles_of(made("announcement", filled(), "2021-01-14")) == {Vehicle.FLASH}


def test_a_careless_one_is_understood() -> None:
    text = """**Kind of change**: end of availability
| CAMs | @cam-emea |
|---|---|
### Summary
The old tier ends
Notice date = 4 February 2021
Takes effect on: March 8, 2021
Vehicles: webcast and portal notifications
"""
    reading = read_form(text.replace("**Kind of change**", "**Type of change**"), ANNOUNCEMENT)
    assert reading.problems == ()
    assert reading.values["type"] == "eoa"
    assert (reading.values["notice"], reading.values["effective"]) == ("2021-02-04", "2021-03-08")
    assert vehicles_of(made("announcement", text, "2021-01-14")) == {Vehicle.WEBCAST, Vehicle.PORTAL}


def test_the_others_are_read_as_installed_too() -> None:
    """Places that are free say nothing, and a newsletter asks for nothing."""
    for name, form, lacks in (
        ("Partner_Flash", NEWSLETTER, []),
        ("Channel_Program_Engagement", ENGAGEMENT, ["initiative"]),
    ):
        reading = read_form(RENDERER.templated(name)[1], form)
        assert reading.values == {}
        assert [one.field.key for one in reading.problems] == lacks


@pytest.mark.parametrize("key", [one.key for one in TEMPLATES.every])
def test_each_is_known_again_by_its_last_line(key: str) -> None:
    template = TEMPLATES.get(key)
    assert template is not None
    assert TEMPLATES.of(RENDERER.templated(template.name)[1]) == template


def test_a_webcast_says_which_of_a_quarter_the_program_team_hosts() -> None:
    _, hosted = RENDERER.templated("Partner_Webcast", period="2021-03", event="2021-03-04", flags=("program_centric",))
    _, other = RENDERER.templated("Partner_Webcast", period="2021-02", event="2021-02-04", flags=())
    assert ("program-centric" in hosted, "program-centric" in other) == (True, False)


def test_what_is_left_alone_is_not_listed() -> None:
    assert item_of(announcement(labels={"bot::hands-off"}), ()) is None


def test_what_people_wrote_does_nothing_in_a_newsletter() -> None:
    """Nobody is mentioned, no comment opens, no command begins a line, and it ends some time."""
    hostile = "/close @all <!-- item:x --> `open " + "word " * 100
    found = item_of(announcement(answers={"Summary": hostile, "Effective date": "2021-03-08"}), ())
    assert found is not None
    assert "@" not in found.text
    assert "<!--" not in found.text
    assert not found.text.startswith("/")
    assert found.text.count("`") == 0
    assert len(found.text) < 300


def test_an_announcement_without_a_summary_is_not_listed() -> None:
    assert item_of(announcement(answers={"Summary": None}), ()) is None


def test_what_is_switched_off_has_no_next_time() -> None:
    assert occasions(TEAM, "webcast", (), date(2021, 2, 5))[0] == date(2021, 3, 4)
    off = tuple(replace(one, enabled=False) for one in RECURRENCES)
    assert occasions(replace(TEAM, recurrences=off), "webcast", (), date(2021, 2, 5)) == ()
    assert occasions(replace(TEAM, recurrences=()), "webcast", (), date(2021, 2, 5)) == ()


@pytest.mark.parametrize(
    ("summary", "listed"),
    [
        ("Send date: 2021-02-11", "New: Send date: 2021-02-11"),
        ("Open rate: 99 %", "New: Open rate: 99 %"),
        ("[ ] Everybody ticks this", "New: [ ] Everybody ticks this"),
        ("> A quote", "New: > A quote"),
        ("1. [ ] Everybody", "New: 1. [ ] Everybody"),
        ("# A heading", "New: # A heading"),
        ("DRI: program-manager", "New: DRI: program-manager"),
        ("Template: `NFR_License_Request`", "New: Template: `NFR_License_Request`"),
        ("As ~label, %1, #3, !4, &5 and $6 have it", r"As \~label, \%1, \#3, \!4, \&5 and \$6 have it"),
        ("By 40 % in C# and `#3`", "By 40 % in C# and `#3`"),
    ],
)
def test_a_summary_that_looks_like_a_field_moves_no_newsletter(summary: str, listed: str) -> None:
    """Nor is it a task, the template of another issue, or a reference."""
    announced = announcement()
    assert isinstance(announced.case, Templated)
    form = Reading({**announced.case.form.values, "summary": summary})
    found = item_of(replace(announced, case=replace(announced.case, form=form)), ())
    assert found is not None
    assert found.text.startswith(f"{listed} (2021-03-08)")
    there = newsletter(send="2021-02-10", outline={"New and noteworthy": f"- {found.text} <!-- item:{found.key} -->"})
    assert items_in(there.issue.description) == {found.key: found.text}
    assert sent_on(there) == date(2021, 2, 10)
    assert rates_of(there).values == {}
    assert len(read_checklist(there.issue.description).tasks) == len(
        read_checklist(newsletter().issue.description).tasks
    )


@pytest.mark.parametrize("name", ["", "a/b", " Partner", "Partner  Flash", "../x", "Partner\nFlash"])
def test_no_other_name_is_a_files(name: str) -> None:
    with pytest.raises(ValueError, match="is no template"):
        file_name(name)
