"""What GitLab lists becomes the times of a recurrence: the bot's, a colleague's, and what was there once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count
from typing import Any

import pytest
import responses

from bot.domain.facts import RecurringFacts
from bot.domain.gitlab import Issue
from bot.errors import Incomplete, NotThere, TryLater
from bot.gateway import Gateway
from bot.memory import Memory
from bot.rest.waiting import Waiting
from bot.store.database import Database
from bot.templated.cases import Series, TemplatedCases
from bot.templated.letters import CaseLetters
from bot.templated.recurring import TemplatedReader
from bot.templated.tidings import Tidings
from tests.builders import BOT, CAM
from tests.helpdesk import RENDERER, rule, site

URL = "https://gitlab.example"
LIST = f"{URL}/api/v4/projects/gitlab-com%2Fchannel%2Fchannels/issues"
TODAY = date(2026, 11, 25)
STRANGER = 77
SITE = site(recurrences=(rule("phd_weekly"), rule("other", template="nobody_has_it")))
KEYS = {1: "phd_weekly emea 2026-W48"}
"""For which key the bot opened an issue, by its number."""
DATE = {"Date": "Wed, 25 Nov 2026 12:00:00 GMT"}


@pytest.fixture
def gitlab() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def key_of(issue: Issue) -> str | None:
    return KEYS.get(issue.iid) if issue.author.id == BOT.id else None


def reader(*remembered: str, clock: Any = None, memory: Memory | None = None) -> TemplatedReader:
    gateway = Gateway(URL, "glpat-not-a-real-one", waiting=Waiting(sleep=lambda seconds: None))
    cases = TemplatedCases(Series(RENDERER), key_of, CaseLetters(None))
    ticks = count(0, 100)
    return TemplatedReader(
        gateway,
        cases,
        lambda prefix: frozenset(key for key in remembered if key.startswith(prefix)),
        lambda person: person == CAM.id,
        lambda key, today: None,
        Tidings(memory or Memory(Database("sqlite://"))),
        clock or (lambda: next(ticks)),
    )


def listed(iid: int, title: str, author: int = BOT.id, **more: Any) -> dict[str, Any]:
    at = {"iid": iid, "id": 100 + iid, "project_id": 7, "references": {"full": f"gitlab-com/channel/channels#{iid}"}}
    who = {"id": author, "username": "somebody"}
    return {**at, "title": title, "author": who, "state": "opened", "labels": [], "issue_type": "issue", **more}


def recurring(gitlab: responses.RequestsMock, *issues: dict[str, Any], remembered: tuple[str, ...] = ()) -> list[str]:
    """The times that these issues come to, each with the issue's number; 0 stands for one that is gone."""
    gitlab.get(LIST, json=list(issues), headers=DATE)
    facts = reader(*remembered).recurring("phd_weekly", TODAY, SITE)
    return [f"{one.occurrence.key} {one.issue.iid}" for one in facts.times]


def test_the_bots_own_is_known_by_its_key_whatever_it_is_called(gitlab: responses.RequestsMock) -> None:
    assert recurring(gitlab, listed(1, "Renamed")) == ["phd_weekly emea 2026-W48 1"]


def test_a_colleagues_is_known_by_its_title(gitlab: responses.RequestsMock) -> None:
    titles = ("phd WEEKLY: americas, 2026 w48", "PHD weekly - EMEA", "PHD weekly - EMEA - 2026-W48 - the old one")
    issues = [listed(number, title, CAM.id) for number, title in enumerate(titles, 1)]
    assert recurring(gitlab, *issues) == ["phd_weekly amer 2026-W48 1"]


def test_what_was_moved_away_stands_for_nothing_but_that_the_bot_opened_it(gitlab: responses.RequestsMock) -> None:
    moved = listed(1, "PHD weekly", moved_to_id=900)
    assert recurring(gitlab, moved) == ["phd_weekly emea 2026-W48 0"]
    theirs = listed(2, "PHD weekly - Americas - 2026-W48", CAM.id, moved_to_id=901)
    assert recurring(gitlab, moved, theirs) == ["phd_weekly emea 2026-W48 0"]


def test_a_strangers_title_and_mark_count_for_nothing(gitlab: responses.RequestsMock) -> None:
    assert recurring(gitlab, listed(1, "PHD weekly - EMEA - 2026-W48", STRANGER)) == []


def test_the_bots_own_that_lost_its_mark_is_known_by_its_title(gitlab: responses.RequestsMock) -> None:
    """Somebody wrote the description anew."""
    issue = listed(2, "PHD weekly - EMEA - 2026-W48")
    assert recurring(gitlab, issue) == ["phd_weekly emea 2026-W48 2"]


