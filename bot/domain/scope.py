"""Whose issues the rules are about: an issue becomes the team's, somebody else's, or a report of the bot's own."""

from __future__ import annotations

from collections.abc import Collection

from bot.domain.facts import Site
from bot.domain.gitlab import Issue
from bot.domain.marks import NAME

REPORT = "report"
"""The kind of mark on an issue that the bot opened to tell people something, and keeps in order by itself."""


def is_report(issue: Issue, site: Site) -> bool:
    return issue.author.id == site.bot.id and f"<!-- {NAME} {REPORT} " in issue.description


def is_work(issue: Issue, site: Site, labels: Collection[str]) -> bool:
    """Whether it is open work of the team: in the Channels project, or with a label of theirs among `labels`."""
    ours = issue.project == site.home or site.labels.belongs(labels)
    return issue.is_open and issue.issue_type == "issue" and ours


def is_among_partners(issue: Issue, site: Site) -> bool:
    """Whether it lies where partners have their folders, and read what is said."""
    return bool(site.partners) and issue.project.casefold().startswith(f"{site.partners.casefold()}/")
