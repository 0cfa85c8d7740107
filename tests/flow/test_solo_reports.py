"""Reports that stand alone under their key: one issue each, kept current, with a record that only the bot reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from gitlab.v4.objects import ProjectIssue

from bot.domain.actions import Say
from bot.domain.gitlab import Issue
from bot.domain.marks import Mark
from bot.domain.plan import Plan, Wish
from bot.domain.subject import SITE
from bot.errors import TryLater
from bot.voice.edition import Edition
from bot.voice.report import Reports
from tests.stage import HOME, Stage

TODAY = date(2026, 11, 23)
NAME = "priority_digest"
"""A template that prints the points, and the values `window` (in the title) and `end`."""
ACME = Edition(
    "enrolment:acme",
    date(2027, 5, 23),
    "cam-emea",
    {"window": "Acme", "end": "the award"},
    solo=True,
    record='{"partner":"acme"}',
    labels=("Channel Ops",),
    assignees=("phd-emea",),
)
AWAITED = (Say("GL-16", "missing"),)
NEXT = (Say("GL-16", "undated", {"text": "`call them`"}),)


def keep(scene: Stage, *points: Say, edition: Edition = ACME) -> tuple[str | None, int | None]:
    """What was done, and the issue's number; whether that was to be expected is asked before."""
    reports, plan = scene.bot.apply.reports, Plan(SITE, wishes=tuple(Wish("due", one) for one in points))
    differed = reports.differs(NAME, plan, edition)
    kept, said = reports.keep(NAME, edition, plan, TODAY, lambda: None)
    assert differed is (said is not None)
    assert not reports.differs(NAME, plan, edition)
    return said, kept.iid if kept else None


def found(scene: Stage) -> Iterator[ProjectIssue]:
    for one in scene.home().issues.list(get_all=True, state="all", order_by="created_at", sort="asc"):
        if one.title.startswith("Channel priorities"):
            yield scene.fresh(one)


def alone(scene: Stage) -> ProjectIssue:
    (one,) = found(scene)
    return one


def close(scene: Stage, event: str = "close", **fields: Any) -> None:
    scene.edit(alone(scene), by="ops-lead", state_event=event, **fields)


def test_it_opens_with_all_it_carries(scene: Stage) -> None:
    assert keep(scene, *AWAITED) == ("open report", alone(scene).iid)
    opened = alone(scene)
    assert (opened.title, opened.due_date, opened.state) == ("Channel priorities - Acme", "2027-05-23", "opened")
    assert {one["username"] for one in opened.assignees} == {"cam-emea", "phd-emea"}
    assert set(opened.labels) == {"Channel", "Channel Ops"}
    assert opened.description.startswith("DRI: @cam-emea\n")
    assert '{"partner"' not in opened.description
    scene.forget_everything()
    scene.forget_calls()
    assert keep(scene, *AWAITED)[0] is None
    assert scene.calls(writes=True) == []


@pytest.mark.parametrize(
    "edition",
    [
        replace(ACME, record='{"partner":"acme","ctp":true}'),
        replace(ACME, values={**ACME.values, "end": "the second award"}),
        replace(ACME, values={"window": "Acme Group", "end": "the award"}),
    ],
)
def test_points_values_and_record_are_news_once(scene: Stage, edition: Edition) -> None:
    """It is rewritten in place, title included; what people set besides stays."""
    keep(scene, *AWAITED)
    scene.edit(alone(scene), by="ops-lead", add_labels="urgent", assignee_ids=[])
    assert keep(scene, *AWAITED, edition=edition)[0] == "edit report"
    assert keep(scene, *AWAITED, edition=edition)[0] is None
    assert alone(scene).title == f"Channel priorities - {edition.values['window']}"
    assert f"until {edition.values['end']};" in alone(scene).description
    assert (alone(scene).assignees, "urgent" in alone(scene).labels) == ([], True)
    assert keep(scene, *NEXT, edition=edition)[0] == "edit report"
    assert "`call them`" in alone(scene).description


def test_each_key_has_its_own_and_ends_no_other(scene: Stage) -> None:
    keep(scene, *AWAITED)
    keep(scene, *AWAITED, edition=replace(ACME, key="enrolment:bolt", values={"window": "Bolt", "end": "-"}))
    keep(scene, *AWAITED)
    assert [(one.title[-4:], one.state) for one in found(scene)] == [("Acme", "opened"), ("Bolt", "opened")]


def test_it_closes_when_nothing_is_left_and_opens_again_with_something_new(scene: Stage) -> None:
    keep(scene, *AWAITED)
    assert keep(scene)[0] == "close report"
    assert alone(scene).state == "closed"
    assert keep(scene)[0] is None
    assert keep(scene, edition=replace(ACME, record="{}"))[0] == "edit report"
    assert alone(scene).state == "closed"
    assert keep(scene, *NEXT)[0] == "reopen report"
    assert alone(scene).state == "opened"


