"""The roles and labels that issue_templates.yml names become findings: whether registry and labels.yml have them."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from bot.check.findings import Finding, Verdict
from bot.config import Config
from bot.domain.registry import Registry
from bot.domain.templated import Template
from bot.settings.complaints import unknown
from bot.settings.issue_templates import WHO
from bot.settings.yamlfile import Document, Place, read

FILE, LABEL = "issue_templates.yml", "label of labels.yml"
ELSEWHERE: Final = " (the registry's project may have it: ask with `channel-bot check --live`)"
MISSPELT: Final = 0.9
"""How alike two words are, from 0 to 1, of which one is the other with a slip."""


def look_at_named_roles(config: Config, registry: Registry, verdict: Verdict = "fail") -> Iterator[Finding]:
    """Whom a role means that nobody knows, is never assigned nor told; `verdict` is what such a name comes to.

    A word of WHO that is misspelt is wrong whatever roles there are elsewhere.
    """
    file, roles = _file(config), [role.key for role in registry.roles]
    elsewhere = "" if verdict == "fail" else ELSEWHERE
    for template in config.templates.every:
        for setting, name, known in (("assign", template.assign, [*WHO, *roles]), ("lead", template.lead, roles)):
            is_misspelt = setting == "assign" and get_close_matches(name, WHO, cutoff=MISSPELT)
            if name and name not in known:
                said = unknown("role", name, known)
                if is_misspelt:
                    yield _finding("fail", file, template, (setting,), said)
                else:
                    yield _finding(verdict, file, template, (setting,), f"{said}{elsewhere}")


def look_at_named_labels(config: Config) -> Iterator[Finding]:
    """A label that is told of nowhere is a new one in GitLab, without a word; the team may have more of its own."""
    file, known = _file(config), [label.name for label in config.labels.all()]
    for template in config.templates.every:
        if template.needs_info and template.needs_info not in known:
            yield _finding("fail", file, template, ("needs_info",), unknown(LABEL, template.needs_info, known))
        for number, name in enumerate(template.labels):
            if name not in known:
                yield _finding("warn", file, template, ("labels", number), unknown(LABEL, name, known))


def _file(config: Config) -> Document:
    return read(config.directory / FILE)


def _finding(verdict: Verdict, file: Document, template: Template, place: Place, advice: str) -> Finding:
    return Finding(verdict, f"template {template.name}", str(file.problem((template.key, *place), advice)))
