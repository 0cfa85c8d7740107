"""An issue of the services help desk becomes a request for hands-on help: whose it is, and under which contract."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from bot.domain.answers import Field
from bot.domain.form import read_form
from bot.domain.forms import PARTNER
from bot.domain.gitlab import Issue
from bot.domain.registry import Partner, Registry

DESK: Final = "helpdesk"
"""The role of the services help desk's project in site.yml."""
SOW: Final = Field("sow", "SOW", ("Statement of work", "SOW link", "Link to the SOW"), required=False)


@dataclass(frozen=True, slots=True)
class HelpRequest:
    """An issue of the services help desk that needs hands-on help.

    `partner` is the one its form names, else its author's; `has_sow`: it names a statement of work.
    """

    partner: Partner | None
    has_sow: bool


def help_request(issue: Issue, project: str | None, label: str, registry: Registry) -> HelpRequest | None:
    """None where it is no issue of the help desk's `project`, or does not carry the `label` that asks for it.

    Whoever put the label there: the question that follows harms nobody.
    """
    if issue.project != project or label not in issue.labels or issue.issue_type != "issue":
        return None
    form = read_form(issue.description, (PARTNER, SOW))
    named = registry.partner_called(form.values.get("partner", ""))
    has_sow = "sow" in form.values or any(problem.field is SOW for problem in form.problems)
    return HelpRequest(named or registry.partner_of(issue.author.username), has_sow)
