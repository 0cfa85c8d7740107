"""A World becomes a JSON file, replaced atomically, and such a file becomes the same World again."""

import json
import os
import tempfile
import types
from collections.abc import Callable, Mapping
from dataclasses import fields
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from bot.sandbox.clock import Clock
from bot.sandbox.code_records import Blob, Commit
from bot.sandbox.records import (
    HookLog,
    LabelEvent,
    Mail,
    Member,
    MilestoneEvent,
    StateEvent,
    WeightEvent,
)
from bot.sandbox.world import TABLES, World

FORMAT = 4
NEVER_CHANGED = (HookLog, Mail, LabelEvent, WeightEvent, MilestoneEvent, StateEvent, Blob, Commit)
"""Rows whose JSON is written once and kept: most of a busy world."""

Reader = Callable[[Any], Any]


class BrokenState(Exception):
    """The file cannot become a World; the text says where and what to do."""


class Writer:
    """Turns a World into text, quicker each further time; one for each World."""

    def __init__(self) -> None:
        self._written: dict[int, tuple[object, str]] = {}

    def text(self, world: World) -> str:
        """To be called under the world's lock."""
        parts = [f'"format": {FORMAT}', f'"about": {_json(_about(world))}']
        kept: dict[int, tuple[object, str]] = {}
        for table in (*TABLES.values(), "members"):
            parts.append(f'"{table}": [\n{self._rows(_rows(world, table), kept)}\n]')
        self._written = kept
        return "{" + ",\n".join(parts) + "}\n"

    def _rows(self, rows: list[object], kept: dict[int, tuple[object, str]]) -> str:
        texts = []
        for row in rows:
            if not isinstance(row, NEVER_CHANGED):
                texts.append(_json(_plain(row)))
                continue
            known = self._written.get(id(row))
            text = known[1] if known and known[0] is row else _json(_plain(row))
            kept[id(row)] = (row, text)
            texts.append(text)
        return ",\n".join(texts)


def to_json(world: World) -> str:
    return Writer().text(world)


def save(world: World, path: Path, writer: Writer | None = None) -> None:
    """Writes the whole World; whoever reads `path` sees the old state or the new one, whatever ends the writer."""
    with world.lock:
        text = (writer or Writer()).text(world)
    write_text(path, text)


def write_text(path: Path, text: str) -> None:
    """Replaces the file atomically and waits until the disk has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def load(path: Path) -> World:
    """Raises BrokenState for a file that is no saved World; FileNotFoundError when there is none."""
    return from_json(path.read_text(encoding="utf-8", errors="replace"), str(path))


def from_json(text: str, name: str = "state") -> World:
    """`name` is what errors call the text."""
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        raise _broken(f"{name}:{error.lineno}", f"not JSON ({error.msg})") from None
    if not isinstance(raw, dict) or raw.get("format") != FORMAT:
        found = raw.get("format") if isinstance(raw, dict) else type(raw).__name__
        raise _broken(name, f"not a sandbox state of format {FORMAT} (found {found!r})")
    world = _world(raw, name)
    world.reindex()
    return world


def _broken(where: str, what: str) -> BrokenState:
    return BrokenState(f"{where}: {what}; restore a copy, or delete the file to start with a new world")


def _about(world: World) -> dict[str, object]:
    return {
        "tier": world.tier,
        "url": world.url,
        "version": world.version,
        "now": world.clock.now().isoformat(),
        "frozen": world.clock.frozen,
        "limited_users": sorted(world.limited_users),
        "redirects": world.redirects,
        "counters": world.counters,
    }


def _world(raw: Mapping[str, Any], name: str) -> World:
    at = "about"
    try:
        about = raw["about"]
        clock = Clock(datetime.fromisoformat(about["now"]), frozen=about["frozen"])
        world = World(about["tier"], about["url"], clock)
        world.version, world.limited_users = about["version"], set(about["limited_users"])
        world.redirects, world.counters = dict(about["redirects"]), dict(about["counters"])
        for kind, table in TABLES.items():
            rows = getattr(world, table)
            for place, row in enumerate(raw[table]):
                at = f"{table}[{place}]"
                read = _read(kind, row)
                rows[read.id] = read
        at = "members"
        world.members = [_read(Member, row) for row in raw["members"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(f"{name}: {at}", f"unusable ({type(error).__name__}: {error})") from None
    return world


def _rows(world: World, table: str) -> list[object]:
    rows = getattr(world, table)
    return list(rows.values()) if isinstance(rows, dict) else list(rows)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_encode)


def _encode(value: object) -> object:
    if isinstance(value, date):  # a datetime is one too
        return value.isoformat()
    raise TypeError(f"a state cannot hold a {type(value).__name__}")


def _plain(row: Any) -> dict[str, object]:
    kind: Any = type(row)
    return {name: getattr(row, name) for name, _ in _shape(kind)}


@cache
def _shape(kind: Any) -> tuple[tuple[str, Reader], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, _reader(hints[field.name])) for field in fields(kind))


def _read(kind: Any, raw: Mapping[str, Any]) -> Any:
    return kind(**{name: read(raw[name]) for name, read in _shape(kind) if name in raw})


def _reader(hint: Any) -> Reader:
    """How a value of that type comes back from JSON, refusing what is of another type."""
    if get_origin(hint) in (Union, types.UnionType):
        [inner] = [part for part in get_args(hint) if part is not type(None)]
        read = _reader(inner)
        return lambda value: None if value is None else read(value)
    if hint is datetime:
        return datetime.fromisoformat
    if hint is date:
        return date.fromisoformat
    kind = get_origin(hint) or hint
    return lambda value: _checked(value, kind)


def _checked(value: Any, kind: type[Any]) -> Any:
    if isinstance(value, kind) or (kind is float and isinstance(value, int)):
        return value
    raise TypeError(f"{value!r} is not a {kind.__name__}")
