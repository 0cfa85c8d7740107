"""Programmes and values become the issues in which certifications take their course, and the templates of these."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from bot.domain.partners.programme import NUMBERS, Programme, Programmes
from bot.domain.registry import Contact, Partner, Region
from bot.domain.speech import clean, dictated, shortened
from bot.errors import ConfigError
from bot.render import Renderer

AWARD: Final = "Partner_Certification_Award"
ONBOARDING: Final = "Service_Partner_Onboarding"
FOLDER: Final = ".gitlab/issue_templates"
README: Final = "README.md"
UNKNOWN: Final = "to be confirmed"
"""Reads as a place that nobody filled in yet."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a tracking issue begins with; people are handles without the @."""

    partner: Partner
    started_on: date
    due: date
    contact: Contact | None
    account_manager: str
    education: str
    services: str


@dataclass(frozen=True, slots=True)
class Enlisting:
    """What a trainer candidate's issue begins with; `courses` as they are to be read."""

    partner: Partner
    candidate: str
    handle: str
    courses: str


@dataclass(frozen=True, slots=True)
class Awarding:
    """What an award issue begins with; `due` None: nobody is assigned yet."""

    partner: Partner
    programme: Programme
    region: Region
    account_manager: str
    due: date | None
    is_first: bool


def render_tracking(renderer: Renderer, programme: Programme, opening: Opening | None = None) -> tuple[str, str]:
    """Title and description; without values there are places to fill in. Raises ConfigError."""
    values = {
        "partner": "<partner>",
        "start": "<YYYY-MM-DD>",
        "deadline": "<YYYY-MM-DD>",
        "contact": "<handle>",
        "account_manager": "<handle>",
        "education": "<handle>",
        "services": "<handle>",
    }
    if opening:
        values = {
            "partner": dictated(opening.partner.name),
            "start": opening.started_on.isoformat(),
            "deadline": opening.due.isoformat(),
            "contact": _contact(opening.contact),
            "account_manager": _mention(opening.account_manager),
            "education": _mention(opening.education),
            "services": _mention(opening.services),
        }
    need = {number: programme.competency.get(number, 0) for number in NUMBERS}
    return _issue(
        renderer,
        programme.tracking_template,
        **values,
        programme=programme,
        need=need,
        rows=_rows(need["trainers"] or 1),
    )


def render_candidate(renderer: Renderer, programme: Programme, enlisting: Enlisting | None = None) -> tuple[str, str]:
    """Title and description; without values there are places to fill in. Raises ConfigError."""
    values = {"candidate": "<name>", "handle": "<handle>", "partner": "<partner>", "courses": "<courses>"}
    if enlisting:
        values = {
            "candidate": dictated(enlisting.candidate),
            "handle": _mention(enlisting.handle),
            "partner": dictated(enlisting.partner.name),
            "courses": dictated(enlisting.courses),
        }
    return _issue(
        renderer,
        programme.candidate_template,
        **values,
        programme=programme,
        rows=_rows(programme.candidacy.deliveries),
    )


def render_award(renderer: Renderer, programmes: Programmes, awarding: Awarding | None = None) -> tuple[str, str]:
    """Title and description; without values there are places to fill in. Raises ConfigError."""
    values = {
        "partner": "<partner>",
        "certification": _choices(programmes),
        "region": "<region>",
        "account_manager": "@",
        "first": "<yes or no>",
        "due": "<YYYY-MM-DD>",
        "community": "unknown",
    }
    if awarding:
        values = {
            "partner": dictated(awarding.partner.name),
            "certification": awarding.programme.title,
            "region": dictated(awarding.region.name),
            "account_manager": _mention(awarding.account_manager),
            "first": "yes" if awarding.is_first else "no",
            "due": awarding.due.isoformat() if awarding.due else UNKNOWN,
            "community": "due" if awarding.is_first else "done",
        }
    return _issue(renderer, AWARD, **values)


def render_onboarding(renderer: Renderer, programmes: Programmes, bot: str) -> tuple[str, str]:
    """Title and description with places to fill in; `bot` is the bot's user name. Raises ConfigError."""
    values = {"partner": "<partner>", "certification": _choices(programmes), "region": "<region>", "bot": bot}
    return _issue(renderer, ONBOARDING, **values)


def channels_templates(renderer: Renderer, programmes: Programmes, bot: str) -> Mapping[str, str]:
    """The issue templates of the Channels project that depend on the configuration: repository path -> text."""
    return {
        f"{FOLDER}/{AWARD}.md": render_award(renderer, programmes)[1],
        f"{FOLDER}/{ONBOARDING}.md": render_onboarding(renderer, programmes, bot)[1],
    }


def project_files(renderer: Renderer, programme: Programme, partner: Partner, bot: str) -> Mapping[str, str]:
    """Everything that a partner's project begins with: repository path -> text."""
    files = {README: _readme(renderer, programme, partner, bot)}
    files[f"{FOLDER}/{programme.tracking_template}.md"] = render_tracking(renderer, programme)[1]
    if programme.candidate_template:
        files[f"{FOLDER}/{programme.candidate_template}.md"] = render_candidate(renderer, programme)[1]
    return files


def _readme(renderer: Renderer, programme: Programme, partner: Partner, bot: str) -> str:
    name = dictated(partner.name)
    values = {"project": programme.project(name), "partner": name, "programme": programme, "bot": bot}
    return renderer.text(f"project/{programme.key}/README.md.j2", **values)


def _issue(renderer: Renderer, template: str, /, **values: object) -> tuple[str, str]:
    """The first line of a template is its title, as `# title`; GitLab takes 255 characters of it."""
    path = f"issue/{template}.md.j2"
    first, _, rest = renderer.text(path, **values).partition("\n")
    if not first.startswith("# "):
        raise ConfigError(f"{renderer.shown(path)}:1: the first line is no title; begin it with '# '")
    return shortened(clean(first[2:])), rest


def _rows(count: int) -> range:
    """Templates have no functions to count with."""
    return range(1, count + 1)


def _choices(programmes: Programmes) -> str:
    return f"<{' or '.join(one.title for one in programmes.active)}>"


def _contact(contact: Contact | None) -> str:
    """An address is nothing to write where the partner's whole company reads along."""
    if contact is None or contact.gitlab:
        return _mention(contact.gitlab if contact else "")
    return dictated(contact.name)


def _mention(handle: str) -> str:
    return f"@{handle}" if handle else UNKNOWN
