"""What a person opened for a time of a recurrence gets its days, and hears what the bot would have listed."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.domain.facts import Guard, IssueFacts
from bot.domain.needs import AccountOf, IssuesOf, Need, Windows
from bot.domain.recurrence.occurrence import Occurrence
from bot.domain.recurrence.period import Period, Unit
from bot.domain.recurrence.phrases import due_rule, open_rule
from bot.domain.recurrence.rule import Recurrence
from bot.domain.registry import Partner, Status
from bot.domain.templated import Templated
from bot.handlers import intake
from bot.handlers.intake import Settings, templated_needs
from bot.render import Renderer, template_dirs
from tests.builders import BOT, CAM, issue, window
from tests.stage import stage
from tests.templatedfacts import PHD, REGISTRY, decided, does, says, templated, words

WEEKLY = Recurrence(
    key="phd_weekly",
    template="phd_weekly",
    unit=Unit.WEEK,
    due=due_rule("friday", Unit.WEEK),
    opens=open_rule("monday", Unit.WEEK),
    each_region=True,
    items="applicants",
    carry_over=True,
)
PARTNERS = (
    Partner("acme", "Acme Consulting", "emea", "cam-emea", status=Status.APPLICANT),
    Partner("bolt", "Bolt Services", "emea", "cam-emea", status=Status.PENDING),
    Partner("far", "Far Away", "apac", "cam-emea", status=Status.APPLICANT),
)
TEMPLATE: dict[str, Any] = {"key": "phd_weekly", "due": None, "form": (), "rule": "PH-02"}
LISTED = "### Acme <!-- about:acme 2 -->\n\n- [ ] Real <!-- t:phd_weekly.acme.website optional -->"


def by_hand(description: str = "By hand", recurrence: Recurrence = WEEKLY, **more: Any) -> IssueFacts:
    """An issue that a CAM opened for EMEA's week 48 of 2026, which ends on Sunday, 29 November."""
    there = tuple(week(recurrence, *one) for one in more.pop("others", ()))
    made = templated(description, **{"assignees": (PHD,), "template": TEMPLATE, **more})
    site = replace(made.site, registry=replace(REGISTRY, partners=PARTNERS))
    return _at(replace(made, site=site, others={"phd_weekly": (made, *there)}), recurrence, "2026-W48")


def week(recurrence: Recurrence, name: str, description: str) -> IssueFacts:
    """Another week's issue, which the bot opened."""
    made = templated(description, template=TEMPLATE, author=BOT)
    return _at(replace(made, issue=issue(7, description=description, author=BOT)), recurrence, name)


def _at(facts: IssueFacts, recurrence: Recurrence, name: str) -> IssueFacts:
    assert isinstance(facts.case, Templated)
    return replace(facts, case=replace(facts.case, occurrence=Occurrence(recurrence, Period.parse(name), "emea")))


def listed(facts: IssueFacts) -> list[str]:
    said = [words("intake", one) for one in says(decided(intake, facts)) if one.topic == "listed"]
    return [line for text in said for line in text.splitlines() if line.startswith("- ")]


def done(facts: IssueFacts, **settings: Any) -> list[str]:
    return [one for one in does(decided(intake, facts, **settings)) if "label" not in one]


def test_it_is_due_when_the_bots_own_would_be() -> None:
    assert done(by_hand()) == ["set due date 2026-11-27"]


@pytest.mark.parametrize(
    "more",
    [
        {"due_date": date(2026, 12, 24)},
        {"author": BOT},
        {"author": PHD, "guard": Guard(frozenset({PHD.id}))},
        {"is_home": False},
        {"state": "closed"},
    ],
)
def test_what_a_person_chose_stays_and_what_the_bot_opened_has_it_already(more: dict[str, Any]) -> None:
    assert done(by_hand(**more)) == []


