"""A partner that wants a press release gets one asked for; the account manager is given the form, filled in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from bot.domain.actions import Answer
from bot.domain.facts import IssueFacts
from bot.domain.orders import Command, Order
from bot.domain.partners.awarding import known
from bot.domain.speech import clean, quoted

HANDBOOK = ("AW-12",)
COMMANDS = (
    Command("award press-release", "award press-release", "give the link to the announcement request, filled in"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The `project` (full path) that takes requests for announcements, and its issue template."""

    enabled: bool = True
    project: str = "gitlab-com/marketing/corporate_marketing/corporate-marketing"
    template: str = "channel-partner-announcement-request"


def obey(facts: IssueFacts, settings: Settings, order: Order) -> Iterator[Answer]:
    award, issue = known(facts), facts.issue
    if award is None:
        yield Answer("no_award", done=False)
        return
    base, _, _ = issue.web_url.partition(f"/{issue.project}/")
    title = f"{clean(award.partner.name)} is a {award.programme.name}"
    query = f"issuable_template={quote(settings.template, safe='')}&issue[title]={quote(title, safe='')}"
    link = f"{base}/{settings.project}/-/issues/new?{query}"
    yield Answer("link", {"partner": quoted(award.partner.name), "link": link.replace("[", "%5B").replace("]", "%5D")})
