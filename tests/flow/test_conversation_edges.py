"""Orders that come late, contradict each other, or that GitLab will not have: none overrules people, none is lost."""

from __future__ import annotations

import pytest

from tests.flow.test_conversation import answers, emojis, tell
from tests.stage import Stage

EARLIER = "DRI: @cam-emea\nNBA: call them (2027-01-10)"
LATER = "DRI: @phd-emea\nNBA: write to them (2027-02-10)"
LATE = {"dri": "dri @cam-amer", "delegate": "delegate @cam-amer", "nba": "nba drive there (2027-03-10)"}


@pytest.mark.parametrize("order", LATE.values(), ids=LATE)
def test_an_order_does_not_overrule_what_a_person_wrote_after_it(shared: Stage, order: str) -> None:
    issue = shared.issue(description=EARLIER)
    shared.look(issue)
    shared.later(5)
    note = tell(shared, issue, f"@channel-bot {order}")
    shared.later(60)
    shared.edit(issue, by="phd-emea", description=LATER)
    shared.look(issue)
    fresh = shared.fresh(issue)
    assert fresh.description == LATER
    assert "cam-amer" not in [person["username"] for person in fresh.assignees]
    assert "The description was changed after you wrote that" in answers(shared, issue)[-1]


@pytest.mark.parametrize("order", LATE.values(), ids=LATE)
def test_what_was_written_before_the_order_is_overruled(shared: Stage, order: str) -> None:
    """The bot's own changes, too, stand in nobody's way."""
    issue = shared.issue(description=EARLIER)
    shared.edit(issue, by="phd-emea", description=LATER)
    shared.later(5)
    for line in (order, "dri @cam-emea", "nba call them (2027-01-10)", order):
        tell(shared, issue, f"@channel-bot {line}")
        shared.look(issue)
    assert order.partition(" ")[2] in shared.fresh(issue).description
    assert not any("was changed after" in answer for answer in answers(shared, issue))
