"""What a family lets be closed with its tasks open; everything else has to be done first."""

from __future__ import annotations

from typing import Any

from bot.domain.facts import IssueFacts
from bot.domain.licensing.request import REQUEST
from bot.domain.teamclosings import comes_to_nothing
from tests.builders import at, facts, issue
from tests.licences import asked


def closed(*before: IssueFacts, **more: Any) -> IssueFacts:
    return asked(state="closed", others={REQUEST: before}, **more)


def test_a_request_that_comes_to_nothing_stays_closed() -> None:
    """Who followed the bot's advice to close it is not asked to send the license."""
    assert comes_to_nothing(asked("declined", state="closed"))
    assert comes_to_nothing(closed(said={"seats": "90"}))
    assert comes_to_nothing(closed(asked(iid=7)))
    assert comes_to_nothing(closed(asked("declined", iid=7, state="closed")))
    assert not comes_to_nothing(closed())


def test_an_older_request_makes_no_license_superfluous() -> None:
    """The partner's second license of the year is sent like its first."""
    sent = asked("sent", iid=7, created_at=at("2026-01-15"), state="closed")
    assert not comes_to_nothing(closed(sent))
    assert not comes_to_nothing(closed(asked(iid=7, state="closed")))


def test_other_issues_have_no_such_word() -> None:
    assert not comes_to_nothing(facts(issue(state="closed")))
