"""`python -m tests.bench`: the design's numbers, measured here, beside their targets; a missed one is only shown."""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable, Iterator
from typing import Final

import click
import structlog

from tests.bench import accepting, calling, pairing, partners
from tests.bench.rows import Row, note, show

MEASURES: Final[dict[int, Callable[[], Iterator[Row]]]] = {
    1: accepting.throughput,
    2: accepting.answer_times,
    3: pairing.per_event,
    4: calling.full_sweeps,
    5: calling.incremental_sweep,
    6: calling.settled_world,
    7: pairing.burst,
    8: partners.daily_look,
    10: pairing.idle,
}


@click.command()
@click.option("--only", type=click.Choice([str(number) for number in MEASURES]), multiple=True, help="Only this row.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", help="For people or programs.")
def main(only: tuple[str, ...], form: str) -> None:
    """Measure the bot on this machine, on loopback only; takes a few minutes and wants the machine for itself."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    began, rows = time.monotonic(), []
    for number, measure in MEASURES.items():
        if not only or str(number) in only:
            rows += list(measure())
    note(f"took {time.monotonic() - began:.0f} s")
    if form == "json":
        sys.stdout.write(json.dumps([row.as_json() for row in rows], indent=2) + "\n")
    else:
        show(rows)


if __name__ == "__main__":
    main()
