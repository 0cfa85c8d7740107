"""The stage takes a short cut to its configuration, and comes out where `load` does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.config import load
from tests.stage import config_for

CHANGES: tuple[dict[str, Any], ...] = (
    {},
    {"tier": "free"},
    {"notes_per_minute": 60_000, "adopt_from": date(2027, 1, 1)},
    {"registry": {"project": "", "branch": "main"}, "blast_radius": {"most": 1}, "dry_run": True},
)


@pytest.mark.parametrize("changes", CHANGES)
def test_a_stage_has_the_configuration_of_its_own_directory(changes: dict[str, Any], tmp_path: Path) -> None:
    for name in ("one", "another"):
        url = f"http://{name}.example.com"
        assert config_for(tmp_path / name, url, **changes) == load(tmp_path / name)
