"""What a handler may say is read from its source: written out, or refused."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from bot.errors import ConfigError
from bot.rules import discovered
from bot.topics import Point, Speaker, read, speakers

HERE = Path("bot/handlers/sample.py")
READABLE = {
    "no values": ('def f():\n    yield Say("GL-01", "bare")', Point("bare", "GL-01", frozenset())),
    "values written out": ('def f():\n    return Say("", "x", {"a": b(), "c": d})', Point("x", "", frozenset("ac"))),
    "values by name": ('def f():\n    v = {"a": 1}\n    yield Say("", "x", v)', Point("x", "", frozenset("a"))),
    "values taken over": (
        'def f():\n    v = {"a": 1}\n    yield Say("", "x", {**v, "b": 2})',
        Point("x", "", frozenset("ab")),
    ),
    "two names at once": (
        'def f():\n    v, w = {"a": 1}, 2\n    yield Say("", "x", v)',
        Point("x", "", frozenset("a")),
    ),
    "keywords": (
        'def f():\n    yield Say(rule="GL-02", topic="x", values={"a": 1})',
        Point("x", "GL-02", frozenset("a")),
    ),
    "the rule of the issue's template": (
        'def f(case):\n    yield Say(case.template.rule, "x")',
        Point("x", "any", frozenset()),
    ),
    "outside of any function": ('POINT = Say("", "x")', Point("x", "", frozenset())),
    "by way of its module": ('def f():\n    yield actions.Say("", "x")', Point("x", "", frozenset())),
}
UNREADABLE = {
    "a topic that is computed": 'def f(t):\n    yield Say("", t)',
    "a rule that is computed": 'def f(r):\n    yield Say(r, "x")',
    "the rule of something else": 'def f(case):\n    yield Say(case.partner.rule, "x")',
    "no topic at all": 'def f():\n    yield Say("GL-01")',
    "values from elsewhere": 'def f(v):\n    yield Say("", "x", v)',
    "a value's name that is computed": 'def f(k):\n    yield Say("", "x", {k: 1})',
    "values made of themselves": 'def f(v):\n    v = {**v, "a": 1}\n    yield Say("", "x", v)',
    "values that are made": 'def f():\n    yield Say("", "x", dict(a=1))',
}


@pytest.mark.parametrize(("source", "point"), READABLE.values(), ids=READABLE)
def test_readable(source: str, point: Point) -> None:
    assert list(read(HERE, source)) == [point]


@pytest.mark.parametrize("source", UNREADABLE.values(), ids=UNREADABLE)
def test_unreadable(source: str) -> None:
    with pytest.raises(ConfigError, match=r"sample.py:\d: what is said here .* cannot be read .*write it out"):
        list(read(HERE, source))


def test_a_topic_said_twice_has_the_values_both_sayings_give(tmp_path: Path) -> None:
    source = tmp_path / "twice.py"
    source.write_text('def f():\n    yield Say("", "x", {"a": 1, "b": 2})\n    yield Say("", "x", {"b": 3, "c": 4})\n')
    module = ModuleType("twice")
    module.__file__ = str(source)
    assert Speaker("twice", module).points() == (Point("x", "", frozenset("b")),)


def test_the_rules_speak_too() -> None:
    rules = next(speaker for speaker in speakers(discovered()) if speaker.name == "rules")
    assert rules.points() == (
        Point("conflict", "", frozenset({"field", "handlers"})),
        Point("hands_off", "", frozenset({"label", "back"})),
        Point("hidden", "", frozenset({"handlers"})),
        Point("taken_back", "", frozenset({"deed", "back"})),
    )
