"""What the open issues of the team add up to: counts, and the issues that somebody has to look at."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Tally:
    """Filled by a sweep, issue by issue."""
