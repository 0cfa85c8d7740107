"""A report that has nothing to say is looked for once in a week, and heard as soon as it has."""

from __future__ import annotations

import pytest

from bot.apply import CALENDAR_REPORT
from bot.domain.actions import Say
from bot.domain.gitlab import Issue
from bot.domain.plan import Plan, Wish
from bot.domain.subject import CALENDAR
from bot.errors import Unclear
from bot.store.database import Database
from bot.voice.report import Reports
from tests.stage import Stage

NOTHING = Plan(CALENDAR)
LIST = "GET /api/v4/projects/gitlab-com%2Fchannel%2Fchannels/issues"
DAY = 86_400


def something() -> Plan:
    values = {"title": "`FY27Q4 3c`", "reason": "there is no such month"}
    return Plan(CALENDAR, wishes=(Wish("milestone_titles", Say("GL-14", "doubtful", values)),))


def settle(on: Stage, plan: Plan) -> str | None:
    on.forget_calls()
    return on.bot.apply.reports.settle(CALENDAR_REPORT, plan, on.bot.snapshot.today(), lambda: None)


def differs(on: Stage, plan: Plan) -> bool:
    on.forget_calls()
    return on.bot.apply.reports.differs(CALENDAR_REPORT, plan)


@pytest.mark.parametrize("look", [settle, differs])
def test_what_has_nothing_to_say_is_looked_for_once_a_week(shared: Stage, look: object) -> None:
    shared.forget_everything()
    for days, calls in ((0, [LIST]), (0, []), (6, []), (2, [LIST]), (0, [])):
        shared.later(days * DAY)
        shared.bot.gateway.version()
        assert not (settle(shared, NOTHING) if look is settle else differs(shared, NOTHING))
        assert shared.calls() == calls


def test_it_speaks_and_falls_silent_all_the_same(shared: Stage) -> None:
    shared.forget_everything()
    assert settle(shared, NOTHING) is None
    assert differs(shared, something())
    assert settle(shared, something()) == "open report"
    assert differs(shared, NOTHING)
    assert settle(shared, NOTHING) == "close report"
    assert not differs(shared, NOTHING)
    assert shared.calls() == []


def test_one_that_spoke_unheard_is_not_taken_for_silent(shared: Stage) -> None:
    """GitLab opened it again, and nobody heard so; by the next look there is nothing to say any more."""
    shared.forget_everything()
    settle(shared, something())
    assert settle(shared, NOTHING) == "close report"
    shared.fault(kind="drop_after", method="PUT", path="/issues/[0-9]+$")
    with pytest.raises(Unclear):
        settle(shared, something())
    assert differs(shared, NOTHING)
    assert settle(shared, NOTHING) == "close report"


@pytest.mark.parametrize("look", [settle, differs])
def test_one_that_spoke_while_somebody_looked_is_not_taken_for_silent(
    shared: Stage, monkeypatch: pytest.MonkeyPatch, look: object
) -> None:
    """A sweep judges it by a list that is older than what a worker wrote meanwhile."""
    shared.forget_everything()
    settle(shared, something())
    assert settle(shared, NOTHING) == "close report"
    shared.forget_everything()
    listed = Reports.every

    def overtaken(reports: Reports) -> list[Issue]:
        found = listed(reports)
        monkeypatch.setattr(Reports, "every", listed)
        assert settle(shared, something()) == "edit report"
        return found

    monkeypatch.setattr(Reports, "every", overtaken)
    assert not (settle(shared, NOTHING) if look is settle else differs(shared, NOTHING))
    assert settle(shared, NOTHING) == "close report"


def test_one_that_the_bot_is_told_to_keep_off_is_not_taken_for_silent(shared: Stage) -> None:
    """When it may be written again, what it says is put right."""
    shared.forget_everything()
    settle(shared, something())
    report = shared.home().issues.list(state="opened", get_all=True)[0]
    shared.edit(report, add_labels="bot::hands-off")
    assert (settle(shared, NOTHING), differs(shared, NOTHING)) == (None, False)
    shared.edit(report, remove_labels="bot::hands-off")
    assert differs(shared, NOTHING)
    assert settle(shared, NOTHING) == "close report"


def test_a_lost_memory_takes_nothing_for_silent(shared: Stage) -> None:
    settle(shared, something())
    shared.database = Database("sqlite://")
    shared.play()
    assert differs(shared, NOTHING)
    assert settle(shared, NOTHING) == "close report"
