"""A partner's months in the programme, played by everybody who has a part in them, against the real flow."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.domain.actions import Say
from tests.enrolled import CONTACT, EDUCATION, MANAGER, SERVICES, Track, tracked, wished

EXPIRED = "CTP::expired"


@pytest.fixture
def track(tmp_path: Path) -> Iterator[Track]:
    with tracked(tmp_path) as made:
        yield made


def quiet(track: Track) -> None:
    """Another look does nothing, and neither does one with an empty database."""
    for is_new in (False, True):
        if is_new:
            track.stage.forget_everything()
        track.stage.forget_calls()
        track.look()
        assert track.stage.calls(writes=True) == []
        assert [one for one in track.plan().wishes if not isinstance(one.action, Say)] == []


def test_the_months_go_by_until_they_are_over_and_more_are_given(track: Track) -> None:
    track.look()
    issue = track.fresh()
    assert {one["username"] for one in issue.assignees} == {MANAGER, CONTACT}
    assert issue.due_date == "2027-05-23"
    track.tick("goals.1", by=MANAGER)
    for day, reminders in (("2027-03-23", 0), ("2027-03-24", 1), ("2027-03-25", 1), ("2027-04-23", 1)):
        track.on(day)
        track.stage.fresh(track.issue, by=CONTACT).notes.create({"body": "We are at it."})
        track.look()
        track.look()
        assert len(track.stage.comments(track.issue)) == 1 + reminders, day
    reminder = track.stage.comments(track.issue)[-1]
    for name in (MANAGER, CONTACT, SERVICES, EDUCATION):
        assert f"@{name}" in reminder
    quiet(track)
    track.on("2027-05-24")
    track.look()
    assert EXPIRED in track.labels()
    assert "ended on 2027-05-23" in track.status()
    told = [note for note in track.told() if "@services-lead" in note]
    assert len(told) == 1
    assert "ctp extend acme" in told[0]
    quiet(track)
    track.stage.edit(track.issue, by=CONTACT, remove_labels=EXPIRED, due_date="2029-01-01")
    track.look()
    assert (EXPIRED in track.labels(), track.fresh().due_date) == (True, "2027-05-23")
    track.extend("2027-08-31")
    track.look()
    assert (EXPIRED in track.labels(), track.fresh().due_date) == (False, "2027-08-31")
    quiet(track)


def test_who_closes_too_early_is_told_once(track: Track) -> None:
    track.look()
    track.close(CONTACT)
    track.look()
    assert track.fresh().state == "opened"
    assert "Education Services closes this issue" in track.status()
    assert f"@{CONTACT}" in track.stage.comments(track.issue)[1]
    assert "Not yours?" not in track.stage.comments(track.issue)[1]
    quiet(track)
    track.close(MANAGER)
    track.look()
    assert track.fresh().state == "closed"
    told = [note for note in track.told() if "closed a second time" in note]
    assert len(told) == 1
    assert "@cam-emea, @eds-delivery" in told[0]
    assert track.status().startswith("**Closed,** with 28 tasks open. Should it go on, please open it again.")
    quiet(track)


def test_done_and_closed_by_education_services_the_partner_is_looked_at(track: Track) -> None:
    track.ticked_by_all()
    track.look()
    assert "check the numbers and close this issue" in track.status()
    track.close(EDUCATION)
    track.look()
    assert "Closed, thank you" in track.status()
    assert [one.key for one in track.plan().affects] == ["partner:acme"]
    track.tick("legal.1", by=CONTACT, box=" ")
    track.look()
    assert track.fresh().state == "closed"


def test_a_partner_who_ticks_what_is_not_theirs_is_asked(track: Track) -> None:
    track.tick("legal.1", by=CONTACT)
    track.look()
    assert "Please confirm" in track.status()
    assert "[x] The master partner agreement" in track.text()
    track.tick("legal.1", by=SERVICES, box=" ")
    track.tick("legal.1", by=SERVICES)
    track.look()
    assert "Please confirm" not in track.status()
    assert "▰▱▱▱▱▱ 1/6" in track.status()


def test_candidates_are_labelled_linked_and_shown(track: Track) -> None:
    text = track.text().replace("| | | | |", "| Quinn Example | @quinn-example | CI/CD | |", 1)
    track.stage.edit(track.issue, by=CONTACT, description=text)
    track.look()
    assert "`Quinn Example` is in the table" in track.status()
    candidate = track.enlist(name="Quinn Example", handle="@quinn-example", partner="Acme", courses="CI/CD")
    track.stage.look(candidate)
    fresh = track.stage.fresh(candidate, by=MANAGER)
    assert (fresh.labels, fresh.due_date) == (["CTP::trainer-candidate"], "2027-05-23")
    assert "Your own tasks: ▱" in track.stage.comments(candidate)[0]
    assert "`Quinn Example` is in the table" not in track.status()
    assert f"| #{candidate.iid} | `Quinn Example` |" in track.status()
    assert [one.iid for one in track.fresh().links.list()] == [candidate.iid]
    assert any("@cam-emea" in note and "`@quinn-example`" in note for note in track.told())
    quiet(track)
    assert not [one for one in wished(track.partner()) if one.startswith("link")]


def test_a_copy_of_the_tracking_issue_is_nobodys_case(track: Track) -> None:
    project = track.stage.as_(CONTACT).projects.get(track.issue.project_id)
    copy = project.issues.create({"title": track.issue.title, "description": track.text()})
    track.stage.look(copy)
    assert track.stage.bot.snapshot.issue(copy.project_id, copy.iid).case is None
    assert (track.stage.comments(copy), track.stage.fresh(copy, by=MANAGER).labels) == ([], [])


def test_moved_and_hidden_issues_are_told_to_the_account_manager(track: Track) -> None:
    track.stage.edit(track.issue, by=CONTACT, confidential=True)
    track.look_at_partner()
    assert [note for note in track.told() if "was made confidential" in note]
    home = track.stage.home("root").id
    track.stage.as_("root").projects.get(track.issue.project_id).issues.get(track.issue.iid).move(home)
    track.look()
    assert track.fresh().state == "closed"
    assert [note for note in track.told() if "was moved away" in note and "@cam-emea" in note]


def test_a_status_comment_that_the_partner_deletes_comes_back_once(track: Track) -> None:
    track.look()
    (note,) = [one for one in track.fresh(CONTACT).notes.list(get_all=True) if not one.system]
    note.delete()
    track.look()
    assert "has until 2027-05-23" in track.status()
    quiet(track)


def test_a_withdrawal_ends_it(track: Track) -> None:
    track.look()
    track.keep(withdrawn_on=track.stage.bot.snapshot.today(), withdrawn_by=MANAGER)
    track.look()
    assert "CTP::withdrawn" in track.labels()
    assert "this issue can be closed" in track.status()
    track.close(CONTACT)
    track.look()
    assert track.fresh().state == "closed"


def test_on_the_free_plan_the_contact_is_named(tmp_path: Path) -> None:
    with tracked(tmp_path, tier="free") as track:
        track.look()
        assert [one["username"] for one in track.fresh().assignees] == [MANAGER]
        assert f"partner contact: `@{CONTACT}`" in track.status()
        quiet(track)
