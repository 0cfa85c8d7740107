"""What was measured becomes rows: a claim, its target, the number, and whether it was met."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One claim of the design. `met` is None where there is no target: the number is there for scale."""

    number: int
    what: str
    target: str
    measured: str
    met: bool | None = None

    @property
    def verdict(self) -> str:
        return "for scale" if self.met is None else "met" if self.met else "MISSED"

    def as_json(self) -> dict[str, Any]:
        return {**asdict(self), "verdict": self.verdict}


def note(text: str) -> None:
    """What is going on, for the person who waits."""
    sys.stderr.write(f"  {text}\n")
    sys.stderr.flush()


def show(rows: Sequence[Row]) -> None:
    table = Table("row", "what", "target", "measured", "verdict")
    colours = {"met": "green", "MISSED": "red", "for scale": "dim"}
    for row in rows:
        verdict = f"[{colours[row.verdict]}]{row.verdict}[/]"
        table.add_row(str(row.number), row.what, row.target, row.measured, verdict)
    Console(width=None if sys.stdout.isatty() else 150).print(table)
