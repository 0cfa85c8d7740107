"""A directory of small YAML files becomes one frozen Config, or a list of everything wrong in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, cast
from zoneinfo import ZoneInfo

from pydantic import ConfigDict, TypeAdapter, ValidationError, create_model

from bot.domain.communications.rule import NOTICE, NoticeRule
from bot.domain.journey import JOURNEY, Stage
from bot.domain.labels import Labels
from bot.domain.licensing.kinds import Licences
from bot.domain.orders import SMALL_TALK
from bot.domain.partners.programme import Programmes
from bot.domain.recurrence.rule import Recurrence
from bot.domain.templated import Templates
from bot.environ import web_address_trouble
from bot.errors import ConfigError
from bot.rules import Handler, Settings, discovered
from bot.settings.certifications import Certifications, certification_troubles, programmes
from bot.settings.complaints import complaints, unknown
from bot.settings.issue_templates import IssueTemplates, template_troubles, templates
from bot.settings.licences import LicenceSettings, licences
from bot.settings.models import Commands, Rule, RuleId, SiteSettings
from bot.settings.recurrences import Recurrences, recurrence_troubles, recurrences
from bot.settings.troubles import command_troubles, label_troubles, mail_troubles
from bot.settings.yamlfile import Document, Plain, Problem, read

__all__ = ["SHIPPED", "Config", "Rule", "SiteSettings", "config_dir", "load", "schema", "write_schema"]

PACKAGE: Final = Path(__file__).parent
SHIPPED: Final = (PACKAGE / "_shipped" / "config", PACKAGE.parent / "config")
"""Where the shipped files are: in an installed wheel, in a checkout."""
NOTHING: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Config:
    """Everything the team decided, checked."""

    directory: Path
    site: SiteSettings
    labels: Labels
    handbook: Mapping[str, Rule]
    """By rule id; every link is filled in."""
    settings: Mapping[str, Settings]
    """By handler name."""
    commands: Mapping[str, tuple[str, ...]]
    """Who may give each command: roles of the registry, `team` or `everyone`."""
    programmes: Programmes
    """The certifications that partners can earn."""
    templates: Templates
    """The team's issue templates."""
    recurrences: tuple[Recurrence, ...]
    """What is opened again and again."""
    licences: Licences
    """The licences that partners are given."""

    notice: NoticeRule = field(default_factory=NoticeRule)
    """Of changes, that partners have."""
    stages: tuple[Stage, ...] = ()
    """Of a partner's capabilities journey."""

    @property
    def words(self) -> Mapping[str, object]:
        """What every template may name."""
        return {"stages": self.stages}

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.site.timezone)


@dataclass(slots=True)
class Checked:
    """The content of each file that is right, by its name without .yml, and the problems of those that are not."""

    documents: dict[str, Document] = field(default_factory=dict)
    contents: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load(directory: Path, environ: Mapping[str, str] = NOTHING, handlers: Iterable[Handler] | None = None) -> Config:
    """Read and check every file of `directory`; ConfigError lists all problems, one a line, `file:line: what`.

    `environ` wins over the files (GITLAB_URL); `handlers` are those of `bot.handlers` unless told otherwise.
    """
    everyone = tuple(discovered() if handlers is None else handlers)
    if not directory.is_dir():
        raise ConfigError(f"{directory}:1: there is no such directory; set CHANNEL_BOT_CONFIG to the one with site.yml")
    checked = Checked()
    known = shapes(everyone)
    for name, shape in known.items():
        check(directory / f"{name}.yml", shape, environ, checked)
    checked.problems += strangers(directory, known)
    checked.problems += contradictions(checked, everyone)
    if checked.problems:
        raise ConfigError("\n".join(map(str, sorted(set(checked.problems)))))
    return config(directory, checked.contents, everyone)


def shapes(handlers: Iterable[Handler]) -> dict[str, TypeAdapter[Any]]:
    """What each file must look like, by its name without .yml."""
    contents: dict[str, Any] = {"site": SiteSettings, "labels": Labels, "handbook": dict[RuleId, Rule]}
    contents |= {"commands": Commands, "certifications": Certifications}
    contents |= {"issue_templates": IssueTemplates, "recurrences": Recurrences, "licences": LicenceSettings}
    contents |= {handler.name: handler.module.Settings for handler in handlers}
    return {name: shape(name, content) for name, content in contents.items()}


@cache
def shape(name: str, content: Any) -> TypeAdapter[Any]:
    # Plain dataclasses take `extra` from the model around them, so each file is the one key of a wrapper.
    return TypeAdapter(create_model(name, __config__=ConfigDict(extra="forbid"), content=(content, ...)))


def check(path: Path, shape: TypeAdapter[Any], environ: Mapping[str, str], checked: Checked) -> None:
    """Read one file into `checked`."""
    if not path.exists():
        checked.problems.append(Problem(path, 1, f"there is no such file; create it{suggestion(shape)}"))
        return
    document = read(path)
    checked.documents[path.stem] = document
    if document.problems:
        checked.problems += document.problems
    elif document.data is None:
        checked.problems.append(document.problem((), f"the file is empty; fill it{suggestion(shape)}"))
    else:
        data = overridden(document.data, environ) if path.stem == "site" else document.data
        validate(document, data, shape, checked)


def validate(document: Document, data: Plain, shape: TypeAdapter[Any], checked: Checked) -> None:
    # JSON is the strict mode that still takes a date or a list for what they are, and neither 1 for true nor "3" for 3.
    text = json.dumps({"content": data}, default=lambda day: day.isoformat())
    try:
        checked.contents[document.path.stem] = shape.validate_json(text, strict=True).content
    except ValidationError as error:
        checked.problems += complaints(document, error, shape.json_schema())


