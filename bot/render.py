"""A template of the team and a handful of values become the words of a comment, an issue or a mail."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import lru_cache
from pathlib import Path
from traceback import walk_tb
from types import CodeType, MappingProxyType
from typing import Any, Final

from jinja2 import (
    BytecodeCache,
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    Undefined,
    UndefinedError,
    meta,
    select_autoescape,
)
from jinja2.bccache import Bucket

from bot.domain.speech import shortened
from bot.errors import ConfigError

PACKAGE: Final = Path(__file__).parent
SHIPPED: Final = (PACKAGE / "_shipped" / "templates", PACKAGE.parent / "templates")
"""Where the shipped templates are: in an installed wheel, in a checkout."""
NO_FILTERS: Final[Mapping[str, Callable[..., Any]]] = MappingProxyType({})
NOTHING: Final[Mapping[str, object]] = MappingProxyType({})
BROKEN: Final = (TemplateError, TypeError, ValueError, ArithmeticError, LookupError)
"""What a wrong template can raise."""


def template_dirs() -> tuple[Path, ...]:
    """Where templates are looked for: `templates` in the working directory, then the shipped ones."""
    here = Path("templates")
    shipped = next(path for path in SHIPPED if path.is_dir())
    return (here, shipped) if (here / "issue").is_dir() else (shipped,)


class Compiled(BytecodeCache):
    """The templates that this process has compiled, for all its renderers; by file, and by what was written in it."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[str, CodeType | None]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        source, code = self._known.get(bucket.key, ("", None))
        if source == bucket.checksum:
            bucket.code = code

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._known[bucket.key] = (bucket.checksum, bucket.code)


COMPILED: Final = Compiled()


NAMELESS: Final = Environment(autoescape=True)
"""Reads templates where nothing is given."""
NAMELESS.globals.clear()


class Blank(Undefined):
    """A value that nobody gave: a place to fill in, false in an `if` and empty in a `for`."""

    def __str__(self) -> str:
        return f"<{(self._undefined_name or '').replace('_', ' ')}>"


class Renderer:
    """The templates below `directories`; an earlier directory wins. Values go in as they are: callers make them safe.

    `given` are values that every template may name, such as what configuration says.
    Every error is a ConfigError: `templates/issue/dri.note.md.j2:3: what is wrong`.
    """

    def __init__(
        self,
        directories: Sequence[Path],
        filters: Mapping[str, Callable[..., Any]] = NO_FILTERS,
        given: Mapping[str, object] = NOTHING,
    ) -> None:
        self.directories = tuple(directories)
        self.loader = FileSystemLoader(self.directories)
        self.environment = Environment(
            loader=self.loader,
            bytecode_cache=COMPILED,
            undefined=StrictUndefined,
            autoescape=select_autoescape(("html", "html.j2"), default=False),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.environment.globals.clear()
        self.environment.globals.update(given)
        self.environment.filters.update(filters)
        self.blanks = self.environment.overlay(undefined=Blank)

    def note(self, handler: str, topic: str, values: Mapping[str, str]) -> str:
        """What the handler says about a topic: Markdown without blank lines around it."""
        path = f"issue/{handler}.note.md.j2"
        text = self.text(path, **values, topic=topic).strip()
        if not text:
            raise ConfigError(f"{self.shown(path)}:1: there are no words for the topic {topic!r}; add a branch for it")
        return text

    def issue(self, handler: str, /, **values: object) -> tuple[str, str]:
        """Title and description of the issue that the handler opens; the template's first line is `# title`.

        GitLab takes 255 characters of a title, and what is beyond is cut.
        """
        path = f"issue/{handler}.issue.md.j2"
        first, _, rest = self.text(path, **values).strip().partition("\n")
        if not first.startswith("# ") or not first[2:].strip():
            raise ConfigError(f"{self.shown(path)}:1: the first line is no title; begin it with '# '")
        return shortened(first[2:].strip()), rest.strip()

    def templated(self, name: str, /, **values: object) -> tuple[str, str]:
        """Title and description of an issue from one of the team's templates; places without a value stay free.

        The template's first line is `# title`. A place that is free reads `<partner>`, after the value's name.
        """
        path = f"issue/{name}.md.j2"
        try:
            text = self.blanks.get_template(path).render(**values)
        except BROKEN as error:
            raise ConfigError(f"{self._at(path, error)}: the template cannot be filled: {error}") from error
        first, _, rest = text.strip().partition("\n")
        if not first.startswith("# ") or not first[2:].strip():
            raise ConfigError(f"{self.shown(path)}:1: the first line is no title; begin it with '# '")
        return shortened(first[2:].strip()), rest.strip()

    def text(self, path: str, /, **values: object) -> str:
        """Any template, by its path below the directories."""
        template = self._template(path)
        try:
            return template.render(**values)
        except UndefinedError as error:
            raise ConfigError(f"{self._at(path, error)}: {_undefined(error, values)}") from error
        except BROKEN as error:
            raise ConfigError(f"{self._at(path, error)}: the template cannot be filled: {error}") from error

    def placeholders(self, path: str) -> frozenset[str]:
        """The names a template asks for on any of its branches; those of included ones do not count."""
        self._template(path)
        source, _, _ = self.loader.get_source(self.environment, path)
        return _named(source) - self.environment.globals.keys()

    def problems(self) -> Iterator[str]:
        """One line for each template that cannot even be read."""
        for path in self.environment.list_templates(extensions=["j2"]):
            try:
                self._template(path)
            except ConfigError as error:
                yield str(error)

    def shown(self, path: str) -> Path:
        """The file a template comes from, or would come from."""
        return next((at / path for at in self.directories if (at / path).is_file()), self.directories[0] / path)

    def _template(self, path: str) -> Template:
        try:
            return self.environment.get_template(path)
        except TemplateNotFound as error:
            raise ConfigError(f"{self.shown(path)}:1: there is no such template; create it") from error
        except BROKEN as error:
            raise ConfigError(f"{self._at(path, error)}: this is no template: {error}") from error

    def _at(self, path: str, error: Exception) -> str:
        """`file:line` of an error, in whichever template it arose."""
        if isinstance(error, TemplateSyntaxError):
            return f"{error.filename or self.shown(path)}:{error.lineno}"
        places = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
        file, line = next((place for place in reversed(places) if place[0].endswith(".j2")), (self.shown(path), 1))
        return f"{file}:{line}"


@lru_cache(maxsize=64)
def _named(source: str) -> frozenset[str]:
    """The names that a template does not make itself."""
    return frozenset(meta.find_undeclared_variables(NAMELESS.parse(source)))


def _undefined(error: UndefinedError, values: Mapping[str, object]) -> str:
    """`unknown name 'handel', did you mean 'handle'?`"""
    message = str(error.message)
    name = message.split("'")[1] if message.endswith("is undefined") else ""
    near = get_close_matches(name, values, n=1)
    if near:
        return f"unknown name {name!r}, did you mean {near[0]!r}?"
    return f"{message}; the names here are {', '.join(sorted(values))}"
