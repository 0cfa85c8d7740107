"""The shipped configuration is right, careful, and described by a schema that is current."""

from __future__ import annotations

import json
from pathlib import Path

from bot import config
from bot.config import SHIPPED, load, schema

DIRECTORY = SHIPPED[-1]


def test_the_shipped_files_are_right_and_write_nothing() -> None:
    shipped = load(DIRECTORY)

    assert shipped.site.dry_run
    assert set(shipped.settings) == {path.stem for path in DIRECTORY.glob("*.yml")} - {"site", "labels", "handbook"}
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
