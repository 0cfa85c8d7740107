"""Configuration files, handlers and templates become findings, without asking GitLab anything."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, nodes

from bot import rights
from bot.check.addresses import look_at_addresses
from bot.check.certifications import look_at_templates
from bot.check.findings import Finding
from bot.check.naming import look_at_named_labels, look_at_named_roles
from bot.check.templates import look_at_issue_templates
from bot.config import Config, load
from bot.errors import ConfigError
from bot.partners import keeping
from bot.registry import telling
from bot.registry.loader import from_directory, start
from bot.registry.telling import NAME
from bot.render import Renderer
from bot.rules import Handler
from bot.sweeps import adoption, crowd, digests, notices, radius
from bot.talk import conversation, deeds, smalltalk
from bot.topics import Point, Speaker, speakers

NOBODYS = "a topic that nobody has"
SAMPLE = {"rule": "GL-00", "link": "https://gitlab.example.com/rules", "text": "A sample."}
SAMPLE |= {"first": "A sample.", "below": ""}
NOTICES = (
    Speaker(adoption.NAME, adoption),
    Speaker(radius.NAME, radius),
    Speaker(crowd.NAME, crowd),
    Speaker(digests.NAME, digests),
    Speaker(rights.NAME, rights),
    Speaker(keeping.NAME, keeping),
)
FRAMES: Mapping[str, Mapping[str, object]] = {
    "issue/status.note.md.j2": {
        "blocks": ["| a | sample |"],
        "points": [SAMPLE],
        "done": ["a sample"],
        "is_closed": False,
        "left": 0,
        "withdraws": False,
        "today": "2026-11-21",
        "bot": "a-bot",
    },
    "issue/reminder.note.md.j2": {"points": [{**SAMPLE, "who": "@a-sample"}], "who": "@a-sample", "is_theirs": True},
    **{
        f"issue/{name}.issue.md.j2": {"points": [SAMPLE], "operator": "ops-lead", "bot": "a-bot"}
        for name in notices.NAMES
    },
    "issue/milestone_titles.issue.md.j2": {"points": [SAMPLE], "operator": "ops-lead"},
    "issue/practice_access.issue.md.j2": {"points": [SAMPLE], "blocks": ["| a | sample |"], "operator": "ops-lead"},
    "issue/priority_digest.issue.md.j2": {
        "points": [SAMPLE],
        "operator": "lead",
        "window": "FY27Q4 2b",
        "end": "2026-12-31",
    },
    "issue/registry.issue.md.j2": {"points": [SAMPLE], "operator": "ops-lead"},
    "issue/registry_people.issue.md.j2": {"people": [{"handle": "`@cam-new`", "roles": "`r`"}], "team": "a/sample"},
    "issue/partner_record.issue.md.j2": {
        "partner": "A sample",
        "kind": "enrolment",
        "asked": {"by": "`@a-sample`", "on": "2026-11-21", "at": "a/sample#1"},
        "places": [{"what": "company", "path": "`a/sample`", "url": "https://gitlab.example.com/a/sample"}],
        "tracking": "a/sample#1",
        "started_on": "2026-11-21",
        "deadline": "2027-05-21",
        "extensions": [{"until": "2027-06-21", "by": "`@a-sample`", "on": "2027-05-01", "reason": "`a sample`"}],
        "withdrawn_on": "",
        "withdrawn_by": "",
        "points": [SAMPLE],
        "blocks": ["| a | sample |"],
        "operator": "cam-emea",
        "bot": "a-bot",
    },
    "issue/partner_folder.issue.md.j2": {
        "partner": "A sample",
        "points": [SAMPLE],
        "blocks": ["| a | sample |"],
        "operator": "cam-emea",
    },
    "issue/partner_words.md.j2": {
        "topic": "told",
        "who": "@a-sample",
        "text": "A sample.",
        "rule": "GL-00",
        "link": "https://gitlab.example.com/rules",
    },
    "issue/milestone.md.j2": {"topic": "closed", "title": "A sample", "url": "https://gitlab.example.com/1"},
}
"""The templates that are no handler's, and what they are given; each must also do with nothing to say."""


def look_offline(
    directory: Path, environ: Mapping[str, str], renderer: Renderer, handlers: tuple[Handler, ...]
) -> Iterator[Finding]:
    """Everything `check` finds without GitLab; the files of `directory` first."""
    config = _loaded(directory, environ, handlers)
    yield from _configuration(config) if isinstance(config, Config) else config
    yield from _registry(start(directory), config)
    yield from look_at_named_labels(config) if isinstance(config, Config) else ()
    broken = [Finding("fail", "template", problem) for problem in renderer.problems()]
    yield from broken
    if not broken:
        talk = Speaker(deeds.SPEAKER, conversation, (smalltalk, deeds))
        for speaker in (*speakers(handlers), talk, Speaker(NAME, telling), *NOTICES):
            yield from look_at_speaker(speaker, renderer)
        yield from _frames(renderer)
        if isinstance(config, Config):
            yield from look_at_templates(config, renderer)
            yield from look_at_issue_templates(config, renderer)
            yield from look_at_addresses(config, renderer.directories)