def suggestion(shape: TypeAdapter[Any]) -> str:
    """What to write into a file that is not there yet."""
    content = resolved(shape.json_schema())
    if content.get("required"):
        return f" with the keys {', '.join(content['required'])}"
    return " with 'enabled: true', and every other setting has its default" if "properties" in content else ""


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """The part of a wrapper's schema that describes the file."""
    content: dict[str, Any] = schema["properties"]["content"]
    return cast("dict[str, Any]", schema["$defs"][content["$ref"].rsplit("/", 1)[-1]]) if "$ref" in content else content


def overridden(data: Plain, environ: Mapping[str, str]) -> Plain:
    """site.yml as the variables change it."""
    url = environ.get("GITLAB_URL", "").strip()
    if not url or not isinstance(data, dict) or not isinstance(data.get("gitlab"), dict):
        return data
    if what := web_address_trouble(url):
        raise ConfigError(f"environment: GITLAB_URL {what}")
    return {**data, "gitlab": {**cast("dict[str, Plain]", data["gitlab"]), "url": url}}


def strangers(directory: Path, known: Iterable[str]) -> Iterator[Problem]:
    """Files that nobody reads."""
    names = [f"{name}.yml" for name in known]
    for path in sorted(directory.iterdir()):
        if path.suffix in {".yml", ".yaml"} and path.name not in names and not path.name.startswith("."):
            yield Problem(path, 1, f"no handler of this name: {unknown('file', path.name, names)}")


def contradictions(checked: Checked, handlers: Iterable[Handler]) -> Iterator[Problem]:
    """What is right file by file and wrong together."""
    if "site" in checked.contents:
        document = checked.documents["site"]
        yield from (document.problem(place, text) for place, text in mail_troubles(checked.contents["site"].mail))
    if "labels" in checked.contents:
        document = checked.documents["labels"]
        yield from (document.problem(place, text) for place, text in label_troubles(checked.contents["labels"]))
    if "commands" in checked.contents:
        document = checked.documents["commands"]
        ours = (command for handler in (*handlers, *discovered()) for command in handler.commands)
        troubles = command_troubles(checked.contents["commands"], {one.name for one in (*SMALL_TALK, *ours)})
        yield from (document.problem(place, text) for place, text in troubles)
    if "certifications" in checked.contents:
        document = checked.documents["certifications"]
        troubles = certification_troubles(checked.contents["certifications"])
        yield from (document.problem(place, text) for place, text in troubles)
    yield from templated_contradictions(checked)
    if "handbook" in checked.contents:
        document = checked.documents["handbook"]
        for handler in handlers:
            for rule in sorted(set(handler.handbook) - checked.contents["handbook"].keys()):
                yield document.problem(
                    (), f"missing rule '{rule}', which handler {handler.name} carries; add what it says"
                )


def templated_contradictions(checked: Checked) -> Iterator[Problem]:
    """What is wrong with the team's templates beside other files, and with what recurs beside them."""
    found = checked.contents
    if {"issue_templates", "site", "handbook"} <= found.keys():
        document = checked.documents["issue_templates"]
        troubles = template_troubles(found["issue_templates"], found["site"].projects, found["handbook"])
        yield from (document.problem(place, text) for place, text in troubles)
    if "issue_templates" in found and "recurrences" in found:
        document = checked.documents["recurrences"]
        troubles = recurrence_troubles(found["recurrences"], templates(found["issue_templates"]))
        yield from (document.problem(place, text) for place, text in troubles)


def config(directory: Path, contents: Mapping[str, Any], handlers: Iterable[Handler]) -> Config:
    site: SiteSettings = contents["site"]
    handbook: dict[str, Rule] = contents["handbook"]
    return Config(
        directory=directory,
        site=site,
        labels=contents["labels"],
        handbook={at: rule.model_copy(update={"link": rule.link or site.link(at)}) for at, rule in handbook.items()},
        settings={handler.name: contents[handler.name] for handler in handlers},
        commands=contents["commands"],
        programmes=programmes(contents["certifications"]),
        templates=templates(contents["issue_templates"]),
        recurrences=recurrences(contents["recurrences"]),
        licences=licences(contents["licences"]),
        notice=contents[NOTICE].rule if NOTICE in contents else NoticeRule(),
        stages=contents[JOURNEY].stages if JOURNEY in contents else (),
    )


def config_dir(environ: Mapping[str, str] = NOTHING) -> Path:
    """Where the files are: CHANNEL_BOT_CONFIG, else `config` in the working directory, else the shipped ones."""
    told = environ.get("CHANNEL_BOT_CONFIG", "").strip()
    if told:
        return Path(told)
    here = Path("config")
    return here if (here / "site.yml").is_file() else next(path for path in SHIPPED if path.is_dir())


def schema(handlers: Iterable[Handler] | None = None) -> dict[str, Any]:
    """The JSON Schema of all files: each file's is the property of its name."""
    everyone = shapes(discovered() if handlers is None else handlers)
    parts, found = TypeAdapter.json_schemas([(name, "validation", shape) for name, shape in everyone.items()])
    definitions = dict(found["$defs"])
    wrappers = {name: definitions.pop(parts[name, "validation"]["$ref"].rsplit("/", 1)[-1]) for name in everyone}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "properties": {f"{name}.yml": wrapper["properties"]["content"] for name, wrapper in wrappers.items()},
        "$defs": definitions,
    }


def write_schema(directory: Path) -> None:
    (directory / "schema.json").write_text(json.dumps(schema(), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_schema(SHIPPED[-1])
