"""The texts of a registry's files become one checked Registry, or the list of everything wrong in them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter

from bot.config import SHIPPED, Checked, shape, validate
from bot.domain.registry import Registry
from bot.errors import ConfigError
from bot.registry.crosschecks import troubles
from bot.registry.files import PARTNERS, SHAPES, Partners, assembled
from bot.registry.hostile import trouble
from bot.settings.yamlfile import Document, Problem, parse, text_of

FOLDER: Final = "registry"
MOST: Final = 50
"""Contradictions told at once."""
EMPTY: Final = "the file is empty; copy the one that came with the bot and fill it"
MISSING: Final = "there is no such file; copy the one that came with the bot and fill it"


@dataclass(frozen=True, slots=True)
class Broken:
    """Texts that are no registry, and why; never empty."""

    problems: tuple[Problem, ...]

    @property
    def is_blank(self) -> bool:
        """Whether none of the files is there: nobody has begun a registry."""
        return {problem.path.name for problem in self.problems if problem.text == MISSING} == SHAPES.keys()


def understood(texts: Mapping[str, str], commit: str = "", at: Path = Path()) -> Registry | Broken:
    """The registry that `texts` (by file name) are, or everything wrong with them. `at` goes before the file names."""
    match _judged(tuple(texts.get(name) for name in SHAPES)):
        case Registry() as registry:
            return replace(registry, commit=commit)
        case Broken(problems):
            return Broken(tuple(replace(problem, path=at / problem.path) for problem in problems))


def partners_of(text: str) -> Partners | Broken:
    """partners.yml by itself, not compared with the other files."""
    checked = Checked()
    _judge(_parsed(Path(PARTNERS), text), checked)
    if checked.problems:
        return Broken(tuple(checked.problems))
    found: Partners = checked.contents[Path(PARTNERS).stem]
    return found


def from_directory(directory: Path) -> Registry:
    """The registry in `directory`; ConfigError lists all that is wrong, one `file:line: what` a line."""
    texts: dict[str, str] = {}
    unreadable: list[Problem] = []
    for name in SHAPES:
        match text_of(directory / name):
            case str(text):
                texts[name] = text
            case Problem() as problem:
                unreadable.append(problem)
    found = Broken(tuple(unreadable)) if unreadable else understood(texts, at=directory)
    if isinstance(found, Broken):
        raise ConfigError("\n".join(map(str, found.problems)))
    return found


def start(config_directory: Path) -> Path:
    """Where the registry for a start is: beside the configuration, else the shipped one."""
    own = config_directory / FOLDER
    return own if own.is_dir() else next(path for path in SHIPPED if path.is_dir()) / FOLDER


@lru_cache(maxsize=4)
def _judged(texts: tuple[str | None, ...]) -> Registry | Broken:
    """What the texts of `SHAPES`' files are. Kept: a text says the same each time, and a long one takes long."""
    checked = Checked()
    for name, text in zip(SHAPES, texts, strict=True):
        if text is None:
            checked.problems.append(Problem(Path(name), 1, MISSING))
        else:
            _judge(_parsed(Path(name), text), checked)
    return _finished(checked)


@lru_cache(maxsize=8)
def _parsed(path: Path, text: str) -> Document:
    """Kept as well: who changes one file leaves the others as they are."""
    wrong = trouble(path, text)
    return Document(path, problems=(wrong,)) if wrong else parse(path, text)


def _judge(document: Document, checked: Checked) -> None:
    name = document.path.stem
    checked.documents[name] = document
    if document.problems:
        checked.problems += document.problems
    elif document.data is None:
        checked.problems.append(document.problem((), EMPTY))
    else:
        validate(document, document.data, _shape(document.path.name), checked)


@cache
def _shape(name: str) -> TypeAdapter[Any]:
    """Made once: making it takes longer than reading a file."""
    return shape(Path(name).stem, SHAPES[name])


def _finished(checked: Checked) -> Registry | Broken:
    """Only files that are each right are compared with each other: the rest would be guesses."""
    problems = [*checked.problems]
    if not problems:
        registry = assembled(checked.contents)
        problems += _placed(registry, checked)
        if not problems:
            return registry
    return Broken(tuple(sorted(set(problems))))


def _placed(registry: Registry, checked: Checked) -> Iterator[Problem]:
    for file, place, text in islice(troubles(registry), MOST):
        yield checked.documents[file].problem(place, text)
