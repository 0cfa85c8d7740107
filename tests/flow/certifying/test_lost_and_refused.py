"""What the bot needs for a partner is lost, written by another version, or refused: nobody is left without a word."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import insert

from bot.domain.marks import Mark
from bot.domain.partners.record import Request
from bot.store.tables import partner_requests
from tests.flow.certifying.world import BEGIN, HOME, PARTNER, team


def older(partner: str, key: str) -> str:
    """A request as another version of the bot wrote it."""
    return Request(key, partner, "create", "cam-amer", BEGIN, (1, 1)).to_json().replace('"what"', '"deed"')


def test_an_answer_of_another_version_keeps_nobody_from_being_heard(tmp_path: Path) -> None:
    with team(tmp_path) as (people, stage):
        asked = people.onboarding()
        mark = Mark("request", older(PARTNER, "k1"), f"issue:{asked.project_id}/{asked.iid}")
        body = f"What I said of old.\n\n{stage.bot.snapshot.marks.marker.write(mark)}"
        stage.as_("channel-bot").projects.get(HOME).issues.get(asked.iid).notes.create({"body": body})
        people.tell(asked, f"ctp status {PARTNER}")
        stage.look(asked)
        assert any("is not enrolled" in one for one in people.said(asked))
        assert not stage.bot.inbox.dead_letters()


def test_a_request_of_another_version_is_left_where_it_is_and_the_others_are_carried_out(tmp_path: Path) -> None:
    with team(tmp_path) as (people, stage):
        row = {"key": "k1", "partner": PARTNER, "text": older(PARTNER, "k1"), "done": False}
        with stage.database.begin() as connection:
            connection.execute(insert(partner_requests).values(**row))
        people.enrol()
        assert not stage.bot.inbox.dead_letters()
