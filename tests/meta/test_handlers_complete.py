"""Every handler comes with all that belongs to it, and the pages about them are current."""

from __future__ import annotations

import json

from click.testing import CliRunner

from bot.commands.handlers import PAGE, command, shipped_page
from bot.rules import discovered
from tests.meta.completeness import gaps
from tests.meta.places import ROOT


def test_no_handler_lacks_anything() -> None:
    assert gaps(ROOT) == []


def test_the_page_about_the_rules_is_current() -> None:
    assert PAGE.read_text("utf-8") == shipped_page(), "docs/handlers.md is out of date: run `make docs`"


def test_the_page_shows_no_sentence_as_code() -> None:
    """Four spaces at the beginning of a line are what a docstring has and Markdown takes for code."""
    assert [line for line in shipped_page().splitlines() if line.startswith("    ")] == []


def test_programs_get_the_table_of_rules_as_json() -> None:
    rows = json.loads(CliRunner().invoke(command, ["--format", "json"]).stdout)
    named = [row["name"] for row in rows if row["kind"] == "handler"]
    assert named == [handler.name for handler in discovered()]
    assert next(row for row in rows if row["name"] == "base_label") == {
        "name": "base_label",
        "policy": next(handler.policy for handler in discovered() if handler.name == "base_label"),
        "handbook": ["GL-02"],
        "kind": "handler",
        "reason": "",
    }


def test_people_get_it_as_a_table_and_the_page_as_markdown() -> None:
    assert "base_label" in CliRunner().invoke(command, []).stdout
    assert CliRunner().invoke(command, ["--format", "markdown"]).stdout == shipped_page()
