"""How many statements a sweep costs the database, and what it then knows."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, event

from bot.memory import Known, Look, Memory
from bot.store.database import Database
from tests.stage import Stage

KNOWN, LOOK = Known(3, "a digest", 1), Look(wrote=frozenset({"weight"}))


@pytest.fixture(name="statements")
def _statements() -> Iterator[list[str]]:
    """What the database is asked, as it is asked."""
    asked: list[str] = []

    def listen(*given: object) -> None:
        asked.append(str(given[2]))

    event.listen(Engine, "before_cursor_execute", listen)
    yield asked
    event.remove(Engine, "before_cursor_execute", listen)


def test_a_page_is_recalled_at_a_statement_a_table(statements: list[str]) -> None:
    """And what was not among it is read as ever."""
    memory = Memory(Database("sqlite://"))
    for iid in (1, 2, 3):
        memory.remember_status(7, iid, KNOWN)
        memory.remember_look(7, iid, LOOK)
    statements.clear()
    with memory.recalling([(7, 1), (7, 2), (7, 9)]):
        assert [memory.status_of(7, iid) for iid in (1, 2, 9)] == [KNOWN, KNOWN, None]
        assert [memory.look_at(7, iid) for iid in (1, 9)] == [LOOK, Look()]
        assert memory.said_of(7, 1) is None
        assert len(statements) == 3
        assert memory.look_at(7, 3) == LOOK
        assert len(statements) == 4
    assert memory.look_at(7, 1) == LOOK
    assert len(statements) == 5


@pytest.mark.unmeasured
def test_a_sweep_of_a_settled_world_asks_little_of_each_issue(scene: Stage, statements: list[str]) -> None:
    for number in range(30):
        scene.issue(title=f"Chore {number}", description="DRI: @cam-emea\nNBA: go (2027-01-10)")
    scene.sweep()
    scene.sweep()
    statements.clear()
    scene.bot.sweeper.issues(full=True)
    # What was heard in comments is kept beside, and asked for issue by issue.
    assert len([one for one in statements if "FROM heard" not in one]) <= 20