def look_at_speaker(speaker: Speaker, renderer: Renderer) -> Iterator[Finding]:
    """Whether there are words for everything the handler may say, made of what it gives its template."""
    what = f"words of {speaker.name}"
    try:
        points = speaker.points()
    except ConfigError as error:
        yield Finding("fail", what, str(error))
        return
    path = f"issue/{speaker.name}.note.md.j2"
    troubles = dict.fromkeys(_wordless(renderer, speaker, point, points) for point in points)
    wrong = [Finding("fail", what, trouble) for trouble in troubles if trouble]
    topics = {point.topic for point in points}
    yield from wrong or ([Finding("ok", f"{what}: {len(topics)} topics")] if topics else ())
    for topic in sorted(branches(renderer, path) - topics):
        yield Finding("warn", what, f"{renderer.shown(path)} has words for {topic!r}, which nobody says; remove them")


def branches(renderer: Renderer, path: str) -> frozenset[str]:
    """The topics a template asks for; empty when there is no such template."""
    file = renderer.shown(path)
    if not file.is_file():
        return frozenset()
    return _branches(file.read_text("utf-8"))


@lru_cache(maxsize=256)
def _branches(source: str) -> frozenset[str]:
    """Kept, as `topics.read` keeps what it found in a source."""
    compared = Environment().parse(source).find_all(nodes.Compare)  # noqa: S701 - nothing is rendered
    on_topic = (one for one in compared if isinstance(one.expr, nodes.Name) and one.expr.name == "topic")
    values = (operand.expr for one in on_topic for operand in one.ops)
    return frozenset(value.value for value in values if isinstance(value, nodes.Const))


def _loaded(directory: Path, environ: Mapping[str, str], handlers: tuple[Handler, ...]) -> Config | list[Finding]:
    try:
        return load(directory, environ, handlers)
    except ConfigError as error:
        return [Finding("fail", "configuration", line) for line in str(error).splitlines()]


def _configuration(config: Config) -> Iterator[Finding]:
    said = f"{len(config.settings)} handlers, {len(config.labels.all())} labels"
    yield Finding("ok", f"configuration in {config.directory}: {said}")
    if config.site.dry_run:
        yield Finding("warn", "dry_run", "site.yml says dry_run: true, so nothing is ever written; set it to false")
    off = [name for name, settings in config.settings.items() if not settings.enabled]
    if off:
        yield Finding("warn", "handlers", f"switched off: {', '.join(off)}")


def _registry(directory: Path, config: Config | list[Finding]) -> Iterator[Finding]:
    """The files for a start; those of the project are `--live`, and may have roles that these lack."""
    try:
        registry = from_directory(directory)
    except ConfigError as error:
        yield from (Finding("fail", "registry", line) for line in str(error).splitlines())
        return
    yield Finding("ok", f"registry in {directory}: {len(registry.people)} people, {len(registry.partners)} partners")
    if isinstance(config, Config):
        yield from look_at_named_roles(config, registry, "warn" if config.site.registry.project else "fail")


def _wordless(renderer: Renderer, speaker: Speaker, point: Point, points: Iterable[Point]) -> str:
    """Why there are no words for a point, or an empty text."""
    values = {name: f"`{name}`" for name in point.values}
    try:
        text = renderer.note(speaker.name, point.topic, values)
    except ConfigError as error:
        return f"topic {point.topic!r}: {error}"
    path = f"issue/{speaker.name}.note.md.j2"
    alone = len({one.topic for one in points}) == 1 and not branches(renderer, path)
    if alone or _text(lambda: renderer.note(speaker.name, NOBODYS, values)) != text:
        return ""
    return f"{renderer.shown(path)}:1: there are no words for the topic {point.topic!r}; add a branch for it"


def _text(render: Callable[[], str]) -> str:
    try:
        return render()
    except ConfigError:
        return ""


def _frames(renderer: Renderer) -> Iterator[Finding]:
    for path, values in FRAMES.items():
        empty = {name: [] if isinstance(value, list) else value for name, value in values.items()}
        try:
            renderer.text(path, **values)
            renderer.text(path, **empty)
        except ConfigError as error:
            yield Finding("fail", f"template {path}", str(error))
        else:
            yield Finding("ok", f"template {path}")
