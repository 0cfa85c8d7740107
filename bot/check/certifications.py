"""The programmes of certifications.yml become findings: whether their templates can be filled and their roles exist."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from bot.check.findings import Finding
from bot.config import Config
from bot.domain.partners.programme import BOT, Programme
from bot.domain.registry import Partner, Registry
from bot.errors import ConfigError
from bot.render import Renderer
from bot.voice.cases import channels_templates, project_files

SAMPLE = Partner("a-sample", "A Sample", "", "")


def look_at_templates(config: Config, renderer: Renderer) -> Iterator[Finding]:
    """Everything that `setup` and an enrolment would write."""
    yield _filled("award and onboarding", partial(channels_templates, renderer, config.programmes, "a-bot"))
    for programme in config.programmes.active:
        if programme.is_tracked:
            yield _filled(programme.key, partial(project_files, renderer, programme, SAMPLE, "a-bot"))


def look_at_roles(config: Config, registry: Registry) -> Iterator[Finding]:
    """A role that nobody knows would keep issues open for ever."""
    for programme in config.programmes.active:
        for setting, key in _roles(programme):
            if registry.role(key) is None:
                advice = f"the role {key!r} of '{setting}' in certifications.yml is none of the registry's"
                yield Finding("fail", f"certification {programme.key}", advice)


def _roles(programme: Programme) -> Iterator[tuple[str, str]]:
    if programme.closes:
        yield "closes", programme.closes
    if programme.opened_by != BOT:
        yield "opened_by", programme.opened_by


def _filled(name: str, fill: Callable[[], object]) -> Finding:
    try:
        fill()
    except ConfigError as error:
        return Finding("fail", f"templates of {name}", str(error))
    return Finding("ok", f"templates of {name}")