def test_who_closes_it_too_early_is_contradicted_once(scene: Stage) -> None:
    """Then it stays closed, and goes on being written, until there is nothing left and something new."""
    keep(scene, *AWAITED)
    close(scene)
    assert keep(scene, *AWAITED)[0] == "reopen report"
    assert keep(scene, *AWAITED)[0] is None
    close(scene)
    assert keep(scene, *AWAITED)[0] is None
    assert keep(scene, *NEXT)[0] == "edit report"
    assert (alone(scene).state, "`call them`" in alone(scene).description) == ("closed", True)
    assert keep(scene)[0] == "edit report"
    assert keep(scene, *AWAITED)[0] == "reopen report"
    close(scene)
    assert keep(scene, *AWAITED)[0] == "reopen report"


def test_who_opens_it_again_is_left_to_it(scene: Stage) -> None:
    keep(scene, *AWAITED)
    keep(scene)
    close(scene, "reopen")
    assert keep(scene)[0] is None
    assert keep(scene, edition=replace(ACME, record="{}"))[0] == "edit report"
    assert alone(scene).state == "opened"
    assert keep(scene, *AWAITED)[0] == "edit report"
    assert keep(scene)[0] == "close report"


def test_hands_off_keeps_it_as_it_is(scene: Stage) -> None:
    keep(scene, *AWAITED)
    scene.edit(alone(scene), by="ops-lead", add_labels="bot::hands-off")
    before = alone(scene).description
    assert keep(scene, *NEXT) == (None, alone(scene).iid)
    assert alone(scene).description == before


def test_without_anything_to_say_or_keep_there_is_none(scene: Stage) -> None:
    assert keep(scene, edition=replace(ACME, record="")) == (None, None)
    assert list(found(scene)) == []


def test_a_record_alone_is_kept_in_a_closed_one(scene: Stage) -> None:
    assert keep(scene)[0] == "close report"
    assert alone(scene).state == "closed"
    assert records(scene)["enrolment:acme"][1] == ACME.record


def test_an_empty_record_leaves_the_one_it_has(scene: Stage) -> None:
    """Whoever could not read it must not wipe it out."""
    keep(scene, *AWAITED)
    blank = replace(ACME, record="")
    assert [keep(scene, *AWAITED, edition=blank)[0], keep(scene, *NEXT, edition=blank)[0]] == [None, "edit report"]
    assert records(scene)["enrolment:acme"][1] == ACME.record


def test_a_block_keeps_none_open(scene: Stage) -> None:
    assert keep(scene, replace(NEXT[0], block=True))[0] == "close report"


def reports(scene: Stage) -> Reports:
    return scene.bot.apply.reports


def records(scene: Stage) -> dict[str, tuple[Issue, str]]:
    return reports(scene).records("enrolment:", reports(scene).every())


def test_records_are_read_back_at_one_list(scene: Stage) -> None:
    """By their whole key, whatever the database forgot; nobody else's text is one."""
    keep(scene, *AWAITED)
    keep(scene, *AWAITED, edition=replace(ACME, key="enrolment:bolt", record="b\n<!-- @all /close -->"))
    keep(scene, *AWAITED, edition=replace(ACME, key="other:acme", record="c"))
    keep(scene, *AWAITED, edition=replace(ACME, key="enrolment:none", record=""))
    scene.issue(title="A copy", description=next(found(scene)).description.replace("DRI", "dri"))
    scene.forget_everything()
    scene.bot.gateway.me()
    scene.forget_calls()
    read = records(scene)
    assert scene.calls() == [f"GET /api/v4/projects/{HOME.replace('/', '%2F')}/issues"]
    assert {key: record for key, (_, record) in read.items()} == {
        "enrolment:acme": ACME.record,
        "enrolment:bolt": "b\n<!-- @all /close -->",
    }
    assert read["enrolment:acme"][0].iid == next(found(scene)).iid


def test_of_two_the_oldest_stays_with_its_record(scene: Stage) -> None:
    """A worker cut off by a partition made the other; it is closed with a link."""
    keep(scene, *AWAITED)
    first = alone(scene)
    marker, place = scene.bot.apply.status.own.marker, "report:enrolment:acme"
    report, _ = (one.mark for one in marker.find(first.description))
    theirs = "\n".join(map(marker.write, (report, Mark("record", "theirs", place))))
    scene.as_("channel-bot").projects.get(HOME).issues.create({"title": first.title, "description": theirs})
    assert records(scene)["enrolment:acme"][1] == ACME.record
    assert keep(scene, *NEXT) == ("edit report", first.iid)
    kept, twin = found(scene)
    assert (kept.state, twin.state) == ("opened", "closed")
    assert twin.description.startswith(f"Superseded by {first.web_url}")
    assert records(scene)["enrolment:acme"][0].iid == first.iid


@pytest.mark.parametrize("kind", ["drop_after", "drop_before"])
def test_an_answer_that_never_came_makes_no_second_one(scene: Stage, kind: str) -> None:
    scene.fault(kind=kind, method="POST", path="/issues$", times=1, user="channel-bot")
    with pytest.raises(TryLater):
        keep(scene, *AWAITED)
    keep(scene, *AWAITED)
    assert alone(scene).state == "opened"


def test_it_is_settled_like_any_other_report(scene: Stage) -> None:
    plan = Plan(SITE, wishes=tuple(Wish("due", one) for one in AWAITED))
    settle = reports(scene).settle
    assert settle(NAME, plan, TODAY, lambda: None, ACME) == "open report"
    assert settle(NAME, plan, TODAY, lambda: None, ACME) is None
