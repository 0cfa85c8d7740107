"""A partner's record that the team marked hands-off: what is asked is refused, and what waits keeps nobody busy."""

from __future__ import annotations

from pathlib import Path

from bot.domain.partners.record import Request
from bot.domain.subject import Subject
from tests.flow.certifying.bases import Bases
from tests.flow.certifying.world import BEGIN, PARTNER, PROJECT, SERVICES, TRACKING, team

OFF = "bot::hands-off"


def test_what_waits_at_a_marked_record_is_looked_at_again_once_the_mark_is_gone(tmp_path: Path, bases: Bases) -> None:
    with team(tmp_path, saved=bases.enrolled) as (people, stage):
        record, tracking = people.issue("CTP enrolment"), people.issue(TRACKING, PROJECT)
        people.edit(record, add_labels=OFF)
        values = {"until": "2027-09-30", "reason": "Summer"}
        request = Request("k1", PARTNER, "extend", SERVICES, BEGIN, (tracking.project_id, tracking.iid), values)
        stage.bot.apply.requests.post(request)
        stage.sweep()
        daily = stage.bot.sweeper.daily
        assert list(daily.asked()) == []
        people.edit(record, remove_labels=OFF)
        stage.bot.snapshot.partners.forget()
        assert list(daily.asked()) == [Subject.partner(PARTNER)]
        stage.sweep()
        people.becomes(tracking, due_date="2027-09-30")
        assert list(daily.asked()) == []
