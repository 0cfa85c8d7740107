"""The team's issue templates become findings: whether people and rules find in each what they look for."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from typing import Final

from bot import domain, handlers
from bot.check.findings import Finding
from bot.config import Config
from bot.domain.checklist import read_checklist
from bot.domain.recurrence.rule import Recurrence
from bot.domain.tasklines import COMMENT, ENDING, MARK
from bot.domain.templated import Template
from bot.errors import ConfigError
from bot.render import Renderer
from bot.settings.yamlfile import read

CODE: Final = re.compile(r"\{[{%].*?[%}]\}")
OPENS: Final = "OpenIssue("


@dataclass(frozen=True, slots=True)
class Source:
    """A template's file, line by line."""

    template: Template
    path: Path
    lines: tuple[str, ...]

    def trouble(self, number: int, text: str) -> str:
        return f"{self.path}:{number}: {text}"

    @property
    def tasks(self) -> Iterator[tuple[int, str]]:
        """Line and id of each task; items bring a part of theirs along, as `nfr.{{ item.key }}.1`."""
        for number, line in enumerate(self.lines, 1):
            for comment in COMMENT.findall(CODE.sub("x", line)):
                if hit := MARK.fullmatch(comment.removeprefix("<!--").removesuffix("-->")):
                    yield number, hit["id"]


def look_at_issue_templates(config: Config, renderer: Renderer) -> Iterator[Finding]:
    """Each template of issue_templates.yml."""
    for template in config.templates.every:
        what = f"template {template.name}"
        troubles = [*_troubles(config, template, renderer)]
        yield from (Finding("fail", what, one) for one in troubles)
        if not troubles:
            yield Finding("ok", what)


def _troubles(config: Config, template: Template, renderer: Renderer) -> Iterator[str]:
    path = f"issue/{template.name}.md.j2"
    try:
        text = renderer.templated(template.name)[1]
        names = renderer.placeholders(path)
    except ConfigError as error:
        yield str(error)
        return
    file = renderer.shown(path)
    source = Source(template, file, tuple(ENDING.split(file.read_text("utf-8"))[::2]))
    yield from _signature(source, text)
    yield from _ids(source, text)
    yield from _names(source, names - config.words.keys(), config.recurrences)
    yield from _required(config, source)


def _signature(source: Source, text: str) -> Iterator[str]:
    """An issue is known by it again."""
    wanted = f"Template: `{source.template.name}`"
    if text.splitlines()[-1:] != [wanted]:
        last = max((number for number, line in enumerate(source.lines, 1) if line.strip()), default=1)
        yield source.trouble(last, f"the template does not end with its name; add the line {wanted}")


def _ids(source: Source, text: str) -> Iterator[str]:
    key, lines = source.template.key, {task: number for number, task in source.tasks}
    for task, number in lines.items():
        if not task.startswith(f"{key}."):
            yield source.trouble(number, f"the task id {task!r} does not begin with {key!r}; write t:{key}...")
    for twin in read_checklist(text).duplicates:
        yield source.trouble(lines.get(twin.id, 1), f"the task id {twin.id!r} is there twice; give each task its own")


def _names(source: Source, names: frozenset[str], recurrences: tuple[Recurrence, ...]) -> Iterator[str]:
    """A place that nobody ever fills would stay free in every issue."""
    template = source.template
    days = {name for one in recurrences if one.template == template.key for name in one.named}
    known = {one.key for one in template.form} | days | given()
    for name in sorted(names - known):
        near = get_close_matches(name, known, n=1)
        hint = f"did you mean {near[0]!r}?" if near else "ask for it in the form, or take a name that the bot gives"
        yield source.trouble(_line_of(source, name), f"unknown name {name!r}, {hint}")


def _line_of(source: Source, name: str) -> int:
    uses = (number for number, line in enumerate(source.lines, 1) for code in CODE.findall(line) if _uses(code, name))
    return next(uses, 1)


def _uses(code: str, name: str) -> bool:
    return re.search(rf"(?<![\w.]){re.escape(name)}\b", code) is not None


def _required(config: Config, source: Source) -> Iterator[str]:
    there = {task for _, task in source.tasks}
    missing = [task for task in source.template.close_requires if task not in there]
    if missing:
        file = read(config.directory / "issue_templates.yml")
        for task in missing:
            text = f"{source.path.name} has no task {task!r}; take the id of one that it has"
            yield str(file.problem((source.template.key, "close_requires"), text))


@cache
def given() -> frozenset[str]:
    """The names of all values that the bot gives to the issues it opens; read from the source, as topics are."""
    found: set[str] = set()
    for package in (handlers, domain):
        for path in sorted(Path(package.__path__[0]).rglob("*.py")):
            source = path.read_text("utf-8")
            if OPENS in source:
                found |= _keys(ast.parse(source))
    return frozenset(found)


def _keys(tree: ast.AST) -> set[str]:
    keys = (key for node in ast.walk(tree) if isinstance(node, ast.Dict) for key in node.keys)
    return {key.value for key in keys if isinstance(key, ast.Constant) and isinstance(key.value, str)}
