"""The registry's project and the groups of its roles, asked with the bot's own token, become findings."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

from bot.check.certifications import look_at_roles
from bot.check.findings import Finding
from bot.check.naming import look_at_named_roles
from bot.config import Config
from bot.domain.gitlab import Person
from bot.domain.registry import Registry
from bot.errors import Forbidden, NotThere
from bot.gateway import Gateway
from bot.registry.files import SHAPES
from bot.registry.loader import Broken, from_directory, start, understood
from bot.registry.roles import TEAM, role_groups
from bot.registry.telling import short
from bot.settings.models import RegistrySource
from bot.talk.conversation import EVERYONE

SHOWN = 5
"""User names that one line tells."""
DEVELOPER = 30
"""The role that may push a branch and open a merge request (docs.gitlab.com/user/permissions)."""


def look_at_registry(config: Config, gateway: Gateway, me: Person) -> Iterator[Finding]:
    """The newest commit, the bot's role there, and whether every group of a role can be seen."""
    source, registry = config.site.registry, from_directory(start(config.directory))
    if source.project:
        yield from _project(source, gateway, me)
        head = _head(source, gateway)
        if isinstance(head, Registry):
            yield Finding("ok", f"registry at {short(head.commit)} of {source.project}")
            registry = head
        else:
            yield from head
    yield from _groups(registry, gateway)
    yield from _inherited(registry, config, gateway, me)
    yield from _labels(registry, config)
    yield from _commands(registry, config)
    yield from look_at_roles(config, registry)
    yield from look_at_named_roles(config, registry)


def _commands(registry: Registry, config: Config) -> Iterator[Finding]:
    for name, roles in config.commands.items():
        for key in roles:
            if key not in (EVERYONE, TEAM) and registry.role(key) is None:
                advice = f"the role {key!r} in commands.yml is none of the registry's, so it lets nobody in"
                yield Finding("fail", f"command {name}", advice)


def _project(source: RegistrySource, gateway: Gateway, me: Person) -> Iterator[Finding]:
    what = f"project {source.project}"
    place = gateway.project(source.project)
    if (gateway.project_access(place.id, me.id) or 0) < DEVELOPER:
        yield Finding("warn", what, "the bot cannot propose what it learns there: give it the role Developer")
    if gateway.openness_of_project(place.id).visibility != "private":
        yield Finding("fail", what, "it is not private, and holds what only the team may see: make it private")
    if place.default_branch not in (None, source.branch):
        advice = f"the bot reads {source.branch} and proposes to {place.default_branch}: make them one in site.yml"
        yield Finding("warn", what, advice)


def _head(source: RegistrySource, gateway: Gateway) -> Registry | list[Finding]:
    what = f"registry in {source.project}"
    commits = gateway.commits(source.project, source.branch, limit=1)
    if not commits:
        return [Finding("warn", what, f"no commit on {source.branch}, so the files beside site.yml count")]
    sha = commits[0].sha
    texts = {name: gateway.file(source.project, name, sha) for name in SHAPES}
    found = understood({name: text for name, text in texts.items() if text is not None}, sha)
    if isinstance(found, Broken) and found.is_blank:
        return [Finding("ok", f"{what}: no files yet, so those beside site.yml count")]
    if isinstance(found, Broken):
        return [Finding("fail", f"{what} at {short(sha)}", str(problem)) for problem in found.problems]
    return found


def _groups(registry: Registry, gateway: Gateway) -> Iterator[Finding]:
    for role in registry.roles:
        if not role.group:
            continue
        what = f"role {role.key}"
        try:
            members = gateway.group_members(role.group, inherited=False)
        except (NotThere, Forbidden):
            advice = f"its group {role.group} is not there, or hidden, so nobody holds it: create it or invite the bot"
            yield Finding("fail", what, advice)
            continue
        if members:
            yield Finding("ok", f"{what}: {len(members)} direct members of {role.group}")
        else:
            yield Finding("warn", what, f"its group {role.group} has no direct members, so nobody holds it")


def _inherited(registry: Registry, config: Config, gateway: Gateway, me: Person) -> Iterator[Finding]:
    """Who would count if membership from elsewhere did; hidden groups are told of where they are looked up."""
    machines = {me.username, *config.site.bots, *config.site.gitlab.former_bots}
    for path in dict.fromkeys((config.site.groups.team, *config.site.staff_groups)):
        direct = {path, *(group for group in role_groups(registry) if group.startswith(f"{path}/"))}
        inside: set[int] = set()
        with suppress(NotThere, Forbidden):
            everybody = gateway.group_members(path)
            for group in sorted(direct):
                with suppress(NotThere, Forbidden):
                    inside |= {one.person.id for one in gateway.group_members(group, inherited=False)}
            names = {one.person.username for one in everybody if one.person.id not in inside} - machines
            if names:
                some = ", ".join(f"@{name}" for name in sorted(names)[:SHOWN])
                advice = "have it from another group and are not taken for members: add directly whoever should be"
                yield Finding("warn", f"group {path}", f"{len(names)} ({some}) {advice}")


def _labels(registry: Registry, config: Config) -> Iterator[Finding]:
    """A team label that no role has gives its issues no default DRI; a role's label that is none never matches."""
    names = {label.name for label in config.labels.team}
    for role in registry.roles:
        if role.label and role.label not in names:
            yield Finding("warn", f"role {role.key}", f"its label {role.label!r} is no team label of labels.yml")
    for name in sorted(names - {role.label for role in registry.roles}):
        yield Finding("warn", f"label {name}", "no role of the registry has it, so its issues get no default DRI")
