"""docs/adding-a-handler.md is true: its files make a rule that works, and leaving one out is noticed by name."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.meta.completeness import gaps
from tests.meta.places import ROOT

GUIDE = ROOT / "docs/adding-a-handler.md"
FILE = re.compile(
    r"^\*\*`(?P<path>[^`]+)`\*\*(?P<add> \(add\))?\n\n```\w+\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL
)
COPIED = ("bot", "config", "templates", "docs", "tests", "pyproject.toml", "README.md", "LICENSE", "CHANGELOG.md")
NEEDED = {
    "config/short_nba.yml": "handler short_nba: create config/short_nba.yml with 'enabled: true'",
    "templates/issue/short_nba.note.md.j2": (
        "handler short_nba: create templates/issue/short_nba.note.md.j2 with words for each topic it says"
    ),
    "tests/handlers/test_short_nba.py": (
        "handler short_nba: create tests/handlers/test_short_nba.py with a table of cases"
    ),
}


def blocks() -> Iterator[tuple[str, str, bool]]:
    """Path, text, and whether the text is added to a file that is there."""
    for block in FILE.finditer(GUIDE.read_text("utf-8")):
        yield block["path"], block["text"], bool(block["add"])


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project with the rule of the guide."""
    root = tmp_path_factory.mktemp("copy")
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            # With __pycache__, or each process below compiles everything anew; without files that are being written.
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("*.pyc.*"))
        elif source.exists():
            shutil.copy(source, root / name)
    for path, text, add in blocks():
        target = root / path
        assert target.exists() == add, f"the guide speaks of {path}"
        target.write_text(target.read_text("utf-8") + text if add else text, encoding="utf-8")
    for module in ("bot.commands.handlers", "bot.config"):
        assert run(root, "-m", module).returncode == 0
    return root


def run(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A Python whose project is the copy."""
    environ = {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(root)}
    return subprocess.run(
        [sys.executable, *arguments], cwd=root, env=environ, text=True, capture_output=True, check=False, timeout=120
    )


def test_the_guide_brings_all_that_a_handler_needs(copy: Path) -> None:
    assert len(list(blocks())) == 4
    assert gaps(copy) == []


def test_the_table_of_the_guide_proves_its_rule(copy: Path) -> None:
    tests = ("tests/handlers/test_short_nba.py", "tests/meta/test_handlers_complete.py")
    done = run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_table_about_a_templates_issues_proves_a_rule_too() -> None:
    """It is of a rule that there is, so it is played as it stands."""
    section = GUIDE.read_text("utf-8").partition("\n## A rule about a template's issues\n")[2]
    (block,) = re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)
    played: dict[str, Any] = {}
    exec(block, played)
    assert len(played["CASES"]) == 3
    for case in played["CASES"]:
        played["test_missing_answers"](case)


def test_the_check_of_the_guide_knows_its_words(copy: Path) -> None:
    done = run(copy, "-m", "bot", "check")
    assert "ok   words of short_nba: 1 topics" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 0


@pytest.mark.parametrize("path", NEEDED)
def test_a_forgotten_file_is_named(copy: Path, tmp_path: Path, path: str) -> None:
    hidden = tmp_path / "hidden"
    shutil.move(copy / path, hidden)
    try:
        assert gaps(copy) == [NEEDED[path]]
    finally:
        shutil.move(hidden, copy / path)


@pytest.mark.parametrize(
    ("path", "old", "new", "gap"),
    [
        ("config/handbook.yml", "GL-16:", "GL-99:", "add GL-16 and what it says to config/handbook.yml"),
        ("docs/handlers.md", "## short_nba\n", "## x\n", "run `make docs`, since docs/handlers.md does not know it"),
        (
            "config/schema.json",
            '"short_nba.yml"',
            '"x"',
            "run `make docs`, since config/schema.json does not know it",
        ),
        (
            "bot/handlers/short_nba.py",
            "is asked which step comes first.",
            "is asked. Which step comes first",
            "begin its module with a docstring whose first paragraph is the policy, one sentence",
        ),
        (
            "bot/handlers/short_nba.py",
            "frozen=True, ",
            "",
            "give it a frozen dataclass Settings with the field `enabled: bool = True`",
        ),
        (
            "bot/handlers/short_nba.py",
            "enabled: bool",
            "on: bool",
            "give it a frozen dataclass Settings with the field `enabled: bool = True`",
        ),
        (
            "bot/handlers/short_nba.py",
            "most_words: int = 12",
            "most_words: int",
            "give the setting most_words a default",
        ),
        (
            "bot/handlers/short_nba.py",
            "HANDBOOK =",
            "IDS =",
            'name the processes it carries, like HANDBOOK = ("GL-02",)',
        ),
        (
            "tests/handlers/test_short_nba.py",
            "CASES = (",
            "CASES = len, (",
            "write its table into tests/handlers/test_short_nba.py, as CASES = (Case(...), ...)",
        ),
    ],
)
def test_a_part_that_is_left_out_is_named(copy: Path, path: str, old: str, new: str, gap: str) -> None:
    file = copy / path
    text = file.read_text("utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")
    try:
        assert f"handler short_nba: {gap}" in gaps(copy)
    finally:
        file.write_text(text, encoding="utf-8")


def test_what_outlives_its_handler_is_named(copy: Path, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    handler = copy / "bot/handlers/short_nba.py"
    shutil.move(handler, hidden)
    try:
        assert gaps(copy) == [
            "delete templates/issue/short_nba.note.md.j2, since there is no handler of this name",
            "delete tests/handlers/test_short_nba.py, since there is no handler of this name",
            "run `make docs`, since docs/handlers.md still knows short_nba",
        ]
    finally:
        shutil.move(hidden, handler)
