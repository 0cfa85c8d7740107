"""An issue is known as what it began with: by its description, the mark in it, or its title."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from bot.config import SHIPPED, load
from bot.domain.recurrence.period import Period
from bot.domain.templated import Templated
from bot.registry.loader import from_directory
from bot.render import Renderer, template_dirs
from bot.templated.cases import Series, TemplatedCases
from bot.templated.letters import CaseLetters
from tests.builders import BOT, SITE, issue

CONFIG = load(SHIPPED[-1])
RENDERER = Renderer(template_dirs())
PLACES = {role: f"gitlab-com/channel/{role}" for role in CONFIG.site.projects} | {"channels": SITE.home}
WORLD = replace(
    SITE,
    templates=CONFIG.templates,
    recurrences=CONFIG.recurrences,
    registry=from_directory(SHIPPED[-1] / "registry"),
    places=PLACES,
)
REQUEST = "- Partner: acme consulting\n- Seats: 5\n\nTemplate: `NFR_License_Request`"
WEEK = f"{RENDERER.templated('PHD_Weekly_Review')[1]}\n"


def of(key: str | None = None, **fields: Any) -> Templated | None:
    """What an issue in the Channels project is; `key` is the one that the bot opened it for."""
    return TemplatedCases(Series(RENDERER), lambda _: key, CaseLetters(None)).of(issue(**fields), WORLD)


def found(key: str | None = None, **fields: Any) -> Templated:
    case = of(key, **fields)
    assert case is not None
    return case


def test_a_request_is_read_with_its_partner_and_what_its_template_asks() -> None:
    case = found(description=REQUEST)
    assert case.template.key == "nfr_request"
    assert (case.form.values["seats"], case.partner and case.partner.id) == ("5", "acme")
    assert {task.id for task in case.master.tasks} >= {*case.template.close_requires}
    assert (case.is_home, case.occurrence) == (True, None)


def test_elsewhere_it_is_not_at_home() -> None:
    assert not found(description=REQUEST, project=PLACES["newsletter"]).is_home
    flash = "Template: `Partner_Flash`"
    assert found(description=flash, project=PLACES["newsletter"]).is_home
    assert not found(description=flash).is_home


@pytest.mark.parametrize(
    "fields",
    [
        {"description": "A question about NFR_License_Request"},
        {"description": REQUEST, "issue_type": "incident"},
        {"description": ""},
    ],
    ids=["an ordinary issue", "an incident", "nothing said"],
)
def test_all_others_are_none(fields: dict[str, Any]) -> None:
    assert of(**fields) is None


def test_the_time_of_a_recurring_one_is_that_of_its_key() -> None:
    case = found("phd_weekly emea 2026-W03", description=WEEK, title="As somebody calls it", author=BOT)
    assert case.occurrence is not None
    assert (case.occurrence.recurrence.key, case.occurrence.region) == ("phd_weekly", "emea")
    assert case.occurrence.period == Period.parse("2026-W03")


def test_what_the_bot_opened_for_another_key_is_no_time() -> None:
    asked = found("nfr_request acme", description=REQUEST, title="PHD weekly - EMEA - 2026-W03", author=BOT)
    assert asked.occurrence is None


def test_under_a_key_that_nobody_knows_any_more_the_title_tells() -> None:
    """Its recurrence may have another key by now; without that its time would be opened once more."""
    case = found("weekly_review emea 2026-W03", description=WEEK, title="PHD weekly - EMEA - 2026-W03", author=BOT)
    assert case.occurrence is not None
    assert case.occurrence.key == "phd_weekly emea 2026-W03"
    assert found("weekly_review emea 2026-W03", description=WEEK, title="Renamed", author=BOT).occurrence is None


def test_a_partner_that_is_renamed_is_found_by_the_id_in_the_key() -> None:
    """What the registry is called by now need not be what the issue said when it was opened."""
    review = "- Partner: Acme's Former Name\n\nTemplate: `PHD_Open_Partner_Review`"
    for key, name in (
        ("open_review acme 2026-11", "acme"),
        ("open_review gone 2026-11", None),
        ("case_study acme 0123456789ab", None),
        ("phd_open acme 2026-11", None),
        (None, None),
    ):
        case = found(key, description=review, author=BOT)
        assert (case.partner and case.partner.id) == name, key
    other = review.replace("Acme's Former Name", "Bolt Services")
    assert [
        one.partner and one.partner.id
        for one in (found(None, description=other), found("journey acme", description=other))
    ] == ["bolt", "bolt"]


def test_a_region_in_a_key_is_no_partner() -> None:
    emea = replace(WORLD.registry, partners=(replace(WORLD.registry.partners[0], id="emea"),))
    case = TemplatedCases(Series(RENDERER), lambda _: "phd_weekly emea 2026-W03", CaseLetters(None)).of(
        issue(description=WEEK), replace(WORLD, registry=emea)
    )
    assert case is not None
    assert case.partner is None


def test_one_that_a_person_opened_says_its_time_in_its_title() -> None:
    for description in (WEEK, "What we do this week."):
        case = found(description=description, title="PHD weekly - EMEA - 2026-W03")
        assert (case.template.key, case.occurrence and case.occurrence.period.first) == (
            "phd_weekly",
            date(2026, 1, 12),
        )


@pytest.mark.parametrize(
    "title", ["PHD Weekly Review EMEA 2026-W03", "PHD weekly - EMEA - W3", "PHD weekly EMEA 2026-W03 (Chris)"]
)
def test_one_from_the_template_is_read_as_people_write(title: str) -> None:
    at = datetime(2026, 1, 20, tzinfo=UTC)
    occurrence = found(description=WEEK, title=title, created_at=at).occurrence
    assert occurrence is not None
    assert (occurrence.region, occurrence.period) == ("emea", Period.parse("2026-W03"))


def test_a_title_counts_only_where_such_issues_lie_and_with_its_own_template() -> None:
    title = "PHD weekly - EMEA - 2026-W03"
    assert of(title=title, project=PLACES["newsletter"]) is None
    assert found(title=title, description=REQUEST).occurrence is None
    assert found(title="Hello", description=WEEK).occurrence is None


def test_a_template_is_rendered_once() -> None:
    series = Series(RENDERER)
    weekly = CONFIG.templates.get("phd_weekly")
    assert weekly is not None
    assert series.name(weekly) == "PHD weekly"
    assert series.master(weekly) is series.master(weekly)