def test_what_was_opened_and_is_gone_counts(gitlab: responses.RequestsMock) -> None:
    """What another recurrence's key names, or nobody can read, does not."""
    remembered = (
        "phd_weekly emea 2026-W48",
        "phd_weekly amer 2026-W48",
        "phd_weekly of long ago",
        "phd_weekly_too emea 2026-W48",
    )
    assert recurring(gitlab, listed(1, "PHD weekly"), remembered=remembered) == [
        "phd_weekly amer 2026-W48 0",
        "phd_weekly emea 2026-W48 1",
    ]


def test_a_list_that_breaks_off_is_no_list(gitlab: responses.RequestsMock) -> None:
    """Rule 10: nobody knows what stands on the second page."""
    link = {"Link": f'<{LIST}?page=2>; rel="next"', **DATE}
    gitlab.get(LIST, json=[listed(1, "PHD weekly")], headers=link)
    gitlab.get(f"{LIST}?page=2", status=500, headers=DATE)
    with pytest.raises(Incomplete):
        reader().recurring("phd_weekly", TODAY, SITE)
    with pytest.raises(TryLater):
        [*reader().issues_of("phd_weekly", TODAY, SITE)]


@pytest.mark.parametrize("key", ["unheard_of", "other"])
def test_a_recurrence_that_configuration_lacks_is_not_there(key: str) -> None:
    with pytest.raises(NotThere, match=f"recurrences.yml has no '{key}'"):
        reader().recurring(key, TODAY, SITE)


def test_a_list_is_read_once_for_a_while(gitlab: responses.RequestsMock) -> None:
    """Where all is there; what may be missing is looked for anew, also by its title."""
    gitlab.get(
        LIST, json=[listed(1, "PHD weekly"), listed(2, "PHD weekly - Americas - 2026-W48", CAM.id)], headers=DATE
    )
    ticks = count(0.0, 0.001)
    ours = reader(clock=lambda: next(ticks))
    first: RecurringFacts = ours.recurring("phd_weekly", TODAY, SITE)
    assert (ours.recurring("phd_weekly", TODAY, SITE), len(gitlab.calls)) == (first, 1)
    ours.recurring("phd_weekly", date(2026, 11, 30), SITE)
    assert len(gitlab.calls) == 3


def test_who_woke_others_by_what_it_saw_knows_it_and_another_process_asks(gitlab: responses.RequestsMock) -> None:
    gitlab.get(LIST, json=[listed(1, "PHD weekly")], headers=DATE)
    ticks, memory = count(0.0, 0.001), Memory(Database("sqlite://"))
    ours, theirs = (reader(clock=lambda: next(ticks), memory=memory) for _ in range(2))
    for one in (ours, theirs):
        [*one.issues_of("phd_weekly", TODAY, SITE)]
    known = len(gitlab.calls)
    ours.wakes(SITE.home)
    [*ours.issues_of("phd_weekly", TODAY, SITE)]
    assert len(gitlab.calls) == known
    for _ in range(2):
        [*theirs.issues_of("phd_weekly", TODAY, SITE)]
    assert len(gitlab.calls) == known + 2, "one for each word that is looked for"


def test_the_issues_of_a_template_come_oldest_first(gitlab: responses.RequestsMock) -> None:
    theirs = listed(3, "PHD weekly - EMEA - 2026-W47", STRANGER, description="Template: `PHD_Weekly_Review`")
    spoken_of = listed(4, "What the template is for", CAM.id, description="Ask about the template.")
    gitlab.get(LIST, json=[spoken_of, theirs, listed(1, "PHD weekly")], headers=DATE)
    assert [one.iid for one in reader().issues_of("phd_weekly", TODAY, SITE)] == [1]
    assert [*reader().issues_of("unheard_of", TODAY, SITE)] == []


def test_what_is_kept_is_brought_up_to_date_by_what_changed(gitlab: responses.RequestsMock) -> None:
    """A minute later one call tells of an issue that says the words by now, and of another that does not any more."""
    words = {"description": "Template: `PHD_Weekly_Review`", "updated_at": "2026-11-25T11:00:00Z"}
    gitlab.get(LIST, json=[listed(2, "One", CAM.id, **words), listed(3, "Two", CAM.id, **words)], headers=DATE)
    ours = reader()
    assert [one.iid for one in ours.issues_of("phd_weekly", TODAY, SITE)] == [2, 3]
    gitlab.replace(
        responses.GET,
        LIST,
        json=[
            listed(3, "Two", CAM.id, description="", updated_at="2026-11-25T12:00:30Z"),
            listed(4, "PHD weekly", CAM.id, **words),
            listed(5, "An everyday issue", CAM.id),
        ],
        headers=DATE,
    )
    before = len(gitlab.calls)
    assert [one.iid for one in ours.issues_of("phd_weekly", TODAY, SITE, fresh=True)] == [2, 4]
    asked = [str(call.request.url) for call in [*gitlab.calls][before:]]
    assert all("updated_after=" in url and "search=" not in url for url in asked)
    assert [one.title for *_, kept in ours._kept.values() for one in kept.found if one.iid == 5] == []
