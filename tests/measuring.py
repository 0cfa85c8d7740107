"""Tests become those whose coverage is measured, and long stories told from outside, which run at full speed.

To measure a story makes it take twice as long, and what it runs is run by shorter tests too: what those reach is what
`make test` counts. A new test is measured; whoever lists one here proves what it alone reached by a short test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from coverage import Coverage

STORIES = frozenset(
    f"tests/flow/{name}.py"
    for name in (
        "certifying/test_badge",
        "certifying/test_kept_off",
        "certifying/test_lost_and_refused",
        "certifying/test_on_off_certifying",
        "certifying/test_story_c1",
        "certifying/test_story_c1_later",
        "certifying/test_story_c2",
        "certifying/test_story_c3",
        "test_adoption",
        "test_attacks",
        "test_attacks_awards",
        "test_attacks_certifying",
        "test_attacks_certifying_random",
        "test_attacks_random",
        "test_bad_input",
        "test_blast_radius",
        "test_calls",
        "test_closing",
        "test_conversation_edges",
        "test_demo",
        "test_demo_sandbox",
        "test_digest",
        "test_forecast_comes_true",
        "test_human_wins",
        "test_human_wins_edges",
        "test_internal",
        "test_kills",
        "test_machines",
        "test_many_firsts",
        "test_many_partners",
        "test_moved_back",
        "test_note_rates",
        "test_on_off",
        "test_on_off_communications",
        "test_on_off_helpdesk",
        "test_on_off_licences",
        "test_on_off_lookup",
        "test_on_off_partners",
        "test_on_off_templates",
        "test_quiet",
        "test_recurring_days",
        "test_recurring_flow",
        "test_reminders_on_dates",
        "test_rules_of_the_flow",
        "test_solo_reports",
        "test_story_c4_calendar",
        "test_story_c4_nfr",
        "test_story_c5",
        "test_story_c6",
        "test_sweeps",
        "test_taken_off",
        "test_three_ways",
        "test_tracking",
        "test_who_reads_along",
    )
)


@contextmanager
def unmeasured() -> Iterator[None]:
    """Neither this process nor those that it starts are measured; nothing changes where nobody measures."""
    stopped: list[Coverage] = []
    # A worker of pytest-xdist is measured twice: by itself, and as a process that a measured one started.
    while one := Coverage.current():
        one.stop()
        stopped.append(one)
    try:
        with pytest.MonkeyPatch.context() as patch:
            # https://coverage.readthedocs.io/en/latest/subprocess.html
            patch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
            patch.delenv("COVERAGE_PROCESS_START", raising=False)
            yield
    finally:
        for one in reversed(stopped):
            one.start()
