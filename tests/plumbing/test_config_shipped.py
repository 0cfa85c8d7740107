"""The shipped configuration is right, careful, and described by a schema that is current."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from bot import config
from bot.config import SHIPPED, load, schema
from bot.errors import ConfigError
from bot.handlers import milestone_titles, milestone_windows

DIRECTORY = SHIPPED[-1]


def test_the_shipped_files_are_right_and_write_nothing() -> None:
    shipped = load(DIRECTORY)

    assert shipped.site.dry_run
    assert set(shipped.settings) == {path.stem for path in DIRECTORY.glob("*.yml")} - {
        "site",
        "labels",
        "handbook",
        "commands",
        "certifications",
        "issue_templates",
        "recurrences",
        "licences",
    }
    assert all(settings.enabled for settings in shipped.settings.values())
    assert all(len(rule.says.split()) > 5 for rule in shipped.handbook.values())


def test_the_shipped_labels_are_the_handbooks() -> None:
    labels = load(DIRECTORY).labels

    assert (labels.base.name, labels.dri_missing.name, len(labels.team)) == ("Channel", "DRI::missing", 10)
    assert [(labels.priority.name(level), level.weight) for level in labels.priority.levels] == [
        ("Channel Priority:1", 1),
        ("Channel Priority:2", 2),
        ("Channel Priority:3", 3),
        ("Channel Priority:4", 4),
        ("Channel Priority:Backlog", 5),
    ]


@pytest.mark.parametrize(
    ("name", "old", "new", "says"),
    [
        ("milestone_windows", "create_ahead: 6", "create_ahead: -1", "3: 'create_ahead' must be a number from 0 to 52"),
        ("milestone_windows", "create_ahead: 6", "create_ahead: 53", "3: 'create_ahead' must be a number from 0 to 52"),
        ("milestone_windows", "days: 3", "days: -1", "4: 'close_after_days' must be a number from 0 up, not -1"),
        ("milestone_titles", "merge_cap: 50", "merge_cap: -1", "3: 'merge_cap' must be a number from 0 up, not -1"),
    ],
)
def test_a_number_out_of_bounds_is_told_with_its_line(tmp_path: Path, name: str, old: str, new: str, says: str) -> None:
    spoilt = shutil.copytree(DIRECTORY, tmp_path / "config") / f"{name}.yml"
    spoilt.write_text(spoilt.read_text("utf-8").replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as raised:
        load(spoilt.parent)
    assert str(raised.value).startswith(f"{spoilt}:{says}")


def test_the_bounds_themselves_are_allowed() -> None:
    assert milestone_windows.Settings(create_ahead=52).create_ahead == 52
    assert milestone_windows.Settings(create_ahead=0, close_after_days=0).close_after_days == 0
    assert milestone_titles.Settings(merge_cap=0).merge_cap == 0


def test_the_schema_is_current() -> None:
    written = json.loads((DIRECTORY / "schema.json").read_text())
    assert written == schema(), "config/schema.json is out of date; run `python -m bot.config`"


def test_every_file_has_a_schema() -> None:
    described = schema()

    assert set(described["properties"]) == {path.name for path in DIRECTORY.glob("*.yml")}
    assert described["$defs"]["SiteSettings"]["additionalProperties"] is False


def test_the_schema_is_written_beside_the_files(tmp_path: Path) -> None:
    config.write_schema(tmp_path)
    assert json.loads((tmp_path / "schema.json").read_text()) == schema()