def test_days_of_the_template_go_first_and_rules_of_its_own_keep_theirs() -> None:
    assert done(by_hand(template={**TEMPLATE, "due": 2})) == ["set due date 2026-11-25"]
    assert done(by_hand(), timed_elsewhere=("phd_weekly",)) == []


def test_it_is_put_on_the_milestone_of_its_due_day() -> None:
    ours, chosen = window("FY27Q4 1b"), window("FY27Q4 2a")
    placed = replace(WEEKLY, milestone=True)
    facts = by_hand(recurrence=placed, windows=(chosen, ours))
    actions = [one for one in decided(intake, facts) if type(one).__name__ == "SetMilestone"]
    assert [getattr(one, "milestone", None) for one in actions] == [ours]
    for settled in (
        by_hand(recurrence=placed),
        replace(facts, issue=replace(facts.issue, milestone=chosen)),
        by_hand(windows=(ours,)),
    ):
        assert [one for one in decided(intake, settled) if type(one).__name__ == "SetMilestone"] == []


def test_it_hears_whom_it_is_about_as_the_bot_would_have_listed_them() -> None:
    facts = by_hand(others=[("2026-W47", LISTED)])
    assert listed(facts) == ["- Acme Consulting (3 times in a row)", "- Bolt Services"]
    (said,) = says(decided(intake, facts))
    assert (said.rule, said.block, said.nudge) == ("PH-02", True, None)


def test_whom_the_description_names_is_not_listed_again() -> None:
    assert listed(by_hand("ACME Consulting")) == ["- Bolt Services"]


def test_a_list_that_is_there_is_not_told_again() -> None:
    assert listed(by_hand(LISTED)) == []
    assert listed(by_hand(others=[("2026-W48", "The bot's own")])) == []
    assert listed(by_hand(author=BOT)) == []


def test_what_the_registry_alone_does_not_tell_is_not_listed() -> None:
    for items in ("", "quarter"):
        assert listed(by_hand(recurrence=replace(WEEKLY, items=items))) == []


def asked(facts: IssueFacts, **settings: Any) -> list[Need]:
    return [one for one in templated_needs(facts, Settings(**settings)) if not isinstance(one, AccountOf)]


def test_of_gitlab_it_wants_no_more_than_that_takes() -> None:
    assert asked(by_hand()) == [IssuesOf("phd_weekly")]
    assert asked(by_hand(recurrence=replace(WEEKLY, milestone=True, items=""))) == [Windows()]
    for settled in (by_hand(author=BOT), by_hand(state="closed"), templated(author=CAM)):
        assert asked(settled) == []
    assert asked(by_hand(), timed_elsewhere=("phd_weekly",)) == []


LISTS = ("PHD_Weekly_Review", "PHD_Monthly_New_Partner_Activity", "PHD_Select_Review", "PHD_Open_Prioritisation")
NOBODY = ("No applicant waits", "Nobody was authorized", "No Select partner has", "There is no Open partner")


@pytest.mark.parametrize(("name", "nobody"), [*zip(LISTS, NOBODY, strict=True)])
def test_a_template_that_nobody_filled_does_not_say_that_nobody_is_meant(name: str, nobody: str) -> None:
    renderer = Renderer(template_dirs())
    blank, empty = renderer.templated(name)[1], renderer.templated(name, items=())[1]
    assert nobody not in blank
    assert "in a comment of the bot" in blank
    assert nobody in empty
    assert "in a comment of the bot" not in empty


def test_it_is_so_in_gitlab(tmp_path: Path) -> None:
    with stage(tmp_path, recurring=["phd_select"]) as on:
        on.play(day=date(2026, 11, 24))
        text = Renderer(template_dirs()).templated("PHD_Select_Review")[1]
        made = on.issue("phd-emea", title="PHD Select review - EMEA - November 2026", description=text)
        on.look(made)
        assert on.fresh(made).due_date == "2026-11-30"
        (said,) = on.comments(made)
        assert "**What this is about:**" in said
        on.forget_calls()
        on.look(made)
        assert on.calls(writes=True) == []
