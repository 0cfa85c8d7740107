"""The source of a handler becomes the points it may ever say: topic, handbook rule, names of the values.

Read, not run, so that a topic without words is found before an issue brings it up.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import ModuleType

from bot import rules
from bot.errors import ConfigError
from bot.rules import Handler

SAYINGS: Mapping[str, tuple[str, ...]] = {
    "Say": ("rule", "topic", "values"),
    "Tell": ("rule", "topic", "key", "who", "values"),
    "Answer": ("topic", "values"),
}
"""What says something, and what its arguments are."""
ANY = "any"
"""The rule of what links whatever rule an issue's template names: `case.template.rule`."""


@dataclass(frozen=True, slots=True, order=True)
class Point:
    """One saying in the source, such as `Say(rule, topic, values)`, of which `values` are the names.

    `rule` may be ANY.
    """

    topic: str
    rule: str
    values: frozenset[str]


@dataclass(frozen=True, slots=True)
class Speaker:
    """Whoever says something: `name` is its template's, `templates/issue/<name>.note.md.j2`.

    `others` are further modules that speak through the same template.
    """

    name: str
    module: ModuleType
    others: tuple[ModuleType, ...] = ()

    def points(self) -> tuple[Point, ...]:
        """Sorted, each topic with all values any of its sayings has in common; ConfigError when they cannot be read."""
        found: dict[tuple[str, str], frozenset[str]] = {}
        for point in self._read():
            # The template may use only what every saying of the topic brings.
            key = point.topic, point.rule
            found[key] = found.get(key, point.values) & point.values
        return tuple(sorted(Point(topic, rule, values) for (topic, rule), values in found.items()))

    def _read(self) -> Iterator[Point]:
        for module in (self.module, *self.others):
            path = Path(str(module.__file__))
            yield from read(path, path.read_text("utf-8"))


def speakers(handlers: tuple[Handler, ...]) -> tuple[Speaker, ...]:
    """All handlers, and the rules themselves, which speak up when two handlers contradict each other."""
    return (*(Speaker(handler.name, handler.module) for handler in handlers), Speaker("rules", rules))


@lru_cache(maxsize=256)
def read(path: Path, source: str) -> tuple[Point, ...]:
    """Every point in a source text; `path` is for the message. Kept, since each look at a template asks again."""
    return tuple(_points(path, source))


def _points(path: Path, source: str) -> Iterator[Point]:
    for call, scope in _sayings(ast.parse(source)):
        try:
            yield _point(_name(call.func), call, dict(_assigned(scope)))
        except ValueError as error:
            where = f"{path}:{call.lineno}"
            raise ConfigError(f"{where}: {error}; write it out, so that its template can be checked") from error


def _sayings(tree: ast.Module) -> Iterator[tuple[ast.Call, ast.AST]]:
    """Each call that says something, with the innermost function around it, or the module."""
    ahead: list[tuple[ast.AST, ast.AST]] = [(tree, tree)]
    while ahead:
        node, scope = ahead.pop()
        if isinstance(node, ast.Call) and _name(node.func) in SAYINGS:
            yield node, scope
        inner = node if isinstance(node, ast.FunctionDef) else scope
        ahead += [(child, inner) for child in ast.iter_child_nodes(node)]


def _name(called: ast.expr) -> str:
    return str(getattr(called, "id", getattr(called, "attr", "")))


def _assigned(scope: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(scope):
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                yield name, value
            case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)):
                pairs = zip(names, values, strict=True)
                yield from ((name.id, value) for name, value in pairs if isinstance(name, ast.Name))


def _point(saying: str, call: ast.Call, written: Mapping[str, ast.expr]) -> Point:
    given = dict(zip(SAYINGS[saying], call.args, strict=False))
    given |= {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    values = given.get("values")
    return Point(
        _text(given.get("topic"), "topic"),
        _rule(given.get("rule")) if "rule" in SAYINGS[saying] else "",
        frozenset() if values is None else frozenset(_keys(values, written)),
    )


def _rule(node: ast.expr | None) -> str:
    match node:
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="case"), attr="template"), attr="rule"):
            return ANY
        case _:
            return _text(node, "rule")


def _text(node: ast.expr | None, what: str) -> str:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    raise ValueError(f"what is said here has a {what} that cannot be read from the source")


def _keys(node: ast.expr, written: Mapping[str, ast.expr]) -> Iterator[str]:
    match node:
        case ast.Dict(keys=keys, values=values):
            for key, value in zip(keys, values, strict=True):
                yield from _keys(value, written) if key is None else (_text(key, "value's name"),)
        case ast.Name(id=name) if name in written:
            # Without itself: `values = {**values, ...}` would go round for ever.
            yield from _keys(written[name], {other: value for other, value in written.items() if other != name})
        case _:
            raise ValueError("what is said here has values whose names cannot be read from the source")
