"""Nodes of a YAML text and wished values become the splices that write them, and leave every other character alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeAlias

import yaml

Value: TypeAlias = str | int | date
Pair: TypeAlias = tuple[yaml.Node, yaml.Node]

PLAIN: Final = re.compile(r"[A-Za-z][\w./#-]*", re.ASCII)
"""Texts that may stand without quotes, unless YAML reads something else in them."""


class Unfit(Exception):
    """The text is built in a way that cannot be spliced; the message says what is in the way, `line` counts from 1."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


@dataclass(frozen=True, slots=True)
class Splice:
    """`text` in place of the characters from `start` up to `end`."""

    start: int
    end: int
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """Splices at one place keep their order."""
    pieces, at = list[str](), 0
    for one in sorted(splices, key=lambda splice: splice.start):
        pieces += [text[at : one.start], one.text]
        at = one.end
    return "".join([*pieces, text[at:]])


@dataclass(frozen=True, slots=True)
class Splicer:
    """Makes splices for `text`."""

    text: str

    def put(self, mapping: yaml.MappingNode, values: Mapping[str, Value]) -> list[Splice]:
        """These values under these keys; keys that are not there yet follow the last one."""
        there = {key: pair(mapping, key) for key in values}
        done = [self._instead(found[1], written(values[key])) for key, found in there.items() if found]
        return done + self._behind_all(mapping, {key: values[key] for key, found in there.items() if not found})

    def add(self, mapping: yaml.MappingNode, key: str, words: str, before: Sequence[str]) -> Splice:
        """A key that is not there yet, with `words` as its value, behind the last of the keys `before`."""
        if mapping.flow_style:
            return self._into_brackets(mapping, f"{key}: {words}")
        found = [found for name in before if (found := pair(mapping, name))]
        return self._line_behind(found[-1][1] if found else mapping, mapping.start_mark.column, f"{key}: {words}")

    def append(self, sequence: yaml.SequenceNode, words: str) -> Splice:
        """One more item."""
        if sequence.flow_style:
            return self._into_brackets(sequence, words)
        return self._line_behind(sequence, sequence.start_mark.column, f"- {words}")

    def rename(self, mapping: yaml.MappingNode, old: str, key: str, value: Value) -> Splice:
        """Another key and value in place of the key `old`, which is there."""
        was = _there(mapping, old)
        return Splice(was[0].start_mark.index, was[1].end_mark.index, f"{key}: {written(value)}")

    def drop(self, mapping: yaml.MappingNode, key: str) -> Splice:
        """Without the key, which is there and not the only one."""
        was, pairs = _there(mapping, key), mapping.value
        at = pairs.index(was)
        if not mapping.flow_style:
            start = self.text.rfind("\n", 0, was[0].start_mark.index) + 1
            if self.text[start : was[0].start_mark.index].strip():
                raise Unfit(was[0].start_mark.line + 1, f"{key!r} does not begin its line")
            return Splice(start, min(self._end_of_line(was[1]) + len(self._newline), len(self.text)), "")
        if at + 1 < len(pairs):
            return Splice(was[0].start_mark.index, pairs[at + 1][0].start_mark.index, "")
        return Splice(pairs[at - 1][1].end_mark.index, was[1].end_mark.index, "")

    def drop_item(self, sequence: yaml.SequenceNode, at: int) -> Splice:
        """Without the item at that place, which is not the first."""
        items = sequence.value
        if sequence.flow_style:
            return Splice(_end(items[at - 1]), _end(items[at]), "")
        end = self._end_of_line(items[at])
        start = self.text.rfind("\n", 0, items[at].start_mark.index)
        if self.text[start + 1 : items[at].start_mark.index].strip() != "-":
            raise Unfit(items[at].start_mark.line + 1, "this item does not begin its line")
        return Splice(start - (self.text[start - 1] == "\r"), end, "")

    @property
    def _newline(self) -> str:
        return "\r\n" if "\r\n" in self.text else "\n"

    def _instead(self, node: yaml.Node, words: str) -> Splice:
        if not isinstance(node, yaml.ScalarNode) or node.style in ("|", ">"):
            raise Unfit(node.start_mark.line + 1, "this value is written over several lines")
        start, end = node.start_mark.index, node.end_mark.index
        return Splice(start, end, words if end > start else f" {words}")

    def _behind_all(self, mapping: yaml.MappingNode, values: Mapping[str, Value]) -> list[Splice]:
        lines = [f"{key}: {written(value)}" for key, value in values.items()]
        if not lines:
            return []
        if mapping.flow_style:
            return [self._into_brackets(mapping, ", ".join(lines))]
        return [self._line_behind(mapping, mapping.start_mark.column, line) for line in lines]

    def _into_brackets(self, node: yaml.CollectionNode, words: str) -> Splice:
        """Behind the last thing between brackets."""
        if not node.value:
            at = node.end_mark.index - 1
            return Splice(at, at, words)
        last = node.value[-1]
        at = (last[1] if isinstance(node, yaml.MappingNode) else last).end_mark.index
        return Splice(at, at, f", {words}")

    def _line_behind(self, node: yaml.Node, column: int, words: str) -> Splice:
        """A line of its own behind everything in the node, and behind the comment that follows it in its line."""
        at = self._end_of_line(node)
        return Splice(at, at, f"{self._newline}{' ' * column}{words}")

    def _end_of_line(self, node: yaml.Node) -> int:
        """Where the node's last line ends, before the line break."""
        at = len(self.text[: _end(node)].rstrip())
        end = self.text.find("\n", at)
        end = len(self.text) if end < 0 else end
        return end - 1 if self.text[at:end].endswith("\r") else end


def pair(mapping: yaml.MappingNode, key: str) -> Pair | None:
    """The nodes of a key and its value."""
    return next((one for one in mapping.value if isinstance(one[0], yaml.ScalarNode) and one[0].value == key), None)


def mapping_at(mapping: yaml.MappingNode, key: str) -> yaml.MappingNode | None:
    """The mapping under a key; Unfit when something else is there."""
    value = found[1] if (found := pair(mapping, key)) else None
    if value is None or isinstance(value, yaml.MappingNode):
        return value
    raise Unfit(value.start_mark.line + 1, f"{key!r} is no mapping")


def sequence_at(mapping: yaml.MappingNode, key: str) -> yaml.SequenceNode | None:
    """The list under a key; Unfit when something else is there."""
    value = found[1] if (found := pair(mapping, key)) else None
    if value is None or isinstance(value, yaml.SequenceNode):
        return value
    raise Unfit(value.start_mark.line + 1, f"{key!r} is no list")


def bracketed(values: Mapping[str, Value]) -> str:
    """A mapping on one line."""
    return "{" + ", ".join(f"{key}: {written(value)}" for key, value in values.items()) + "}"


def written(value: Value) -> str:
    """A value as YAML reads it back; in quotes only where it has to be."""
    match value:
        case date():
            return value.isoformat()
        case int():
            return str(value)
        case _ if PLAIN.fullmatch(value) and yaml.safe_load(value) == value:
            return value
        case _:
            return json.dumps(value)


def _there(mapping: yaml.MappingNode, key: str) -> Pair:
    found = pair(mapping, key)
    if found is None:
        raise Unfit(mapping.start_mark.line + 1, f"there is no {key!r}")
    return found


def _end(node: yaml.Node) -> int:
    """Where the last thing in a node ends: a block's own mark lies behind the comments that follow it."""
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(node, yaml.MappingNode) else last)
    return int(node.end_mark.index)
