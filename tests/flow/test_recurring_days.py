"""A fiscal quarter goes by day by day: what recurs is opened exactly once, whatever happens to the bot meanwhile.

`make soak` plays two fiscal years.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.domain.fiscal import Quarter
from bot.domain.recurrence.rule import days_of, due_on, upcoming, wanted
from bot.domain.subject import Subject
from bot.granted import Granted
from tests.flow.desk_calendar import PHD, Desk, applicant, authorized, desk, opened, select
from tests.soak import long
from tests.stage import HOME, ROOT

FIRST, LAST = Quarter.of(date(2026, 11, 1)).start, Quarter.of(date(2026, 11, 1)).end
YEARS = Quarter(2029, 4).end
"""The end of the second fiscal year after that."""
DAY = timedelta(days=1)
GAP = frozenset(date(2026, 11, 27) + count * DAY for count in range(10))
"""Ten days on which the bot does not run, over the end of a month."""
BY_HAND, ITS_DAY = "PHD weekly - EMEA - 2026-W50", date(2026, 12, 6)
FORGETS = frozenset({date(2026, 11, 20), date(2026, 12, 23)})
PARTNERS = (
    *map(select, ("ada", "ben", "cat", "dan")),
    *(opened("oli"), applicant("ann"), applicant("bob"), authorized("nia", "2026-11-20")),
)
Dues = Counter[str]
"""How many issues are due on which day."""

MENTION = re.compile(r"@([\w-]+)")


def recurring() -> list[str]:
    """Everything that recurs and is switched on."""
    every = yaml.safe_load((ROOT / "config" / "recurrences.yml").read_text("utf-8"))
    return [key for key, one in every.items() if one.get("enabled", True)]


def lived(folder: Path, last: date, each_day: Callable[[Desk, date], bool]) -> None:
    """Those days go by; `each_day` tells whether the bot runs. In the end all is there once, and people hear of it."""
    with desk(folder, FIRST, *PARTNERS, recurring=recurring()) as people:
        # What has nothing to list opens too: these regions have few partners.
        always = tuple(replace(one, is_skipped_when_empty=False) for one in people.stage.config.recurrences)
        people.stage.config = replace(people.stage.config, recurrences=always)
        people.stage.play()
        people.way.sweep()
        people.stage.play(only="recurring_issues")
        for day in days(FIRST, last):
            people.way.desk("PUT", "clock", {"now": datetime.combine(day, time(15), UTC).isoformat()})
            if each_day(people, day):
                looked(people, day)
        titles, dues = issues(people)
        assert [title for title, count in titles.items() if count > 1] == []
        assert dues == foreseen(people, last)
        assert unescalated(people, last) == []


def days(first: date, last: date) -> Iterable[date]:
    return (first + count * DAY for count in range((last - first).days + 1))


def looked(people: Desk, day: date) -> None:
    """What the worker does about what recurs, without the ways that lead there."""
    bot = people.stage.bot
    snapshot = replace(bot.snapshot, day=day)
    for subject in bot.sweeper.rota.due(day, snapshot.registry()):
        facts = snapshot.recurring(subject.ref)
        bot.sweeper.surveyor.apply.grant(facts, bot.rules.decide(facts), lambda: None, Granted())
        bot.sweeper.rota.looked(facts)


def issues(people: Desk) -> tuple[Counter[str], Dues]:
    """The titles and due days of what was opened from templates and has a day; a journey has none."""
    listed = (
        people.way.as_("root").groups.get("gitlab-com/channel").issues.list(get_all=True, per_page=100, scope="all")
    )
    found = [one for one in listed if one.due_date and "Template:" in (one.description or "")]
    return Counter(one.title for one in found), Counter(one.due_date for one in found)


def foreseen(people: Desk, last: date) -> Dues:
    """The due days that the forecast tells, from those that are current on the first day on."""
    site, regions = people.stage.bot.snapshot.site, people.stage.bot.snapshot.registry().regions
    found: Dues = Counter()
    for rule in site.recurrences:
        days_off = site.workdays
        current = (one for one in wanted(rule, FIRST, days_off, None) if days_of(rule, one, days_off).opens < FIRST)
        coming = upcoming(rule, FIRST, (last - FIRST).days + 1, days_off)
        for due in (*(due_on(rule, one, days_off) for one in current), *(one.due for one in coming)):
            found[due.isoformat()] += len(regions) if rule.each_region else 1
    return found


def unescalated(people: Desk, last: date) -> list[str]:
    """The issues that are late and of which nobody above has heard by the next business day."""
    monday = people.stage.bot.snapshot.site.workdays.after(last, 1)
    people.way.desk("PUT", "clock", {"now": datetime.combine(monday, time(15), UTC).isoformat()})
    people.stage.play(only="duty_deadlines")
    world = people.stage.sandbox.world
    begun = [one for one in world.issues.values() if "Template:" in (one.description or "")]
    every = [one for one in begun if one.due_date and one.due_date < last - 3 * DAY]
    people.stage.bot.inbox.mark([Subject.issue(one.project_id, one.iid) for one in every], "a test", now=True)
    people.stage.drain()
    heard: dict[int, set[str]] = {}
    for note in list(world.notes.values()):
        if "still waiting" in note.body:
            heard.setdefault(note.issue_id, set()).update(MENTION.findall(note.body))
    having = {one.id: {world.users[person].username for person in one.assignee_ids} for one in every}
    return [one.title for one in every if not heard.get(one.id, set()) - having[one.id]]


def troubled(people: Desk, day: date) -> bool:
    """A gap, an issue that somebody opened by hand the day before its time, and a database that is lost twice."""
    if day == ITS_DAY:
        fields: dict[str, Any] = {
            "title": BY_HAND,
            "description": "Template: `PHD_Weekly_Review`",
            "due_date": "2026-12-11",
        }
        people.project(HOME, PHD).issues.create(fields)
    if day in FORGETS:
        people.stage.forget_everything()
        people.stage.play(only="recurring_issues")
    return day not in GAP


def test_a_quarter_with_a_gap_a_hand_and_a_lost_database_is_as_the_forecast_has_it(tmp_path: Path) -> None:
    lived(tmp_path, LAST, troubled)


@long
@pytest.mark.parametrize("each_day", [troubled, lambda *_: True], ids=["troubled", "calm"])
def test_two_fiscal_years_are_too(tmp_path: Path, each_day: Callable[[Desk, date], bool]) -> None:
    lived(tmp_path, YEARS, each_day)
