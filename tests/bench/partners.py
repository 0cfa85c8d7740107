"""The sandbox's request log becomes row 8: what a day's look at all partners costs GitLab."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.bench.rows import Row, note
from tests.flow.certifying.world import team
from tests.many import folders, registered

SIZES = (20, 80)
EACH = 12
CONSTANT = 60
DAY = {"advance_seconds": 86_400}


def daily_look() -> Iterator[Row]:
    """Row 8: nothing is to be done for any of them."""
    with tempfile.TemporaryDirectory() as folder, team(Path(folder)) as (people, on):
        people.registry(registered(SIZES[-1]))
        have = 0
        for size in SIZES:
            note(f"row 8: {size} partners")
            folders(on, size, begin=have)
            have = size
            for _ in range(2):
                people.way.desk("PUT", "clock", DAY)
                on.sweep()
            people.way.desk("PUT", "clock", DAY)
            on.forget_calls()
            on.sweep()
            calls = sum(one["user"].startswith("channel-bot") for one in people.way.desk("GET", "requests"))
            most = EACH * size + CONSTANT
            what = f"a day's look at {size} partners with folders, {SIZES[-1] - size} without: calls"
            yield Row(8, what, f"<= {most}", f"{calls} ({calls / size:.1f} a folder)", calls <= most)
