"""The handlers become the table of rules: for programs, for the terminal, and for the page `docs/handlers.md`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, asdict, fields, is_dataclass
from inspect import getdoc
from typing import Final

import yaml

from bot.config import Config, Rule
from bot.rules import Handler
from bot.settings.models import Kind
from bot.topics import Speaker

LONGEST: Final = 1000
"""Characters of a setting on one line, which a table needs."""
HEAD = """\
# The rules

Made by `make docs` from the handlers, `config/handbook.yml` and the shipped configuration: change those, not this page.
Each rule is one file in `bot/handlers/` and is switched in the file of the same name in `config/`.
`channel-bot explain group/project#12` shows them at work on one issue.
"""


def table(handlers: Iterable[Handler], rules: Mapping[str, Rule]) -> list[dict[str, object]]:
    """What `handlers --format json` prints: the handlers, then what else carries rules, with the reason why."""
    rows: list[dict[str, object]] = [
        {
            "name": handler.name,
            "policy": handler.policy,
            "handbook": list(handler.handbook),
            "kind": Kind.HANDLER.value,
            "reason": "",
        }
        for handler in handlers
    ]
    return rows + [
        {
            "name": name,
            "policy": " ".join(rules[rule].says for rule in carried),
            "handbook": carried,
            "kind": rules[carried[0]].kind.value,
            "reason": " ".join(dict.fromkeys(rules[rule].reason for rule in carried)),
        }
        for name, carried in elsewhere(rules).items()
    ]


def elsewhere(rules: Mapping[str, Rule]) -> dict[str, list[str]]:
    """The rules that no handler carries, by what does, in the order of the file."""
    found: dict[str, list[str]] = {}
    for rule, said in rules.items():
        if said.kind is not Kind.HANDLER:
            found.setdefault(said.by, []).append(rule)
    return found


def page(handlers: Iterable[Handler], config: Config) -> str:
    """The Markdown of `docs/handlers.md`."""
    sections = [line for handler in handlers for line in _section(handler, config.handbook)]
    return "\n".join([HEAD, *sections, *_elsewhere(config.handbook)])


def _elsewhere(rules: Mapping[str, Rule]) -> Iterator[str]:
    """A table, not sections: what has a section is a handler."""
    yield "# Without a handler\n"
    yield "| rule | what it says | carried by | why |\n|---|---|---|---|"
    for carried in elsewhere(rules).values():
        for rule in carried:
            said = rules[rule]
            yield f"| [{rule}]({said.link}) | {said.says} | {said.kind.value} `{said.by}` | {said.reason} |"
    yield ""


def _section(handler: Handler, rules: Mapping[str, Rule]) -> Iterator[str]:
    yield f"## {handler.name}\n"
    yield f"{handler.policy}\n"
    for rule in handler.handbook:
        yield f"- [{rule}]({rules[rule].link}): {rules[rule].says}"
    yield f"\nSettings in `config/{handler.name}.yml`: {getdoc(handler.module.Settings)}\n"
    yield "| setting | default |\n|---|---|"
    for name, default in defaults(handler):
        yield f"| `{name}` | `{default}` |"
    yield f"\n{_speech(handler)}\n"


def _speech(handler: Handler) -> str:
    said = dict.fromkeys(point.topic for point in Speaker(handler.name, handler.module).points())
    topics = ", ".join(f"`{topic}`" for topic in said)
    template = f"templates/issue/{handler.name}.note.md.j2"
    return f"May say, in the words of `{template}`: {topics}." if topics else "Says nothing."


def defaults(handler: Handler) -> Iterator[tuple[str, str]]:
    """Name and default of each setting, as YAML writes it; "" where there is none."""
    for field in fields(handler.module.Settings):
        default = field.default if field.default_factory is MISSING else field.default_factory()
        yield field.name, "" if default is MISSING else _yaml(default)


def _yaml(value: object) -> str:
    # Through JSON, which knows no tuples, times of day or settings within settings either.
    plain = json.loads(json.dumps(value, default=_plain))
    return yaml.safe_dump(plain, default_flow_style=True, width=LONGEST).removesuffix("\n").removesuffix("\n...")


def _plain(value: object) -> object:
    return asdict(value) if is_dataclass(value) and not isinstance(value, type) else str(value)
