"""The project's own files, as the meta tests read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
SKIPPED = {
    ".git",
    ".venv",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".hypothesis",
    "__pycache__",
    "var",
    "dist",
    "build",
}


def files(*suffixes: str, under: Path = ROOT) -> Iterator[Path]:
    """Every file of the project with one of the suffixes (all when none is given), without what tools left behind."""
    for path in sorted(under.iterdir()):
        if path.name in SKIPPED or path.name.startswith(".coverage"):
            continue
        if path.is_dir():
            yield from files(*suffixes, under=path)
        elif not suffixes or path.suffix in suffixes:
            yield path


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
